"""Arrays with names: NumPy's npz, HDF5 and netCDF."""

import warnings
import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np

from kurucz_a1.content import Content
from kurucz_a1.spectrum.readers.columns import LOOKED_FOR, Column, raw_of
from kurucz_a1.spectrum.readers.raw import Medium, NotASpectrum, Raw

with warnings.catch_warnings():
    # Built against an older numpy with a smaller array header, which numpy promises to be harmless.
    warnings.filterwarnings("ignore", message="numpy.ndarray size changed")
    import netCDF4

HSRS = "TSIS-1 hybrid reference spectrum"
_LARGEST = 1 << 30  # bytes of an array


def read_npz(content: Content) -> Raw:
    """The spectrum in the arrays of an npz. Raises NotASpectrum."""
    try:
        columns = _npz_columns(content.data)
    except NotASpectrum:
        raise
    except Exception as error:  # zipfile, zlib and NumPy raise many types
        raise NotASpectrum(f"an npz file that cannot be read ({_line(error)})") from error
    of_apogee = any("apstar" in column.name.lower() for column in columns)
    stated: dict[Medium, str] = {"vacuum": "as APOGEE's grid of wavelengths (apstar)"} if of_apogee else {}
    return _checked(raw_of(columns, "npz", stated), columns)


def _npz_columns(data: bytes) -> list[Column]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        members = [member for member in archive.infolist() if member.filename.endswith(".npy")]
        if not members:
            raise NotASpectrum("a zip archive without NumPy arrays; unpack it and name a file in it")
        if sum(member.file_size for member in members) > _LARGEST:
            raise NotASpectrum("an npz file with more than 1 GiB of arrays")
    with np.load(BytesIO(data), allow_pickle=False) as arrays:
        return [Column(name, arrays[name]) for name in arrays.files]


def read_netcdf(content: Content) -> Raw:
    """The spectrum in the variables of a netCDF or HDF5 file. Raises NotASpectrum.

    The TSIS-1 hybrid solar reference spectrum has "Vacuum Wavelength" and "SSI".
    """
    try:
        with netCDF4.Dataset("spectrum", memory=content.data) as file:
            columns = _variables(file)
    except Exception as error:  # the libraries raise many types
        raise NotASpectrum(f"a {content.kind} file that cannot be read ({_line(error)})") from error
    is_hsrs = {"Vacuum Wavelength", "SSI"} <= {column.name for column in columns}
    return _checked(raw_of(columns, HSRS if is_hsrs else content.kind), columns)


def _variables(group: Any) -> list[Column]:
    """The variables of numbers in a group, or else those of the first group in it that has some."""
    columns = []
    for name, variable in group.variables.items():
        dtype = np.dtype(variable.dtype) if variable.dtype is not str else None
        if dtype is None or dtype.kind not in "biuf" or not 1 <= variable.ndim <= 2:
            continue
        if float(variable.size) * dtype.itemsize > _LARGEST:
            raise NotASpectrum(f"its variable {name} has more than 1 GiB")
        values = variable[...]
        filled = (
            np.ma.filled(np.ma.asarray(values, dtype=float), np.nan) if np.ma.is_masked(values) else np.asarray(values)
        )
        said = " ".join(str(getattr(variable, key, "")) for key in ("long_name", "description"))
        columns.append(Column(str(name), filled, str(getattr(variable, "units", "")) or None, said))
    for inner in group.groups.values() if not columns else ():
        columns = columns or _variables(inner)
    return columns


def _checked(raw: Raw | None, columns: Sequence[Column]) -> Raw:
    if raw is None:
        listed = ", ".join(column.name for column in columns[:20])
        raise NotASpectrum(f"no spectrum among its arrays {listed}; looked for are {LOOKED_FOR}")
    return raw


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0].strip() or type(error).__name__
