"""The model from which an iteration starts.

Above START_OF_MARCH it is a temperature law of optical depth in hydrostatic equilibrium. From there inward radiation
diffuses, and temperature and pressure are integrated together, with the gradient at which radiation and convection
carry the flux. Newton's method then begins near its goal where convection would lead it astray.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float
from scipy.interpolate import PchipInterpolator

from kurucz_a1.atmosphere.depth import DEPTHS, depth_grid
from kurucz_a1.atmosphere.hydrostatics import solve_gas_pressure
from kurucz_a1.atmosphere.solver.matter import Opacities, matter_at, rosseland_with_slope, trapped_radiation
from kurucz_a1.atmosphere.solver.newton import Structure
from kurucz_a1.physics.constants import SPEED_OF_LIGHT, STEFAN_BOLTZMANN
from kurucz_a1.physics.convection import gradient_of_total_flux
from kurucz_a1.physics.planck import planck
from kurucz_a1.types import AnyArray, Scalar

START_OF_MARCH = 1.0  # Rosseland optical depth
SUBSTEPS = 1  # of the march between two depths
LEAST_GRAVITY = 0.05  # of g less the push of radiation: the march takes no gas pressure inward


def start_temperature(teff: Scalar, tau: Float[AnyArray, "depth"]) -> Float[Array, "depth"]:
    """A temperature in K at Rosseland optical depths ``tau``, between grey and line-blanketed.

    Grey with a Hopf function of 0.70 in the photosphere (Mihalas 1978, section 3-3) that falls to 0.25 at the surface,
    where lines cool: T = 0.66 Teff there. A hotter start ionizes hydrogen at the top and sends the first steps astray.
    """
    hopf = 0.25 + 0.45 * tau / (tau + 0.02)
    return jnp.asarray(teff * (0.75 * (tau + hopf)) ** 0.25)


def march(
    first: Float[Array, "2"],
    tau: Float[AnyArray, "depth"],
    trapped: Float[AnyArray, "depth"],
    teff: Scalar,
    gravity: Scalar,
    fractions: Float[AnyArray, "26"],
    mixing_length: Scalar,
    tables: Opacities,
) -> Float[Array, "depth 2"]:
    """ln T and ln P_gas at optical depths ``tau``, beginning with ``first``.

    ``trapped`` is the share of trapped radiation at these depths.
    """
    flux = STEFAN_BOLTZMANN * teff**4

    def slope(ln_tau: Array, trapped: AnyArray, point: Array) -> Array:
        along_isobar = (jnp.array([1.0, 0.0]),)
        gas, in_temperature = jax.jvp(lambda p: matter_at(p, trapped, fractions, tables), (point,), along_isobar)
        temperature, opacity, tau = jnp.exp(point[0]), jnp.exp(gas.log_rosseland), jnp.exp(ln_tau)
        density, specific_heat, adiabatic_gradient, expansion = jnp.exp(gas.log_thermodynamics)
        total_pressure = jnp.exp(point[1]) + 4.0 * STEFAN_BOLTZMANN / (3.0 * SPEED_OF_LIGHT) * temperature**4
        layer: dict[str, Scalar] = {
            "temperature": temperature,
            "pressure": total_pressure,
            "density": density,
            "specific_heat": specific_heat,
            "adiabatic_gradient": adiabatic_gradient,
            "expansion": expansion,
            "rosseland_opacity": opacity,
            "opacity_slope": in_temperature.log_rosseland,
            "opacity_curvature": 0.0,  # near enough for a start
            "gravity": gravity,
            "mixing_length": mixing_length,
        }
        radiative = 3.0 / 16.0 * opacity * total_pressure / gravity * (teff / temperature) ** 4
        actual = gradient_of_total_flux(radiative, flux, **layer)
        push = opacity * flux / SPEED_OF_LIGHT * actual / radiative
        pull = jnp.maximum(gravity - push, LEAST_GRAVITY * gravity)
        return jnp.stack(
            [actual * gravity * tau / (opacity * total_pressure), pull * tau / (opacity * jnp.exp(point[1]))]
        )

    def to_next(point: Array, depth: tuple[Array, Array, AnyArray]) -> tuple[Array, Array]:
        ln_tau, step, trapped = depth

        def part(index: Array, point: Array) -> Array:
            place = ln_tau + index * step
            middle = point + 0.5 * step * slope(place, trapped, point)
            return point + step * slope(place + 0.5 * step, trapped, middle)

        point = lax.fori_loop(0, SUBSTEPS, part, point)
        return point, point

    ln_tau = jnp.log(tau)
    steps = (ln_tau[:-1], jnp.diff(ln_tau) / SUBSTEPS, trapped[:-1])
    _, points = lax.scan(to_next, first, steps)
    return jnp.concatenate([first[None], points])


def at_depths(structure: Structure, depths: int, frequency: Float[Array, "nu"]) -> Structure:
    """A ``Structure`` interpolated to another number of depths; its J is B at other frequencies, in Hz."""
    own, wanted = depth_grid(structure.temperature.size).log_tau, depth_grid(depths).log_tau

    def carried(values: Array) -> Array:
        return jnp.asarray(np.exp(PchipInterpolator(own, np.log(np.asarray(values)))(wanted)))

    temperature = carried(structure.temperature)
    intensity = planck(frequency, temperature[:, None])
    return Structure(temperature, carried(structure.pressure), carried(structure.radiative_acceleration), intensity)


def start_structure(
    teff: Scalar,
    gravity: Scalar,
    fractions: Float[AnyArray, "26"],
    mixing_length: Scalar,
    tables: Opacities,
    iterations: int = 4,
    depths: int = DEPTHS,
) -> Structure:
    """A hydrostatic ``Structure`` on ``depths`` optical depths; ``teff`` in K, ``gravity`` in cm s-2, ``mixing_length`` in
    pressure scale heights.

    Radiation accelerates the gas only where it diffuses.
    """
    tau = depth_grid(depths).tau
    deep = int(np.argmax(tau >= START_OF_MARCH))
    temperature = start_temperature(teff, tau)
    no_acceleration = jnp.zeros_like(temperature)
    # A first guess: photospheric pressures of cool stars go about as g^0.6 tau^0.6.
    pressure = 1e5 * (gravity / 2.7e4) ** 0.6 * tau**0.6

    def settle(_: Any, pressure: Array) -> Array:
        log_rosseland, slope = rosseland_with_slope(temperature, pressure, fractions, tables)
        return solve_gas_pressure(pressure, log_rosseland, slope, gravity, no_acceleration)

    pressure = lax.fori_loop(0, iterations, settle, pressure)
    first = jnp.log(jnp.stack([temperature[deep], pressure[deep]]))
    star = (teff, gravity, fractions, mixing_length)
    points = march(first, tau[deep:], trapped_radiation(depths)[deep:], *star, tables)
    temperature = temperature.at[deep:].set(jnp.exp(points[:, 0]))
    pressure = pressure.at[deep:].set(jnp.exp(points[:, 1]))
    return Structure(temperature, pressure, no_acceleration, planck(tables.frequency, temperature[:, None]))
