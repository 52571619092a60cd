"""Errors of a network in parts of its label space: by temperature, by metallicity, from the centre to the corners."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.evaluation.emulator_checks import accuracy
from kurucz_a1.labels import BY_NAME, Labels, LabelSpace

#: K, limits of the parts by temperature.
TEMPERATURES = (4500.0, 8000.0)
METAL_POOR = -2.0  # [M/H]


def errors_by_region(test: Atmosphere, prediction: Atmosphere, space: LabelSpace) -> pd.DataFrame:
    """Errors of ``accuracy`` in each part of ``space`` that holds models of the test.

    Columns: region, models, and <field>_median and <field>_p95, both of abs(Delta ln).
    """
    errors = accuracy(test, prediction)
    rows = []
    for name, inside in _regions(test, space):
        if inside.any():
            sizes = {field: size[inside] for field, size in errors.items()}
            rows.append(
                {"region": name, "models": int(inside.sum())}
                | {f"{field}_median": np.median(size) for field, size in sizes.items()}
                | {f"{field}_p95": np.percentile(size, 95, method="higher") for field, size in sizes.items()}
            )
    return pd.DataFrame(rows)


def _regions(labels: Labels, space: LabelSpace) -> Iterator[tuple[str, Bool[np.ndarray, "model"]]]:
    teff, feh = (np.asarray(value, dtype=float) for value in (labels.teff, labels.feh))
    yield "all", np.full(teff.shape, True)
    low, high = TEMPERATURES
    yield f"Teff below {low:.0f} K", teff < low
    yield f"{low:.0f} to {high:.0f} K", (teff >= low) & (teff < high)
    yield f"above {high:.0f} K", teff >= high
    yield f"[M/H] below {METAL_POOR:g}", feh < METAL_POOR
    place = distance_from_centre(labels, space)
    inner, outer = np.percentile(place, [100 / 3, 200 / 3])
    yield "third nearest to the centre", place <= inner
    yield "middle third", (place > inner) & (place <= outer)
    yield "third nearest to the corners", place > outer


def distance_from_centre(labels: Labels, space: LabelSpace) -> Float[np.ndarray, "model"]:
    """Root mean square, over the labels that are no abundances, of the distance from the middle of the range in
    half-widths: 0 at the centre of the space, 1 at its corners."""
    squares = []
    for name in space.free:
        if BY_NAME[name].element:
            continue
        low, high = space.bounds(name, labels.teff)
        value = np.asarray(getattr(labels, name), dtype=float)
        if BY_NAME[name].logarithmic:
            low, high, value = np.log(low), np.log(high), np.log(value)
        width = np.maximum(high - low, np.finfo(float).eps)  # of a label that does not vary
        squares.append(((2.0 * value - low - high) / width) ** 2)
    return np.sqrt(np.mean(squares, axis=0))
