"""The space of labels that a grid covers and an emulator answers for."""

import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import jax
import numpy as np
from jaxtyping import Bool
from scipy.optimize import linprog

from kurucz_a1.errors import BadConfig, OutsideSupport
from kurucz_a1.label_entries import ABUNDANCES, BY_NAME, LABEL_NAMES, LABELS, REQUIRED, Spacing, of_abundances
from kurucz_a1.labels.labels import Labels
from kurucz_a1.labels.least_gravity import least_logg
from kurucz_a1.types import Real

# Labels typed with four figures may touch an edge; allow for rounding, not for extrapolation.
ROUNDING = 1e-6
#: Share of models that must have one value of a label for it to count as fixed.
SHARED = 0.9
_FLOOR = ("logg_min_at_cool_edge", "logg_min_at_hot_edge")


@dataclass(frozen=True)
class LabelSpace:
    """A box of labels whose logg floor rises linearly with teff.

    - ``ranges``: smallest and largest value of each label in the order of LABELS, in its unit; equal for a fixed label.
    - ``logg_floor``: smallest logg at the lowest and at the highest teff. The floor rises because hot models of low
      gravity are near the Eddington limit and have no static solution; it counts where it lies above ``least_logg``.

    >>> box = {"teff": (4500, 8000), "logg_min_at_cool_edge": 1, "logg_min_at_hot_edge": 3, "logg_max": 5}
    >>> space = LabelSpace.from_box(box)
    >>> space.free, float(space.logg_min(6250.0))
    (('teff', 'logg'), 2.0)
    """

    ranges: tuple[tuple[float, float], ...]
    logg_floor: tuple[float, float]

    @classmethod
    def from_box(cls, box: Mapping[str, Any]) -> "LabelSpace":
        """The space of a label box in the form of ``grid.box`` of the configuration: [low, high] of each label, or one
        value of a label that is fixed; logg by ``logg_min_at_cool_edge``, ``logg_min_at_hot_edge``, ``logg_max``;
        ``abundances``: the same of elements by symbol.

        A label that the box does not name is fixed at its default. Raises BadConfig for a box without room, and for
        what is no element of the gas.
        """
        box = {**box, **of_abundances(box.get("abundances") or {})}
        defaults = {label.name: label.default for label in LABELS if label.default is not None}
        needed = [name for name in (*REQUIRED, *_FLOOR, "logg_max") if name != "logg"]
        missing = [name for name in needed if name not in box]
        if missing:
            raise BadConfig(f"grid.box lacks {missing[0]}; see config/README.md")
        floor = (float(box[_FLOOR[0]]), float(box[_FLOOR[1]]))
        ranges = []
        for name in LABEL_NAMES:
            given: Any = (min(floor), box["logg_max"]) if name == "logg" else box.get(name, defaults.get(name))
            low, high = (float(end) for end in (given if np.ndim(given) else (given, given)))
            if not (np.isfinite([low, high]).all() and low <= high):
                key = _key(name)
                raise BadConfig(f"grid.box.{key} is [{low:g}, {high:g}]; give the lower end first")
            ranges.append((low, high))
        space = cls(tuple(ranges), floor)
        least = float(least_logg(space["teff"][1]))
        if not least <= space["logg"][1]:
            raise BadConfig(
                f"grid.box.logg_max is {space['logg'][1]:g}, but at {space['teff'][1]:g} K no static model has less "
                f"than {least:.2f}"
            )
        if not max(floor) <= space["logg"][1]:
            raise BadConfig(f"grid.box.logg_max {space['logg'][1]:g} lies below the floor of log g, {max(floor):g}")
        return space

    @classmethod
    def of_models(cls, labels: Labels) -> "LabelSpace":
        """The space spanned by the labels of models, arrays (model,): their extremes and the highest straight floor.

        A label that nearly all models share (SHARED) is fixed at that value.
        """
        values = {name: np.asarray(value, dtype=float) for name, value in labels.told().items()}
        box = {name: _extremes(column) for name, column in values.items() if name not in REQUIRED}
        teff, logg = values["teff"], values["logg"]
        cool, hot = teff.min(), teff.max()
        share = (teff - cool) / max(hot - cool, 1.0)
        # Of all lines below all models, the one closest to them on average.
        constraints = np.stack([1 - share, share], axis=1)
        floor = linprog(-constraints.mean(0), A_ub=constraints, b_ub=logg, bounds=(logg.min() - 10, logg.max())).x
        edges = dict(zip(_FLOOR, map(float, floor), strict=True))
        return cls.from_box(box | {"teff": (cool, hot), "logg_max": logg.max()} | edges)

    def to_box(self) -> dict[str, Any]:
        """The space as a dictionary for a JSON file, in the form of ``grid.box``.

        Optional labels that are fixed at their defaults are left out.
        """
        box: dict[str, Any] = {}
        abundances: dict[str, Any] = {}
        for label in LABELS:
            low, high = self[label.name]
            value: Any = low if low == high and label.name not in REQUIRED else [low, high]
            if label.name == "logg":
                box |= {"logg_max": high} | dict(zip(_FLOOR, self.logg_floor, strict=True))
            elif label.optional and value == label.default:
                continue
            elif label.element:
                abundances[label.element] = value
            else:
                box[label.name] = value
        return box | ({"abundances": abundances} if abundances else {})

    def to_json(self) -> str:
        """``to_box`` as JSON text."""
        return json.dumps(self.to_box(), sort_keys=True)

    def __getitem__(self, name: str) -> tuple[float, float]:
        return self.ranges[LABEL_NAMES.index(name)]

    @property
    def free(self) -> tuple[str, ...]:
        """Names of the labels that vary within the space; teff and logg always count."""
        return tuple(n for n, (low, high) in zip(LABEL_NAMES, self.ranges, strict=True) if low < high or n in REQUIRED)

    @property
    def fixed(self) -> dict[str, float]:
        """{name: value} of the other labels."""
        return {name: self[name][0] for name in LABEL_NAMES if name not in self.free}

    def logg_min(self, teff: Any) -> Real:
        """The lowest logg at ``teff``, same shape: the floor, and nowhere less than a static model has."""
        cool, hot = self["teff"]
        rise = self.logg_floor[1] - self.logg_floor[0]
        floor = self.logg_floor[0] + rise * (np.asarray(teff) - cool) / max(hot - cool, 1.0)
        return np.maximum(floor, least_logg(teff))

    def bounds(self, name: str, teff: Any) -> tuple[Real, float]:
        """Smallest and largest value of a label; the floor of logg is that at ``teff``."""
        low, high = self[name]
        return (self.logg_min(np.clip(teff, *self["teff"])), high) if name == "logg" else (low, high)

    def complete(self, values: Mapping[str, Any]) -> Labels:
        """Labels of ``values``; a missing label has its fixed value, or else its default."""
        return Labels(**(self.fixed | {name: value for name, value in values.items() if name in LABEL_NAMES}))

    def fix(self, labels: Labels) -> Labels:
        """The labels, with the fixed ones at their values in this space."""
        return replace(labels.labels, **self.fixed)

    def nearest(self, labels: Labels) -> Labels:
        """The labels moved into the space, each to its nearest edge; numbers or arrays."""
        moved = {name: np.clip(value, *self[name]) for name, value in labels.as_dict().items()}
        return Labels(**(moved | {"logg": np.clip(labels.logg, *self.bounds("logg", moved["teff"]))}))

    def sobol(self, count: int, seed: int, spacing: Spacing = "even") -> Labels:
        """Labels of ``count`` stars spread over the space, arrays (count,), rounded to ``Label.digits``.

        - ``spacing``: "even", or "wide" for a space of many temperatures: teff evenly in its inverse, as excitation and
          ionisation go, and all labels denser towards their ends, half way to the density of Chebyshev's points, as a
          fit is least sure at its edges.

        The points are a scrambled Sobol sequence (Owen 1998, J. Complexity 14, 466): a larger count with the same seed
        adds points and keeps the others. Raises BadConfig for a count below one.
        """
        if count < 1:
            raise BadConfig(f"grid.count is {count}; ask for at least one model")
        from scipy.stats import qmc  # slow to import, and only needed here

        power = max(int(count) - 1, 1).bit_length()
        sequence = qmc.Sobol(len(self.free), scramble=True, rng=np.random.default_rng(seed)).random_base2(power)
        if spacing == "wide":
            sequence = 0.5 * (sequence + np.sin(0.5 * np.pi * sequence) ** 2)
        shares = dict(zip(self.free, sequence[: int(count)].T, strict=True))
        if spacing == "wide":
            cool, hot = self["teff"]
            shares["teff"] = shares["teff"] * cool / (hot + shares["teff"] * (cool - hot))
        drawn = {name: np.full(int(count), value) for name, value in self.fixed.items()}
        for name in self.free:  # teff comes before logg, whose floor depends on it
            low, high = self.bounds(name, drawn.get("teff", self["teff"][0]))
            values = np.round(low + shares[name] * (high - low), BY_NAME[name].digits)
            drawn[name] = np.clip(values, low, high)
        return Labels(**drawn)

    def draw(self, count: int, generator: np.random.Generator) -> Labels:
        """Labels of ``count`` stars drawn uniformly, arrays (count,)."""
        drawn = {name: np.full(count, value) for name, value in self.fixed.items()}
        for name in self.free:
            low, high = self.bounds(name, drawn.get("teff", self["teff"][0]))
            drawn[name] = generator.uniform(low, high, count)
        return Labels(**drawn)

    def highest(self) -> Labels:
        """The upper end of every label."""
        return Labels(**{name: self[name][1] for name in LABEL_NAMES})

    def contains(self, labels: Labels) -> np.bool | Bool[np.ndarray, "..."]:
        """Which labels lie inside: a boolean array of the shape they broadcast to. NaN lies outside."""
        inside = (_inside(value, *self.bounds(name, labels.teff))[0] for name, value in labels.as_dict().items())
        return np.logical_and.reduce(np.broadcast_arrays(*inside))

    def check(self, labels: Labels, outside: str = "raise") -> None:
        """Raise OutsideSupport if a label lies outside, or warn with ``outside="warn"``; traced values are not checked.

        Raises ValueError for labels that are not finite.
        """
        if outside not in ("raise", "warn"):
            raise ValueError(f"outside={outside!r} must be 'raise' or 'warn'")
        if any(isinstance(value, jax.core.Tracer) for value in labels.as_dict().values()):
            return
        complain(self.complaint(labels), outside)

    def complaint(self, labels: Labels) -> str | None:
        """What lies outside, as one line, or None. Raises ValueError for values that are not finite."""
        values = labels.as_dict()
        for name, value in values.items():
            if not np.isfinite(value).all():
                raise ValueError(f"{name} holds NaN or infinity; every label must be a finite number")
        for name, value in values.items():
            text = out_of_range(name, value, *self.bounds(name, labels.teff), labels.teff if name == "logg" else None)
            if text:
                return text
        return None


