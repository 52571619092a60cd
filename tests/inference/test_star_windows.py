"""A star in two windows whose continua are wrong in different ways."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kurucz_a1 import load_emulator
from kurucz_a1.inference import StarSpectrum, StarWindows, fit_star
from kurucz_a1.inference.fit import residuals_of
from kurucz_a1.lines.readers import read_line_list
from kurucz_a1.spectrum import LINES_6430_6450

TRUTH = {"teff": 5500.0, "logg": 4.3, "feh": -0.25, "rv": 4.0, "vsini": 5.0}
FIXED = {"afe": 0.05, "vmic": 1.1}
NOISE = 0.003
FIRST, SECOND = np.arange(6431.0, 6440.0, 0.1), np.arange(6440.5, 6449.0, 0.1)


@pytest.fixture(scope="module")
def windows():
    emulator = load_emulator()
    return StarWindows(
        tuple(StarSpectrum.prepare(emulator, pixels, LINES_6430_6450, 20000.0, 2) for pixels in (FIRST, SECOND))
    )


@pytest.fixture(scope="module")
def observed(windows):
    """Relative flux: the scales of the windows differ by a factor of three, and each has a slope and a bend."""
    x = np.linspace(-1.0, 1.0, FIRST.size), np.linspace(-1.0, 1.0, SECOND.size)
    continuum = np.concatenate([1.2 + 0.1 * x[0] - 0.04 * x[0] ** 2, 0.4 - 0.02 * x[1] + 0.01 * x[1] ** 2])
    noise = 1.0 + NOISE * np.random.default_rng(4).normal(size=windows.size)
    return continuum * np.asarray(windows(**TRUTH, **FIXED)) * noise, NOISE * continuum


def test_a_star_is_found_whatever_its_continua(windows, observed):
    fit = fit_star(windows, *observed, tuple(TRUTH), fixed=FIXED)
    assert fit.converged and not fit.complaints
    # 175 pixels: chi2 scatters by 11 %
    assert 0.65 < fit.reduced_chi2 < 1.35
    for name, value in TRUTH.items():
        assert abs(fit.values[name] - value) < 4.0 * fit.errors[name]


def test_errors_allow_for_the_continua(windows, observed):
    """They are those of a fit whose parameters are named: of the product of a spectrum and a straight line."""
    flux, error = (values[: FIRST.size] for values in observed)
    names = ("teff", "feh")
    fixed = FIXED | {name: value for name, value in TRUTH.items() if name not in names}
    along = replace(windows.windows[0], continuum=1)
    named = replace(along, continuum=None)
    flux, error = flux / 1.2, error / 1.2
    first = fit_star(along, flux, error, names, fixed=fixed)
    second = fit_star(named, flux, error, (*names, "continuum", "continuum_slope"), fixed=fixed)
    for name in names:
        # chi2 is not quite quadratic, and either fit ends where it changes by 1e-8
        assert first.errors[name] == pytest.approx(second.errors[name], rel=0.01)
        assert first.values[name] == pytest.approx(second.values[name], abs=0.05 * second.errors[name])


def test_a_window_without_a_pixel_does_not_count(windows, observed):
    flux, error = observed
    target, weight = jnp.asarray(flux), jnp.where(jnp.arange(flux.size) < FIRST.size, 1.0 / error, 0.0)
    residuals = residuals_of(windows, tuple(TRUTH), jnp.array(list(TRUTH.values())), FIXED, target, weight)
    assert np.isfinite(residuals).all() and np.all(residuals[FIRST.size :] == 0)
    assert np.std(residuals[: FIRST.size]) == pytest.approx(1.0, rel=0.3)  # of the noise: 90 pixels


def test_a_line_acts_in_every_window_that_it_reaches(windows):
    """The wings of Ca I 6439 A lie in both; by differences of fourth order."""
    lines = read_line_list(LINES_6430_6450)
    strongest, log_gf = int(np.argmin(np.abs(lines.wavelength_air - 6439.075))), jnp.asarray(lines.log_gf)
    of_shift = jax.jit(lambda shift: windows(log_gf=log_gf.at[strongest].add(shift), **TRUTH, **FIXED))
    near, far = ((of_shift(k * 0.02) - of_shift(-k * 0.02)) / 0.02 for k in (1, 2))
    values = jnp.array(list(TRUTH.values()))
    _, _, found = jax.jit(lambda values: windows.with_jacobian(tuple(TRUTH), values, fixed=FIXED, lines=(strongest,)))(
        values
    )
    for part in np.split(np.arange(windows.size), windows.ends[1:-1]):
        slope = np.asarray(8.0 * near - far)[part] / 12.0
        assert np.abs(slope).max() > 1e-3
        assert np.linalg.norm(found[part, 0] - slope) < 1e-4 * np.linalg.norm(slope)


def test_two_ways_to_place_the_continuum_are_refused(windows, observed):
    with pytest.raises(ValueError, match="continuum: the polynomials"):
        fit_star(windows, *observed, ("teff", "continuum"))
    with pytest.raises(ValueError, match="same emulator"):
        StarWindows(())


def test_windows_together_are_those_alone(windows):
    """Computed by one program, padded to one shape; their profiles are of single precision."""
    free, values = tuple(TRUTH), jnp.array(list(TRUTH.values()))

    def of(spectrum):
        return jax.jit(lambda values: spectrum.with_jacobian(free, values, fixed=FIXED, lines=(3, 20, 100)))(values)

    # the second is the shorter one
    for joined, expected in zip(of(windows), of(windows.windows[1]), strict=True):
        np.testing.assert_allclose(joined[FIRST.size :], expected, atol=2e-6 * np.abs(expected).max())
    # windows much longer or shorter than others are computed apart
    short = StarSpectrum.prepare(windows.emulator, FIRST[:5], LINES_6430_6450, 20000.0, 2)
    longer = StarSpectrum.prepare(windows.emulator, np.arange(6425.0, 6455.0, 0.1), LINES_6430_6450, 20000.0, 2)
    assert len(StarWindows((longer, short, *windows.windows))._groups) == 3
