"""The Sun's labels from its own spectrum."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd
from jaxtyping import Float

from kurucz_a1.emulator import Emulator
from kurucz_a1.inference.fit import StarFit, fit_star
from kurucz_a1.inference.forward import StarSpectrum
from kurucz_a1.inference.widths import StarWidths
from kurucz_a1.labels import SUN, Labels
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.physics.constants import SOLAR_TEFF
from kurucz_a1.spectrum.broadening import SPEED_OF_LIGHT_KM
from kurucz_a1.spectrum.comparison import SOLAR_ROTATION, fit_velocity, shifted
from kurucz_a1.spectrum.observed import ObservedSpectrum
from kurucz_a1.spectrum.package_lines import read_solar_lines
from kurucz_a1.spectrum.solar_widths import LOG_GF_ERROR, WIDTH_ERROR
from kurucz_a1.spectrum.synthesis import synthesize

#: The Sun's labels from other measurements: effective temperature of IAU 2015 resolution B3, composition by definition.
NOMINAL: dict[str, float] = replace(SUN, teff=SOLAR_TEFF).floats()
#: Least error of a pixel, due to line data rather than noise.
PIXEL_ERROR = 0.01
#: km s-1, at most two points of the computed grid per pixel: finer observations are averaged.
PIXEL = 1.0


def from_widths(emulator: Emulator, seed: int) -> pd.DataFrame:
    """The Sun's labels from the measured equivalent widths of the package's lines.

    teff, logg, feh and vmic are free. Each line has the errors of its width and log gf (``spectrum.solar_widths``).
    Columns: data, parameter, value, error, nominal, off (value - nominal), reduced_chi2, converged, complaints.
    """
    lines, table = read_solar_lines()
    widths = StarWidths.prepare(emulator, lines)
    measured = table["equivalent_width_mA"].to_numpy()
    error = widths.errors(measured, relative=WIDTH_ERROR, log_gf=LOG_GF_ERROR)
    fit = fit_star(widths, measured, error, ("teff", "logg", "feh", "vmic"), seed=seed)
    return _table("equivalent widths", fit)


def from_spectrum(
    emulator: Emulator,
    observed: ObservedSpectrum,
    lines: LineList,
    resolution: float,
    seed: int,
    known: Collection[str] = (),
) -> pd.DataFrame:
    """The Sun's labels from an observed spectrum; columns as of ``from_widths``.

    - ``resolution``: of the spectrograph.
    - ``known``: labels fixed at their NOMINAL values.

    Rotation is SOLAR_ROTATION; macroturbulence, velocity, continuum and the other labels of teff, logg, feh and vmic
    are free.
    """
    wavelength, normalized = _averaged(_at_rest(emulator, observed, lines))
    spectrum = StarSpectrum.prepare(emulator, wavelength, lines, resolution)
    fitted = ("teff", "logg", "feh", "vmic", "vmac", "rv", "continuum", "continuum_slope")
    free = tuple(name for name in fitted if name not in known)
    fixed = {"vsini": SOLAR_ROTATION} | {name: NOMINAL[name] for name in known}
    fit = fit_star(spectrum, normalized, np.full(wavelength.size, PIXEL_ERROR), free, fixed=fixed, seed=seed)
    return _table(f"spectrum, {', '.join(known)} known" if known else "spectrum", fit)


def _at_rest(emulator: Emulator, observed: ObservedSpectrum, lines: LineList) -> ObservedSpectrum:
    """The observation in the frame of the Sun, to about 1 km s-1: a planet that reflects sunlight may be faster than
    the largest velocity of a fit."""
    ends = observed.wavelength[0], observed.wavelength[-1]
    wavelength = np.arange(ends[0] - 2.0, ends[1] + 2.0, 0.02)
    model = synthesize(emulator(emulator.space.fix(Labels(**NOMINAL))), wavelength, lines, vmic=1.0)
    margin = min(1.5, 0.25 * (ends[1] - ends[0]))
    window = ends[0] + margin, ends[1] - margin
    velocity, _ = fit_velocity(wavelength, np.asarray(model.normalized), observed, window)
    return observed._replace(wavelength=shifted(observed, velocity))


def _averaged(observed: ObservedSpectrum) -> tuple[Float[np.ndarray, "pixel"], Float[np.ndarray, "pixel"]]:
    """Wavelength and flux of an observation, averaged to pixels of PIXEL where it is finer."""
    wavelength, flux = observed.wavelength, observed.normalized
    step = np.median(np.diff(np.log(wavelength))) * SPEED_OF_LIGHT_KM
    count = max(1, round(PIXEL / step))
    whole = len(wavelength) // count * count
    wavelength, flux = (each[:whole].reshape(-1, count).mean(axis=1) for each in (wavelength, flux))
    return wavelength, flux


def _table(name: str, fit: StarFit) -> pd.DataFrame:
    """One row per parameter, with the error scaled up where the data scatter more than was assumed."""
    scale = max(1.0, np.sqrt(fit.reduced_chi2))
    rows = [
        {
            "data": name,
            "parameter": parameter,
            "value": value,
            "error": scale * fit.errors[parameter],
            "nominal": NOMINAL.get(parameter, np.nan),
            "off": value - NOMINAL.get(parameter, np.nan),
            "reduced_chi2": fit.reduced_chi2,
            "converged": fit.converged,
            "complaints": "; ".join(fit.complaints),
        }
        for parameter, value in fit.values.items()
    ]
    return pd.DataFrame(rows)
