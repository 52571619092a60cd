"""Readers of observed spectra, one module a form, told by the content of the file.

A reader takes a ``Content`` and returns a ``Raw``; a new form is a module and an entry in ``_READERS`` (or, in FITS, a
call in ``fits_file``).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from kurucz_a1.content import Content, read_content
from kurucz_a1.errors import BadFile, warn_left_out
from kurucz_a1.spectrum.readers.arrays import HSRS, read_hdf5, read_netcdf, read_npz
from kurucz_a1.spectrum.readers.fits_file import read_fits
from kurucz_a1.spectrum.readers.fits_table import IAG
from kurucz_a1.spectrum.readers.raw import Medium, NotASpectrum, Raw
from kurucz_a1.spectrum.readers.spectrum_object import is_spectrum_object, read_object
from kurucz_a1.spectrum.readers.spectrum_table import FEWEST, SpectrumTable, tidied
from kurucz_a1.spectrum.readers.text import read_text

__all__ = ["CORRECTED", "FEWEST", "Medium", "SpectrumTable", "is_spectrum_object", "read_spectrum"]

#: Forms whose spectra are free of the absorption by the Earth's atmosphere.
CORRECTED = (IAG, HSRS)
EXPECTED = "an observed spectrum"

_READERS: dict[str, Callable[[Content], Raw]] = {
    "FITS": read_fits,
    "text": read_text,
    "zip": read_npz,
    "netCDF": read_netcdf,
    "HDF5": read_hdf5,
}


def read_spectrum(source: str | Path | Any) -> SpectrumTable:
    """The SpectrumTable of a file, or of an object like a ``Spectrum`` of specutils, whatever its name.

    docs/formats.md lists the forms. Warns (LeftOut) of rows and pixels that are left out. Raises BadFile, in one line,
    for content that is no spectrum.
    """
    name = type(source).__name__ if is_spectrum_object(source) else str(source)
    try:
        with np.errstate(all="ignore"):  # numbers without sense are told by what comes of them
            table, raw = tidied(_raw_of(source))
    except NotASpectrum as error:
        reason = " ".join(str(error).split())
        raise BadFile(f"{name}: cannot be read as an observed spectrum: {reason}") from error
    warn_left_out(name, raw.items, raw.left_out, max(raw.total, len(raw.left_out) + 1))
    return table


def _raw_of(source: str | Path | Any) -> Raw:
    """What the reader of its form makes of a source. Raises NotASpectrum."""
    if is_spectrum_object(source):
        return read_object(source)
    content = read_content(source, EXPECTED)
    if content.kind not in _READERS:
        what = {"tar": "a tar archive; unpack it and name a file in it"}.get(content.kind, "of an unknown form")
        raise NotASpectrum(f"{what} (FITS, text, npz, netCDF and HDF5 are read)")
    return _READERS[content.kind](content)
