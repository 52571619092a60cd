"""netCDF files, compressed, whole or not at all, with a checksum; reading explains what is wrong in one line."""

import fcntl
import math
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
_CHUNK = 1 << 20  # bytes that are compressed together: whole entries of the first dimension, so that some can be read


def write_netcdf(path, dataset):
    """Write an xarray Dataset to ``path`` as netCDF-4, its numbers compressed without loss.

    The file is read again and gets a checksum of all that it holds, the attribute ``content_sha256``: HDF5 notices
    little of a file that was damaged later. Raises BadFile where the file cannot be written.
    """
    encoding = {name: _encoding(variable.dtype, variable.shape) for name, variable in dataset.variables.items()}
    dataset = dataset.assign_attrs()
    dataset.attrs.pop(CHECKSUM, None)  # of another file that it was read from by other means
    with atomic_path(path) as temporary, writing_explained(path, RuntimeError), _lack_of_locks_explained(path):
        dataset.to_netcdf(temporary, engine="netcdf4", format="NETCDF4", encoding=encoding)
        sign(temporary)


def write_netcdf_parts(path, parts, dimension, size):
    """Write Datasets that follow on each other along ``dimension`` as one to ``path``, like ``write_netcdf``.

    parts: an iterable of Datasets with the same variables, taken one at a time, of ``size`` entries together; variables
    without the dimension and attributes are those of the first.
    """
    with atomic_path(path) as temporary, writing_explained(path, RuntimeError), _lack_of_locks_explained(path):
        with netCDF4.Dataset(temporary, "w", format="NETCDF4") as file:
            start = 0
            for part in parts:
                if not start:
                    _define(file, part, dimension, size)
                stop = start + part.sizes[dimension]
                for name, variable in part.variables.items():
                    values = variable.values.astype(object) if variable.dtype.kind in "UO" else variable.values
                    if dimension in variable.dims:
                        file[name][start:stop] = values
                    elif not start:
                        file[name][...] = values
                start = stop
        sign(temporary)


def _define(file, part, dimension, size):
    """Dimensions, variables and attributes of a file that holds ``part`` and more along ``dimension``."""
    sizes = dict(part.sizes) | {dimension: size}
    for name, length in sizes.items():
        file.createDimension(name, length)
    for name, variable in part.variables.items():
        shape = tuple(sizes[dim] for dim in variable.dims)
        if variable.dtype.kind in "UO":
            made = file.createVariable(name, str, variable.dims)
        else:
            encoding = _encoding(variable.dtype, shape)
            encoding.pop("_FillValue", None)
            made = file.createVariable(name, variable.dtype, variable.dims, fill_value=False, **encoding)
        made.setncatts(variable.attrs)
    file.setncatts(part.attrs)


def _encoding(dtype, shape):
    size = dtype.itemsize * math.prod(shape)
    if dtype.kind not in "fiu" or not size:
        return {}
    encoding = {**_COMPRESSION, "_FillValue": None}
    if size > _CHUNK:
        encoding["chunksizes"] = (max(1, _CHUNK * shape[0] // size), *shape[1:])
    return encoding


def sign(path):
    """Add the checksum of its content to a netCDF file."""
    with xr.open_dataset(path, engine="netcdf4", decode_times=False) as written:
        checksum = digest(written, attributes=True)
    with netCDF4.Dataset(path, "a") as file:
        file.setncattr(CHECKSUM, checksum)


def read_netcdf(path):
    """The Dataset in ``path``, read into memory. Raises BadFile where it is missing, truncated, altered since it was
    written, or not netCDF."""
    with open_netcdf(path) as dataset:
        try:
            return dataset.load()
        except Exception as error:
            raise _damaged(path, error) from error


def open_netcdf(path):
    """The Dataset in ``path``, its values still in the file, but all of them checked; raises like ``read_netcdf``."""
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


def _check(dataset):
    """Compare a dataset with its checksum, where it has one, and take that away."""
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


def _damaged(path, error):
    """One line about damage, to which the netCDF and HDF5 libraries answer with errors of many kinds."""
    reason = " ".join(str(error).split())[:80]
    return BadFile(f"{path}: not a whole netCDF file ({reason}); make it again")
