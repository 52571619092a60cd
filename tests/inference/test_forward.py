"""The spectrum of a star as a function of its labels: its parts, and its derivatives."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kurucz_a1 import load_emulator
from kurucz_a1.inference import StarSpectrum
from kurucz_a1.inference.forward import LOG_TAU, interpolated
from kurucz_a1.lines.readers import read_line_list
from kurucz_a1.spectrum import LINES_6430_6450

STAR = {"teff": 5600.0, "logg": 4.1, "feh": -0.2, "afe": 0.1, "vmic": 1.2, "vmac": 2.5, "vsini": 4.0, "rv": 3.0}
STAR |= {"continuum": 1.01, "continuum_slope": 0.01}
STEPS = {"teff": 10.0, "logg": 0.03, "feh": 0.02, "afe": 0.02, "vmic": 0.05, "vmac": 0.1, "vsini": 0.1, "rv": 0.01}
LINES = read_line_list(LINES_6430_6450)


@pytest.fixture(scope="module")
def spectrum():
    return StarSpectrum.prepare(load_emulator(), np.arange(6431.0, 6449.0, 0.1), LINES, 20000.0)


@pytest.fixture(scope="module")
def of_star(spectrum):
    return jax.jit(lambda star, log_gf: spectrum(**star, log_gf=log_gf))


@pytest.fixture(scope="module")
def jacobian(of_star):
    return jax.jit(jax.jacfwd(of_star))(STAR, jnp.asarray(LINES.log_gf))


def central_difference(function, step):
    """Fourth order."""
    near, far = ((function(k * step) - function(-k * step)) for k in (1, 2))
    return np.asarray(8.0 * near - far) / (12.0 * step)


@pytest.mark.parametrize("name", list(STAR))
def test_derivatives_by_each_parameter(of_star, jacobian, name):
    log_gf = jnp.asarray(LINES.log_gf)
    slope = central_difference(lambda shift: of_star(STAR | {name: STAR[name] + shift}, log_gf), STEPS.get(name, 0.01))
    # what is asked for; single precision inside of the network of labels leaves 2e-5
    assert np.linalg.norm(jacobian[name] - slope) < 1e-4 * np.linalg.norm(slope)


def test_derivatives_by_log_gf_of_twenty_lines(spectrum, of_star):
    strongest = np.argsort(LINES.log_gf - LINES.lower_energy)[-20:]
    log_gf = jnp.asarray(LINES.log_gf)
    for line in strongest:
        along = jnp.zeros(len(LINES)).at[line].set(1.0)
        _, found = jax.jvp(lambda values: of_star(STAR, values), (log_gf,), (along,))
        slope = central_difference(lambda shift, along=along: of_star(STAR, log_gf + shift * along), 0.02)
        # profiles are of single precision, which leaves 1e-8 of a flux
        assert np.linalg.norm(found - slope) < 1e-4 * np.linalg.norm(slope) + 3e-8


def test_the_jacobian_is_that_of_forward_differentiation(spectrum, of_star, jacobian):
    names, values = list(STAR), jnp.array(list(STAR.values()))
    along = jax.jit(lambda values: spectrum.with_jacobian(names, values, fixed={}, lines=(3, 20)))
    flux, by_star, by_lines = along(values)
    # profiles are of single precision
    np.testing.assert_allclose(flux, of_star(STAR, jnp.asarray(LINES.log_gf)), rtol=1e-6)
    for column, name in enumerate(names):
        scale = np.abs(jacobian[name]).max()
        np.testing.assert_allclose(by_star[:, column], jacobian[name], atol=1e-6 * scale)
    assert by_lines.shape == (spectrum.pixels.size, 2)
    assert spectrum.with_jacobian(names[:1], values[:1], fixed={})[2] is None


@pytest.mark.parametrize(("teff", "logg", "feh"), [(4700.0, 1.8, 0.2), (5800.0, 4.4, 0.0), (7500.0, 4.0, -1.0)])
def test_depths_are_enough(spectrum, teff, logg, feh):
    """Against four times as many: nearer than on ATLAS-12's 80 depths."""
    labels = {"teff": teff, "logg": logg, "feh": feh}
    fine, usual, few = (
        np.asarray(spectrum.synthesizer(spectrum.emulator(**labels, log_tau=depths), vmic=1.0).normalized)
        for depths in (np.linspace(-6.875, 3.0, 317), np.linspace(-6.875, 3.0, 80), LOG_TAU)
    )
    rms = [np.sqrt(np.mean((each - fine) ** 2)) for each in (few, usual)]
    assert rms[0] < 3e-4 and rms[0] < rms[1]


def test_a_radial_velocity_moves_the_lines(spectrum):
    """By ten kilometres a second, as linear interpolation between the pixels does."""
    still = np.asarray(spectrum(**STAR | {"rv": 0.0, "continuum_slope": 0.0}))
    moved = np.asarray(spectrum(**STAR | {"rv": 10.0, "continuum_slope": 0.0}))
    back = np.interp(spectrum.pixels * (1.0 + 10.0 / 299792.458), spectrum.pixels, moved)
    inside = slice(5, -10)
    assert np.abs(moved - still)[inside].max() > 0.1
    # linear interpolation between pixels of a third of the profile's width
    np.testing.assert_allclose(back[inside], still[inside], atol=0.02)


def test_velocities_that_it_is_not_prepared_for_give_no_numbers(spectrum):
    for given in ({"rv": 300.0}, {"vsini": 80.0}, {"vmac": 20.0}, {"vsini": -1.0}):
        assert np.isnan(spectrum(**given)).all()


def test_pixels_in_any_order(spectrum):
    """As of overlapping orders: each pixel is what it is alone."""
    shuffled = np.random.default_rng(2).permutation(spectrum.pixels)
    other = StarSpectrum.prepare(spectrum.emulator, shuffled, LINES, 20000.0)
    back = np.argsort(shuffled)
    np.testing.assert_allclose(np.asarray(other(**STAR))[back], np.asarray(spectrum(**STAR)), rtol=1e-9)
    with pytest.raises(ValueError, match="at least two pixels"):
        StarSpectrum.prepare(spectrum.emulator, [6440.0], LINES, 20000.0)


def test_broadening_keeps_what_is_absorbed(spectrum):
    narrow = np.asarray(spectrum(**STAR | {"vsini": 0.0, "vmac": 0.0, "continuum": 1.0, "continuum_slope": 0.0}))
    wide = np.asarray(spectrum(**STAR | {"vsini": 15.0, "vmac": 8.0, "continuum": 1.0, "continuum_slope": 0.0}))
    assert wide.min() > narrow.min() + 0.05
    # light of the lines at both ends comes and goes
    assert np.sum(1.0 - wide) == pytest.approx(np.sum(1.0 - narrow), rel=0.02)


def test_quintics_are_interpolated_exactly():
    place = np.linspace(1.0, 9.0, 50)
    found = interpolated(jnp.asarray(np.arange(11.0) ** 5 - 5.0 * np.arange(11.0)), jnp.asarray(place))
    np.testing.assert_allclose(found, place**5 - 5.0 * place, rtol=1e-10)
