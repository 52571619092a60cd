"""netCDF files, compressed, whole or not at all, with a checksum; reading explains what is wrong in one line."""

import math
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from kurucz_a1.digest import digest
from kurucz_a1.errors import BadFile
from kurucz_a1.files import atomic_path, writing_explained

with warnings.catch_warnings():
    # Built against an older numpy with a smaller array header, which numpy promises to be harmless.
    warnings.filterwarnings("ignore", message="numpy.ndarray size changed")
    import netCDF4

netCDF4.set_chunk_cache(8 << 20)  # bytes a variable; the library's own 64 MB each would be most of the memory
CHECKSUM = "content_sha256"
_COMPRESSION = {"zlib": True, "complevel": 4, "shuffle": True}
_CHUNK = 1 << 20  # bytes compressed together: whole entries of the first dimension, so that some can be read alone


def write_netcdf(path: str | Path, dataset: xr.Dataset) -> None:
    """Write a Dataset to ``path`` as netCDF-4, its numbers compressed without loss.

    The file is read again and gets a checksum of all its content, the attribute ``content_sha256``, since HDF5 detects
    little later damage. Raises BadFile where the file cannot be written.
    """
    encoding = {name: _encoding(variable.dtype, variable.shape) for name, variable in dataset.variables.items()}
    dataset = dataset.assign_attrs()
    dataset.attrs.pop(CHECKSUM, None)  # of the file that it was read from
    with atomic_path(path) as temporary, writing_explained(path, RuntimeError):
        dataset.to_netcdf(temporary, engine="netcdf4", format="NETCDF4", encoding=encoding)
        sign(temporary)


def write_netcdf_parts(path: str | Path, parts: Iterable[xr.Dataset], dimension: str, size: int) -> None:
    """Write Datasets to ``path``, joined along ``dimension``, like ``write_netcdf``.

    - ``parts``: Datasets with the same variables, taken one at a time. Attributes, and variables without the dimension,
      are those of the first.
    - ``size``: entries of all parts together.
    """
    with atomic_path(path) as temporary, writing_explained(path, RuntimeError):
        with netCDF4.Dataset(temporary, "w", format="NETCDF4") as file:
            start = 0
            for part in parts:
                if not start:
                    _define(file, part, dimension, size)
                stop = start + part.sizes[dimension]
                for name, variable in part.variables.items():
                    values = variable.values.astype(object) if variable.dtype.kind in "UO" else variable.values
                    if dimension in variable.dims:
                        file[str(name)][start:stop] = values
                    elif not start:
                        file[str(name)][...] = values
                start = stop
        sign(temporary)


def _define(file: netCDF4.Dataset, part: xr.Dataset, dimension: str, size: int) -> None:
    """Define dimensions, variables and attributes of a file for ``part``, with ``size`` entries of ``dimension``."""
    sizes = {str(name): length for name, length in part.sizes.items()} | {dimension: size}
    for name, length in sizes.items():
        file.createDimension(name, length)
    for key, variable in part.variables.items():
        name, dimensions = str(key), tuple(map(str, variable.dims))
        shape = tuple(sizes[dim] for dim in dimensions)
        made: netCDF4.Variable
        if variable.dtype.kind in "UO":
            made = file.createVariable(name, str, dimensions)
        else:
            encoding = _encoding(variable.dtype, shape)
            encoding.pop("_FillValue", None)
            made = file.createVariable(name, variable.dtype, dimensions, fill_value=False, **encoding)
        made.setncatts(variable.attrs)
    file.setncatts(part.attrs)


def _encoding(dtype: np.dtype, shape: tuple[int, ...]) -> dict[str, Any]:
    size = dtype.itemsize * math.prod(shape)
    if dtype.kind not in "fiu" or not size:
        return {}
    encoding: dict[str, Any] = {**_COMPRESSION, "_FillValue": None}
    if size > _CHUNK:
        encoding["chunksizes"] = (max(1, _CHUNK * shape[0] // size), *shape[1:])
    return encoding


def sign(path: str | Path) -> None:
    """Add the checksum of its content to a netCDF file."""
    with xr.open_dataset(path, engine="netcdf4", decode_times=False) as written:
        checksum = digest(written, attributes=True)
    with netCDF4.Dataset(path, "a") as file:
        file.setncattr(CHECKSUM, checksum)


def read_netcdf(path: str | Path) -> xr.Dataset:
    """The Dataset in ``path``, read into memory. Raises BadFile where it is missing, truncated, altered since it was
    written, or not netCDF."""
    with open_netcdf(path) as dataset:
        try:
            return dataset.load()
        except Exception as error:
            raise _damaged(path, error) from error


def open_netcdf(path: str | Path) -> xr.Dataset:
    """The Dataset in ``path``, its values checked but still in the file; raises like ``read_netcdf``."""
    try:
        dataset = xr.open_dataset(path, engine="netcdf4", decode_times=False, cache=False)
        try:
            _check(dataset)
        except Exception:
            dataset.close()
            raise
    except FileNotFoundError:
        raise BadFile(f"{path}: no such file; expected a netCDF file") from None
    except PermissionError:
        raise BadFile(f"{path}: no permission to read this file") from None
    except Exception as error:
        raise _damaged(path, error) from error
    return dataset


def _check(dataset: xr.Dataset) -> None:
    """Compare a dataset with its checksum, if it has one, and remove the checksum."""
    expected = dataset.attrs.pop(CHECKSUM, None)
    if expected is not None and digest(dataset, attributes=True) != expected:
        raise ValueError("its content does not have the checksum that was written with it")


def _damaged(path: str | Path, error: Exception) -> BadFile:
    """One line about damage, for which the netCDF and HDF5 libraries raise errors of many kinds."""
    reason = " ".join(str(error).split())[:80]
    return BadFile(f"{path}: not a whole netCDF file ({reason}); make it again")
