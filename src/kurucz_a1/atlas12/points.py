"""Points in label space: how far apart they are, and points between them."""

import math
from dataclasses import replace

from kurucz_a1.labels import Labels

# The steps of each label that count as a distance of one. Found by growing grids of ATLAS-12 models outward from the
# Sun; temperature and gravity decide whether a start is near enough.
_TEFF_DEX = 0.02
_STEPS = {"logg": 0.5, "feh": 0.5 / 0.6, "afe": 0.4 / 0.6}
# Beyond these steps the program's first pressure integration tends to fail.
_FARTHEST_TEFF, _FARTHEST_LOGG = 0.10, 1.0


def distance(first: Labels, second: Labels) -> float:
    """The distance of two models in labels: a number without unit, about 1 for a comfortable step."""
    left, right = first.floats(), second.floats()
    steps = (abs(left[name] - right[name]) / step for name, step in _STEPS.items())
    return sum(steps, abs(math.log10(left["teff"] / right["teff"])) / _TEFF_DEX)


def within_reach(start: Labels, target: Labels) -> bool:
    """Whether the program can be expected to get from a model at ``start`` to one at ``target`` in one run."""
    near, far = start.floats(), target.floats()
    close_in_teff = abs(far["teff"] - near["teff"]) <= _FARTHEST_TEFF * near["teff"]
    return close_in_teff and abs(far["logg"] - near["logg"]) <= _FARTHEST_LOGG


def between(start: Labels, target: Labels, share: float) -> Labels:
    """The Labels a ``share`` (0..1) of the way from ``start`` to ``target``, temperature in its logarithm; labels that
    do not count in ``distance`` are the target's."""
    low, high = start.floats(), target.floats()
    moved = {name: round(low[name] + share * (high[name] - low[name]), 3) for name in _STEPS}
    teff = round(low["teff"] * (high["teff"] / low["teff"]) ** share, 1)
    return replace(target, teff=teff, **moved)
