"""Hydrostatic integration against closed solutions."""

import jax.numpy as jnp
import numpy as np

from kurucz_a1.atmosphere.depth import standard_log_tau
from kurucz_a1.atmosphere.hydrostatics import column_mass, gas_pressure, pressure_response, solve_gas_pressure

GRAVITY = 2.74e4
TAU = 10.0 ** standard_log_tau()


def test_constant_opacity_gives_pressure_proportional_to_depth():
    opacity = jnp.full(80, 0.3)
    # spline quadrature of tau on steps of 0.29 in ln tau: 2e-5
    np.testing.assert_allclose(column_mass(opacity), TAU / 0.3, rtol=5e-5)
    np.testing.assert_allclose(gas_pressure(opacity, GRAVITY, jnp.zeros(80)), GRAVITY * TAU / 0.3, rtol=5e-5)


def test_pressure_and_column_mass_keep_the_hydrostatic_identity():
    opacity = 0.01 * (1.0 + TAU) ** 0.8
    pressure = gas_pressure(opacity, GRAVITY, jnp.full(80, 300.0))
    np.testing.assert_allclose(pressure, (GRAVITY - 300.0) * column_mass(opacity), rtol=1e-12)


def test_power_law_opacity_has_the_closed_solution():
    """kappa = c P^a gives P^(1+a) = (1+a) g tau / c deep below the surface condition."""
    slope = jnp.full(80, 0.6)
    guess = 1e3 * jnp.ones(80)
    log_opacity = jnp.log(1e-5) + 0.6 * jnp.log(guess)
    pressure = solve_gas_pressure(guess, log_opacity, slope, GRAVITY, jnp.zeros(80), iterations=30)
    exact = (1.6 * GRAVITY * TAU / 1e-5) ** (1.0 / 1.6)
    deep = np.asarray(TAU) > 1e-4  # three decades below the top its boundary condition has been forgotten
    np.testing.assert_allclose(pressure[deep], exact[deep], rtol=1e-3)


def test_pressure_response_is_the_derivative_of_the_solution():
    temperature_slope, slope = jnp.linspace(2.0, 9.0, 80), jnp.full(80, 0.5)

    def pressure(shift):
        guess = 1e3 * TAU**0.6
        log_opacity = jnp.log(1e-2) + 0.5 * jnp.log(guess) + temperature_slope * shift
        return solve_gas_pressure(guess, log_opacity, slope, GRAVITY, jnp.full(80, 50.0), iterations=30), log_opacity

    here, _ = pressure(jnp.zeros(80))
    opacity = jnp.exp(jnp.log(1e-2) + 0.5 * jnp.log(here))
    matrix = pressure_response(here, opacity, temperature_slope, slope, GRAVITY, jnp.full(80, 50.0))
    step = 1e-5 * jnp.sin(jnp.arange(80.0))
    difference = (jnp.log(pressure(step)[0]) - jnp.log(pressure(-step)[0])) / 2.0
    np.testing.assert_allclose(matrix @ step, difference, atol=1e-9 * 1.0, rtol=1e-4)
