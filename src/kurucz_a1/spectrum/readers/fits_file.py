"""FITS files: their images and tables, given to the readers of forms one after the other."""

import re
import warnings
from io import BytesIO

import numpy as np
from astropy.io import fits

from kurucz_a1.content import Content
from kurucz_a1.spectrum.readers.columns import LOOKED_FOR, Column
from kurucz_a1.spectrum.readers.fits_image import Image, read_image, read_named_images
from kurucz_a1.spectrum.readers.fits_table import read_table
from kurucz_a1.spectrum.readers.raw import NotASpectrum, Raw

_MOST_UNITS = 1000
_BLOCK = 2880  # bytes; every part of a file fills blocks
_NOT_WHOLE = "a FITS file that is not whole; get it again"


def read_fits(content: Content) -> Raw:
    """The first spectrum of a FITS file. Raises NotASpectrum, also where the file is damaged."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            raw = _read(content.data)
        except NotASpectrum:
            raise
        except Exception as error:  # astropy raises many types for damaged files
            raise NotASpectrum(_reason(error)) from error
    cut = next((str(w.message) for w in said if "truncated" in str(w.message).lower()), None)
    if cut:
        raise NotASpectrum(_NOT_WHOLE)
    return raw


def _reason(error: Exception) -> str:
    reason = (str(error).splitlines() or [""])[0].strip() or type(error).__name__
    card = re.search(r"Unparsable card \((\S+)\)", reason)
    if card:
        return f"a FITS file whose header is damaged: its card {card[1]} cannot be understood"
    if "buffer is too small" in reason:
        return _NOT_WHOLE
    return f"a FITS file that is damaged ({reason})"


def _read(data: bytes) -> Raw:
    end, raw = 0, None
    # some writers leave the last block unfilled
    filled = data + bytes(-len(data) % _BLOCK)
    with fits.open(BytesIO(filled), memmap=False, lazy_load_hdus=True) as units:
        primary, images, found = units[0].header, [], []
        for k in range(_MOST_UNITS):
            try:
                unit = units[k]
            except IndexError:
                break
            _check_size(unit, len(data))
            end = max(end, _end(unit))
            if unit.is_image and unit.data is not None and unit.data.dtype.kind in "biuf":
                images.append((unit.header, np.asarray(unit.data)))
            elif isinstance(unit, fits.BinTableHDU | fits.TableHDU) and unit.data is not None:
                columns = _columns(unit)
                raw = raw or _of_images(images, primary) or read_table(columns, unit.header, primary)
                found.append(", ".join(column.name for column in columns[:20]))
        raw = raw or _of_images(images, primary)
    if len(data) % _BLOCK and len(data) > end:
        raise NotASpectrum(f"a FITS file whose length, {len(data)} bytes, is no multiple of {_BLOCK}: it is damaged")
    if raw:
        return raw
    if found:
        raise NotASpectrum(f"no spectrum among its columns {'; '.join(found[:5])}; looked for are {LOOKED_FOR}")
    shapes = "; ".join(" x ".join(map(str, array.shape)) for _, array in images[:5])
    if images:
        raise NotASpectrum(f"no spectrum among its images ({shapes} pixels): no header has CRVAL1 and a step")
    raise NotASpectrum("a FITS file without images and tables, or none that can be read")


def _of_images(images: list[Image], primary: fits.Header) -> Raw | None:
    return read_named_images(images, primary) or read_image(images, primary)


def _check_size(unit: fits.hdu.base._BaseHDU, size: int) -> None:
    """Raises NotASpectrum where the header claims more data than the file has, before memory is taken for them."""
    header = unit.header
    claims = [int(header.get(f"NAXIS{k}", 0)) for k in range(1, int(header.get("NAXIS", 0)) + 1)]
    compressed = [int(header.get(f"ZNAXIS{k}", 0)) for k in range(1, min(int(header.get("ZNAXIS", 0)), 9) + 1)]
    width = abs(int(header.get("BITPIX", 8))) // 8
    if any(claim < 0 for claim in claims + compressed):
        raise NotASpectrum("a FITS file whose header has a negative NAXISn")
    elements = np.prod([float(claim) for claim in claims]) if claims else 0.0
    if elements * max(width, 1) > size or max(claims, default=0) > size:
        raise NotASpectrum(f"a FITS file that is not whole: its header claims {elements:.3g} values; get it again")
    if compressed and np.prod([float(claim) for claim in compressed]) > 1e8:
        raise NotASpectrum("a compressed FITS image of more than 1e8 pixels")
    is_table = isinstance(unit, fits.BinTableHDU) and not isinstance(unit, fits.CompImageHDU)
    if is_table and unit.columns.dtype.itemsize != claims[0]:
        raise NotASpectrum("a FITS table whose columns do not fill its rows (NAXIS1); get it again")


def _end(unit: fits.hdu.base._BaseHDU) -> int:
    """The last byte of the data of a unit, without what fills its block."""
    return int(unit.fileinfo()["datLoc"]) + int(unit.size)


def _columns(unit: fits.BinTableHDU | fits.TableHDU) -> list[Column]:
    """The columns of a table; integers that stand for no value become NaN."""
    columns = []
    for k, column in enumerate(unit.columns, start=1):
        values = np.asarray(unit.data.field(k - 1))
        if column.null is not None and values.dtype.kind in "iuf":
            null = column.null * (column.bscale or 1.0) + (column.bzero or 0.0)  # values are scaled already
            values = np.where(np.isclose(values, null, rtol=1e-12, atol=0.0), np.nan, values)
        comments = unit.header.comments
        comment = " ".join(comments[key] for key in (f"TTYPE{k}", f"TUNIT{k}") if key in unit.header)
        columns.append(Column(str(column.name), values, column.unit, comment))
    return columns
