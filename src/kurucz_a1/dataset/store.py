"""Write and open datasets of model atmospheres."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from kurucz_a1.atmosphere import Atmosphere, stack
from kurucz_a1.dataset.schema import check
from kurucz_a1.netcdf import open_netcdf, read_netcdf, write_netcdf


def build_dataset(atmospheres: Iterable[Atmosphere], attributes: Mapping[str, Any] | None = None) -> xr.Dataset:
    """A Dataset with dimensions model and depth of single models with one number of depths.

    - ``attributes``: global attributes, as from ``provenance``.

    Raises ValueError where there are no models or different numbers of depths.
    """
    models = list(atmospheres)
    depths = {np.shape(model.temperature)[-1] for model in models}
    if len(depths) != 1:
        raise ValueError(f"a dataset takes models with one number of depths, got {sorted(depths) or 'no models'}")
    dataset = stack(models).to_dataset()
    return dataset.assign_attrs(attributes or {})


def write_dataset(path: Path | str, dataset: xr.Dataset) -> None:
    """Write a Dataset of model atmospheres, with its split, to ``path`` as netCDF-4, whole or not at all.

    Raises BadFile where it does not have the form that ``open_dataset`` accepts or cannot be written.
    """
    check(dataset, path)
    write_netcdf(path, dataset)


def open_dataset(path: Path | str, load: bool = True) -> xr.Dataset:
    """The dataset in the netCDF file ``path``, checked.

    - ``load``: read all values into memory, the default; else they stay in the file until they are used, and the
      dataset must be closed.

    The dimensions are model and depth, the variables those of ``atmosphere.fields`` and ``split`` (0 train,
    1 validation, 2 test). Raises BadFile where the file is missing, damaged, or lacks a variable, units or finite
    numbers.
    """
    dataset = read_netcdf(path) if load else open_netcdf(path)
    check(dataset, path)
    return dataset
