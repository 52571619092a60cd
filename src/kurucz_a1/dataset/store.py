"""Write and open datasets of model atmospheres."""

import json

import numpy as np
import xarray as xr

from kurucz_a1.atmosphere import stack
from kurucz_a1.dataset.schema import check
from kurucz_a1.dataset.split import add_split
from kurucz_a1.errors import BadFile
from kurucz_a1.grid.batches import read_batches
from kurucz_a1.netcdf import read_netcdf, write_netcdf


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


def assemble(batches, *, validation, test, seed, attributes=None, box=None):
    """The Dataset of all models in the batch files ``batches``, in the order of their labels, with its split.

    box: the label box in which the labels were drawn, kept as the attribute label_box (JSON): the range for which an
    emulator trained on the dataset answers. Raises BadFile where a batch is damaged or no model was made at all.
    """
    dataset = read_batches(batches)
    if dataset.sizes["model"] == 0:
        raise BadFile("the grid holds no model: every point failed; see the reasons in the grid's failures.csv")
    dataset = add_split(dataset, validation, test, seed).assign_attrs(attributes or {})
    return dataset if box is None else dataset.assign_attrs(label_box=json.dumps(box, sort_keys=True))


def write_dataset(path, dataset):
    """Write a Dataset of model atmospheres, with its split, to ``path`` as netCDF-4, whole or not at all.

    Raises BadFile where it is not of the form that ``open_dataset`` accepts or cannot be written.
    """
    check(dataset, path)
    write_netcdf(path, dataset)


def open_dataset(path) -> xr.Dataset:
    """The dataset in the netCDF file ``path``, read into memory and checked.

    Dimensions model, depth; variables of ``atmosphere.fields`` and ``split`` (0 train, 1 validation, 2 test).
    Raises BadFile, in one line, where the file is missing, damaged, or lacks a variable, units or finite numbers.
    """
    dataset = read_netcdf(path)
    check(dataset, path)
    return dataset
