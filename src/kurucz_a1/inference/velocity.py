"""The radial velocity of a star by cross-correlation, before anything else is known of it.

The lines of an observed spectrum are compared with those of a few very different stars at every velocity of a wide
range (Simkin 1974, A&A 31, 129; Tonry & Davis 1979, AJ 84, 1511). A fit, which follows the slope of chi2, would find
none from farther away than the width of a line.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Float

from kurucz_a1.inference.forward import StarSpectrum, parameters_of
from kurucz_a1.inference.lines import usual_stars
from kurucz_a1.inference.windows import StarWindows
from kurucz_a1.numerics.masked import unmasked
from kurucz_a1.spectrum.broadening import doppler
from kurucz_a1.types import AnyArray

LARGEST_SEARCHED = 500.0  # km s-1: nearly the speed at which a star leaves the Galaxy
STEP = 1.0  # km s-1, of the search: a fifth of the width of the narrowest lines
APART = 60.0  # km s-1: a rival peak is farther from the best than any line is wide
LEAST_CORRELATION, LARGEST_RIVAL = 0.25, 0.85  # of a velocity to rely on
FEWEST = 30  # pixels that star and template must share


class FoundVelocity(NamedTuple):
    """The velocity at which a star's lines match those of a template best.

    - ``velocity``: km s-1, positive for a star that recedes.
    - ``correlation``: of the flux with the template's, 1 where they agree.
    - ``rival``: significance of the best match farther away than APART, as a share of that of the best.
    - ``rival_velocity``: km s-1.
    """

    velocity: float
    correlation: float
    rival: float
    rival_velocity: float

    def complaints(self) -> tuple[str, ...]:
        """What a reader must know, in words; empty for a velocity to rely on."""
        if self.correlation < LEAST_CORRELATION:
            return (
                f"no velocity to {LARGEST_SEARCHED:g} km/s brings the lines of the models to those of the spectrum: "
                f"the best, {self.velocity:.0f} km/s, has a correlation of {self.correlation:.2f}",
            )
        if self.rival > LARGEST_RIVAL:
            return (
                f"the velocity may be another: the lines match at {self.rival_velocity:.0f} km/s nearly as well as at "
                f"{self.velocity:.0f}",
            )
        return ()


def templates(
    spectrum: StarSpectrum | StarWindows,
) -> tuple[list[Float[np.ndarray, "_"]], list[Float[np.ndarray, "star _"]]]:
    """Wavelengths (A, air) of each window, and normalised spectra of ``usual_stars`` at rest, as a spectrum computes
    them."""
    given = spectrum.windows if isinstance(spectrum, StarWindows) else (spectrum,)
    windows = StarWindows(tuple(_on_grid(each) for each in given))
    of_star = jax.jit(lambda star: windows(**star))
    flux = np.stack([np.asarray(of_star(parameters_of(star))) for star in usual_stars(windows.emulator)])
    return [np.asarray(each.pixels) for each in windows.windows], np.split(flux, windows.ends[1:-1], axis=1)


def _on_grid(spectrum: StarSpectrum) -> StarSpectrum:
    """A spectrum whose pixels are its grid between its first and last: that reaches farther, for what broadening brings
    in."""
    first, last = np.min(spectrum.pixels), np.max(spectrum.pixels)
    grid = np.asarray(spectrum.synthesizer.wavelength)
    return replace(spectrum, pixels=grid[(grid >= first) & (grid <= last)])


def find_velocity(
    wavelength: Sequence[Float[AnyArray, "_"]],
    flux: Sequence[Float[AnyArray, "_"]],
    template_wavelength: Sequence[Float[np.ndarray, "_"]],
    template_flux: Sequence[Float[AnyArray, "star _"]],
    largest: float = LARGEST_SEARCHED,
) -> FoundVelocity:
    """The velocity at which a spectrum correlates best with one of the templates, in one window or several.

    - ``wavelength``: of each window, A, in the medium of the templates; ``flux``: normalised; pixels that are masked or
      not finite are ignored.
    - ``template_wavelength``: of each window, A, increasing; ``template_flux``: of the same stars in all windows,
      normalised, at rest.
    - ``largest``: of the velocities that are tried, km s-1, in either direction.

    At each velocity only pixels that the templates reach are compared, so matches are judged by significance:
    arctanh(r) sqrt(n - 3) of the correlation r of n pixels (Fisher 1915, Biometrika 10, 507). Means are those of each
    window.

    Raises ValueError where fewer than FEWEST pixels can be compared at any velocity.
    """
    velocities = np.arange(-largest, largest + 0.5 * STEP, STEP)
    windows = zip(wavelength, flux, template_wavelength, template_flux, strict=True)
    shared, products, own, others = (
        np.sum(sums, axis=0) for sums in zip(*(_products(*window, velocities) for window in windows), strict=True)
    )
    if shared.max() < FEWEST:
        raise ValueError(
            f"{shared.max():.0f} pixels can be compared, too few for a velocity; at least {FEWEST} are needed"
        )
    correlation = np.where(shared < FEWEST, 0.0, products / np.sqrt(np.maximum(own * others, 1e-300)))
    significance = np.arctanh(np.clip(correlation, -0.999999, 0.999999)) * np.sqrt(np.maximum(shared - 3.0, 0.0))
    star, best = map(int, np.unravel_index(np.argmax(significance), significance.shape))
    curve, largest_of_stars = significance[star], significance.max(axis=0)
    away = np.abs(velocities - velocities[best]) > APART
    rival = int(np.argmax(np.where(away, largest_of_stars, -np.inf)))
    return FoundVelocity(
        velocity=float(velocities[best] + STEP * _top(curve, best)),
        correlation=float(correlation[star, best]),
        rival=float(largest_of_stars[rival] / curve[best]) if away.any() and curve[best] > 0.0 else 0.0,
        rival_velocity=float(velocities[rival]),
    )


class _Products(NamedTuple):
    """Sums over the pixels that a template reaches at each velocity: their number, and products of departures from the
    mean, of spectrum with template, of the spectrum with itself and of the template with itself."""

    shared: Float[np.ndarray, "velocity"]
    across: Float[np.ndarray, "star velocity"]
    own: Float[np.ndarray, "velocity"]
    others: Float[np.ndarray, "star velocity"]


def _products(
    wavelength: Float[AnyArray, "pixel"],
    flux: Float[AnyArray, "pixel"],
    template_wavelength: Float[np.ndarray, "wavelength"],
    template_flux: Float[AnyArray, "star wavelength"],
    velocities: Float[np.ndarray, "velocity"],
) -> _Products:
    """The _Products of one window."""
    wavelength, flux = unmasked(wavelength), unmasked(flux)
    good = np.isfinite(wavelength) & np.isfinite(flux)
    wavelength, flux = wavelength[good], flux[good]
    shape = len(template_flux), velocities.size
    shared, across, own, others = np.zeros(shape[1]), np.zeros(shape), np.zeros(shape[1]), np.zeros(shape)
    for k, velocity in enumerate(velocities):
        at_rest = wavelength / doppler(velocity)
        reached = (at_rest >= template_wavelength[0]) & (at_rest <= template_wavelength[-1])
        shared[k] = reached.sum()
        if not shared[k]:
            continue
        departures = flux[reached] - flux[reached].mean()
        own[k] = departures @ departures
        for star, template in enumerate(template_flux):
            other = np.interp(at_rest[reached], template_wavelength, template)
            other = other - other.mean()
            across[star, k], others[star, k] = departures @ other, other @ other
    return _Products(shared, across, own, others)


def _top(curve: Float[np.ndarray, "velocity"], best: int) -> float:
    """Where the parabola through the largest value and its neighbours is largest, in steps from it."""
    if not 0 < best < curve.size - 1:
        return 0.0
    before, here, after = curve[best - 1 : best + 2]
    bend = before - 2.0 * here + after
    return float(0.5 * (before - after) / bend) if bend < 0.0 else 0.0


def widened(window: Sequence[float], largest: float = LARGEST_SEARCHED) -> tuple[float, float]:
    """The wavelengths (A) at which those of a star's ``window`` arrive at any velocity to ``largest`` km s-1."""
    return window[0] * doppler(-largest), window[1] * doppler(largest)


def together(first: float, second: float) -> float:
    """The velocity (km s-1) that shifts wavelengths as two do, one after the other.

    >>> together(300.0, 0.0), round(together(300.0, 5.0), 3)
    (300.0, 305.005)
    """
    return first + second * doppler(first)
