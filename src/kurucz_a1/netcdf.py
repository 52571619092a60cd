"""netCDF files, compressed, whole or not at all; reading explains what is wrong in one line."""

import warnings

import xarray as xr

from kurucz_a1.errors import BadFile
from kurucz_a1.files import atomic_path

with warnings.catch_warnings():
    # Built against an older numpy with a smaller array header, which numpy promises to be harmless.
    warnings.filterwarnings("ignore", message="numpy.ndarray size changed")
    import netCDF4  # noqa: F401

_COMPRESSION = {"zlib": True, "complevel": 4, "shuffle": True}


def write_netcdf(path, dataset):
    """Write an xarray Dataset to ``path`` as netCDF-4, its numbers compressed without loss.

    Raises BadFile where the file cannot be written.
    """
    encoding = {
        name: {**_COMPRESSION, "_FillValue": None} if variable.dtype.kind in "fiu" and variable.size else {}
        for name, variable in dataset.variables.items()
    }
    with atomic_path(path) as temporary:
        dataset.to_netcdf(temporary, engine="netcdf4", format="NETCDF4", encoding=encoding)


def read_netcdf(path):
    """The Dataset in ``path``, read into memory. Raises BadFile where it is missing, truncated or not netCDF."""
    try:
        with xr.open_dataset(path, engine="netcdf4", decode_times=False) as dataset:
            return dataset.load()
    except FileNotFoundError:
        raise BadFile(f"{path}: no such file; expected a netCDF file") from None
    except PermissionError:
        raise BadFile(f"{path}: no permission to read this file") from None
    except Exception as error:
        # The netCDF and HDF5 libraries answer damage with many kinds of error, KeyError and RuntimeError among them.
        reason = " ".join(str(error).split())[:80]
        raise BadFile(f"{path}: not a whole netCDF file ({reason}); make it again") from error
