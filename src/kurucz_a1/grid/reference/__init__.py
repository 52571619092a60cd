"""The real ATLAS-12 models that come with the package."""

from functools import cache

import pandas as pd
import xarray as xr

from kurucz_a1.atmosphere import Atmosphere, from_dataset
from kurucz_a1.files import packaged
from kurucz_a1.netcdf import read_netcdf


@cache
def _reference() -> xr.Dataset:
    return read_netcdf(packaged("grid/reference/data/atlas12_reference.nc"))


def load_atlas12_reference() -> xr.Dataset:
    """Real ATLAS-12 models as a Dataset with dimensions model and depth (80).

    Variables are those of ``atmosphere.fields``, number_fractions (model, element), the convective flux (erg cm-2 s-1,
    as ATLAS prints it: F / 4 pi) and velocity (cm s-1) of each layer, layers (model) and how well the model converged.
    Where layers is 72, numbers beyond are nan. The numbers are the program's own; log_tau is computed from them.
    Attributes say how the models were made.
    """
    return _reference().copy()


def atlas12_reference_atmospheres() -> list[Atmosphere]:
    """The reference models with their 72 or 80 layers, as ATLAS-12 gave them."""
    dataset = _reference()
    layers = dataset["layers"].values
    return [from_dataset(dataset.isel(model=k, depth=slice(0, layers[k]))) for k in range(len(layers))]


def atlas12_runs() -> pd.DataFrame:
    """The runs that made the reference models, a table with a row for each requested point, converged or not.

    Columns: name; teff (K), logg, feh, afe (dex), vturb (km/s); layers; start: "neighbour" or "solver", the model that
    the first run began with; tries; seconds of one processor, of all tries; outcome: "converged" or the reason why not.
    """
    return pd.read_csv(packaged("grid/reference/data/atlas12_runs.csv"))
