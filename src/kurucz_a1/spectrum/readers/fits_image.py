"""FITS images of one or several rows, whose wavelengths are in the header, in a row, or in another image."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from astropy.io.fits import Header
from jaxtyping import Float

from kurucz_a1.spectrum.readers.columns import (
    Column,
    bad_pixels,
    error_kind,
    flux_rank,
    is_mask,
    is_wavelength,
    raw_of,
    standard_error,
)
from kurucz_a1.spectrum.readers.fits_axis import axis_of, has_axis
from kurucz_a1.spectrum.readers.fits_media import media_of_headers, readable_cards
from kurucz_a1.spectrum.readers.iraf_multispec import is_multispec, orders_of
from kurucz_a1.spectrum.readers.raw import Medium, NotASpectrum, Raw, Scale, numbers

# APOGEE: the grid of combined spectra, log10 of A in vacuum; bits of its mask that mark bad pixels: 0 to 7 and 14
# (PixelBitMask of the survey's own package, whose badval is their sum).
_APOGEE_START, _APOGEE_STEP = 4.179, 6e-6
_APOGEE_BAD = 16639
_OF_APOGEE = re.compile(r"apogee|apstar|aspcap", re.IGNORECASE)
_OF_GALAH = re.compile(r"galah|hermes", re.IGNORECASE)
_MOST_ROWS = 20  # of an image with one spectrum and what belongs to it

Image = tuple[Header, np.ndarray]


def read_named_images(images: Sequence[Image], primary: Header) -> Raw | None:
    """Wavelengths, flux, errors and masks in images of one shape, named by EXTNAME."""
    columns = [
        Column(name, values, str(header.get("BUNIT", "")) or None, _comment(header, "EXTNAME"))
        for header, values in images
        if (name := str(header.get("EXTNAME", "")).strip())
    ]
    if not any(is_wavelength(column.name) for column in columns):
        return None
    return raw_of(columns, "FITS images", media_of_headers([primary]))


def read_image(images: Sequence[Image], primary: Header) -> Raw | None:
    """The first image that has an axis of wavelengths; errors and masks from its rows or from the images beside it.

    Raises NotASpectrum where the first image with an axis is no spectrum.
    """
    for place, (header, values) in enumerate(images):
        name = str(header.get("EXTNAME", ""))
        if error_kind(name) or is_mask(name) or values.ndim not in (1, 2, 3) or values.size < 2:
            continue
        if values.ndim == 2 and values.shape[1] == 1 and has_axis(header, 2):
            return _column(header, values[:, 0], primary)
        if values.ndim == 2 and not has_axis(header) and not is_multispec(header):
            raw = _rows_with_wavelengths(header, values, primary)
            if raw:
                return raw
            continue
        if has_axis(header) or is_multispec(header):
            return _with_axis(images, place, primary)
    return None


def _with_axis(images: Sequence[Image], place: int, primary: Header) -> Raw:
    header, values = images[place]
    bands = _bands(header, values)
    flux = numbers(bands[0].values)
    if is_multispec(header):
        flux = np.atleast_2d(flux)
        wavelength = orders_of(header, *flux.shape)
        kind: dict[Medium, str] = {}
        unit: str | None = None
        scale: Scale = "linear"
        found = re.search(r"\bunits=([^\s\"']+)", str(header.get("WAT1_001", "")))
        unit = found[1].lower() if found else None
        form = "IRAF multispec"
    else:
        if flux.ndim != 1:
            raise NotASpectrum(f"an image of {flux.shape[0]} rows of {flux.shape[1]} pixels, not a spectrum")
        wavelength, unit, scale, kind = axis_of(header, flux.size)
        form = "FITS image"
    stated = media_of_headers([primary, header], by_type=kind)
    beside = [Column(_name(other), array, str(other.get("BUNIT", "")) or None) for other, array in images[place + 1 :]]
    nameless = [
        f"row {k}: the file does not say what it is" for k, band in enumerate(bands, 1) if k > 1 and not band.name
    ]
    bands[1:] = [band for band in bands[1:] if band.values.shape == bands[0].values.shape]
    rows = [column for column in [*bands[1:], *beside] if np.shape(column.values) == np.shape(bands[0].values)]
    error, bad = _errors_and_masks(rows, flux.reshape(np.shape(bands[0].values)))
    text = "\n".join(_strings(primary) + _strings(header))
    of_apogee = _is_apogee(header, text)
    if of_apogee and scale == "log10":
        nameless = []
        form, stated = "APOGEE", stated or {"vacuum": "as APOGEE's grid of wavelengths"}
        error, bad = _apogee(images, place, flux, error, bad)
    elif _OF_GALAH.search(text) and error is None and len(images) > place + 1:
        relative = images[place + 1][1]
        if relative.shape == flux.shape and relative.dtype.kind == "f":
            form, error = "GALAH", np.abs(flux) * np.where(relative > 0, relative, np.nan)
    return Raw(
        wavelength=wavelength,
        flux=flux,
        error=None if error is None else error.reshape(flux.shape),
        bad=None if bad is None else bad.reshape(flux.shape),
        unit=unit,
        scale=scale,
        stated=stated,
        form=form,
        left_out=nameless,
        total=len(nameless) + 1,
    )


def _column(header: Header, values: np.ndarray, primary: Header) -> Raw:
    """The spectrum in an image of one column, along its second axis."""
    wavelength, unit, scale, kind = axis_of(header, len(values), axis=2)
    return Raw(
        wavelength=wavelength,
        flux=numbers(values),
        unit=unit,
        scale=scale,
        stated=media_of_headers([primary, header], by_type=kind),
        form="FITS image",
    )


def _bands(header: Header, values: np.ndarray) -> list[Column]:
    """The spectrum of an image first, and then its other rows or bands, with the names that the header has for them.

    IRAF names bands BANDIDn, LAMOST rows ROWn, others ARRAYn. Of rows without names the first is the spectrum, as in
    apStar, whose first row is the combined spectrum.
    """
    if values.ndim == 3:
        several = is_multispec(header) and values.shape[1] > 1
        layers = [layer if several else layer.reshape(-1, layer.shape[-1])[0] for layer in values]
        if not several and values.shape[1] > 1:
            raise NotASpectrum(f"a cube of {' x '.join(map(str, values.shape))} pixels, not a spectrum")
    elif values.ndim == 2 and not is_multispec(header):
        if len(values) > _MOST_ROWS and not _is_apogee(header, ""):
            raise NotASpectrum(f"an image of {len(values)} rows of {values.shape[1]} pixels, not a spectrum")
        layers = list(values)
    else:
        layers = [values]
    names = [
        next((str(header[f"{key}{k}"]) for key in ("BANDID", "ROW", "ARRAY") if f"{key}{k}" in header), "")
        for k in range(1, len(layers) + 1)
    ]
    columns = [Column(name.split(" - ")[0], layer) for name, layer in zip(names, layers, strict=True)]
    ranked = [(rank, k) for k, column in enumerate(columns) if (rank := flux_rank(column.name)) is not None]
    first = min(ranked)[1] if ranked else 0
    return [columns[first], *columns[:first], *columns[first + 1 :]]


def _errors_and_masks(columns: Sequence[Column], flux: Float[np.ndarray, "..."]) -> tuple[Any, Any]:
    errors = [(column, kind) for column in columns if (kind := error_kind(column.name))]
    masks = [column for column in columns if is_mask(column.name)]
    error = standard_error(errors[0][1], errors[0][0], flux) if errors else None
    return error, bad_pixels(masks[0], error) if masks else None


def _apogee(
    images: Sequence[Image], place: int, flux: Float[np.ndarray, "pixel"], error: Any, bad: Any
) -> tuple[Any, Any]:
    """Errors and mask from the two images behind the flux, whose first rows belong to the combined spectrum."""
    rest = [np.atleast_2d(array)[0] for _, array in images[place + 1 : place + 3]]
    rest = [array for array in rest if array.shape == flux.shape]
    if error is None and rest and rest[0].dtype.kind == "f":
        error = np.where(rest[0] > 0, rest[0], np.nan)
    masks = [array for array in rest[1:] if array.dtype.kind in "iu"]
    if masks:
        bad = (masks[0].astype(np.int64) & _APOGEE_BAD) != 0
    return error, bad


def _is_apogee(header: Header, text: str) -> bool:
    on_grid = header.get("CRVAL1"), header.get("CDELT1")
    return bool(_OF_APOGEE.search(text)) or on_grid == (_APOGEE_START, _APOGEE_STEP)


def _rows_with_wavelengths(header: Header, values: np.ndarray, primary: Header) -> Raw | None:
    """Wavelength, flux and error in the rows of an image (SpeX), by the names of its rows or else in this order."""
    if not 2 <= len(values) <= _MOST_ROWS or values.shape[1] < 2:
        return None
    bands = _bands(header, values)
    unit = str(header.get("XUNITS", header.get("CUNIT1", ""))) or None
    stated = media_of_headers([primary, header])
    if any(is_wavelength(band.name) for band in bands):
        named = [Column(b.name, b.values, unit if is_wavelength(b.name) else None) for b in bands]
        return raw_of(named, "FITS image", stated)
    first = numbers(values[0])
    steps = np.diff(first[np.isfinite(first)])
    if not len(steps) or not (np.all(steps > 0) or np.all(steps < 0)):
        return None
    rows = [Column("wavelength", values[0], unit), Column("flux", values[1])]
    return raw_of([*rows, *(Column("error", row) for row in values[2:3])], "FITS image", stated)


def _name(header: Header) -> str:
    """What an image is, by its name or else by its unit ("Err (10^-17 erg/s/cm^2/Ang)")."""
    return str(header.get("EXTNAME", "")) or str(header.get("BUNIT", ""))


def _comment(header: Header, key: str) -> str:
    return str(header.comments[key]) if key in header else ""


def _strings(header: Header) -> list[str]:
    return [f"{keyword} {value}" for keyword, value, _ in readable_cards(header) if isinstance(value, str)]
