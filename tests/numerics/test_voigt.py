"""The Voigt function against the Faddeeva function of scipy."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import wofz

from kurucz_a1.numerics.voigt import line_profile, voigt, wing_profile


def test_voigt_is_the_real_part_of_the_faddeeva_function():
    a = np.geomspace(1e-4, 100, 40)[:, None]
    v = np.concatenate([np.linspace(0, 12, 800), np.geomspace(12, 1e6, 100)])[None]
    expected = wofz(v + 1j * a).real
    # the truncated continued fraction just beyond |z| = 8 is good to 1e-6
    np.testing.assert_allclose(voigt(a, v), expected, rtol=2e-6)


def test_voigt_without_damping_is_a_gaussian():
    v = np.linspace(-3, 3, 61)
    np.testing.assert_allclose(voigt(0.0, v), np.exp(-(v**2)), rtol=1e-6)


@pytest.mark.parametrize("a", [1e-3, 0.1, 2.0])
def test_voigt_integrates_to_root_pi(a):
    v = np.sinh(np.linspace(0, 14, 20001))
    integral = 2 * np.trapezoid(voigt(a, v), v)
    # beyond sinh(14) = 6e5 Doppler widths a Lorentz wing holds 2 a / sqrt(pi) / 6e5
    assert integral == pytest.approx(np.sqrt(np.pi), rel=1e-5)


def test_voigt_has_the_derivatives_of_the_faddeeva_function():
    z = np.array([0.3 + 0.01j, 3.0 + 0.1j, 7.9 + 1e-3j, 8.1 + 1e-3j, 50 + 0.5j, 3000 + 1e-4j])
    slope_v = jax.vmap(jax.grad(voigt, 1))(jnp.array(z.imag), jnp.array(z.real))
    slope_a = jax.vmap(jax.grad(voigt, 0))(jnp.array(z.imag), jnp.array(z.real))
    exact = -2 * z * wofz(z) + 2j / np.sqrt(np.pi)
    # in the wings the exact expression itself cancels to 1e-10 of its terms
    np.testing.assert_allclose(slope_v, exact.real, rtol=1e-4)
    np.testing.assert_allclose(slope_a, (1j * exact).real, rtol=1e-4)


def profile_of(a, v):
    """Value and derivatives by a and v from the Faddeeva function of scipy."""
    z = v + 1j * a
    w = wofz(z)
    slope = -2 * z * w + 2j / np.sqrt(np.pi)
    return w.real, (1j * slope).real, slope.real


@pytest.mark.parametrize("precision", [np.float32, np.float64])
def test_line_profile_is_that_of_scipy(precision):
    """In units of the centre of the line; the asymptotic series is worst where it begins."""
    a = np.geomspace(1e-5, 1.0, 30)[:, None].astype(precision)
    v = np.linspace(0.0, 6.0, 800)[None].astype(precision)
    found = line_profile(a, v)
    assert found.value.dtype == precision
    for part, exact, error in zip(found, profile_of(a.astype(float), v.astype(float)), (2e-6, 5e-6, 5e-6), strict=True):
        np.testing.assert_allclose(part, exact, atol=error)


@pytest.mark.parametrize(("profile", "error"), [(line_profile, 2e-4), (wing_profile, 2e-3)])
def test_wings_are_good_to_a_share_of_themselves(profile, error):
    """Beyond 4.5 Doppler widths, at all damping that lines have. Derivatives of the terms by v are larger than they."""
    v = np.array([4.5, 6.0, 10.0, 30.0, 1000.0], dtype=np.float32)
    a = np.array([1e-2, 0.1, 1.0], dtype=np.float32)[:, None]
    exact = profile_of(a.astype(float), v.astype(float))
    for part, expected, times in zip(profile(a, v), exact, (1, 1, 5), strict=True):
        np.testing.assert_allclose(part, expected, rtol=times * error)
