"""Tables that compare spectra of models with each other and with the observed Sun."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float
from scipy.optimize import minimize_scalar

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.numerics.bootstrap import error_of_rms_difference
from kurucz_a1.physics.constants import ANGSTROM, KILOMETRE_PER_SECOND, SPEED_OF_LIGHT
from kurucz_a1.spectrum.broadening import instrumental, radial_tangential_macroturbulence, rotation
from kurucz_a1.spectrum.observed import ObservedSpectrum, at_one_au, place_continuum, solar_irradiance
from kurucz_a1.spectrum.sed import EnergyDistribution, band_means
from kurucz_a1.spectrum.synthesis import Spectrum, synthesize
from kurucz_a1.types import AnyArray

# Lines whose depth and equivalent width are reported: name, wavelength in air (A), half width of the interval (A)
MAIN_LINES = (
    ("Fe I 6430.85", 6430.845, 0.30),
    ("Fe II 6432.68", 6432.676, 0.20),
    ("Si I 6433.46", 6433.457, 0.20),
    ("Fe I 6436.41", 6436.406, 0.15),
    ("Si I 6437.70", 6437.703, 0.20),
    ("Ca I 6439.08", 6439.075, 0.45),
    ("Mn I 6440.93", 6440.933, 0.15),
    ("Fe II 6446.41", 6446.407, 0.15),
    ("Ca I 6449.81", 6449.808, 0.15),
)
SOLAR_ROTATION = 1.9  # km s-1, projected, of the disc-integrated Sun
GREATEST_MACROTURBULENCE = 6.0  # km s-1, in a fit
BLOCK = 0.5  # A: about a line, whose points do not err independently


def broaden(
    wavelength: Float[AnyArray, "wavelength"],
    normalized: Float[AnyArray, "wavelength"],
    macroturbulence: float,
    *,
    vsini: float = SOLAR_ROTATION,
    resolution: float | None = None,
) -> Float[np.ndarray, "wavelength"]:
    """A normalised spectrum after radial-tangential macroturbulence, rotation (km s-1) and a spectrograph."""
    # one kernel length for all usual velocities, as each length is compiled anew
    largest = max(GREATEST_MACROTURBULENCE, float(macroturbulence))
    result = radial_tangential_macroturbulence(wavelength, normalized, macroturbulence, largest=largest)
    result = rotation(wavelength, result, vsini)
    return np.asarray(result if resolution is None else instrumental(wavelength, result, resolution))


def shifted(observed: ObservedSpectrum, velocity: float) -> Float[np.ndarray, "wavelength"]:
    """Wavelengths of an ObservedSpectrum in the frame of a model, for a source receding at ``velocity`` km s-1."""
    return observed.wavelength * (1.0 - velocity * KILOMETRE_PER_SECOND / SPEED_OF_LIGHT)


def inside_window(
    wavelength: Float[np.ndarray, "wavelength"], window: Sequence[float]
) -> Bool[np.ndarray, "wavelength"]:
    """Mask of the wavelengths within ``window``, its ends included."""
    return (wavelength >= window[0]) & (wavelength <= window[1])


def _to_compare(
    observed: ObservedSpectrum, velocity: float, window: Sequence[float]
) -> tuple[Float[np.ndarray, "wavelength"], Bool[np.ndarray, "wavelength"]]:
    """Wavelengths of an observation in the frame of a model, and the mask of its points that count."""
    place = shifted(observed, velocity)
    return place, inside_window(place, window) & np.isfinite(observed.normalized)


def fit_velocity(
    wavelength: Float[AnyArray, "wavelength"],
    normalized: Float[AnyArray, "wavelength"],
    observed: ObservedSpectrum,
    window: Sequence[float],
    limit: float = 60.0,
) -> tuple[float, float]:
    """Velocity (km s-1) that brings ``observed`` onto a model spectrum, and the rms difference then.

    Found on a grid of 1 km s-1 within ``limit`` and then to 1e-3 km s-1.
    """

    def rms(velocity: float) -> float:
        place, use = _to_compare(observed, velocity, window)
        return np.sqrt(np.mean((np.interp(place[use], wavelength, normalized) - observed.normalized[use]) ** 2))

    grid = np.arange(-limit, limit + 0.5)
    start = grid[np.argmin([rms(velocity) for velocity in grid])]
    best = minimize_scalar(rms, bounds=(start - 1.5, start + 1.5), method="bounded", options={"xatol": 1e-3})
    return float(best.x), float(best.fun)


def fit_broadening(
    spectrum: Spectrum, observed: ObservedSpectrum, window: Sequence[float], *, resolution: float | None
) -> tuple[float, float]:
    """Macroturbulence and velocity shift (km s-1) with which a model spectrum matches an observed one best."""
    wavelength = np.asarray(spectrum.wavelength)

    def model(macroturbulence: float) -> Float[np.ndarray, "wavelength"]:
        flux = broaden(wavelength, spectrum.normalized, macroturbulence, resolution=resolution)
        return flux / place_continuum(wavelength, flux)

    velocity = fit_velocity(wavelength, model(3.0), observed, window)[0]
    place, use = _to_compare(observed, velocity, window)

    def rms(macroturbulence: float) -> float:
        flux = np.interp(place[use], wavelength, model(macroturbulence))
        return np.sqrt(np.mean((flux - observed.normalized[use]) ** 2))

    best = minimize_scalar(rms, bounds=(0.5, GREATEST_MACROTURBULENCE), method="bounded", options={"xatol": 0.01})
    return float(best.x), fit_velocity(wavelength, model(best.x), observed, window)[0]


def line_measures(
    wavelength: Float[AnyArray, "wavelength"],
    normalized: Float[AnyArray, "wavelength"],
    lines: Sequence[tuple[str, float, float]] = MAIN_LINES,
) -> list[tuple[str, float, float]]:
    """(name, depth, equivalent width in mA) of each line within its interval; a line with a point that is NaN is left
    out."""
    wavelength, normalized = np.asarray(wavelength), np.asarray(normalized)
    rows = []
    for name, centre, half in lines:
        inside = np.abs(wavelength - centre) <= half
        if inside.sum() < 3 or not np.isfinite(normalized[inside]).all():
            continue
        depth = 1.0 - normalized[inside]
        rows.append((name, float(depth.max()), 1e3 * float(np.trapezoid(depth, wavelength[inside]))))
    return rows


def compare_window(
    spectra: Mapping[str, Spectrum],
    *,
    window: Sequence[float],
    reference: str,
    observed: ObservedSpectrum | None = None,
    resolution: float = 115000.0,
    macroturbulence: float | None = None,
    noise: float = 0.003,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Compare normalised spectra of several models in a window.

    - ``spectra``: by name, on one uniform grid in air that extends at least 0.5 A beyond the window.
    - ``window``: first and last wavelength, A.
    - ``reference``: the name of one of the spectra.
    - ``observed``: with an observation every model gets the macroturbulence and velocity that fit it best, and its
      continuum by the rule of the observation; without, models are compared as computed.
    - ``resolution``: of the observation.
    - ``macroturbulence``: km s-1, of all models; by default fitted to the observation.
    - ``noise``: error of the observed normalised flux that scales chi2.

    Returns (summary, lines, curves). summary, one row per model: rms and greatest difference against the reference
    and, with an observation, rms and reduced chi2 against it, and error_of_rms, the standard error of that rms minus
    the reference's, from a bootstrap over BLOCK of wavelength. lines, one row per model (and "observed") and main line:
    depth and equivalent width in mA. curves: wavelength and one column per model (and "observed"), the normalised
    fluxes that were compared.
    """
    wavelength = np.asarray(spectra[reference].wavelength)
    fluxes = {name: np.asarray(spectrum.normalized) for name, spectrum in spectra.items()}
    inside = inside_window(wavelength, window)
    if observed is None:
        if macroturbulence is not None:
            fluxes = {
                name: broaden(wavelength, flux, macroturbulence, resolution=resolution) for name, flux in fluxes.items()
            }
        curves = pd.DataFrame({"wavelength_air_angstrom": wavelength, **fluxes})
        summary = [_against_reference(name, flux, fluxes[reference], inside) for name, flux in fluxes.items()]
    else:
        fits = {}
        for name, spectrum in spectra.items():
            fitted, velocity = fit_broadening(spectrum, observed, window, resolution=resolution)
            fits[name] = (fitted if macroturbulence is None else macroturbulence, velocity)
            flux = broaden(wavelength, fluxes[name], fits[name][0], resolution=resolution)
            fluxes[name] = flux / place_continuum(wavelength, flux)
        curves = pd.DataFrame({"wavelength_air_angstrom": wavelength, **fluxes})
        # each model beside the observation in its own frame; the curves have that of the reference
        seen = {
            name: np.interp(wavelength, shifted(observed, velocity), observed.normalized, np.nan, np.nan)
            for name, (_, velocity) in fits.items()
        }
        curves["observed"] = seen[reference]
        use = inside & np.all([np.isfinite(flux) for flux in seen.values()], axis=0)
        residuals = {name: (flux - seen[name])[use] for name, flux in fluxes.items()}
        blocks = np.floor(wavelength[use] / BLOCK).astype(int)
        summary = [
            _against_reference(name, flux, fluxes[reference], inside)
            | {
                "rms_against_observed": np.sqrt(np.mean(residuals[name] ** 2)),
                "reduced_chi2": np.mean((residuals[name] / noise) ** 2),
                "error_of_rms": error_of_rms_difference(residuals[name], residuals[reference], blocks),
                "macroturbulence_km_s": fits[name][0],
                "velocity_km_s": fits[name][1],
            }
            for name, flux in fluxes.items()
        ]
    lines = []
    for name in curves.columns[1:]:
        for line, depth, width in line_measures(wavelength, curves[name].to_numpy()):
            lines.append({"model": name, "line": line, "depth": depth, "equivalent_width_mA": width})
    return pd.DataFrame(summary), pd.DataFrame(lines), curves[inside].reset_index(drop=True)


