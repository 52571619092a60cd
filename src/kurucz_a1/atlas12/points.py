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
    steps = (abs(getattr(first, name) - getattr(second, name)) / step for name, step in _STEPS.items())
    return sum(steps, abs(math.log10(first.teff / second.teff)) / _TEFF_DEX)


def within_reach(start: Labels, target: Labels) -> bool:
    """Whether the program can be expected to get from a model at ``start`` to one at ``target`` in one run."""
    return (
        abs(target.teff - start.teff) <= _FARTHEST_TEFF * start.teff and abs(target.logg - start.logg) <= _FARTHEST_LOGG
    )


def between(start: Labels, target: Labels, share: float) -> Labels:
    """The Labels a ``share`` (0..1) of the way from ``start`` to ``target``, temperature in its logarithm; labels that
    do not count in ``distance`` are the target's."""
    ends = ((name, getattr(start, name), getattr(target, name)) for name in _STEPS)
    moved = {name: round(low + share * (high - low), 3) for name, low, high in ends}
    teff = round(start.teff * (target.teff / start.teff) ** share, 1)
    return replace(target, teff=teff, **moved)