def _key(name: str) -> str:
    """The key of a label in ``grid.box``."""
    if name == "logg":
        return "logg_max"
    return f"abundances.{BY_NAME[name].element}" if name in ABUNDANCES.values() else name


def out_of_range(name: str, value: Any, low: Any, high: Any, teff: Any = None) -> str | None:
    """One line about the first value outside low..high, with its ``teff`` where given, or None."""
    inside, value, low, high = _inside(value, low, high)
    if inside.all():
        return None
    at = np.flatnonzero(~inside)[0]
    where = "" if teff is None else f" at teff={np.broadcast_to(teff, value.shape).flat[at]:g}"
    return (
        f"{name}={value.flat[at]:g}{where} lies outside {low.flat[at]:g}..{high.flat[at]:g}, "
        "for which this emulator was trained; stay inside, or pass outside='warn' to extrapolate"
    )


def complain(complaint: str | None, outside: str) -> None:
    """Raise OutsideSupport with the complaint, or warn where ``outside`` is "warn"."""
    if complaint is None:
        return
    if outside == "raise":
        raise OutsideSupport(complaint)
    warnings.warn(complaint, stacklevel=4)


def _inside(value: Any, low: Any, high: Any) -> tuple[np.bool | np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Whether ``value`` lies in low..high within ROUNDING, and all three as arrays of one shape."""
    value, low, high = np.broadcast_arrays(np.asarray(value, dtype=float), low, high)
    slack = ROUNDING * np.maximum(np.abs(low), np.abs(high))
    return (value >= low - slack) & (value <= high + slack), value, low, high


def _extremes(values: np.ndarray) -> tuple[float, float] | float:
    """Smallest and largest value, or the median where SHARED of the values equal it."""
    median = float(np.median(values))
    if np.mean(values == median) >= SHARED:
        return median
    return float(values.min()), float(values.max())
