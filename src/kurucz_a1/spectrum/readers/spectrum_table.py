"""Observed spectra in one form: wavelengths in A, rising; flux and errors with NaN for pixels that are bad."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from kurucz_a1.spectrum.readers.raw import Medium, NotASpectrum, Raw
from kurucz_a1.spectrum.readers.wavelengths import in_angstrom

PLAUSIBLE = (500.0, 3e6)  # A, of wavelengths
FEWEST = 30  # pixels of an order
_EMPTY = 5  # pixels in a row of exactly no flux are a gap
_LARGEST = 1e30  # flux; larger ones, as IRAF's INDEF, stand for no value
_LARGEST_ERROR = 1e6  # of the median flux; larger ones, as APOGEE's of 1e10, mark bad pixels
_MOST_ORDERS = 300
_LARGEST_SPREAD = 1e20  # of the middle nine tenths of the flux


@dataclass(frozen=True, kw_only=True)
class SpectrumTable:
    """An observed spectrum as its file has it.

    - ``wavelength``: A, rising; pixels of overlapping orders lie between each other.
    - ``flux``: in the unit of the file, NaN for pixels that the file marks as bad or empty.
    - ``error``: one standard error in the unit of the flux, NaN where the file has none for a pixel; None where it has
      none at all.
    - ``order``: the number of the order of each pixel, from 0.
    - ``stated``: for each medium of the wavelengths that the file states, where it does so.
    - ``form``: the form of the file.
    """

    wavelength: Float[np.ndarray, "wavelength"]
    flux: Float[np.ndarray, "wavelength"]
    error: Float[np.ndarray, "wavelength"] | None
    order: Int[np.ndarray, "wavelength"]
    stated: Mapping[Medium, str]
    form: str

    @property
    def medium(self) -> Medium | None:
        """The medium of the wavelengths, None where the file states none, or two."""
        return next(iter(self.stated)) if len(self.stated) == 1 else None


def tidied(raw: Raw) -> tuple[SpectrumTable, Raw]:
    """The SpectrumTable of a Raw spectrum; and the Raw with what was left out on the way.

    Raises NotASpectrum for wavelengths that cannot be such.
    """
    raw = _one_of_several(raw)
    shape = np.shape(raw.flux)
    if np.shape(raw.wavelength) != shape:
        raise NotASpectrum(f"its wavelengths have the shape {np.shape(raw.wavelength)}, its flux {shape}")
    given = np.ravel(raw.wavelength)
    _check_no_count(given)
    wavelength, of_vacuum = in_angstrom(raw.wavelength, raw.unit, raw.scale)
    wavelength = np.ravel(wavelength)
    flux = np.array(np.ravel(raw.flux), dtype=float)
    with np.errstate(invalid="ignore"):
        flux[~np.isfinite(flux) | (np.abs(flux) >= _LARGEST)] = np.nan
    if raw.bad is not None:
        flux[np.ravel(raw.bad)] = np.nan
    error = None if raw.error is None else np.array(np.ravel(raw.error), dtype=float)
    if error is not None and np.isfinite(flux).any():
        with np.errstate(invalid="ignore"):
            limit = min(_LARGEST, _LARGEST_ERROR * np.nanmedian(np.abs(flux)))
            no_error = ~np.isfinite(error) | (error <= 0) | (error >= limit)
        if no_error.all():  # none has a meaning, so that they mark nothing
            error = None
        else:
            error[no_error] = np.nan
            flux[no_error] = np.nan
    order = np.repeat(np.arange(shape[0]), shape[1]) if len(shape) == 2 else np.zeros(flux.size, dtype=int)
    known = np.isfinite(wavelength) & (given != 0.0)
    within = known & (wavelength >= PLAUSIBLE[0]) & (wavelength <= PLAUSIBLE[1])
    _check_range(raw, wavelength, known, within)
    wild = known & ~within
    reasons = [f"pixel {k + 1}: at {wavelength[k]:.6g} A" for k in np.nonzero(wild)[0]]
    wavelength, flux, order = wavelength[within], flux[within], order[within]
    error = None if error is None else error[within]
    if len(shape) == 1:
        order, jumps = _orders(wavelength)
        keep = np.ones(wavelength.size, dtype=bool)
        keep[jumps] = False
        reasons += [f"pixel {k + 1}: at {wavelength[k]:.6g} A, between others far from it" for k in jumps]
        wavelength, flux, order = wavelength[keep], flux[keep], order[keep]
        error = None if error is None else error[keep]
    for number in np.unique(order):
        _empty_gaps(flux, order == number)
    if not np.isfinite(flux).any():
        raise NotASpectrum("every pixel is marked as bad, or has no flux")
    _check_spread(flux)
    places = np.argsort(wavelength, kind="stable")
    _check_distinct(wavelength[places], order[places])
    if reasons:
        raw = replace(raw, items="pixels", left_out=[*raw.left_out, *reasons], total=max(given.size, raw.total))
    table = SpectrumTable(
        wavelength=wavelength[places],
        flux=flux[places],
        error=None if error is None else error[places],
        order=order[places],
        stated={"vacuum": f"wavelengths from {raw.unit}"} if of_vacuum else dict(raw.stated),
        form=raw.form,
    )
    return table, raw


def _one_of_several(raw: Raw) -> Raw:
    """The first row where the rows cover the same wavelengths: spectra of several stars, not orders of one."""
    if np.ndim(raw.flux) != 2 or len(raw.flux) < 2 or np.shape(raw.wavelength) != np.shape(raw.flux):
        return raw
    known = np.isfinite(raw.wavelength)
    first = np.min(raw.wavelength, axis=1, where=known, initial=np.inf)
    last = np.max(raw.wavelength, axis=1, where=known, initial=-np.inf)
    with np.errstate(invalid="ignore"):
        shared = np.minimum(last[0], last) - np.maximum(first[0], first)
        same = shared[1:] > 0.9 * (last[0] - first[0])
    if not same.any():
        return raw
    reasons = [f"spectrum {k + 2}: covers the same wavelengths as the first" for k in np.nonzero(same)[0]]
    keep = np.concatenate([[True], ~same])
    return replace(
        raw,
        wavelength=raw.wavelength[keep],
        flux=raw.flux[keep],
        error=None if raw.error is None else raw.error[keep],
        bad=None if raw.bad is None else raw.bad[keep],
        items="spectra",
        left_out=reasons,
        total=len(raw.flux),
    )


def _check_no_count(values: Float[np.ndarray, "pixel"]) -> None:
    known = values[np.isfinite(values)]
    if len(known) > 2 and known[0] in (0.0, 1.0) and np.array_equal(known, known[0] + np.arange(len(known))):
        raise NotASpectrum("its wavelengths count the pixels; the file has no wavelengths")


def _check_range(
    raw: Raw,
    wavelength: Float[np.ndarray, "pixel"],
    known: np.ndarray,
    within: np.ndarray,
) -> None:
    if within.sum() >= max(2, 0.5 * known.sum()) and within.sum() >= 2:
        return
    if not known.any():
        raise NotASpectrum("none of its wavelengths is a number other than zero")
    low, high = np.min(wavelength[known]), np.max(wavelength[known])
    hint = ""
    values = np.ravel(raw.wavelength)[known]
    if raw.scale == "linear" and raw.unit is None and values.min() > 2.7 and values.max() < 5.5:
        hint = (
            f"; as log10 they would run from {10 ** values.min():.0f} to {10 ** values.max():.0f} A: "
            "say so in the file (DC-FLAG = 1, or a column loglam)"
        )
    unit = f" {raw.unit}" if raw.unit else ", by their size"
    raise NotASpectrum(f"its wavelengths run from {low:.6g} to {high:.6g} A (read as {raw.scale}{unit}){hint}")


def _orders(wavelength: Float[np.ndarray, "pixel"]) -> tuple[Int[np.ndarray, "pixel"], Int[np.ndarray, "jump"]]:
    """Orders of pixels that follow each other, and pixels whose wavelength lies far from both of its neighbours.

    An order ends where the wavelength turns back. Short ones, of rows in disorder, are none.
    """
    step = np.diff(wavelength)
    if step.size < 2:
        return np.zeros(wavelength.size, dtype=int), np.zeros(0, dtype=int)
    sign = -1.0 if np.sum(step < 0) > np.sum(step > 0) else 1.0
    usual = np.median(np.abs(step))
    low, high = np.minimum(wavelength[:-2], wavelength[2:]), np.maximum(wavelength[:-2], wavelength[2:])
    off = np.abs(wavelength[1:-1] - np.clip(wavelength[1:-1], low, high))
    jumps = np.nonzero(off > max(5.0 * usual, 1e-9))[0] + 1
    rest = np.ones(wavelength.size, dtype=bool)
    rest[jumps] = False
    breaks = np.concatenate([[0], np.cumsum(sign * np.diff(wavelength[rest]) < 0)])
    sizes = np.bincount(breaks)
    order = np.zeros(wavelength.size, dtype=int)
    if len(sizes) <= _MOST_ORDERS and sizes.min() >= FEWEST:
        order[rest] = breaks
    return order, jumps if len(jumps) < 0.1 * wavelength.size else np.zeros(0, dtype=int)


def _empty_gaps(flux: Float[np.ndarray, "pixel"], of_order: np.ndarray) -> None:
    """Set runs of pixels with exactly no flux to NaN."""
    places = np.nonzero(of_order)[0]
    empty = flux[places] == 0.0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], empty.astype(int), [0]])))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        if last - first >= _EMPTY:
            flux[places[first:last]] = np.nan


def _check_spread(flux: Float[np.ndarray, "pixel"]) -> None:
    """Raises NotASpectrum where the flux has values of which no spectrum is made: bytes that are out of place."""
    sizes = np.abs(flux[np.isfinite(flux) & (flux != 0.0)])
    if sizes.size and np.quantile(sizes, 0.95) / np.quantile(sizes, 0.05) > _LARGEST_SPREAD:
        raise NotASpectrum(f"its flux runs over more than {np.log10(_LARGEST_SPREAD):.0f} decades: the file is damaged")


def _check_distinct(wavelength: Float[np.ndarray, "pixel"], order: Int[np.ndarray, "pixel"]) -> None:
    """Raises NotASpectrum where most pixels share their wavelength with another of the same order."""
    same = (np.diff(wavelength) == 0.0) & (np.diff(order) == 0)
    if same.mean() > 0.5:
        raise NotASpectrum(
            f"{same.sum() + 1} of its {wavelength.size} pixels share their wavelengths with others; "
            "are they rounded, or their decimals cut off?"
        )
