"""IRAF's multispec images: one order a row, each with its own wavelengths (Valdes 1993, "The IRAF/NOAO Spectral World
Coordinate Systems")."""

import re
from collections.abc import Sequence

import numpy as np
from astropy.io.fits import Header
from jaxtyping import Float
from numpy.polynomial import chebyshev, legendre

from kurucz_a1.spectrum.readers.fits_axis import attributes, number
from kurucz_a1.spectrum.readers.raw import NotASpectrum

_FIELDS = 9  # ap beam dtype w1 dw nw z aplow aphigh
_LINEAR, _LOG, _FUNCTION = 0, 1, 2
_CHEBYSHEV, _LEGENDRE, _CUBIC_SPLINE, _LINEAR_SPLINE = 1, 2, 3, 4
_MOST_ROWS = 1000


def is_multispec(header: Header) -> bool:
    """Whether the header says that each row has its own wavelengths."""
    return "multispec" in attributes(header, 0).lower() or "spec1" in attributes(header, 2)


def orders_of(header: Header, rows: int, size: int) -> Float[np.ndarray, "order pixel"]:
    """Wavelengths of the pixels of each row, NaN for pixels beyond the valid ones and rows without a dispersion.

    Raises NotASpectrum where they cannot be understood.
    """
    text = attributes(header, 2)
    found = {int(row): fields for row, fields in re.findall(r"\bspec(\d+)\s*=\s*\"([^\"]*)\"", text)}
    if not found:
        raise NotASpectrum('its header says multispec, but WAT2_001 holds no spec1 = "..."')
    if rows > _MOST_ROWS:
        raise NotASpectrum(f"{rows} rows in a multispec image")
    # dispersions are those of the first image, of which this may be a part
    scale, shift = number(header, "LTM1_1", 1.0), number(header, "LTV1", 0.0)
    if scale == 0.0:
        raise NotASpectrum("LTM1_1 of its header is zero")
    pixel = (np.arange(1.0, size + 1.0) - shift) / scale
    wavelength = np.full((rows, size), np.nan)
    for row in range(rows):
        if row + 1 in found:
            wavelength[row] = _order(found[row + 1], pixel, row + 1)
    return wavelength


def _order(text: str, pixel: Float[np.ndarray, "pixel"], row: int) -> Float[np.ndarray, "pixel"]:
    values = [_number(word, row) for word in text.split()]
    if len(values) < _FIELDS:
        raise NotASpectrum(f"spec{row} of its header has {len(values)} numbers, fewer than {_FIELDS}")
    kind, first, step, valid, redshift = int(values[2]), *values[3:7]
    place = pixel - 1.0
    with np.errstate(all="ignore"):
        if kind == _LINEAR:
            wavelength = first + step * place
        elif kind == _LOG:
            wavelength = 10.0 ** (first + step * place)
        elif kind == _FUNCTION:
            wavelength = _functions(values[_FIELDS:], pixel, row)
        elif kind == -1:
            return np.full(pixel.size, np.nan)  # without a dispersion
        else:
            raise NotASpectrum(f"spec{row} of its header has the dispersion type {kind}, which is not known")
        wavelength = wavelength / (1.0 + redshift)
    return np.where(np.arange(pixel.size) < valid, wavelength, np.nan)


def _functions(values: Sequence[float], pixel: Float[np.ndarray, "pixel"], row: int) -> Float[np.ndarray, "pixel"]:
    """The sum of weighted functions of the pixel."""
    total, rest = np.zeros(pixel.size), list(values)
    if not rest:
        raise NotASpectrum(f"spec{row} of its header names no function")
    while rest:
        if len(rest) < 6:
            raise NotASpectrum(f"a function of spec{row} of its header breaks off")
        weight, zero, kind, count, first, last = rest[:6]
        needed = int(count) + {_CUBIC_SPLINE: 3, _LINEAR_SPLINE: 1}.get(int(kind), 0)
        coefficients, rest = rest[6 : 6 + needed], rest[6 + needed :]
        if kind not in (_CHEBYSHEV, _LEGENDRE, _CUBIC_SPLINE, _LINEAR_SPLINE):
            raise NotASpectrum(f"spec{row} of its header has a function of type {kind:g}, which is not read here")
        if count < 1 or len(coefficients) != needed or last == first:
            raise NotASpectrum(f"a function of spec{row} of its header breaks off")
        if kind in (_CHEBYSHEV, _LEGENDRE):
            x = (2.0 * pixel - (last + first)) / (last - first)
            value = (chebyshev.chebval if kind == _CHEBYSHEV else legendre.legval)(x, coefficients)
        else:
            value = _spline(np.array(coefficients), (pixel - first) / (last - first) * count, int(count), kind)
        total = total + weight * (zero + value)
    return total


def _spline(
    coefficients: Float[np.ndarray, "n"], place: Float[np.ndarray, "pixel"], pieces: int, kind: float
) -> Float[np.ndarray, "pixel"]:
    """A spline of equal pieces by its B-spline coefficients."""
    piece = np.clip(np.floor(place).astype(int), 0, pieces - 1)
    b = place - piece
    a = 1.0 - b
    if kind == _LINEAR_SPLINE:
        return coefficients[piece] * a + coefficients[piece + 1] * b
    bases = (a**3, 1.0 + 3.0 * a * (1.0 + a * b), 1.0 + 3.0 * b * (1.0 + a * b), b**3)
    return sum((coefficients[piece + k] * base for k, base in enumerate(bases)), start=np.zeros(place.size))


def _number(word: str, row: int) -> float:
    try:
        value = float(word.lower().replace("d", "e"))
    except ValueError:
        raise NotASpectrum(f"spec{row} of its header holds {word!r}, which is no number") from None
    if not np.isfinite(value):
        raise NotASpectrum(f"spec{row} of its header holds {word!r}")
    return value
