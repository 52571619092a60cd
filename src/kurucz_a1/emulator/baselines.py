"""Emulators without a network, fitted in seconds: what a network has to beat.

Both take the labels as the networks do, scaled to -1..1, and give ln of all fields at all depths at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

import jax
import numpy as np
import xarray as xr
from jaxtyping import Float
from scipy.interpolate import RBFInterpolator

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.dataset.schema import SPLITS
from kurucz_a1.emulator.normalization import label_inputs
from kurucz_a1.emulator.training_data import label_space_of
from kurucz_a1.labels import Labels, LabelSpace

DEGREE = 2  # of the polynomial: 15 terms of four labels
# Of the nearest models, for training sets so large that all of them would not do.
NEIGHBOURS, FEW = 200, 6000

_Points = Float[np.ndarray, "model label"]
_Values = Float[np.ndarray, "model output"]


@dataclass(frozen=True)
class Baseline:
    """An emulator without a network; call it with Labels of its ``space``, of one star or of many.

    - ``kind``: "interpolation" or "polynomial".
    - ``log_tau``: its depths.
    - ``function``: scaled labels to ln of the fields, (model, 6 x depth); ``low``, ``high``: the labels' range.
    """

    kind: str
    space: LabelSpace
    log_tau: Float[np.ndarray, "depth"]
    low: Float[np.ndarray, "label"]
    high: Float[np.ndarray, "label"]
    function: Callable[[_Points], _Values]

    def __call__(self, labels: Labels) -> Atmosphere:
        """The model atmospheres on the depths of the training set."""
        stars = self.space.complete(labels.as_dict())
        inputs = _inputs(self.space.free, [getattr(stars, name) for name in self.space.free])
        shape = inputs.shape[:-1]
        points = _scaled(inputs.reshape(-1, inputs.shape[-1]), self.low, self.high)
        values = np.exp(self.function(points)).reshape(*shape, len(FIELD_NAMES), self.log_tau.size)
        arrays: dict[str, Any] = dict(zip(FIELD_NAMES, np.moveaxis(values, -2, 0), strict=True))
        arrays |= {name: np.broadcast_to(np.asarray(value), shape) for name, value in stars.as_dict().items()}
        arrays["log_tau"] = np.broadcast_to(self.log_tau, (*shape, self.log_tau.size))
        return jax.tree.map(np.asarray, Atmosphere(**arrays, source=self.kind))


def fit_baselines(dataset: xr.Dataset) -> dict[str, Baseline]:
    """The baselines by kind, fitted to the training split of a dataset on one depth grid.

    - interpolation: cubic radial basis functions with a linear trend, through every model (Fasshauer 2007, Meshfree
      Approximation Methods with MATLAB, chapter 6), as ``scipy.interpolate.RBFInterpolator`` has them.
    - polynomial: all terms of the labels to degree 2, by least squares.
    """
    chosen = dataset.isel(model=dataset["split"].values == SPLITS.index("train"))
    space = label_space_of(dataset)
    inputs = _inputs(space.free, [chosen[name].values for name in space.free])
    low, high = inputs.min(axis=0), inputs.max(axis=0)
    points = _scaled(inputs, low, high)
    values = np.concatenate([np.log(chosen[name].values) for name in FIELD_NAMES], axis=1)
    neighbours = None if len(points) <= FEW else NEIGHBOURS
    functions: Mapping[str, Callable[[_Points], _Values]] = {
        "interpolation": RBFInterpolator(points, values, kernel="cubic", degree=1, neighbors=neighbours),
        "polynomial": _polynomial(points, values),
    }
    log_tau = np.atleast_2d(np.asarray(chosen["log_tau"].values, dtype=float))[0]
    return {kind: Baseline(kind, space, log_tau, low, high, function) for kind, function in functions.items()}


def _inputs(names: tuple[str, ...], values: list[Any]) -> Float[np.ndarray, "... label"]:
    return np.asarray(label_inputs(names, map(np.asarray, values), library=np), dtype=float)


def _scaled(inputs: _Points, low: Float[np.ndarray, "label"], high: Float[np.ndarray, "label"]) -> _Points:
    return 2.0 * (inputs - low) / np.where(high > low, high - low, 1.0) - 1.0


def _polynomial(points: _Points, values: _Values) -> Callable[[_Points], _Values]:
    coefficients, *_ = np.linalg.lstsq(_terms(points), values, rcond=None)
    return lambda others: _terms(others) @ coefficients


def _terms(points: _Points) -> Float[np.ndarray, "model term"]:
    """All products of up to DEGREE labels."""
    count = points.shape[1]
    columns = [np.ones(len(points))]
    for degree in range(1, DEGREE + 1):
        columns += [
            points[:, list(chosen)].prod(axis=1) for chosen in combinations_with_replacement(range(count), degree)
        ]
    return np.stack(columns, axis=1)
