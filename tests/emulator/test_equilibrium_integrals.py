"""Mass and pressure from opacity and radiation: where both are known in closed form, and against scipy's integrals."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.interpolate import CubicSpline

from kurucz_a1.atmosphere.depth import depth_grid
from kurucz_a1.emulator.equilibrium import Splines, mass_and_pressure
from kurucz_a1.numerics.splines import curvature_matrix

NODES = depth_grid().log_tau
GRAVITY = jnp.array([10.0**4.44, 10.0**1.5])


def splines(log_opacity, log_share):
    matrix = curvature_matrix(NODES).T
    return Splines(jnp.asarray(NODES), log_opacity, log_opacity @ matrix, log_share, log_share @ matrix)


@pytest.mark.parametrize("share", [1e-6, 0.3, 0.95])
def test_power_law_of_opacity(share):
    """kappa = 0.01 tau^0.4 gives m = tau^0.6/0.006 except above the first depth, where kappa is constant."""
    opacity = jnp.log(0.01) + 0.4 * np.log(10.0) * jnp.broadcast_to(NODES, (2, NODES.size))
    mass, pressure = mass_and_pressure(splines(opacity, jnp.full((2, NODES.size), np.log(share))), GRAVITY)
    top = 10.0 ** NODES[0]
    expected = (10.0 ** (0.6 * NODES) - top**0.6) / 0.006 + top**0.6 / 0.01
    # six points a cell of 0.29 in ln tau
    np.testing.assert_allclose(mass, np.broadcast_to(expected, (2, NODES.size)), rtol=1e-9)
    np.testing.assert_allclose(pressure, (1.0 - share) * GRAVITY[:, None] * expected, rtol=1e-9)


@pytest.fixture(scope="module")
def rough():
    """Opacity and radiation that vary from node to node by a fifth, more than in any model atmosphere except where
    convection ends."""
    noise = np.random.default_rng(7).normal(size=(2, 2, NODES.size))
    opacity = -2.0 + 0.8 * NODES + 0.2 * noise[0]
    return splines(jnp.asarray(opacity), jnp.asarray(-3.0 + 0.5 * noise[1]))


def test_against_adaptive_quadrature_at_any_depth(rough):
    depths = jnp.array([-6.81, -3.333, -1.0, 0.07, 2.9])
    mass, pressure = mass_and_pressure(rough, GRAVITY, depths)
    for k in range(2):
        opacity = CubicSpline(NODES, rough.log_opacity[k])
        radiation = CubicSpline(NODES, rough.log_share[k])
        above = np.exp(np.log(10.0) * NODES[0] - opacity(NODES[0]))

        def integrand(x, weight, opacity=opacity):
            return weight(x) * np.exp(np.log(10.0) * x - opacity(x)) * np.log(10.0)

        for depth, m, p in zip(depths, mass[k], pressure[k], strict=True):
            between = NODES[1:][NODES[1:] < depth]
            options = {"a": NODES[0], "b": depth, "points": between, "limit": 200, "epsabs": 0.0, "epsrel": 1e-10}
            expected = above + quad(integrand, args=(lambda x: 1.0,), **options)[0]
            np.testing.assert_allclose(m, expected, rtol=1e-6)  # four points a cell, on this noise
            carried = -np.expm1(radiation(NODES[0])) * above
            carried += quad(integrand, args=(lambda x, r=radiation: -np.expm1(r(x)),), **options)[0]
            np.testing.assert_allclose(p, GRAVITY[k] * carried, rtol=1e-6)


def test_depths_asked_for_do_not_change_the_atmosphere(rough):
    at_nodes = mass_and_pressure(rough, GRAVITY)
    asked = mass_and_pressure(rough, GRAVITY, jnp.asarray(NODES))
    own = mass_and_pressure(rough, GRAVITY, jnp.asarray(np.stack([NODES[::2], NODES[1::2]])))
    for whole, same, some in zip(at_nodes, asked, own, strict=True):
        np.testing.assert_allclose(same, whole, rtol=1e-13)
        np.testing.assert_allclose(some, [whole[0, ::2], whole[1, 1::2]], rtol=1e-13)


def test_pressure_rises_inward_whatever_the_network_says():
    values = jnp.asarray(np.random.default_rng(1).normal(0.0, 30.0, (2, 50, NODES.size)))
    mass, pressure = mass_and_pressure(splines(values[0] / 5.0, values[1] / 3.0), jnp.full(50, 1e3))
    assert np.isfinite(mass).all() and (np.diff(mass) > 0).all()
    assert np.isfinite(pressure).all() and (np.diff(pressure) >= 0).all() and (pressure > 0).all()


def test_derivative_by_the_opacity_of_a_node(rough):
    def log_pressure(shift):
        moved = splines(rough.log_opacity.at[0, 40].add(shift), rough.log_share)
        return jnp.log(mass_and_pressure(moved, GRAVITY)[1][0, -1])

    exact = jax.grad(log_pressure)(0.0)
    np.testing.assert_allclose(exact, (log_pressure(1e-4) - log_pressure(-1e-4)) / 2e-4, rtol=1e-6)
    assert exact < 0
