"""Hydrostatic integration against closed solutions."""

import jax
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
    pressure = solve_gas_pressure(guess, log_opacity, slope, GRAVITY, jnp.zeros(80), largest_shift=30.0, iterations=30)
    exact = (1.6 * GRAVITY * TAU / 1e-5) ** (1.0 / 1.6)
    deep = np.asarray(TAU) > 1e-4  # three decades below the top its boundary condition has been forgotten
    np.testing.assert_allclose(pressure[deep], exact[deep], rtol=1e-3)


def test_pressure_response_is_the_derivative_of_the_solution():
    temperature_slope, slope = jnp.linspace(2.0, 9.0, 80), jnp.full(80, 0.5)

    def pressure(shift):
        guess = 1e3 * TAU**0.6
        log_opacity = jnp.log(1e-2) + 0.5 * jnp.log(guess) + temperature_slope * shift
        far = {"largest_shift": 30.0, "iterations": 30}
        return solve_gas_pressure(guess, log_opacity, slope, GRAVITY, jnp.full(80, 50.0), **far), log_opacity

    here, _ = pressure(jnp.zeros(80))
    opacity = jnp.exp(jnp.log(1e-2) + 0.5 * jnp.log(here))
    matrix = pressure_response(here, opacity, temperature_slope, slope, GRAVITY, jnp.full(80, 50.0))
    step = 1e-5 * jnp.sin(jnp.arange(80.0))
    difference = (jnp.log(pressure(step)[0]) - jnp.log(pressure(-step)[0])) / 2.0
    np.testing.assert_allclose(matrix @ step, difference, atol=1e-9 * 1.0, rtol=1e-4)


def opaque_layer(flux_over_c):
    """ln kappa at 1e3 dyn cm-2, its slope in ln P, and a push of kappa F/c: hydrogen ionizes near tau = 3."""
    slope = jnp.full(80, 0.6)
    log_opacity = jnp.log(1e-2) + 6.0 * jnp.exp(-((jnp.log10(TAU) - 0.5) ** 2) / 0.2)
    return log_opacity, slope, jnp.exp(log_opacity) * flux_over_c


def test_gas_pressure_may_fall_inward():
    """Where radiation pushes harder than gravity the balance g m = P_gas + P_rad has a positive solution all the same.

    The push goes with the opacity, so that P_rad is F/c tau whatever the opacity.
    """
    gravity, flux_over_c = 30.0, 25.0
    guess = jnp.full(80, 1e3)
    log_opacity, slope, push = opaque_layer(flux_over_c)
    pressure, solve = guess, jax.jit(solve_gas_pressure)
    for _ in range(20):  # each changes ln P by at most one
        shift = jnp.log(pressure / guess)
        here = jnp.exp(slope * shift)
        pressure = solve(pressure, log_opacity + slope * shift, slope, gravity, push * here, slope)
    opacity = jnp.exp(log_opacity + slope * jnp.log(pressure / guess))
    assert np.all(np.asarray(pressure) > 0.0) and np.any(np.diff(np.asarray(pressure)) < 0.0)
    # spline quadrature of tau on steps of 0.29 in ln tau: 2e-5
    np.testing.assert_allclose(pressure + flux_over_c * TAU, gravity * column_mass(opacity), rtol=5e-5)
    np.testing.assert_allclose(pressure, gas_pressure(opacity, gravity, opacity * flux_over_c), rtol=1e-6)


def test_pressure_response_follows_a_push_that_changes_with_the_gas():
    gravity, flux_over_c = 300.0, 25.0
    guess = 1e3 * TAU**0.6
    slope, temperature_slope = jnp.full(80, 0.5), jnp.linspace(2.0, 9.0, 80)

    solve = jax.jit(solve_gas_pressure)

    def pressure(shift):
        log_opacity = jnp.log(1e-2) + 0.5 * jnp.log(guess) + temperature_slope * shift
        push = jnp.exp(log_opacity) * flux_over_c * (1.0 + 4.0 * shift)
        found = guess
        for _ in range(20):
            moved = slope * jnp.log(found / guess)
            found = solve(found, log_opacity + moved, slope, gravity, push * jnp.exp(moved), slope)
        return found

    here = pressure(jnp.zeros(80))
    opacity = jnp.exp(jnp.log(1e-2) + 0.5 * jnp.log(here))
    push = opacity * flux_over_c
    of_push = jnp.diag(push * (temperature_slope + 4.0))
    matrix = pressure_response(here, opacity, temperature_slope, slope, gravity, push, of_push, push * slope)
    step = 1e-5 * jnp.sin(jnp.arange(80.0))
    difference = (jnp.log(pressure(step)) - jnp.log(pressure(-step))) / 2.0
    np.testing.assert_allclose(matrix @ step, difference, atol=1e-9, rtol=1e-4)