def _against_reference(
    name: str,
    flux: Float[np.ndarray, "wavelength"],
    reference: Float[np.ndarray, "wavelength"],
    inside: Bool[np.ndarray, "wavelength"],
) -> dict[str, str | float]:
    difference = (flux - reference)[inside]
    return {
        "model": name,
        "rms_against_reference": float(np.sqrt(np.mean(difference**2))),
        "greatest_against_reference": float(np.max(np.abs(difference))),
    }


def systematic_effects(
    atmosphere: Atmosphere,
    wavelength: Float[AnyArray, "wavelength"],
    lines: LineList,
    *,
    vmic: float = 1.0,
    macroturbulence: float = 3.0,
) -> pd.DataFrame:
    """The effects of choices that all models share, as a scale for the differences between models.

    Returns one row per effect, with the rms and greatest change of the broadened normalised flux: microturbulence
    higher by 0.1 km s-1, all log gf by 0.05 dex, macroturbulence by 0.3 km s-1, the continuum by 0.2 %, and temperature
    by 20 K in 5777 at all depths (pressure kept).
    """
    base = synthesize(atmosphere, wavelength, lines, vmic=vmic)
    plain = broaden(wavelength, base.normalized, macroturbulence)
    shifted_gf = synthesize(atmosphere, wavelength, lines, vmic=vmic, log_gf=lines.log_gf + 0.05)
    more_turbulent = synthesize(atmosphere, wavelength, lines, vmic=vmic + 0.1)
    hotter = synthesize(
        replace(atmosphere, temperature=atmosphere.temperature * (1.0 + 20.0 / 5777.0)), wavelength, lines, vmic=vmic
    )
    variants = {
        "microturbulence + 0.1 km/s": broaden(wavelength, more_turbulent.normalized, macroturbulence),
        "log gf + 0.05 dex": broaden(wavelength, shifted_gf.normalized, macroturbulence),
        "macroturbulence + 0.3 km/s": broaden(wavelength, base.normalized, macroturbulence + 0.3),
        "continuum + 0.2 %": plain / 1.002,
        "temperature + 20 K in 5777": broaden(wavelength, hotter.normalized, macroturbulence),
    }
    rows = []
    for effect, flux in variants.items():
        change = np.asarray(flux) - plain
        rows.append({"effect": effect, "rms": np.sqrt(np.mean(change**2)), "greatest": np.max(np.abs(change))})
    return pd.DataFrame(rows)


