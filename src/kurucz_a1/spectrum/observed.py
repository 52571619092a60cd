"""The observed Sun: the irradiance standard that comes with pvlib, and high-resolution spectra from the user."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import xarray as xr
from astropy.io import fits
from jaxtyping import Bool, Float

from kurucz_a1.errors import BadFile
from kurucz_a1.extras import needs
from kurucz_a1.files import packaged
from kurucz_a1.lines.air import vacuum_to_air
from kurucz_a1.physics.constants import ASTRONOMICAL_UNIT, KILOMETRE_PER_SECOND, SOLAR_RADIUS, SPEED_OF_LIGHT
from kurucz_a1.types import AnyArray, Real

# erg s-1 cm-2 A-1 is 0.01 W m-2 nm-1
WATT_PER_SQUARE_METRE_NANOMETRE = 0.01
FEWEST = 30  # points of a window, half of which may lie in lines
_Columns = tuple[Float[np.ndarray, "wavelength"], Float[np.ndarray, "wavelength"]]


class ObservedSpectrum(NamedTuple):
    """An observed spectrum in a window.

    - ``wavelength``: A, air.
    - ``normalized``: flux over the continuum of ``place_continuum``, NaN in the intervals of ``telluric``.
    - ``name``: of the file.
    """

    wavelength: Float[np.ndarray, "wavelength"]
    normalized: Float[np.ndarray, "wavelength"]
    name: str


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
    path: str | Path,
    window: Sequence[float],
    *,
    medium: str = "air",
    mask_telluric: bool = True,
    telluric_velocity: float = 0.0,
) -> ObservedSpectrum:
    """Read an observed spectrum and normalise it.

    - ``path``: the telluric-free IAG atlas (Baker, Blake & Reiners 2020, ApJS 247, 24: FITS with wavenumbers) or the
      TSIS-1 hybrid reference spectrum (Coddington et al. 2023, ESS 10, e2022EA002637: netCDF), both converted from
      vacuum to air; or FITS with a linear or logarithmic wavelength axis in its header or with a table of wavelength
      and flux; or text or csv whose first two columns are wavelength and flux. Wavelengths in A, or in nm if all are
      below 3000.
    - ``window``: first and last wavelength, A, air.
    - ``medium``: "air" or "vacuum", of all but the first two.
    - ``mask_telluric``: leave out wavelengths that the Earth's atmosphere absorbs, of all but the first two.
    - ``telluric_velocity``: km s-1, redshift of the telluric lines in a file whose wavelengths were corrected for the
      motion of Earth or source.

    Raises BadFile for a file of another format or without the window.
    """
    path = Path(path)
    try:
        wavelength, flux, form = _read(path)
    except (OSError, ValueError, KeyError, IndexError, StopIteration) as error:
        reason = (str(error).splitlines() or ["no columns of wavelength and flux"])[0]
        raise BadFile(f"{path}: cannot be read as an observed spectrum ({reason})") from error
    order = np.argsort(wavelength)
    wavelength, flux = wavelength[order], flux[order]
    if np.nanmax(wavelength) < 3000.0:
        wavelength = wavelength * 10.0
    corrected = form in ("IAG", "HSRS")
    if corrected or medium == "vacuum":
        wavelength = np.asarray(vacuum_to_air(wavelength))
    inside = (wavelength >= window[0]) & (wavelength <= window[1]) & np.isfinite(flux)
    if inside.sum() < FEWEST:
        raise BadFile(
            f"{path}: only {inside.sum()} points from {window[0]:g} to {window[1]:g} A; it covers "
            f"{np.nanmin(wavelength):.0f} to {np.nanmax(wavelength):.0f} A"
        )
    wavelength, flux = wavelength[inside], flux[inside]
    use = np.ones(wavelength.size, dtype=bool)
    if mask_telluric and not corrected:
        use = ~telluric(wavelength / (1.0 + telluric_velocity * KILOMETRE_PER_SECOND / SPEED_OF_LIGHT))
    if use.sum() < FEWEST:
        raise BadFile(f"{path}: the Earth's atmosphere absorbs all of {window[0]:g} to {window[1]:g} A; name another")
    normalized = np.full(wavelength.size, np.nan)
    normalized[use] = flux[use] / place_continuum(wavelength[use], flux[use])
    return ObservedSpectrum(wavelength, normalized, path.name)


def _read(path: Path) -> tuple[Float[np.ndarray, "wavelength"], Float[np.ndarray, "wavelength"], str]:
    """Wavelength and flux in the order of the file, and its format."""
    suffix = path.suffix.lower()
    if suffix == ".nc":
        with xr.open_dataset(path) as data:
            wavelength, flux = (data[name].values.astype(float) for name in ("Vacuum Wavelength", "SSI"))
            return wavelength, flux, "HSRS"
    if suffix in (".fits", ".fit"):
        return _read_fits(path)
    return *_read_text(path), "text"


def _read_fits(path: Path) -> tuple[Float[np.ndarray, "wavelength"], Float[np.ndarray, "wavelength"], str]:
    with fits.open(path) as units:
        for unit in units:
            if unit.data is None:
                continue
            names = [name.upper() for name in getattr(unit.data, "names", None) or ()]
            if {"V", "S"} <= set(names):
                wavenumber, flux = (np.ravel(unit.data.field(names.index(name))).astype(float) for name in "VS")
                return 1e8 / wavenumber, flux, "IAG"
            if names:
                axis = next(k for k, name in enumerate(names) if name.startswith(("WAVE", "LAMBDA", "WL")))
                value = next(k for k, name in enumerate(names) if name.startswith(("FLUX", "NORM", "INTENS")))
                wavelength, flux = (np.ravel(unit.data.field(k)).astype(float) for k in (axis, value))
                return wavelength, flux, "table"
            if np.ndim(unit.data) == 1:
                header = unit.header
                step = header["CDELT1"] if "CDELT1" in header else header["CD1_1"]
                pixel = np.arange(len(unit.data)) + 1.0 - header.get("CRPIX1", 1.0)
                place = header["CRVAL1"] + step * pixel
                # IRAF's mark of an axis in log10 of the wavelength
                return 10.0**place if header.get("DC-FLAG") == 1 else place, unit.data.astype(float), "image"
    raise ValueError("no one-dimensional spectrum in it")


def _read_text(path: Path) -> _Columns:
    table = pd.read_csv(path, sep=r"[,;\s]+", engine="python", comment="#", header=None, usecols=[0, 1])
    values = table.apply(pd.to_numeric, errors="coerce").dropna().to_numpy(dtype=float)
    if len(values) < 2:
        raise ValueError("it has no two columns of numbers")
    return values[:, 0], values[:, 1]


def place_continuum(
    wavelength: Float[AnyArray, "wavelength"],
    flux: Float[AnyArray, "wavelength"],
    depth: float = 0.004,
    rounds: int = 30,
) -> Float[np.ndarray, "wavelength"]:
    """The continuum of a window by one rule, the same for observations and models.

    A straight line fitted by least squares, again and again without the points more than ``depth`` (relative) below it
    or three times as much above it, until no point changes or ``rounds`` are over. Where twice the noise is larger it
    replaces ``depth``: otherwise the line would climb on the noise.
    """
    wavelength, flux = np.asarray(wavelength, dtype=float), np.asarray(flux, dtype=float)
    depth = max(depth, 2.0 * noise_of(flux) / np.median(flux))
    offset = wavelength - wavelength.mean()
    keep = flux >= np.quantile(flux, 0.6)
    for _ in range(rounds):
        line = np.polyval(np.polyfit(offset[keep], flux[keep], 1), offset)
        near = (flux > (1.0 - depth) * line) & (flux < (1.0 + 3.0 * depth) * line)
        if near.sum() < 10 or np.array_equal(near, keep):
            break
        keep = near
    return line


def noise_of(flux: Float[np.ndarray, "pixel"]) -> float:
    """Standard deviation of the noise in ``flux``, independent from pixel to pixel.

    By the median of second differences, in which lines that are resolved, or that cover less than half of the pixels,
    hardly show.
    """
    return 1.4826 * np.median(np.abs(np.diff(flux, 2))) / np.sqrt(6.0)
