"""The formal solution against closed forms."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kurucz_a1.physics.transfer import gauss_angles
from kurucz_a1.spectrum.formal import (
    _exponential_moments,
    emergent_flux,
    emergent_intensity,
    flux_through,
    optical_depth,
    three_point_slope,
)

# The depth spacing of ATLAS-12: 0.125 dex
TAU = 10.0 ** np.arange(-6.875, 2.001, 0.125)


def test_slope_is_exact_for_a_parabola():
    x = np.array([0.0, 0.3, 1.0, 1.1, 2.5])
    slope = three_point_slope(x, 3.0 * x**2 - x)
    np.testing.assert_allclose(slope[1:-1], 6.0 * x[1:-1] - 1.0, rtol=1e-12)


@pytest.mark.parametrize("power", [0.0, 0.7, -0.5, 2.0])
def test_optical_depth_of_a_power_law(power):
    mass = 10.0 ** np.arange(-4.0, 2.01, 0.125)
    tau = optical_depth(0.3 * mass**power, mass)
    # below the first point, which stands for the gas above it
    exact = 0.3 * (mass ** (1 + power) - mass[0] ** (1 + power)) / (1 + power)
    # fourth order: (0.288 (1 + power))^4 / 720, and a slope of second order at the ends
    np.testing.assert_allclose(tau - tau[0], exact, rtol=2e-3, atol=1e-12)
    np.testing.assert_allclose((tau - tau[0])[10:], exact[10:], rtol=1e-3)


def test_optical_depth_never_decreases():
    mass = 10.0 ** np.arange(-4.0, 2.01, 0.125)
    wild = np.where(np.arange(len(mass)) % 2 == 0, 1.0, 1e-6)
    assert np.all(np.diff(optical_depth(wild, mass)) > 0)


def test_intensity_of_a_uniform_source():
    source = jnp.full_like(TAU, 7.0)
    for mu in (0.05, 0.5, 1.0):
        assert emergent_intensity(source, TAU, mu) == pytest.approx(7.0, rel=1e-12)


@pytest.mark.parametrize("mu", [0.1, 0.5, 1.0])
def test_intensity_of_a_linear_source_is_its_value_at_mu(mu):
    """Eddington and Barbier: I(mu) = S(tau = mu) for a linear source; the gas above the first point is not linear."""
    assert emergent_intensity(2.0 + 3.0 * TAU, TAU, mu) == pytest.approx(2.0 + 3.0 * mu, abs=4 * TAU[0])


def test_flux_of_a_linear_source_is_pi_times_its_value_at_two_thirds():
    assert emergent_flux(2.0 + 3.0 * TAU, TAU) == pytest.approx(np.pi * (2.0 + 3.0 * 2.0 / 3.0), abs=4 * np.pi * TAU[0])


@pytest.mark.parametrize("mu", [0.1, 0.5, 1.0])
def test_intensity_of_an_exponential_source(mu):
    """S = 1 - exp(-tau)/2 emits 1 - 1/(2 (1 + mu))."""
    intensity = emergent_intensity(1.0 - 0.5 * jnp.exp(-TAU), TAU, mu)
    # third-order slopes on steps of a third of tau
    assert intensity == pytest.approx(1.0 - 0.5 / (1.0 + mu), rel=5e-4)


def test_milne_eddington_line():
    """A line of eta times the continuous opacity, S = a + b tau: the flux is pi S at tau = 2/3 / (1 + eta)."""
    eta = np.array([0.0, 0.1, 1.0, 10.0, 1000.0])
    mass = 10.0 ** np.arange(-6.0, 2.01, 0.125)
    continuum = np.full_like(mass, 0.4)
    tau = optical_depth(continuum, mass)
    line_tau = optical_depth((1.0 + eta[:, None]) * continuum, mass)
    flux = emergent_flux(1.0 + 1.5 * np.broadcast_to(tau, line_tau.shape), line_tau)
    # the source is taken as constant above the first point, at tau = 4e-7
    np.testing.assert_allclose(flux / np.pi, 1.0 + 1.5 * (2.0 / 3.0) / (1.0 + eta), rtol=1e-6)


def test_intensity_is_positive_where_the_source_falls_by_decades():
    """As in the far ultraviolet, where layers are opaque and the Planck function falls steeply outward."""
    source = 10.0 ** np.linspace(-80.0, 0.0, len(TAU))
    for scale in (1.0, 1e3, 1e9):
        assert emergent_intensity(source, scale * TAU, 0.3) > 0


def test_exponential_moments_agree_with_quadrature():
    nodes, weights = gauss_angles(20)
    for step in (1e-9, 1e-3, 0.0499, 0.0501, 1.0, 20.0):
        decay = np.exp(-step * nodes) * weights
        exact = [np.sum(decay * f) for f in (1 - nodes, nodes, 6 * nodes * (1 - nodes))]
        np.testing.assert_allclose([float(m) for m in _exponential_moments(jnp.asarray(step))], exact, rtol=1e-9)


def test_flux_derivative_by_the_source():
    """The flux is linear in the source, so its derivative does not depend on it and finite differences are exact."""
    source = 1.0 + 2.0 * TAU / (1.0 + TAU)
    gradient = jax.grad(lambda s: emergent_flux(s, TAU))(source)
    k = 50
    step = jnp.zeros_like(source).at[k].set(1e-3)
    difference = (emergent_flux(source + step, TAU) - emergent_flux(source - step, TAU)) / 2e-3
    assert gradient[k] == pytest.approx(difference, rel=1e-8)
    assert np.sum(gradient) == pytest.approx(np.pi, rel=1e-10)  # a uniform source S emits pi S


@pytest.mark.parametrize("mode", [jax.jacfwd, jax.jacrev], ids=["forward", "reverse"])
def test_flux_and_its_derivatives_are_those_of_its_parts(mode):
    mass = 10.0 ** np.arange(-4.0, 1.51, 0.125)
    source = jnp.stack([1.0 + mass, 1.0 + mass / (1.0 + mass)])
    opacity = jnp.stack([0.3 * mass**0.5, 2.0 * mass**-0.2])

    def parts(opacity, source, mass):
        return emergent_flux(source, optical_depth(opacity, mass))

    given = opacity, source, jnp.asarray(mass)
    np.testing.assert_allclose(flux_through(*given), parts(*given), rtol=1e-14)
    for found, exact in zip(mode(flux_through, (0, 1, 2))(*given), mode(parts, (0, 1, 2))(*given), strict=True):
        # the same sums in another order
        np.testing.assert_allclose(found, exact, rtol=1e-9, atol=1e-12 * np.abs(exact).max())