def compare_irradiance(
    distributions: Mapping[str, EnergyDistribution], *, edges: Float[np.ndarray, "edge"] | None = None
) -> pd.DataFrame:
    """Irradiance at 1 AU in bands against ASTM G173-03 (extraterrestrial), one row per band.

    - ``distributions``: by name, of models of the Sun.
    - ``edges``: of the bands, nm; by default every 10 nm from 400 to 2400 nm.

    Columns: the band's ends (nm), the standard, and for each model its irradiance (W m-2 nm-1), its ratio to the
    standard and the number of sampled frequencies; a band without any is NaN. Beyond 1000 nm, where the frequencies are
    not chosen, a band of 10 nm holds few and its noise is a per cent or more: only means over many bands count.
    """
    edges = np.arange(400.0, 2401.0, 10.0) if edges is None else np.asarray(edges, dtype=float)
    nanometre, standard = solar_irradiance()
    table = pd.DataFrame({"first_nm": edges[:-1], "last_nm": edges[1:]})
    table["astm_g173"] = [_mean_between(nanometre, standard, *pair) for pair in pairwise(edges)]
    for name, distribution in distributions.items():
        means, counts = band_means(distribution, edges * 1e-7 / ANGSTROM)
        table[name] = at_one_au(means)
        table[f"{name}_ratio"] = table[name] / table["astm_g173"]
        table[f"{name}_frequencies"] = counts
    return table


def _mean_between(x: Float[np.ndarray, "point"], y: Float[np.ndarray, "point"], first: float, last: float) -> float:
    """Mean of a piecewise linear function between two abscissae."""
    inner = x[(x > first) & (x < last)]
    points = np.concatenate([[first], inner, [last]])
    return np.trapezoid(np.interp(points, x, y), points) / (last - first)
