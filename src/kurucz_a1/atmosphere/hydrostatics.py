"""Hydrostatic equilibrium on a grid of Rosseland optical depth.

dP_gas/dm = g - g_rad and dtau = kappa dm. Pressure and column mass come from one quadrature, so that
P_gas + integral of g_rad dm = g m holds to rounding. Above the first depth kappa and g_rad are taken as constant,
as ATLAS does: m = tau/kappa and P_gas = (g - g_rad) m there.
"""

import jax.numpy as jnp
from jax import lax

from kurucz_a1.atmosphere.depth import cumulative_integral_matrix, standard_log_tau

LEAST_GRAVITY = 0.05  # of g: keeps the pressure positive while g_rad is still far from converged
_LN_TAU = jnp.log(10.0) * standard_log_tau()
TAU = jnp.exp(_LN_TAU)
# integral over ln tau from the top, plus the gas above the first depth
_FROM_SURFACE = cumulative_integral_matrix(_LN_TAU).at[:, 0].add(1.0)


def column_mass(rosseland_opacity):
    """Column mass in g cm-2 (80,) of the standard depths, from the opacity (80,) in cm2 g-1."""
    return _FROM_SURFACE @ (TAU / rosseland_opacity)


def gas_pressure(rosseland_opacity, gravity, radiative_acceleration):
    """Gas pressure in dyn cm-2 (80,) that balances ``gravity`` less ``radiative_acceleration`` (80,), cm s-2."""
    return _FROM_SURFACE @ (effective_gravity(gravity, radiative_acceleration) * TAU / rosseland_opacity)


def effective_gravity(gravity, radiative_acceleration):
    """g - g_rad in cm s-2, not below a small share of g."""
    return jnp.maximum(gravity - radiative_acceleration, LEAST_GRAVITY * gravity)


def solve_gas_pressure(guess, log_opacity, slope, gravity, radiative_acceleration, iterations=8):
    """Gas pressure for an opacity that is locally a power law of pressure.

    guess: gas pressure (80,) at which ln of the opacity is ``log_opacity`` (80,) and its slope dln kappa/dln P is
    ``slope`` (80,). Newton's method on the logarithm of the balance, where a power law is a straight line.
    """
    pull = effective_gravity(gravity, radiative_acceleration) * TAU

    def step(_, shift):
        integrand = pull * jnp.exp(-log_opacity - slope * shift)
        weight = _FROM_SURFACE @ integrand
        excess = jnp.log(guess) + shift - jnp.log(weight)
        matrix = jnp.eye(guess.size) + _FROM_SURFACE * (integrand * slope) / weight[:, None]
        return shift - jnp.clip(jnp.linalg.solve(matrix, excess), -1.0, 1.0)

    return guess * jnp.exp(lax.fori_loop(0, iterations, step, jnp.zeros_like(guess)))


def pressure_response(pressure, rosseland_opacity, temperature_slope, pressure_slope, gravity, radiative_acceleration):
    """Matrix dln P_gas[i]/dln T[j] (80, 80) of a hydrostatic gas, g_rad held.

    temperature_slope, pressure_slope: dln kappa/dln T and dln kappa/dln P (80,).
    """
    integrand = effective_gravity(gravity, radiative_acceleration) * TAU / rosseland_opacity
    matrix = jnp.diag(pressure) + _FROM_SURFACE * (integrand * pressure_slope)
    return jnp.linalg.solve(matrix, -_FROM_SURFACE * (integrand * temperature_slope))


def column_mass_response(rosseland_opacity, temperature_slope, pressure_slope, pressure_by_temperature):
    """Matrix dln m[i]/dln T[j] (80, 80), gas pressure following by ``pressure_by_temperature`` (80, 80).

    temperature_slope, pressure_slope: dln kappa/dln T and dln kappa/dln P (80,).
    """
    integrand = TAU / rosseland_opacity
    opacity_by_temperature = jnp.diag(temperature_slope) + pressure_slope[:, None] * pressure_by_temperature
    return -(_FROM_SURFACE * integrand) @ opacity_by_temperature / (_FROM_SURFACE @ integrand)[:, None]
