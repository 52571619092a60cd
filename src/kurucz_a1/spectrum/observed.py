"""The observed Sun: the irradiance standard that comes with pvlib, and high-resolution spectra from the user."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from kurucz_a1.errors import BadFile
from kurucz_a1.extras import needs
from kurucz_a1.files import packaged
from kurucz_a1.lines.air import vacuum_to_air
from kurucz_a1.numerics.masked import unmasked
from kurucz_a1.physics.constants import ASTRONOMICAL_UNIT, SOLAR_RADIUS
from kurucz_a1.spectrum.broadening import doppler
from kurucz_a1.spectrum.readers import CORRECTED, FEWEST, Medium, SpectrumTable, is_spectrum_object, read_spectrum
from kurucz_a1.types import AnyArray, Real

# erg s-1 cm-2 A-1 is 0.01 W m-2 nm-1
WATT_PER_SQUARE_METRE_NANOMETRE = 0.01
MOST_NOISE = 0.5  # of the flux, where a continuum can be placed
_Columns = tuple[Float[np.ndarray, "wavelength"], Float[np.ndarray, "wavelength"]]


class ObservedSpectrum(NamedTuple):
    """An observed spectrum in a window.

    - ``wavelength``: A, air.
    - ``normalized``: flux over the continuum of ``place_continuum``, NaN in the intervals of ``telluric`` and for
      pixels that the file marks as bad.
    - ``name``: of the file.
    - ``error``: one standard error of ``normalized``, NaN where the file has none for a pixel; None where it has none.
    """

    wavelength: Float[np.ndarray, "wavelength"]
    normalized: Float[np.ndarray, "wavelength"]
    name: str
    error: Float[np.ndarray, "wavelength"] | None = None


def telluric(wavelength: Float[np.ndarray, "wavelength"]) -> Bool[np.ndarray, "wavelength"]:
    """Mask of the wavelengths (A, air, in the Earth's frame) that the Earth's atmosphere absorbs, by the intervals of
    data/telluric_intervals.csv."""
    intervals = pd.read_csv(packaged("spectrum/data/telluric_intervals.csv"), comment="#")
    ends = intervals[["first_angstrom", "last_angstrom"]].to_numpy()
    return np.any([(wavelength >= first) & (wavelength <= last) for first, last in ends], axis=0)


def solar_irradiance() -> _Columns:
    """The Sun above the atmosphere at 1 AU by ASTM G173-03 (Gueymard 2004, Solar Energy 76, 423), through pvlib.

    Returns wavelength (nm, 280 to 4000; air or vacuum matters little at its steps of 0.5 nm and more) and irradiance
    (W m-2 nm-1).
    """
    with needs("spectrum"):
        from pvlib.spectrum import get_reference_spectra

    table = get_reference_spectra(standard="ASTM G173-03")
    return table.index.to_numpy(dtype=float), table["extraterrestrial"].to_numpy(dtype=float)


def at_one_au(flux: Real) -> Real:
    """Irradiance at 1 AU (W m-2 nm-1) of a Sun whose surface emits ``flux`` (erg s-1 cm-2 A-1)."""
    return flux * WATT_PER_SQUARE_METRE_NANOMETRE * (SOLAR_RADIUS / ASTRONOMICAL_UNIT) ** 2


def read_observed(
    source: str | Path | Any,
    window: Sequence[float],
    *,
    medium: Medium | None = None,
    mask_telluric: bool = True,
    telluric_velocity: float = 0.0,
) -> ObservedSpectrum:
    """Read an observed spectrum and normalise it.

    - ``source``: a file of any form of ``kurucz_a1.spectrum.readers`` (docs/formats.md), or a spectrum of specutils.
    - ``window``: first and last wavelength, A, air.
    - ``medium``: "air" or "vacuum", of the file's wavelengths; None: as the file states, or air where it states none.
    - ``mask_telluric``: leave out wavelengths that the Earth's atmosphere absorbs; the IAG atlas and the TSIS-1 hybrid
      reference spectrum are free of them.
    - ``telluric_velocity``: km s-1, redshift of the telluric lines in a file whose wavelengths were corrected for the
      motion of Earth or source.

    Orders that overlap are normalised each by itself; all their pixels are kept, in the order of wavelength.

    Raises BadFile for a file that holds no spectrum, that states another medium, or without the window.
    """
    table = read_spectrum(source)
    name = type(source).__name__ if is_spectrum_object(source) else str(source)
    wavelength = _in_air(table, medium, name)
    inside = (wavelength >= window[0]) & (wavelength <= window[1])
    sizes = {order: np.sum(inside & (table.order == order)) for order in np.unique(table.order[inside])}
    if len(sizes) > 1:  # the end of an order that reaches just into the window has no continuum of its own
        inside &= np.isin(table.order, [order for order, size in sizes.items() if size >= FEWEST])
    use = inside & np.isfinite(table.flux)
    if use.sum() < FEWEST:
        marked = f" (and {inside.sum() - use.sum()} bad ones)" if inside.sum() > use.sum() else ""
        raise BadFile(
            f"{name}: only {use.sum()} points{marked} from {window[0]:g} to {window[1]:g} A; it covers "
            f"{wavelength[0]:.0f} to {wavelength[-1]:.0f} A"
        )
    if mask_telluric and table.form not in CORRECTED:
        use &= ~telluric(wavelength / doppler(telluric_velocity))
    if use.sum() < FEWEST:
        raise BadFile(f"{name}: the Earth's atmosphere absorbs all of {window[0]:g} to {window[1]:g} A; name another")
    continuum = np.full(wavelength.size, np.nan)
    for order in np.unique(table.order[use]):
        own = use & (table.order == order)
        if own.sum() >= FEWEST and noise_of(table.flux[own]) < MOST_NOISE * np.median(table.flux[own]):
            continuum[own] = place_continuum(wavelength[own], table.flux[own])
    found = continuum[np.isfinite(continuum)]
    if not (found.size and np.all(found > 0.0)):
        raise BadFile(
            f"{name}: its flux from {window[0]:g} to {window[1]:g} A is not positive, or lost in noise; it has no "
            "continuum"
        )
    with np.errstate(over="ignore"):
        normalized = table.flux / continuum
        error = None if table.error is None else (table.error / continuum)[inside]
    normalized[np.isinf(normalized)] = np.nan
    return ObservedSpectrum(wavelength[inside], normalized[inside], Path(name).name, error)


def _in_air(table: SpectrumTable, medium: Medium | None, name: str) -> Float[np.ndarray, "wavelength"]:
    """The wavelengths in air. Raises BadFile where the file states another medium, or two."""
    stated = table.stated
    if medium is None and len(stated) > 1:
        raise BadFile(
            f"{name}: it states air ({stated['air']}) and vacuum ({stated['vacuum']}); say which with `medium`"
        )
    if medium is not None and stated and medium not in stated:
        other, place = next(iter(stated.items()))
        raise BadFile(f"{name}: its wavelengths are in {other} ({place}), but `medium` is {medium}; leave `medium` out")
    in_vacuum = (medium or table.medium) == "vacuum"
    return np.asarray(vacuum_to_air(table.wavelength)) if in_vacuum else table.wavelength


def place_continuum(
    wavelength: Float[AnyArray, "wavelength"],
    flux: Float[AnyArray, "wavelength"],
    depth: float = 0.004,
    rounds: int = 30,
) -> Float[np.ndarray, "wavelength"]:
    """The continuum of a window by one rule, the same for observations and models.

    A straight line fitted by least squares, again and again without the points more than ``depth`` (relative) below it
    or three times as much above it, until no point changes or ``rounds`` are over. Where twice the noise is larger it
    replaces ``depth``: otherwise the line would climb on the noise. Pixels that are masked or not finite are ignored.

    Raises ValueError where fewer than 10 pixels are left.
    """
    every, flux = unmasked(wavelength), unmasked(flux)
    known = np.isfinite(flux) & np.isfinite(every)
    if known.sum() < 10:
        raise ValueError(f"{known.sum()} pixels have a flux, too few to place a continuum")
    wavelength, flux = every[known], flux[known]
    depth = max(depth, 2.0 * noise_of(flux) / np.median(flux))
    centre = wavelength.mean()
    offset = wavelength - centre
    keep = flux >= np.quantile(flux, 0.6)
    for _ in range(rounds):
        fitted = np.polyfit(offset[keep], flux[keep], 1)
        line = np.polyval(fitted, offset)
        near = (flux > (1.0 - depth) * line) & (flux < (1.0 + 3.0 * depth) * line)
        if near.sum() < 10 or np.array_equal(near, keep):
            break
        keep = near
    return np.polyval(fitted, every - centre)


def noise_of(flux: Float[AnyArray, "pixel"]) -> float:
    """Standard deviation of the noise in ``flux``, independent from pixel to pixel.

    By the median of second differences, in which lines that are resolved, or that cover less than half of the pixels,
    hardly show. Masked pixels are ignored.
    """
    return 1.4826 * np.nanmedian(np.abs(np.diff(unmasked(flux), 2))) / np.sqrt(6.0)
