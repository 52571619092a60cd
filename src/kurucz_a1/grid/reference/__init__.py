"""The real ATLAS-12 models that come with the package."""

from functools import cache

import pandas as pd

from kurucz_a1.atmosphere import from_dataset
from kurucz_a1.files import packaged
from kurucz_a1.netcdf import read_netcdf


@cache
def _reference():
    return read_netcdf(packaged("grid/reference/data/atlas12_reference.nc"))


def load_atlas12_reference():
    """Real ATLAS-12 models as an xarray Dataset, dimensions model, depth (80).

    Variables: those of ``atmosphere.fields``, number_fractions (model, element), the convective flux (erg cm-2 s-1) and
    velocity (cm s-1) of each layer, layers (model): 72 or 80, the numbers after which are nan, and how well the model
    had converged. The numbers are the program's own; log_tau is computed from them. Attributes say how the models were
    made.
    """
    return _reference().copy()


def atlas12_reference_atmospheres():
    """The reference models as a list of Atmospheres of shape (72,) or (80,), as ATLAS-12 gave them."""
    dataset = _reference()
    layers = dataset["layers"].values
    return [from_dataset(dataset.isel(model=k, depth=slice(0, layers[k]))) for k in range(len(layers))]


def atlas12_runs():
    """The runs that made the reference models, a DataFrame with a row for each point asked for, converged or not.

    Columns: name; teff (K), logg, feh, afe (dex), vturb (km/s); layers; start: "neighbour" or "solver", what the first
    run began with; tries; seconds of one processor, all tries; outcome: "converged" or the reason why not.
    """
    return pd.read_csv(packaged("grid/reference/data/atlas12_runs.csv"))
