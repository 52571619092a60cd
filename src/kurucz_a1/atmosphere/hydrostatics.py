"""Hydrostatic equilibrium on the Rosseland optical depths of ``depth_grid``, which the size of an array chooses.

dP_gas/dm = g - g_rad and dtau = kappa dm. Pressure and column mass come from one quadrature, so that
P_gas + integral of g_rad dm = g m holds to rounding. Above the first depth kappa and g_rad are taken as constant,
as ATLAS does: m = tau/kappa and P_gas = (g - g_rad) m there. Where radiation pushes harder than gravity pulls, gas
pressure falls inward; a model exists as long as it stays positive.
"""

from typing import Any

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float

from kurucz_a1.atmosphere.depth import depth_grid
from kurucz_a1.types import AnyArray, Real, Scalar

LARGEST_SHIFT = 1.0  # of ln P: no power law of the opacity reaches farther


def column_mass(rosseland_opacity: Float[AnyArray, "depth"]) -> Float[Array, "depth"]:
    """Column mass in g cm-2 from the opacity in cm2 g-1."""
    grid = depth_grid(rosseland_opacity.size)
    return jnp.matmul(grid.from_surface, grid.tau / rosseland_opacity)


def gas_pressure(
    rosseland_opacity: Float[AnyArray, "depth"], gravity: Scalar, radiative_acceleration: Float[AnyArray, "depth"]
) -> Float[Array, "depth"]:
    """Gas pressure in dyn cm-2 that balances ``gravity`` less ``radiative_acceleration``, cm s-2."""
    grid = depth_grid(rosseland_opacity.size)
    return jnp.matmul(grid.from_surface, (gravity - radiative_acceleration) * grid.tau / rosseland_opacity)


def solve_gas_pressure(
    guess: Float[Array, "depth"],
    log_opacity: Float[Array, "depth"],
    slope: Float[Array, "depth"],
    gravity: Scalar,
    radiative_acceleration: Float[AnyArray, "depth"],
    acceleration_slope: Real = 0.0,
    largest_shift: float = LARGEST_SHIFT,
    iterations: int = 8,
) -> Float[Array, "depth"]:
    """Gas pressure for an opacity and a radiative acceleration that are locally power laws of pressure.

    At the pressure ``guess``, ln of the opacity is ``log_opacity`` and dln kappa/dln P is ``slope``; the acceleration
    is ``radiative_acceleration``, and its own slope ``acceleration_slope``. Newton's method on the logarithm of
    P_gas + P_rad = g m, both sides of which are positive for any positive gas pressure; without radiation a power law
    is a straight line there. ln P changes by at most ``largest_shift``.
    """
    grid = depth_grid(guess.size)
    mass = grid.tau * jnp.exp(-log_opacity)
    outward = jnp.maximum(radiative_acceleration, 0.0) * mass
    # where temperature falls inward radiation pulls, as gravity does
    inward = jnp.maximum(-radiative_acceleration, 0.0) * mass

    def step(_: Any, shift: Array) -> Array:
        weight = gravity * mass * jnp.exp(-slope * shift)
        push_slope = acceleration_slope - slope
        push, pull = outward * jnp.exp(push_slope * shift), inward * jnp.exp(push_slope * shift)
        pressure = guess * jnp.exp(shift)
        # the spline through a jagged integrand may swing below zero
        held = pressure + jnp.maximum(grid.from_surface @ push, 0.0)
        needed = jnp.maximum(grid.from_surface @ (weight + pull), 0.1 * grid.from_surface[:, 0] * weight)
        of_held = jnp.diag(pressure) + grid.from_surface * (push * push_slope)
        of_needed = grid.from_surface * (pull * push_slope - weight * slope)
        matrix = of_held / held[:, None] - of_needed / needed[:, None]
        excess = jnp.log(held) - jnp.log(needed)
        step = jnp.clip(jnp.linalg.solve(matrix, excess), -LARGEST_SHIFT, LARGEST_SHIFT)
        return jnp.clip(shift - step, -largest_shift, largest_shift)

    return guess * jnp.exp(lax.fori_loop(0, iterations, step, jnp.zeros_like(guess)))


def pressure_response(
    pressure: Float[Array, "depth"],
    rosseland_opacity: Float[Array, "depth"],
    temperature_slope: Float[Array, "depth"],
    pressure_slope: Float[Array, "depth"],
    gravity: Scalar,
    radiative_acceleration: Float[AnyArray, "depth"],
    acceleration_by_temperature: Float[Array, "depth depth"] | None = None,
    acceleration_by_pressure: Real = 0.0,
) -> Float[Array, "depth depth"]:
    """Matrix dln P_gas[i]/dln T[j] of a hydrostatic gas.

    ``temperature_slope`` and ``pressure_slope`` are dln kappa/dln T and dln kappa/dln P;
    ``acceleration_by_temperature`` is dg_rad[i]/dln T[j] and ``acceleration_by_pressure`` dg_rad/dln P, in cm s-2; None
    and 0: g_rad does not change.
    """
    grid = depth_grid(pressure.size)
    mass = grid.tau / rosseland_opacity
    integrand = (gravity - radiative_acceleration) * mass
    matrix = jnp.diag(pressure) + grid.from_surface * (integrand * pressure_slope + mass * acceleration_by_pressure)
    right = -grid.from_surface * (integrand * temperature_slope)
    if acceleration_by_temperature is not None:
        right = right - (grid.from_surface * mass) @ acceleration_by_temperature
    return jnp.linalg.solve(matrix, right)


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
