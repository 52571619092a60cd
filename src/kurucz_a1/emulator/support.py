"""The labels and depths for which an emulator was trained."""

import json
import warnings
from dataclasses import asdict, dataclass

import jax
import numpy as np
from scipy.optimize import linprog

from kurucz_a1.errors import BadFile, OutsideSupport

# Labels typed with four figures may touch an edge; allow for rounding, not for extrapolation.
ROUNDING = 1e-6


@dataclass(frozen=True)
class Support:
    """A box of labels whose logg floor rises linearly with teff, and a range of log_tau.

    teff (K), feh, afe, log_tau: (smallest, largest); logg runs from the line through ``logg_min_at_cool_edge`` and
    ``logg_min_at_hot_edge`` (at the ends of teff) to ``logg_max``; vturb: the microturbulence of the models, km s-1.
    The floor rises because hot models of low gravity stand near the Eddington limit and have no static solution.
    """

    teff: tuple[float, float]
    logg_max: float
    logg_min_at_cool_edge: float
    logg_min_at_hot_edge: float
    feh: tuple[float, float]
    afe: tuple[float, float]
    vturb: float
    log_tau: tuple[float, float]

    def logg_min(self, teff):
        """The lowest logg at ``teff``, same shape."""
        cool, hot = self.teff
        rise = self.logg_min_at_hot_edge - self.logg_min_at_cool_edge
        return self.logg_min_at_cool_edge + rise * (np.asarray(teff) - cool) / max(hot - cool, 1.0)

    def draw(self, count, generator):
        """Labels drawn evenly in the box, {label: (count,)}."""
        teff = generator.uniform(*self.teff, count)
        return {
            "teff": teff,
            "logg": generator.uniform(self.logg_min(teff), self.logg_max),
            "feh": generator.uniform(*self.feh, count),
            "afe": generator.uniform(*self.afe, count),
        }

    def _bounds(self, teff):
        """Lowest and highest value of each input; the one of logg depends on ``teff``."""
        return {
            "teff": self.teff,
            "logg": (self.logg_min(np.clip(teff, *self.teff)), self.logg_max),
            "feh": self.feh,
            "afe": self.afe,
            "log_tau": self.log_tau,
        }

    def contains(self, teff, logg, feh, afe):
        """Which labels lie inside: a boolean array of the shape they broadcast to. NaN lies outside."""
        values = {"teff": teff, "logg": logg, "feh": feh, "afe": afe}
        bounds = self._bounds(teff)
        return np.logical_and.reduce(np.broadcast_arrays(*(_inside(values[k], *bounds[k])[0] for k in values)))

    def complaint(self, teff, logg, feh, afe, log_tau):
        """What lies outside, as one line, or None. Raises ValueError for values that are not finite."""
        values = {"teff": teff, "logg": logg, "feh": feh, "afe": afe, "log_tau": log_tau}
        for name, value in values.items():
            if not np.isfinite(value).all():
                raise ValueError(f"{name} holds NaN or infinity; every label and depth must be a finite number")
        for name, bounds in self._bounds(teff).items():
            inside, value, low, high = _inside(values[name], *bounds)
            if not inside.all():
                at = np.flatnonzero(~inside)[0]
                where = f" at teff={np.broadcast_to(teff, value.shape).flat[at]:g}" if name == "logg" else ""
                return (
                    f"{name}={value.flat[at]:g}{where} lies outside {low.flat[at]:g}..{high.flat[at]:g}, "
                    "for which this emulator was trained; stay inside, or pass outside='warn' to extrapolate"
                )
        return None

    def check(self, teff, logg, feh, afe, log_tau, outside="raise"):
        """Raise OutsideSupport, or with outside='warn' warn, if anything lies outside; no check of traced values."""
        if outside not in ("raise", "warn"):
            raise ValueError(f"outside={outside!r} must be 'raise' or 'warn'")
        if any(isinstance(value, jax.core.Tracer) for value in (teff, logg, feh, afe, log_tau)):
            return
        complaint = self.complaint(teff, logg, feh, afe, log_tau)
        if complaint is None:
            return
        if outside == "raise":
            raise OutsideSupport(complaint)
        warnings.warn(complaint, stacklevel=3)


def _inside(value, low, high):
    """Whether value lies in low..high within ROUNDING, and the three as arrays of one shape."""
    value, low, high = np.broadcast_arrays(np.asarray(value, dtype=float), low, high)
    slack = ROUNDING * np.maximum(np.abs(low), np.abs(high))
    return (value >= low - slack) & (value <= high + slack), value, low, high


def support_of_box(box, log_tau):
    """The Support of a label box (keys as ``grid.box`` of the configuration) and an array of log_tau."""
    log_tau = np.asarray(log_tau)
    return Support(
        teff=_pair(box["teff"]),
        logg_max=float(box["logg_max"]),
        logg_min_at_cool_edge=float(box["logg_min_at_cool_edge"]),
        logg_min_at_hot_edge=float(box["logg_min_at_hot_edge"]),
        feh=_pair(box["feh"]),
        afe=_pair(box["afe"]),
        vturb=float(np.mean(box["vturb"])),
        log_tau=(float(log_tau.min()), float(log_tau.max())),
    )


def support_of_models(teff, logg, feh, afe, vturb, log_tau):
    """The Support spanned by given models, those of all sets of a dataset.

    Extremes of the labels, and the highest straight floor under their logg.
    """
    teff, logg = np.asarray(teff, dtype=float), np.asarray(logg, dtype=float)
    cool, hot = teff.min(), teff.max()
    share = (teff - cool) / max(hot - cool, 1.0)
    # Of all lines with no model below, the one that lies closest to the models in the mean.
    constraints = np.stack([1 - share, share], axis=1)
    floor = linprog(-constraints.mean(0), A_ub=constraints, b_ub=logg, bounds=(logg.min() - 10, logg.max())).x
    box = {
        "teff": (cool, hot),
        "logg_max": logg.max(),
        "logg_min_at_cool_edge": floor[0],
        "logg_min_at_hot_edge": floor[1],
        "feh": (np.min(feh), np.max(feh)),
        "afe": (np.min(afe), np.max(afe)),
        "vturb": np.median(vturb),
    }
    return support_of_box(box, log_tau)


def to_json(support):
    """The support as a dictionary for a JSON file."""
    return asdict(support)


def from_json(tree):
    """The Support that ``to_json`` wrote. Raises BadFile if the dictionary is not of that form."""
    try:
        pairs = {key: _pair(tree[key]) for key in ("teff", "feh", "afe", "log_tau")}
        numbers = ("logg_max", "logg_min_at_cool_edge", "logg_min_at_hot_edge", "vturb")
        return Support(**pairs, **{key: float(tree[key]) for key in numbers})
    except (KeyError, TypeError, ValueError) as error:
        raise BadFile(f"support of the emulator is not of the known form: {json.dumps(tree)[:80]}") from error


def _pair(values):
    low, high = values
    return float(low), float(high)
