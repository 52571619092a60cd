"""Column mass from opacity: where it is known in closed form, and against scipy's integrals."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.interpolate import CubicSpline

from kurucz_a1.atmosphere.depth import depth_grid
from kurucz_a1.emulator.equilibrium import column_mass
from kurucz_a1.numerics.splines import curvature_matrix

NODES = depth_grid().log_tau


def mass_of(log_opacity, log_tau=None):
    log_tau = None if log_tau is None else jnp.asarray(log_tau)
    return column_mass(jnp.asarray(NODES), log_opacity, log_opacity @ curvature_matrix(NODES).T, log_tau)


def test_power_law_of_opacity():
    """kappa = 0.01 tau^0.4 gives m = tau^0.6/0.006 except above the first depth, where kappa is constant."""
    mass = mass_of(jnp.log(0.01) + 0.4 * np.log(10.0) * jnp.broadcast_to(NODES, (2, NODES.size)))
    top = 10.0 ** NODES[0]
    expected = (10.0 ** (0.6 * NODES) - top**0.6) / 0.006 + top**0.6 / 0.01
    # six points a cell of 0.29 in ln tau
    np.testing.assert_allclose(mass, np.broadcast_to(expected, (2, NODES.size)), rtol=1e-9)


@pytest.fixture(scope="module")
def rough():
    """Opacities that vary from node to node by a fifth, more than in any model atmosphere except where convection
    ends."""
    noise = np.random.default_rng(7).normal(size=(2, NODES.size))
    return jnp.asarray(-2.0 + 0.8 * NODES + 0.2 * noise)


def test_against_adaptive_quadrature_at_any_depth(rough):
    depths = [-6.81, -3.333, -1.0, 0.07, 2.9]
    for values, masses in zip(rough, mass_of(rough, depths), strict=True):
        opacity = CubicSpline(NODES, values)
        above = np.exp(np.log(10.0) * NODES[0] - opacity(NODES[0]))

        def integrand(x, opacity=opacity):
            return np.exp(np.log(10.0) * x - opacity(x)) * np.log(10.0)

        for depth, mass in zip(depths, masses, strict=True):
            between = NODES[1:][NODES[1:] < depth]
            options = {"a": NODES[0], "b": depth, "points": between, "limit": 200, "epsabs": 0.0, "epsrel": 1e-10}
            np.testing.assert_allclose(mass, above + quad(integrand, **options)[0], rtol=1e-6)


def test_depths_asked_for_do_not_change_the_atmosphere(rough):
    at_nodes = mass_of(rough)
    np.testing.assert_allclose(mass_of(rough, NODES), at_nodes, rtol=1e-13)
    own = mass_of(rough, np.stack([NODES[::2], NODES[1::2]]))
    np.testing.assert_allclose(own, [at_nodes[0, ::2], at_nodes[1, 1::2]], rtol=1e-13)


def test_mass_rises_inward_whatever_the_network_says():
    mass = mass_of(jnp.asarray(np.random.default_rng(1).normal(0.0, 6.0, (50, NODES.size))))
    assert np.isfinite(mass).all() and (np.diff(mass) > 0).all() and (mass > 0).all()


def test_derivative_by_the_opacity_of_a_node(rough):
    def log_mass(shift):
        return jnp.log(mass_of(rough.at[0, 40].add(shift))[0, -1])

    exact = jax.grad(log_mass)(0.0)
    np.testing.assert_allclose(exact, (log_mass(1e-4) - log_mass(-1e-4)) / 2e-4, rtol=1e-6)
    assert exact < 0
