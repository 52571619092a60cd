"""The model from which an iteration starts.

Above START_OF_MARCH it is a temperature law of optical depth in hydrostatic equilibrium. From there inward radiation
diffuses, and temperature and pressure are integrated together, with the gradient at which radiation and convection
carry the flux. Newton's method then begins near its goal where convection would lead it astray.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int
from scipy.interpolate import PchipInterpolator

from kurucz_a1.atmosphere.depth import DEPTHS, depth_grid
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.atmosphere.hydrostatics import solve_gas_pressure
from kurucz_a1.atmosphere.model import Atmosphere
from kurucz_a1.atmosphere.solver.matter import Opacities, log_rosseland, matter_at, trapped_radiation
from kurucz_a1.atmosphere.solver.newton import Structure
from kurucz_a1.labels import Labels
from kurucz_a1.physics.constants import SPEED_OF_LIGHT, STEFAN_BOLTZMANN
from kurucz_a1.physics.convection import gradient_of_total_flux
from kurucz_a1.physics.planck import planck
from kurucz_a1.types import AnyArray, Scalar

FIRST_SHIFT = 3.0  # of ln P in an iteration of the start, whose first guess may be off by orders of magnitude
SETTLED = 0.03  # change of ln P below which the pressure of the start is good enough
FIRST_SLOPE, SLOPES = 0.6, (-0.5, 1.5)  # of ln kappa in ln P: that of cool stars, and the range of it
LEAST_SHIFT = 1e-3  # of ln P, from which a secant tells the slope
START_OF_MARCH = 1.0  # Rosseland optical depth
MOVED = ("temperature", "gas_pressure", "radiative_acceleration")  # of a neighbour, by its derivatives
LONGEST_MOVE = 0.5  # of ln of each, beyond which derivatives say little
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
) -> tuple[Float[Array, "depth 2"], Float[Array, "depth"]]:
    """ln T and ln P_gas at optical depths ``tau``, beginning with ``first``, and the share of radiation in the flux.

    ``trapped`` is the share of trapped radiation at these depths.
    """
    flux = STEFAN_BOLTZMANN * teff**4

    def slope(ln_tau: Array, trapped: AnyArray, point: Array) -> tuple[Array, Array]:
        gas = matter_at(point, trapped, fractions, tables)
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
            # near enough for a start
            "opacity_slope": 0.0,
            "opacity_curvature": 0.0,
            "gravity": gravity,
            "mixing_length": mixing_length,
        }
        radiative = 3.0 / 16.0 * opacity * total_pressure / gravity * (teff / temperature) ** 4
        actual = gradient_of_total_flux(radiative, flux, **layer)
        share = actual / radiative
        push = opacity * flux / SPEED_OF_LIGHT * share
        pull = jnp.maximum(gravity - push, LEAST_GRAVITY * gravity)
        return jnp.stack(
            [actual * gravity * tau / (opacity * total_pressure), pull * tau / (opacity * jnp.exp(point[1]))]
        ), share

    def to_next(
        points: tuple[Array, Array], half: tuple[Array, ...]
    ) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        # two halves make a step by the midpoint rule: from its first point to the middle, then on by the slope there
        first, here = points
        ln_tau, length, ends, trapped = half
        along, share = slope(ln_tau, trapped, here)
        here = first + length * along
        return (jnp.where(ends, here, first), here), (here, share)

    ln_tau, steps = np.log(tau[:-1]), np.diff(np.log(tau))
    halves = (
        np.stack([ln_tau, ln_tau + 0.5 * steps], axis=-1),
        np.stack([0.5 * steps, steps], axis=-1),
        np.broadcast_to([False, True], (steps.size, 2)),
        np.repeat(trapped[:-1, None], 2, axis=1),
    )
    _, (points, shares) = lax.scan(to_next, (first, first), tuple(jnp.asarray(half.ravel()) for half in halves))
    return jnp.concatenate([first[None], points[1::2]]), jnp.concatenate([jnp.ones(1), shares[1::2]])


def interpolated(
    log_tau: Float[AnyArray, "points"], values: Float[AnyArray, "points"], wanted: Float[AnyArray, "depth"]
) -> Float[Array, "depth"]:
    """``values`` at other log10 tau, without new extremes between them; outside on straight lines."""
    log_tau, values = np.asarray(log_tau), np.asarray(values)
    curve = PchipInterpolator(log_tau, values)
    inside = np.clip(wanted, log_tau[0], log_tau[-1])
    return jnp.asarray(curve(inside) + curve(inside, 1) * (wanted - inside))


def at_depths(structure: Structure, depths: int, frequency: Float[Array, "nu"]) -> Structure:
    """A ``Structure`` interpolated to another number of depths; its J is B at other frequencies, in Hz."""
    own = depth_grid(structure.temperature.size).log_tau
    return _on_grid(own, structure.temperature, structure.pressure, structure.radiative_acceleration, depths, frequency)


def start_from(neighbour: Atmosphere, labels: Labels, depths: int, frequency: Float[Array, "nu"]) -> Structure:
    """The ``Structure`` of a model of other labels on ``depths`` depths.

    It is moved to ``labels`` by its ``label_jacobian`` if it has one, but no quantity by more than LONGEST_MOVE;
    otherwise its temperature is scaled to their teff. ``frequency``: Hz.
    """
    quantities = {name: getattr(neighbour, name) for name in MOVED}
    if neighbour.label_jacobian is None:
        quantities["temperature"] *= labels.teff / neighbour.teff
    else:
        steps = jnp.stack([getattr(labels, name) - getattr(neighbour, name) for name in neighbour.jacobian_labels])
        for name in MOVED:
            change = steps @ neighbour.label_jacobian[FIELD_NAMES.index(name)]
            quantities[name] *= jnp.exp(jnp.clip(change, -LONGEST_MOVE, LONGEST_MOVE))
    temperature, pressure, acceleration = quantities.values()
    return _on_grid(neighbour.log_tau, temperature, pressure, acceleration, depths, frequency)


def _on_grid(
    log_tau: Float[AnyArray, "points"],
    temperature: Float[AnyArray, "points"],
    pressure: Float[AnyArray, "points"],
    acceleration: Float[AnyArray, "points"],
    depths: int,
    frequency: Float[Array, "nu"],
) -> Structure:
    wanted = depth_grid(depths).log_tau
    temperature = jnp.exp(interpolated(log_tau, jnp.log(temperature), wanted))
    pressure = jnp.exp(interpolated(log_tau, jnp.log(pressure), wanted))
    acceleration = interpolated(log_tau, acceleration, wanted)
    return Structure(temperature, pressure, acceleration, planck(frequency, temperature[:, None]))


class _Settling(NamedTuple):
    """Gas pressure on its way to hydrostatic equilibrium."""

    pressure: Float[Array, "depth"]  # dyn cm-2
    shift: Float[Array, "depth"]  # of ln P in the last iteration
    opacity: Float[Array, "depth"]  # ln of cm2 g-1, before it
    slope: Float[Array, "depth"]  # dln kappa/dln P
    iteration: Int[Array, ""]  # its number


def start_structure(
    teff: Scalar,
    gravity: Scalar,
    fractions: Float[AnyArray, "26"],
    mixing_length: Scalar,
    tables: Opacities,
    iterations: int = 8,
    depths: int = DEPTHS,
) -> Structure:
    """A hydrostatic ``Structure`` on ``depths`` optical depths.

    ``teff`` is in K, ``gravity`` in cm s-2, ``mixing_length`` in pressure scale heights.

    Radiation pushes the gas only where it diffuses.
    """
    tau = depth_grid(depths).tau
    deep = int(np.argmax(tau >= START_OF_MARCH))
    temperature = start_temperature(teff, tau)
    # A first guess: photospheric pressures of cool stars go about as g^0.6 tau^0.6.
    pressure = jnp.asarray(1e5 * (gravity / 2.7e4) ** 0.6 * tau**0.6)

    trapped = trapped_radiation(depths)

    def settle(temperature: Array, pressure: Array, flux: Array) -> Array:
        def unsettled(state: _Settling) -> Array:
            return (jnp.max(jnp.abs(state.shift)) > SETTLED) & (state.iteration < iterations)

        def improve(state: _Settling) -> _Settling:
            pressure, shift = state.pressure, state.shift
            opacity = log_rosseland(temperature, pressure, fractions, tables)
            # the secant of the last two, where they are apart
            apart = (jnp.abs(shift) > LEAST_SHIFT) & (state.iteration > 0)
            secant = (opacity - state.opacity) / jnp.where(apart, shift, 1.0)
            slope = jnp.where(apart, jnp.clip(secant, *SLOPES), state.slope)
            acceleration = jnp.exp(opacity) * flux / SPEED_OF_LIGHT
            settled = solve_gas_pressure(pressure, opacity, slope, gravity, acceleration, slope, FIRST_SHIFT)
            return _Settling(settled, jnp.log(settled / pressure), opacity, slope, state.iteration + 1)

        nothing = jnp.zeros_like(pressure)
        first = _Settling(pressure, nothing + jnp.inf, nothing, nothing + FIRST_SLOPE, jnp.asarray(0))
        return lax.while_loop(unsettled, improve, first).pressure

    def go_inward(temperature: Array, pressure: Array) -> tuple[Array, Array, Array]:
        first = jnp.log(jnp.stack([temperature[deep], pressure[deep]]))
        points, share = march(first, tau[deep:], trapped[deep:], teff, gravity, fractions, mixing_length, tables)
        temperature = temperature.at[deep:].set(jnp.exp(points[:, 0]))
        pressure = pressure.at[deep:].set(jnp.exp(points[:, 1]))
        flux = STEFAN_BOLTZMANN * teff**4 * trapped * jnp.ones_like(tau).at[deep:].set(share)
        return temperature, pressure, flux

    # Settled before the march and after it, in a loop: what stands there once is compiled once.
    def improve(start: tuple[Array, Array, Array], marches: Array) -> tuple[tuple[Array, Array, Array], None]:
        temperature, pressure, flux = start
        pressure = settle(temperature, pressure, flux)
        start = (temperature, pressure, flux)
        return lax.cond(marches, lambda: go_inward(temperature, pressure), lambda: start), None

    first = (temperature, pressure, jnp.zeros_like(temperature))
    (temperature, pressure, _), _ = lax.scan(improve, first, jnp.array([True, False]))
    return Structure(temperature, pressure, jnp.zeros_like(tau), planck(tables.frequency, temperature[:, None]))
