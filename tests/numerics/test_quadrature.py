"""Quadratures against closed integrals."""

import jax.numpy as jnp
import numpy as np
import pytest

from kurucz_a1.numerics.quadrature import cumulative_integral_matrix, gauss_legendre, integral_over_mass


def test_cumulative_integral_of_an_exponential():
    x = np.linspace(0.0, 5.0, 60)
    matrix = cumulative_integral_matrix(x)
    # spline error h^4/384 of the fourth derivative: 1e-7 here
    np.testing.assert_allclose(matrix @ jnp.exp(x), np.expm1(x), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("count", [3, 6, 10])
def test_gauss_legendre_is_exact_for_polynomials(count):
    nodes, weights = gauss_legendre(count)
    degree = 2 * count - 1
    # rounding alone
    assert weights @ nodes**degree == pytest.approx(1.0 / (degree + 1), rel=1e-13)
    assert weights.sum() == pytest.approx(1.0, rel=1e-14)


def test_integral_over_mass_of_a_power_law():
    mass = np.geomspace(1e-4, 1e3, 80)
    # A layer multiplies m^1.5 by exp(0.306): a cubic spline misses 0.306^4/384 = 2e-5 of it, twice that at the ends.
    expected = np.sqrt(mass[0]) * mass[0] + (mass**1.5 - mass[0] ** 1.5) / 1.5
    np.testing.assert_allclose(integral_over_mass(mass, np.sqrt(mass)), expected, rtol=5e-5)
