"""The 111 real ATLAS-12 models that come with the package."""

from functools import cache
from importlib.resources import as_file, files

import numpy as np

from kurucz_a1.atmosphere import from_dataset
from kurucz_a1.dataset.split import add_split
from kurucz_a1.dataset.store import build_dataset
from kurucz_a1.grid.depths import on_standard_depths
from kurucz_a1.netcdf import read_netcdf

LAYERS = 80  # of the models that reach the bottom of the standard grid


@cache
def _reference():
    with as_file(files("kurucz_a1.dataset") / "data" / "atlas12_reference.nc") as path:
        return read_netcdf(path)


def load_atlas12_reference():
    """Real ATLAS-12 models as an xarray Dataset, dimensions model (111), depth (80).

    Variables: those of ``atmosphere.fields``, number_fractions (model, element), the convective flux (erg cm-2 s-1) and
    velocity (cm s-1) of each layer, layers (model): 72 or 80, the numbers after which are nan, and how well the model
    had converged. The numbers are the program's own; log_tau is computed from them. Attributes say how the models were
    made.
    """
    return _reference().copy()


def atlas12_reference_atmospheres():
    """The reference models as a list of 111 Atmospheres of shape (72,) or (80,), as ATLAS-12 gave them."""
    dataset = _reference()
    layers = dataset["layers"].values
    return [from_dataset(dataset.isel(model=k, depth=slice(0, layers[k]))) for k in range(len(layers))]


def atlas12_reference_dataset(validation=0.1, test=0.1, seed=42):
    """The 40 reference models with 80 layers in the form that ``open_dataset`` gives, with a split."""
    models = [m for m in atlas12_reference_atmospheres() if np.shape(m.temperature) == (LAYERS,)]
    dataset = build_dataset([on_standard_depths(model) for model in models], _reference().attrs)
    return add_split(dataset, validation, test, seed)
