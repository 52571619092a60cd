"""netCDF files, compressed, whole or not at all, with a checksum; reading explains what is wrong in one line."""

import fcntl
import math
import os
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
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

netCDF4.set_chunk_cache(8 << 20)  # bytes per variable; the library's own 64 MB each would take most of the memory
CHECKSUM = "content_sha256"
_COMPRESSION = {"zlib": True, "complevel": 4, "shuffle": True}
_CHUNK = 1 << 20  # bytes compressed together: whole entries of the first dimension, which can then be read alone


def write_netcdf(path: Path | str, dataset: xr.Dataset, compressed: bool = True) -> None:
    """Write a Dataset to ``path`` as netCDF-4, its numbers compressed without loss unless ``compressed`` is False.

    The file is read again and gets a checksum of all that it holds, the attribute ``content_sha256``, since HDF5 hardly
    notices later damage. Raises BadFile where the file cannot be written.
    """
    encoding = {}
    if compressed:
        encoding = {name: _encoding(variable.dtype, variable.shape) for name, variable in dataset.variables.items()}
    dataset = dataset.assign_attrs()
    dataset.attrs.pop(CHECKSUM, None)  # of the file that it was read from
    with atomic_path(path) as temporary, writing_explained(path, RuntimeError), _lack_of_locks_explained(path):
        dataset.to_netcdf(temporary, engine="netcdf4", format="NETCDF4", encoding=encoding)
        sign(temporary)


def write_netcdf_parts(path: Path | str, parts: Iterable[xr.Dataset], dimension: str, size: int) -> None:
    """Write consecutive parts of a Dataset to ``path``, like ``write_netcdf``, one part in memory at a time.

    - ``parts``: Datasets with the same variables; the first gives attributes and variables without ``dimension``.
    - ``dimension``: along which the parts follow each other; ``size``: its length, that of all parts together.
    """
    with atomic_path(path) as temporary, writing_explained(path, RuntimeError), _lack_of_locks_explained(path):
        with netCDF4.Dataset(temporary, "w", format="NETCDF4") as file:
            start = 0
            for part in parts:
                if not start:
                    _define(file, part, dimension, size)
                stop = start + part.sizes[dimension]
                for name, variable in part.variables.items():
                    stored = file[str(name)]
                    values = variable.values.astype(object) if variable.dtype.kind in "UO" else variable.values
                    if dimension in variable.dims:
                        stored[start:stop] = values
                    elif not start:
                        stored[...] = values
                start = stop
        sign(temporary)


def _define(file: netCDF4.Dataset, part: xr.Dataset, dimension: str, size: int) -> None:
    """Define dimensions, variables and attributes of a file that holds ``part`` and more along ``dimension``."""
    sizes: dict[Any, int] = {**part.sizes, dimension: size}
    for name, length in sizes.items():
        file.createDimension(str(name), length)
    for name, variable in part.variables.items():
        shape = tuple(sizes[dimension] for dimension in variable.dims)
        dimensions = tuple(map(str, variable.dims))
        if variable.dtype.kind in "UO":
            stored: Any = file.createVariable(str(name), str, dimensions)
        else:
            encoding = _encoding(variable.dtype, shape)
            encoding.pop("_FillValue", None)
            stored = file.createVariable(str(name), variable.dtype, dimensions, fill_value=False, **encoding)
        stored.setncatts(variable.attrs)
    file.setncatts(part.attrs)


def _encoding(dtype: np.dtype, shape: tuple[int, ...]) -> dict[str, Any]:
    size = dtype.itemsize * math.prod(shape)
    if dtype.kind not in "fiu" or not size:
        return {}
    encoding: dict[str, Any] = {**_COMPRESSION, "_FillValue": None}
    if size > _CHUNK:
        encoding["chunksizes"] = (max(1, _CHUNK * shape[0] // size), *shape[1:])
    return encoding


def sign(path: Path | str) -> None:
    """Add a checksum of its content to a netCDF file."""
    with xr.open_dataset(path, engine="netcdf4", decode_times=False) as written:
        checksum = digest(written, attributes=True)
    with netCDF4.Dataset(path, "a") as file:
        file.setncattr(CHECKSUM, checksum)


def read_netcdf(path: Path | str) -> xr.Dataset:
    """The Dataset in ``path``, read into memory.

    Raises BadFile where the file is missing, truncated, altered since it was written, or not netCDF.
    """
    with open_netcdf(path) as dataset:
        try:
            return dataset.load()
        except Exception as error:
            raise _damaged(path, error) from error


def open_netcdf(path: Path | str) -> xr.Dataset:
    """The Dataset in ``path``, its values checked but left in the file; close it. Raises like ``read_netcdf``."""
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
        _explain_lack_of_locks(path, error)
        raise _damaged(path, error) from error
    return dataset


def _check(dataset: xr.Dataset) -> None:
    """Compare a dataset with its checksum, where it has one, and remove the checksum."""
    expected = dataset.attrs.pop(CHECKSUM, None)
    if expected is not None and digest(dataset, attributes=True) != expected:
        raise ValueError("its content does not have the checksum that was written with it")


@contextmanager
def _lack_of_locks_explained(path: str | os.PathLike[str]) -> Iterator[None]:
    try:
        yield
    except (OSError, RuntimeError) as error:
        _explain_lack_of_locks(path, error)
        raise


def _explain_lack_of_locks(path: str | os.PathLike[str], error: Exception) -> None:
    """Raise BadFile where HDF5 refuses files because their folder has no locks: it shows this by errors of many kinds.

    HDF5 then took its settings before this package was imported, or the user asked for locks.
    """
    folder = os.open(Path(path).absolute().parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        pass
    except OSError as refusal:
        way = "import kurucz_a1 before netCDF4 and h5py, or set HDF5_USE_FILE_LOCKING=FALSE"
        raise BadFile(f"{path}: the file system has no locks ({refusal.strerror}); {way}") from error
    finally:
        os.close(folder)


def _damaged(path: Path | str, error: Exception) -> BadFile:
    """One line about damage, for which the netCDF and HDF5 libraries raise errors of many kinds."""
    reason = " ".join(str(error).split())[:80]
    return BadFile(f"{path}: not a whole netCDF file ({reason}); make it again")
