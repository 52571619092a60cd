"""One Newton step for the temperature: radiative plus convective energy balance at every depth.

Upper layers use the energy balance of their cell, deep layers the flux through their upper face; the discrete balance
is the difference of the discrete fluxes, so both say the same (Auer & Mihalas 1969, ApJ 158, 641; Gustafsson &
Nissen 1972, A&A 19, 261 for convection in the linearisation).
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float

from kurucz_a1.atmosphere.depth import depth_grid
from kurucz_a1.atmosphere.hydrostatics import (
    column_mass,
    column_mass_response,
    gas_pressure,
    pressure_response,
    solve_gas_pressure,
)
from kurucz_a1.atmosphere.solver.matter import Matter, Opacities, matter_with_slopes, opacity_of_bubbles
from kurucz_a1.atmosphere.solver.radiation import radiation_field, radiative_acceleration, response
from kurucz_a1.physics.constants import STEFAN_BOLTZMANN
from kurucz_a1.physics.convection import convective_flux
from kurucz_a1.types import AnyArray, Scalar

BALANCE_ABOVE = -1.3  # log tau, above which a cell's balance is used; below, radiation is nearly local, flux is better
STEEP = 0.12  # of ln T in a cell: twice the steepest rise of a photosphere


class Structure(NamedTuple):
    """The state of an iteration."""

    temperature: Float[Array, "depth"]  # K
    pressure: Float[Array, "depth"]  # of the gas, dyn cm-2
    radiative_acceleration: Float[Array, "depth"]  # cm s-2
    intensity: Float[Array, "depth nu"]  # mean intensity, erg s-1 cm-2 Hz-1 sr-1


class Diagnosis(NamedTuple):
    """What a Newton step changes, and the fluxes and the matter of the structure before it."""

    temperature_change: Float[Array, "depth"]  # of ln T, not clipped
    pressure_change: Float[Array, "depth"]  # of ln P
    flux_error: Float[Array, "depth-1"]  # F/sigma Teff^4 - 1
    convective_share: Float[Array, "depth-1"]  # of sigma Teff^4
    matter: Matter


def convective_fluxes(
    log_temperature: Float[Array, "depth"],
    log_total_pressure: Float[Array, "depth"],
    log_thermodynamics: Float[Array, "depth 4"],
    log_rosseland: Float[Array, "depth"],
    bubbles: Float[Array, "depth 2"],
    gravity: Scalar,
    mixing_length: Scalar,
) -> Float[Array, "depth-1"]:
    """Convective flux between depths in erg s-1 cm-2, from the means of neighbouring depths.

    Where temperature rises by more than STEEP in a cell, the upper depth alone counts. With means the flux would fall
    as the lower depth heats up and its gas with it, and no temperature would carry some fluxes. The pressure is that of
    gas and radiation, g m, as in ATLAS: it rises inward even where radiation carries the gas. ``bubbles`` comes from
    ``opacity_of_bubbles``; ``mixing_length`` is in pressure scale heights.
    """
    rise = jnp.diff(log_temperature)
    lower_share = 0.5 / (1.0 + (rise / STEEP) ** 4)

    def middle(values: Array) -> Array:
        return values[:-1] + lower_share * (values[1:] - values[:-1])

    gradient = rise / jnp.diff(log_total_pressure)
    density, specific_heat, adiabatic_gradient, expansion = jnp.exp(jax.vmap(middle, 1)(log_thermodynamics))
    opacity_slope, opacity_curvature = jax.vmap(middle, 1)(bubbles)
    return convective_flux(
        gradient,
        jnp.exp(middle(log_temperature)),
        jnp.exp(middle(log_total_pressure)),
        density,
        specific_heat,
        adiabatic_gradient,
        expansion,
        jnp.exp(middle(log_rosseland)),
        opacity_slope,
        opacity_curvature,
        gravity,
        mixing_length,
    )


def convection(
    structure: Structure,
    matter: Matter,
    bubbles: Float[Array, "depth 2"],
    in_temperature: Matter,
    in_pressure: Matter,
    pressure_by_temperature: Float[Array, "depth depth"],
    mass_by_temperature: Float[Array, "depth depth"],
    gravity: Scalar,
    mixing_length: Scalar,
) -> tuple[Float[Array, "depth-1"], Float[Array, "depth-1 depth"]]:
    """Convective flux and its derivative in ln T; pressure and column mass follow, ``bubbles`` do not change."""
    log_total_pressure = jnp.log(gravity * column_mass(jnp.exp(matter.log_rosseland)))

    def flux(shift: Array) -> Array:
        in_t, in_p, in_mass = shift
        thermodynamics = (
            matter.log_thermodynamics
            + in_temperature.log_thermodynamics * in_t[:, None]
            + in_pressure.log_thermodynamics * in_p[:, None]
        )
        rosseland = matter.log_rosseland + in_temperature.log_rosseland * in_t + in_pressure.log_rosseland * in_p
        return convective_fluxes(
            jnp.log(structure.temperature) + in_t,
            log_total_pressure + in_mass,
            thermodynamics,
            rosseland,
            bubbles,
            gravity,
            mixing_length,
        )

    unmoved = jnp.zeros((3, structure.temperature.size))
    slopes = jax.jacfwd(flux)(unmoved)
    matrix = slopes[:, 0] + slopes[:, 1] @ pressure_by_temperature + slopes[:, 2] @ mass_by_temperature
    return flux(unmoved), matrix


class Gas(NamedTuple):
    """The gas of a ``Structure``: ``Matter``, its derivatives in ln T and ln P, and ``opacity_of_bubbles``."""

    matter: Matter
    in_temperature: Matter
    in_pressure: Matter
    bubbles: Float[Array, "depth 2"]


def gas_of(structure: Structure, fractions: Float[AnyArray, "26"], tables: Opacities) -> Gas:
    """The ``Gas`` of a ``Structure`` with EOS number fractions."""
    matter, in_temperature, in_pressure = matter_with_slopes(
        structure.temperature, structure.pressure, fractions, tables
    )
    bubbles = opacity_of_bubbles(structure.temperature, structure.pressure, matter.log_rosseland, fractions, tables)
    return Gas(matter, in_temperature, in_pressure, bubbles)


def newton_step(
    structure: Structure,
    teff: Scalar,
    gravity: Scalar,
    fractions: Float[AnyArray, "26"],
    mixing_length: Scalar,
    tables: Opacities,
    largest_change: Scalar,
    damping: Scalar,
) -> tuple[Structure, Diagnosis]:
    """The next ``Structure`` and a ``Diagnosis``.

    - ``teff``: K; ``gravity``: cm s-2; ``fractions``: EOS number fractions;
      ``mixing_length``: pressure scale heights.
    - ``largest_change``: limit on the change of ln T; ``damping``: share of the Newton step to take.
    """
    gas = gas_of(structure, fractions, tables)
    return step_of_gas(structure, gas, teff, gravity, mixing_length, tables, largest_change, damping)


def step_of_gas(
    structure: Structure,
    gas: Gas,
    teff: Scalar,
    gravity: Scalar,
    mixing_length: Scalar,
    tables: Opacities,
    largest_change: Scalar,
    damping: Scalar,
) -> tuple[Structure, Diagnosis]:
    """``newton_step`` from the ``Gas`` of the structure.

    Differentiable at a solution, where the step vanishes: slopes and matrix, which only multiply it, count as constant.
    """
    frequency, weights = tables.frequency, tables.weights
    matter, bubbles = gas.matter, gas.bubbles
    in_temperature, in_pressure = lax.stop_gradient((gas.in_temperature, gas.in_pressure))
    field = radiation_field(structure.temperature, matter, structure.intensity, frequency)
    held = lax.stop_gradient((structure.temperature, matter, in_temperature, field))
    flux_matrix, absorbed_matrix = response(*held, frequency, weights)
    pressure_by_temperature = pressure_response(
        structure.pressure,
        jnp.exp(matter.log_rosseland),
        in_temperature.log_rosseland,
        in_pressure.log_rosseland,
        gravity,
        structure.radiative_acceleration,
    )
    mass_by_temperature = column_mass_response(
        jnp.exp(matter.log_rosseland),
        in_temperature.log_rosseland,
        in_pressure.log_rosseland,
        pressure_by_temperature,
    )
    convective, convective_matrix = convection(
        structure,
        matter,
        bubbles,
        in_temperature,
        in_pressure,
        pressure_by_temperature,
        mass_by_temperature,
        gravity,
        mixing_length,
    )
    radiative = 4.0 * jnp.pi * jnp.sum(weights * field.moments.flux, axis=1)
    absorbed = 4.0 * jnp.pi * jnp.sum(weights * field.moments.absorbed, axis=1)
    total = STEFAN_BOLTZMANN * teff**4

    padded = jnp.pad(convective, 1)
    padded_matrix = jnp.pad(convective_matrix, ((1, 1), (0, 0)))
    # No convection enters through the lowest face; that row is not used, since the flux row replaces it.
    balance = absorbed + padded[1:] - padded[:-1]
    balance_matrix = 4.0 * jnp.pi * absorbed_matrix + padded_matrix[1:] - padded_matrix[:-1]
    excess = jnp.pad(radiative + convective - total, (1, 0))
    excess_matrix = jnp.pad(4.0 * jnp.pi * flux_matrix + convective_matrix, ((1, 0), (0, 0)))
    upper = depth_grid(structure.temperature.size).log_tau < BALANCE_ABOVE
    residual = jnp.where(upper, balance, excess)
    matrix = lax.stop_gradient(jnp.where(upper[:, None], balance_matrix, excess_matrix))
    scale = jnp.max(jnp.abs(matrix), axis=1)
    change = jnp.linalg.solve(matrix / scale[:, None], -residual / scale)
    step = jnp.clip(damping * change, -largest_change, largest_change)

    acceleration = radiative_acceleration(field, matter, weights)
    temperature = structure.temperature * jnp.exp(step)
    pressure = solve_gas_pressure(
        structure.pressure,
        matter.log_rosseland + in_temperature.log_rosseland * step,
        in_pressure.log_rosseland,
        gravity,
        acceleration,
    )
    diagnosis = Diagnosis(
        change,
        jnp.log(pressure / structure.pressure),
        (radiative + convective) / total - 1.0,
        convective / total,
        matter,
    )
    return Structure(temperature, pressure, acceleration, field.intensity), diagnosis


def balanced_pressure(matter: Matter, gravity: Scalar, acceleration: Float[Array, "depth"]) -> Float[Array, "depth"]:
    """Gas pressure in exact balance with the opacity of ``matter``."""
    return gas_pressure(jnp.exp(matter.log_rosseland), gravity, acceleration)
