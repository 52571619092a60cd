"""Hydrostatic equilibrium on the Rosseland optical depths of ``depth_grid``, which the size of an array chooses.

dP_gas/dm = g - g_rad and dtau = kappa dm. Pressure and column mass come from one quadrature, so that
P_gas + integral of g_rad dm = g m holds to rounding. Above the first depth kappa and g_rad are taken as constant,
as ATLAS does: m = tau/kappa and P_gas = (g - g_rad) m there.
"""

from typing import Any

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float

from kurucz_a1.atmosphere.depth import depth_grid
from kurucz_a1.types import AnyArray, Scalar

LEAST_GRAVITY = 0.05  # of g: keeps the pressure positive while g_rad is still far from converged


def column_mass(rosseland_opacity: Float[AnyArray, "depth"]) -> Float[Array, "depth"]:
    """Column mass in g cm-2 from the opacity in cm2 g-1."""
    grid = depth_grid(rosseland_opacity.size)
    return jnp.matmul(grid.from_surface, grid.tau / rosseland_opacity)


def gas_pressure(
    rosseland_opacity: Float[AnyArray, "depth"], gravity: Scalar, radiative_acceleration: Float[AnyArray, "depth"]
) -> Float[Array, "depth"]:
    """Gas pressure in dyn cm-2 that balances ``gravity`` less ``radiative_acceleration``, cm s-2."""
    grid = depth_grid(rosseland_opacity.size)
    integrand = effective_gravity(gravity, radiative_acceleration) * grid.tau / rosseland_opacity
    return jnp.matmul(grid.from_surface, integrand)


def effective_gravity(gravity: Scalar, radiative_acceleration: Float[AnyArray, "depth"]) -> Float[Array, "depth"]:
    """g - g_rad in cm s-2, not below a small share of g."""
    return jnp.maximum(gravity - radiative_acceleration, LEAST_GRAVITY * gravity)


def solve_gas_pressure(
    guess: Float[Array, "depth"],
    log_opacity: Float[Array, "depth"],
    slope: Float[Array, "depth"],
    gravity: Scalar,
    radiative_acceleration: Float[AnyArray, "depth"],
    iterations: int = 8,
) -> Float[Array, "depth"]:
    """Gas pressure for an opacity that is locally a power law of pressure.

    At the pressure ``guess``, ln of the opacity is ``log_opacity`` and dln kappa/dln P is ``slope``. Newton's method on
    the logarithm of the balance, where a power law is a straight line.
    """
    grid = depth_grid(guess.size)
    pull = effective_gravity(gravity, radiative_acceleration) * grid.tau

    def step(_: Any, shift: Array) -> Array:
        integrand = pull * jnp.exp(-log_opacity - slope * shift)
        weight = grid.from_surface @ integrand
        excess = jnp.log(guess) + shift - jnp.log(weight)
        matrix = jnp.eye(guess.size) + grid.from_surface * (integrand * slope) / weight[:, None]
        return shift - jnp.clip(jnp.linalg.solve(matrix, excess), -1.0, 1.0)

    return guess * jnp.exp(lax.fori_loop(0, iterations, step, jnp.zeros_like(guess)))


def pressure_response(
    pressure: Float[Array, "depth"],
    rosseland_opacity: Float[Array, "depth"],
    temperature_slope: Float[Array, "depth"],
    pressure_slope: Float[Array, "depth"],
    gravity: Scalar,
    radiative_acceleration: Float[AnyArray, "depth"],
) -> Float[Array, "depth depth"]:
    """Matrix dln P_gas[i]/dln T[j] of a hydrostatic gas at fixed g_rad.

    ``temperature_slope`` and ``pressure_slope`` are dln kappa/dln T and dln kappa/dln P.
    """
    grid = depth_grid(pressure.size)
    integrand = effective_gravity(gravity, radiative_acceleration) * grid.tau / rosseland_opacity
    matrix = jnp.diag(pressure) + grid.from_surface * (integrand * pressure_slope)
    return jnp.linalg.solve(matrix, -grid.from_surface * (integrand * temperature_slope))


def column_mass_response(
    rosseland_opacity: Float[Array, "depth"],
    temperature_slope: Float[Array, "depth"],
    pressure_slope: Float[Array, "depth"],
    pressure_by_temperature: Float[Array, "depth depth"],
) -> Float[Array, "depth depth"]:
    """Matrix dln m[i]/dln T[j]; gas pressure follows by ``pressure_by_temperature``, dln P_gas[i]/dln T[j].

    ``temperature_slope`` and ``pressure_slope`` are dln kappa/dln T and dln kappa/dln P.
    """
    grid = depth_grid(rosseland_opacity.size)
    integrand = grid.tau / rosseland_opacity
    opacity_by_temperature = jnp.diag(temperature_slope) + pressure_slope[:, None] * pressure_by_temperature
    weight = grid.from_surface * integrand
    return jnp.matmul(-weight, opacity_by_temperature) / jnp.sum(weight, axis=1)[:, None]
