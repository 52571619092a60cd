"""Labels of a grid, spread evenly over a box."""

import numpy as np
import pandas as pd
from scipy.stats import qmc

from kurucz_a1.atmosphere.fields import LABEL_NAMES
from kurucz_a1.errors import BadConfig

_RANGES = ("teff", "feh", "afe")
_NUMBERS = ("logg_min_at_cool_edge", "logg_min_at_hot_edge", "logg_max", "vturb")


def logg_floor(box, teff):
    """Lowest log g (dex) at ``teff`` (K): a line between the edges of the box. Hotter, radiation would win over it."""
    cool, hot = box["teff"]
    share = (np.asarray(teff) - cool) / (hot - cool) if hot > cool else np.zeros_like(teff)
    return box["logg_min_at_cool_edge"] + share * (box["logg_min_at_hot_edge"] - box["logg_min_at_cool_edge"])


def draw_labels(box, count, seed):
    """Labels of ``count`` models: a DataFrame with columns teff (K), logg, feh, afe (dex), vturb (km/s), index "index".

    box: teff, feh, afe as [low, high]; log g between a floor, linear in teff from logg_min_at_cool_edge to
    logg_min_at_hot_edge, and logg_max; vturb, one number. The points are a scrambled Sobol sequence (Owen 1998,
    J. Complexity 14, 466) of this seed: a larger count with the same seed adds points and keeps those there were.
    They are rounded to what a table shows: 0.1 K, 0.001 dex.

    Raises BadConfig for a box without room.
    """
    _check(box, count)
    power = max(int(count) - 1, 1).bit_length()
    unit = qmc.Sobol(4, scramble=True, rng=np.random.default_rng(seed)).random_base2(power)[: int(count)].T
    teff, feh, afe = (
        np.clip(np.round(low + share * (high - low), digits), low, high)
        for share, (low, high), digits in zip(unit[[0, 2, 3]], (box[k] for k in _RANGES), (1, 3, 3), strict=True)
    )
    floor = logg_floor(box, teff)
    logg = np.clip(np.round(floor + unit[1] * (box["logg_max"] - floor), 3), floor, box["logg_max"])
    vturb = np.full(len(teff), float(box["vturb"]))
    columns = {"teff": teff, "logg": logg, "feh": feh, "afe": afe, "vturb": vturb}
    return pd.DataFrame(columns, columns=list(LABEL_NAMES)).rename_axis("index")


def _check(box, count):
    missing = [name for name in (*_RANGES, *_NUMBERS) if name not in box]
    if missing:
        raise BadConfig(f"grid.box lacks {missing[0]}; see config/README.md")
    if count < 1:
        raise BadConfig(f"grid.count is {count}; ask for at least one model")
    for name in _RANGES:
        low, high = box[name]
        if not (np.isfinite([low, high]).all() and low <= high):
            raise BadConfig(f"grid.box.{name} is [{low}, {high}]; give the lower end first")
    floor = max(box["logg_min_at_cool_edge"], box["logg_min_at_hot_edge"])
    if not floor <= box["logg_max"]:
        raise BadConfig(f"grid.box.logg_max {box['logg_max']} lies below the floor of log g, {floor}")
