"""FITS tables with columns of wavelength and flux, a value or an array a row."""

from collections.abc import Sequence

import numpy as np
from astropy.io.fits import Header

from kurucz_a1.spectrum.readers.columns import Column, is_wavelength, raw_of
from kurucz_a1.spectrum.readers.fits_media import media_of_headers
from kurucz_a1.spectrum.readers.raw import Raw, numbers

IAG = "IAG atlas"


def read_table(columns: Sequence[Column], header: Header, primary: Header) -> Raw | None:
    """The spectrum in the columns of one table, None where they hold none.

    A row with arrays is an order. The telluric-free IAG atlas has wavenumbers V and fluxes S.
    """
    by_name = {column.name.upper(): column for column in columns}
    if {"V", "S"} <= set(by_name):
        return Raw(
            wavelength=numbers(by_name["V"].values),
            flux=numbers(by_name["S"].values),
            unit="cm-1",
            form=IAG,
        )
    columns = [Column(c.name, _squeezed(c.values), c.unit, c.comment) for c in columns]
    axes = [k for k, column in enumerate(columns, start=1) if is_wavelength(column.name)]
    stated = media_of_headers([primary, header], axes[0]) if axes else {}
    return raw_of(columns, "FITS table", stated)


def _squeezed(values: np.ndarray) -> np.ndarray:
    """Arrays of a single row without the axis of rows."""
    if values.dtype == object and len(values) == 1:
        return np.asarray(values[0])
    return values[0] if values.ndim == 2 and len(values) == 1 else values
