"""Hydrostatic equilibrium on the Rosseland optical depths of ``depth_grid``; arrays (depth,) say which by their size.

dP_gas/dm = g - g_rad and dtau = kappa dm. Pressure and column mass come from one quadrature, so that
P_gas + integral of g_rad dm = g m holds to rounding. Above the first depth kappa and g_rad are taken as constant,
as ATLAS does: m = tau/kappa and P_gas = (g - g_rad) m there.
"""

import jax.numpy as jnp
from jax import lax

from kurucz_a1.atmosphere.depth import depth_grid

LEAST_GRAVITY = 0.05  # of g: keeps the pressure positive while g_rad is still far from converged


def column_mass(rosseland_opacity):
    """Column mass in g cm-2 (depth,) from the opacity (depth,) in cm2 g-1."""
    grid = depth_grid(rosseland_opacity.size)
    return grid.from_surface @ (grid.tau / rosseland_opacity)


def gas_pressure(rosseland_opacity, gravity, radiative_acceleration):
    """Gas pressure in dyn cm-2 (depth,) that balances ``gravity`` less ``radiative_acceleration`` (depth,), cm s-2."""
    grid = depth_grid(rosseland_opacity.size)
    return grid.from_surface @ (effective_gravity(gravity, radiative_acceleration) * grid.tau / rosseland_opacity)


def effective_gravity(gravity, radiative_acceleration):
    """g - g_rad in cm s-2, not below a small share of g."""
    return jnp.maximum(gravity - radiative_acceleration, LEAST_GRAVITY * gravity)


def solve_gas_pressure(guess, log_opacity, slope, gravity, radiative_acceleration, iterations=8):
    """Gas pressure for an opacity that is locally a power law of pressure.

    guess: gas pressure (depth,) at which ln of the opacity is ``log_opacity`` (depth,) and its slope dln kappa/dln P is
    ``slope`` (depth,). Newton's method on the logarithm of the balance, where a power law is a straight line.
    """
    grid = depth_grid(guess.size)
    pull = effective_gravity(gravity, radiative_acceleration) * grid.tau

    def step(_, shift):
        integrand = pull * jnp.exp(-log_opacity - slope * shift)
        weight = grid.from_surface @ integrand
        excess = jnp.log(guess) + shift - jnp.log(weight)
        matrix = jnp.eye(guess.size) + grid.from_surface * (integrand * slope) / weight[:, None]
        return shift - jnp.clip(jnp.linalg.solve(matrix, excess), -1.0, 1.0)

    return guess * jnp.exp(lax.fori_loop(0, iterations, step, jnp.zeros_like(guess)))


def pressure_response(pressure, rosseland_opacity, temperature_slope, pressure_slope, gravity, radiative_acceleration):
    """Matrix dln P_gas[i]/dln T[j] (depth, depth) of a hydrostatic gas, g_rad held.

    temperature_slope, pressure_slope: dln kappa/dln T and dln kappa/dln P (depth,).
    """
    grid = depth_grid(pressure.size)
    integrand = effective_gravity(gravity, radiative_acceleration) * grid.tau / rosseland_opacity
    matrix = jnp.diag(pressure) + grid.from_surface * (integrand * pressure_slope)
    return jnp.linalg.solve(matrix, -grid.from_surface * (integrand * temperature_slope))


def column_mass_response(rosseland_opacity, temperature_slope, pressure_slope, pressure_by_temperature):
    """Matrix dln m[i]/dln T[j] (depth, depth), gas pressure following by ``pressure_by_temperature`` (depth, depth).

    temperature_slope, pressure_slope: dln kappa/dln T and dln kappa/dln P (depth,).
    """
    grid = depth_grid(rosseland_opacity.size)
    integrand = grid.tau / rosseland_opacity
    opacity_by_temperature = jnp.diag(temperature_slope) + pressure_slope[:, None] * pressure_by_temperature
    weight = grid.from_surface * integrand
    return -weight @ opacity_by_temperature / jnp.sum(weight, axis=1)[:, None]
