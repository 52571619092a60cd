"""Broadening kernels: normalisation, equivalent width, variance and limits."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kurucz_a1.spectrum import broadening

WAVELENGTH = np.arange(6435.0, 6445.0, 0.01)
CENTRE = WAVELENGTH[len(WAVELENGTH) // 2]
LINE = 1.0 - 0.5 * np.exp(-(((WAVELENGTH - CENTRE) / 0.05) ** 2))
VELOCITY = (WAVELENGTH - CENTRE) / CENTRE * broadening.SPEED_OF_LIGHT_KM

KERNELS = {
    "rotation": broadening.rotation,
    "radial-tangential": broadening.radial_tangential_macroturbulence,
    "instrument": lambda wavelength, s, v: broadening.instrumental(wavelength, s, 3e5 / v),
}
# Variance of each kernel over the square of its parameter; radial-tangential: both flows give <v^2> = zeta^2 / 4.
VARIANCE = {"radial-tangential": 0.25}


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("velocity", [0.2, 3.0, 12.0])
def test_equivalent_width_is_conserved(kernel, velocity):
    """Kernels sum to one over pixels, and the line is far from the ends."""
    broadened = KERNELS[kernel](WAVELENGTH, LINE, velocity)
    assert np.sum(1 - broadened) == pytest.approx(np.sum(1 - LINE), rel=1e-9)


@pytest.mark.parametrize("kernel", KERNELS)
def test_continuum_stays_flat(kernel):
    np.testing.assert_allclose(KERNELS[kernel](WAVELENGTH, np.ones_like(LINE), 5.0), 1.0, rtol=1e-12)


@pytest.mark.parametrize("kernel", ["rotation", "radial-tangential"])
def test_no_velocity_changes_nothing(kernel):
    np.testing.assert_allclose(KERNELS[kernel](WAVELENGTH, LINE, 0.0), LINE, atol=1e-12)


def second_moment(spectrum):
    depth = 1 - np.asarray(spectrum)
    return np.sum(depth * VELOCITY**2) / np.sum(depth)


@pytest.mark.parametrize("kernel", VARIANCE)
def test_variances_add(kernel):
    added = second_moment(KERNELS[kernel](WAVELENGTH, LINE, 8.0)) - second_moment(LINE)
    # the kernel is cut at four times its parameter (2e-4)
    assert added == pytest.approx(VARIANCE[kernel] * 64.0, rel=1e-3)


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_grid_of_a_third_of_the_width_suffices(kernel):
    """A line on every third point, a third of its width, broadened by a kernel, against that on all points."""
    fine = np.asarray(KERNELS[kernel](WAVELENGTH, LINE, 8.0))[::3]
    coarse = KERNELS[kernel](WAVELENGTH[::3], LINE[::3], 8.0)
    np.testing.assert_allclose(coarse, fine, atol=2e-4)


def test_rotation_matches_an_integral_over_the_disc():
    """The profile of a narrow line against a direct sum over the visible disc, limb darkening 0.6."""
    vsini = 20.0
    x = (np.arange(2000) + 0.5) / 1000 - 1
    grid_x, grid_y = np.meshgrid(x, x)
    mu = np.sqrt(np.clip(1 - grid_x**2 - grid_y**2, 0, None))
    intensity = np.where(mu > 0, 1 - 0.6 * (1 - mu), 0.0)
    variance = np.sum(intensity * (vsini * grid_x) ** 2) / np.sum(intensity)
    added = second_moment(broadening.rotation(WAVELENGTH, LINE, vsini)) - second_moment(LINE)
    # pixels of the disc's edge: 1e-3
    assert added == pytest.approx(variance, rel=2e-3)


def test_instrument_has_the_stated_width():
    spike = np.ones_like(LINE)
    spike[len(spike) // 2] = 0.0
    depth = 1 - np.asarray(broadening.instrumental(WAVELENGTH, spike, 20000.0))
    above = WAVELENGTH[depth >= depth.max() / 2]
    # to within two pixels
    assert np.ptp(above) == pytest.approx(CENTRE / 20000.0, abs=0.02)


def test_derivative_by_the_velocity():
    def depth(velocity):
        spectrum = broadening.radial_tangential_macroturbulence(WAVELENGTH, LINE, velocity, largest=6.0)
        return spectrum[len(WAVELENGTH) // 2]

    derivative = jax.grad(depth)(3.0)
    # central difference, error of order h^2
    assert derivative == pytest.approx((depth(3.01) - depth(2.99)) / 0.02, rel=1e-4)
    assert derivative > 0


def test_refuses_a_grid_that_is_not_uniform():
    with pytest.raises(ValueError, match="uniform wavelength grid"):
        broadening.rotation(np.array([6430.0, 6431.0, 6435.0]), jnp.ones(3), 2.0)


def test_refuses_a_window_shorter_than_the_kernel():
    with pytest.raises(ValueError, match="wider window"):
        broadening.rotation(WAVELENGTH[:50], LINE[:50], 200.0)
