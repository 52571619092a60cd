"""Write and open datasets of model atmospheres."""

import numpy as np
import xarray as xr

from kurucz_a1.atmosphere import stack
from kurucz_a1.dataset.schema import check
from kurucz_a1.netcdf import open_netcdf, read_netcdf, write_netcdf


def build_dataset(atmospheres, attributes=None):
    """An xarray Dataset with dimensions model, depth of a sequence of Atmospheres (depth,) on one number of depths.

    attributes: global attributes, as from ``provenance``. Raises ValueError for an empty sequence or unequal depths.
    """
    atmospheres = list(atmospheres)
    depths = {np.shape(model.temperature)[-1] for model in atmospheres}
    if len(depths) != 1:
        raise ValueError(f"a dataset takes models with one number of depths, got {sorted(depths) or 'no models'}")
    dataset = stack(atmospheres).to_dataset()
    return dataset.assign_attrs(attributes or {})


def write_dataset(path, dataset):
    """Write a Dataset of model atmospheres, with its split, to ``path`` as netCDF-4, whole or not at all.

    Raises BadFile where it is not of the form that ``open_dataset`` accepts or cannot be written.
    """
    check(dataset, path)
    write_netcdf(path, dataset)


def open_dataset(path, load=True) -> xr.Dataset:
    """The dataset in the netCDF file ``path``, checked.

    load: read it into memory; else its values stay in the file until they are asked for, and it is to be closed.
    Dimensions model, depth; variables of ``atmosphere.fields`` and ``split`` (0 train, 1 validation, 2 test).
    Raises BadFile, in one line, where the file is missing, damaged, or lacks a variable, units or finite numbers.
    """
    dataset = read_netcdf(path) if load else open_netcdf(path)
    check(dataset, path)
    return dataset
