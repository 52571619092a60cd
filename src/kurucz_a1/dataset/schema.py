"""What a dataset of model atmospheres holds, and the checks that a file must pass."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import xarray as xr

from kurucz_a1.atmosphere.fields import BY_NAME, FIELD_NAMES
from kurucz_a1.errors import BadFile
from kurucz_a1.labels import LABEL_NAMES, LABELS

SPLITS = ("train", "validation", "test")
_POSITIVE = tuple(name for name in FIELD_NAMES if name != "radiative_acceleration")
_INCREASING = ("log_tau", "column_mass")
_MODELS = 2000  # checked at a time
_REMEDY = "make the dataset again with the dataset rule of the workflow"


def check(dataset: xr.Dataset, path: Path | str, with_split: bool = True) -> None:
    """Raise BadFile, in one line that names ``path`` and the variable, where a Dataset does not have the known form.

    Every variable of ``atmosphere.fields`` must have dimensions (model, depth) or (model), its units and finite
    numbers, optional labels where they are there; pressure, densities, temperature and opacity must be positive;
    log_tau and column mass must increase inward.

    - ``with_split``: check the variable ``split`` too.
    """
    for name in ("log_tau", *FIELD_NAMES):
        _check_variable(dataset, path, name, ("model", "depth"))
    for label in LABELS:
        if not label.optional or label.name in dataset:
            _check_variable(dataset, path, label.name, ("model",))
    for name in _POSITIVE:
        _refuse(dataset, path, name, lambda values: values <= 0, f"{name} is not positive")
    for name in _INCREASING:
        _refuse(dataset, path, name, lambda values: np.diff(values, axis=-1) <= 0, f"{name} does not increase inward")
    if "label_jacobian" in dataset:
        _check_form(dataset, path, "label_jacobian", ("model", "quantity", "label", "depth"))
        if tuple(dataset["quantity"].values) != FIELD_NAMES:
            raise BadFile(f"{path}: quantity of label_jacobian is not {', '.join(FIELD_NAMES)}; {_REMEDY}")
        unknown = set(dataset["label"].values) - set(LABEL_NAMES)
        if unknown:
            raise BadFile(f"{path}: label_jacobian is by {sorted(unknown)[0]}, which is no label; {_REMEDY}")
    if with_split:
        _check_split(dataset, path)


def _check_variable(dataset: xr.Dataset, path: Path | str, name: str, dimensions: tuple[str, ...]) -> None:
    if name not in dataset:
        raise BadFile(f"{path}: variable {name} is missing; {_REMEDY}")
    variable = dataset[name]
    units = variable.attrs.get("units")
    if units != BY_NAME[name].units:
        raise BadFile(f"{path}: {name} has units {units!r}, expected {BY_NAME[name].units!r}; convert it")
    _check_form(dataset, path, name, dimensions)


def _check_form(dataset: xr.Dataset, path: Path | str, name: str, dimensions: tuple[str, ...]) -> None:
    variable = dataset[name]
    if variable.dims != dimensions:
        raise BadFile(f"{path}: {name} has dimensions {variable.dims}, expected {dimensions}; {_REMEDY}")
    if variable.dtype.kind != "f":
        raise BadFile(f"{path}: {name} holds {variable.dtype}, expected floating-point numbers; {_REMEDY}")
    _refuse(dataset, path, name, lambda values: ~np.isfinite(values), f"{name} is not finite")


def _check_split(dataset: xr.Dataset, path: Path | str) -> None:
    if "split" not in dataset or dataset["split"].dims != ("model",):
        raise BadFile(f"{path}: variable split(model) is missing; {_REMEDY}")
    _refuse(dataset, path, "split", lambda values: ~np.isin(values, range(len(SPLITS))), "split is none of 0, 1, 2")


def _refuse(
    dataset: xr.Dataset, path: Path | str, name: str, is_bad: Callable[[np.ndarray], np.ndarray], complaint: str
) -> None:
    """Raise BadFile at the first bad value."""
    variable = dataset.variables[name]
    for start in range(0, variable.shape[0], _MODELS):
        bad = is_bad(variable[start : start + _MODELS].values)
        if bad.any():
            place = np.argwhere(bad)[0]
            where = f"model {start + place[0]}" + (f", depth {place[1]}" if len(place) > 1 else "")
            raise BadFile(f"{path}: {complaint} at {where} ({int(bad.sum())} such values); leave the model out")
