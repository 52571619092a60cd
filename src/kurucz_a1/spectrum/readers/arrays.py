"""Arrays with names: NumPy's npz, HDF5 and netCDF."""

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import numpy as np
from scipy.io import netcdf_file

from kurucz_a1.content import Content
from kurucz_a1.extras import needs
from kurucz_a1.spectrum.readers.columns import LOOKED_FOR, Column, raw_of
from kurucz_a1.spectrum.readers.raw import Medium, NotASpectrum, Raw

HSRS = "TSIS-1 hybrid reference spectrum"
_ONLY_A_DIMENSION = "This is a netCDF dimension but not a netCDF variable"  # as netCDF-4 marks it
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


def read_hdf5(content: Content) -> Raw:
    """The spectrum in the variables of an HDF5 file, netCDF-4 among them. Raises NotASpectrum.

    The TSIS-1 hybrid solar reference spectrum has "Vacuum Wavelength" and "SSI".
    """
    with needs("spectrum"):
        import h5py  # heavy; the library of netCDF4 crashes on damaged files, which no exception tells

    try:
        with h5py.File(BytesIO(content.data), "r") as file:
            columns = _hdf5_columns(file)
    except Exception as error:  # the library raises many types
        raise NotASpectrum(f"an HDF5 file that cannot be read ({_line(error)})") from error
    return _of_columns(columns, content)


def _hdf5_columns(group: Any) -> list[Column]:
    """The variables of numbers in a group, or else those of the first group in it that has some."""
    columns, groups = [], []
    for name, item in group.items():
        if not hasattr(item, "dtype"):
            groups.append(item)
        elif str(item.attrs.get("NAME", b"")).removeprefix("b'").startswith(_ONLY_A_DIMENSION):
            continue
        elif item.dtype.names:  # a table, as astropy writes it
            columns += [_column(key, item[key], {}) for key in item.dtype.names if item.dtype[key].kind in "biuf"]
        elif item.dtype.kind in "biuf" and 1 <= len(item.shape) <= 2:
            if float(item.size) * item.dtype.itemsize > _LARGEST:
                raise NotASpectrum(f"its variable {name} has more than 1 GiB")
            columns.append(_column(str(name), item[...], dict(item.attrs)))
    for inner in groups if not columns else ():
        columns = columns or _hdf5_columns(inner)
    return columns


def read_netcdf(content: Content) -> Raw:
    """The spectrum in the variables of a netCDF-3 file. Raises NotASpectrum."""
    try:
        with netcdf_file(BytesIO(content.data), "r", mmap=False) as file:
            variables = {name: item for name, item in file.variables.items() if 1 <= len(item.shape) <= 2}
            columns = [
                _column(name, np.array(item[:]), vars(item)["_attributes"])
                for name, item in variables.items()
                if item.data.dtype.kind in "biuf"
            ]
    except Exception as error:  # the library raises many types
        raise NotASpectrum(f"a netCDF file that cannot be read ({_line(error)})") from error
    return _of_columns(columns, content)


def _column(name: str, values: np.ndarray, attributes: Mapping[str, Any]) -> Column:
    """A variable, with its missing values as NaN, its scale, and what it says of itself, by the CF conventions."""

    def said(key: str) -> str:
        value = attributes.get(key, "")
        return value.decode("latin-1") if isinstance(value, bytes) else str(value)

    missing = [attributes[key] for key in ("_FillValue", "missing_value") if key in attributes]
    for mark in missing:
        values = np.where(np.isin(values, mark), np.nan, values)
    for key, apply in (("scale_factor", np.multiply), ("add_offset", np.add)):
        if key in attributes:
            values = apply(values, float(np.ravel(attributes[key])[0]))
    return Column(name, values, said("units") or said("unit") or None, f"{said('long_name')} {said('description')}")


def _of_columns(columns: Sequence[Column], content: Content) -> Raw:
    is_hsrs = {"Vacuum Wavelength", "SSI"} <= {column.name for column in columns}
    return _checked(raw_of(columns, HSRS if is_hsrs else content.kind), columns)


def _checked(raw: Raw | None, columns: Sequence[Column]) -> Raw:
    if raw is None:
        listed = ", ".join(column.name for column in columns[:20])
        raise NotASpectrum(f"no spectrum among its arrays {listed}; looked for are {LOOKED_FOR}")
    return raw


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0].strip() or type(error).__name__
