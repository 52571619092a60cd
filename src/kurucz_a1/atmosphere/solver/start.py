"""The model from which an iteration starts."""

import jax.numpy as jnp

from kurucz_a1.atmosphere.hydrostatics import TAU, solve_gas_pressure
from kurucz_a1.atmosphere.solver.matter import rosseland_with_slope
from kurucz_a1.atmosphere.solver.newton import Structure
from kurucz_a1.physics.planck import planck

DEEP_TAU = 3.0  # below this depth convection carries the flux and a grey temperature would rise far too fast


def start_temperature(teff):
    """A temperature (80,) in K between grey and line-blanketed, flattened in depth as convection does.

    Grey with a Hopf function of 0.70 in the photosphere (Mihalas 1978, section 3-3) that falls to 0.25 at the surface,
    where lines cool: T = 0.66 Teff there. A hotter start ionizes hydrogen at the top and sends the first steps astray.
    """
    depth = TAU / (1.0 + TAU / DEEP_TAU) ** 0.75
    hopf = 0.25 + 0.45 * TAU / (TAU + 0.02)
    return teff * (0.75 * (depth + hopf)) ** 0.25


def start_structure(teff, gravity, fractions, tables, iterations=5):
    """A hydrostatic ``Structure`` without radiation pressure."""
    temperature = start_temperature(teff)
    none = jnp.zeros_like(temperature)
    # photospheric pressures of cool stars go about as g^0.6 tau^0.6; only a first guess
    pressure = 1e5 * (gravity / 2.7e4) ** 0.6 * TAU**0.6
    for _ in range(iterations):
        log_rosseland, slope = rosseland_with_slope(temperature, pressure, fractions, tables)
        pressure = solve_gas_pressure(pressure, log_rosseland, slope, gravity, none)
    return Structure(temperature, pressure, none, planck(tables.frequency, temperature[:, None]))
