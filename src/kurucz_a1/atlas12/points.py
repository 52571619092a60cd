"""Points in label space, how far apart they are, and the way from one to another."""

import math
from dataclasses import asdict, dataclass

# What each label weighs in the distance between two models: a step of this size counts one. Found by growing grids
# of ATLAS-12 models outward from the Sun; temperature and gravity decide whether a start is near enough.
_TEFF_DEX, _LOGG, _FEH, _AFE = 0.02, 0.5, 0.5 / 0.6, 0.4 / 0.6
# Beyond these steps the program's first pressure integration tends to fail.
_FARTHEST_TEFF, _FARTHEST_LOGG = 0.10, 1.0


@dataclass(frozen=True)
class Point:
    """Labels of a model: teff (K), logg, feh, afe (dex), vturb (km/s). feh is [M/H], afe is [alpha/M]."""

    teff: float
    logg: float
    feh: float = 0.0
    afe: float = 0.0
    vturb: float = 2.0

    def __str__(self):
        return f"teff {self.teff:g} K, logg {self.logg:g}, feh {self.feh:g}, afe {self.afe:g}, vturb {self.vturb:g}"

    def as_dict(self):
        return asdict(self)


def distance(here, there):
    """How far two Points are apart: a number without unit, about 1 for a comfortable step."""
    return (
        abs(math.log10(here.teff / there.teff)) / _TEFF_DEX
        + abs(here.logg - there.logg) / _LOGG
        + abs(here.feh - there.feh) / _FEH
        + abs(here.afe - there.afe) / _AFE
    )


def within_reach(start, target):
    """Whether the program can be expected to get from a model at ``start`` to one at ``target`` in one run."""
    return (
        abs(target.teff - start.teff) <= _FARTHEST_TEFF * start.teff and abs(target.logg - start.logg) <= _FARTHEST_LOGG
    )


def between(start, target, share):
    """The Point that lies ``share`` (0..1) of the way from ``start`` to ``target``, temperature in its logarithm."""
    return Point(
        teff=round(start.teff * (target.teff / start.teff) ** share, 1),
        **{
            name: round(getattr(start, name) + share * (getattr(target, name) - getattr(start, name)), 3)
            for name in ("logg", "feh", "afe")
        },
        vturb=target.vturb,
    )
