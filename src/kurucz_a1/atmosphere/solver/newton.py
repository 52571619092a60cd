"""One Newton step for the temperature: radiative plus convective energy balance at every depth.

Upper layers use the energy balance of their cell, deep layers the flux through their upper face; the discrete balance
is the difference of the discrete fluxes, so both say the same (Auer & Mihalas 1969, ApJ 158, 641; Gustafsson &
Nissen 1972, A&A 19, 261 for convection in the linearisation).
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from kurucz_a1.atmosphere.depth import depth_grid
from kurucz_a1.atmosphere.hydrostatics import (
    column_mass,
    column_mass_response,
    gas_pressure,
    pressure_response,
    solve_gas_pressure,
)
from kurucz_a1.atmosphere.solver.matter import Matter, matter_with_slopes, opacity_of_bubbles
from kurucz_a1.atmosphere.solver.radiation import radiation_field, radiative_acceleration, response
from kurucz_a1.physics.constants import STEFAN_BOLTZMANN
from kurucz_a1.physics.convection import convective_flux

BALANCE_ABOVE = -1.3  # log tau, above which a cell's balance is used; below, radiation is nearly local, flux is better
STEEP = 0.12  # of ln T in a cell: twice the steepest rise of a photosphere


class Structure(NamedTuple):
    """The state of an iteration: temperature K, pressure dyn cm-2, radiative_acceleration cm s-2 (each (depth,)), and
    mean intensity (depth, nu)."""

    temperature: jnp.ndarray
    pressure: jnp.ndarray
    radiative_acceleration: jnp.ndarray
    intensity: jnp.ndarray


class Diagnosis(NamedTuple):
    """What an iteration found: the unclipped change of ln T, the change of ln P, flux errors F/sigma Teff^4 - 1
    (depth - 1,), the convective share of the flux (depth - 1,), and the matter at the old temperature."""

    temperature_change: jnp.ndarray
    pressure_change: jnp.ndarray
    flux_error: jnp.ndarray
    convective_share: jnp.ndarray
    matter: Matter


def convective_fluxes(log_temperature, log_total_pressure, log_thermodynamics, log_rosseland, bubbles, gravity):
    """Convective flux between depths (depth - 1,) in erg s-1 cm-2, from the means of neighbouring depths.

    bubbles: slope and curvature of ln kappa in ln T (depth, 2), of ``opacity_of_bubbles``.

    Where temperature rises by more than STEEP in a cell, from the upper depth alone. With means the flux would fall as
    the lower depth heats up and its gas with it, and some fluxes would have no temperature that carries them.
    The pressure is that of gas and radiation, g m, as in ATLAS: it rises inward even where radiation carries the gas.
    """

    rise = jnp.diff(log_temperature)
    lower_share = 0.5 / (1.0 + (rise / STEEP) ** 4)

    def middle(values):
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
    )


def convection(
    structure, here, bubbles, in_temperature, in_pressure, pressure_by_temperature, mass_by_temperature, gravity
):
    """Convective flux (depth - 1,) and its derivative in ln T (depth - 1, depth), pressure and mass following.

    bubbles: of ``opacity_of_bubbles`` (depth, 2), held in the derivative.
    """
    log_total_pressure = jnp.log(gravity * column_mass(jnp.exp(here.log_rosseland)))

    def flux(shift):
        in_t, in_p, in_mass = shift
        thermodynamics = (
            here.log_thermodynamics
            + in_temperature.log_thermodynamics * in_t[:, None]
            + in_pressure.log_thermodynamics * in_p[:, None]
        )
        rosseland = here.log_rosseland + in_temperature.log_rosseland * in_t + in_pressure.log_rosseland * in_p
        return convective_fluxes(
            jnp.log(structure.temperature) + in_t,
            log_total_pressure + in_mass,
            thermodynamics,
            rosseland,
            bubbles,
            gravity,
        )

    none = jnp.zeros((3, structure.temperature.size))
    slopes = jax.jacfwd(flux)(none)
    matrix = slopes[:, 0] + slopes[:, 1] @ pressure_by_temperature + slopes[:, 2] @ mass_by_temperature
    return flux(none), matrix


class Gas(NamedTuple):
    """The gas of a ``Structure``: ``Matter``, its derivatives in ln T and ln P, and ``opacity_of_bubbles``."""

    here: Matter
    in_temperature: Matter
    in_pressure: Matter
    bubbles: jnp.ndarray


def gas_of(structure, fractions, tables):
    """The ``Gas`` of a ``Structure`` of EOS number fractions (26,)."""
    here, in_temperature, in_pressure = matter_with_slopes(structure.temperature, structure.pressure, fractions, tables)
    bubbles = opacity_of_bubbles(structure.temperature, structure.pressure, here.log_rosseland, fractions, tables)
    return Gas(here, in_temperature, in_pressure, bubbles)


def newton_step(structure, teff, gravity, fractions, tables, largest_change, damping):
    """The next ``Structure`` and a ``Diagnosis``.

    teff: K; gravity: cm s-2; fractions: EOS number fractions (26,); largest_change: limit on the change of ln T;
    damping: share of the Newton step that is taken.
    """
    gas = gas_of(structure, fractions, tables)
    return step_of_gas(structure, gas, teff, gravity, tables, largest_change, damping)


def step_of_gas(structure, gas, teff, gravity, tables, largest_change, damping):
    """``newton_step`` with the ``Gas`` of the structure at hand.

    Differentiable where the step vanishes, at a solution: slopes and matrix, which only multiply it, are held constant.
    """
    frequency, weights = tables.frequency, tables.weights
    here, bubbles = gas.here, gas.bubbles
    in_temperature, in_pressure = lax.stop_gradient((gas.in_temperature, gas.in_pressure))
    field = radiation_field(structure.temperature, here, structure.intensity, frequency)
    held = lax.stop_gradient((structure.temperature, here, in_temperature, field))
    flux_matrix, absorbed_matrix = response(*held, frequency, weights)
    pressure_by_temperature = pressure_response(
        structure.pressure,
        jnp.exp(here.log_rosseland),
        in_temperature.log_rosseland,
        in_pressure.log_rosseland,
        gravity,
        structure.radiative_acceleration,
    )
    mass_by_temperature = column_mass_response(
        jnp.exp(here.log_rosseland),
        in_temperature.log_rosseland,
        in_pressure.log_rosseland,
        pressure_by_temperature,
    )
    convective, convective_matrix = convection(
        structure,
        here,
        bubbles,
        in_temperature,
        in_pressure,
        pressure_by_temperature,
        mass_by_temperature,
        gravity,
    )
    radiative = 4.0 * jnp.pi * jnp.sum(weights * field.moments.flux, axis=1)
    absorbed = 4.0 * jnp.pi * jnp.sum(weights * field.moments.absorbed, axis=1)
    total = STEFAN_BOLTZMANN * teff**4

    padded = jnp.pad(convective, 1)
    padded_matrix = jnp.pad(convective_matrix, ((1, 1), (0, 0)))
    # no convection enters through the lowest face: the row is not used, the flux row stands there
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

    acceleration = radiative_acceleration(field, here, weights)
    temperature = structure.temperature * jnp.exp(step)
    pressure = solve_gas_pressure(
        structure.pressure,
        here.log_rosseland + in_temperature.log_rosseland * step,
        in_pressure.log_rosseland,
        gravity,
        acceleration,
    )
    diagnosis = Diagnosis(
        change,
        jnp.log(pressure / structure.pressure),
        (radiative + convective) / total - 1.0,
        convective / total,
        here,
    )
    return Structure(temperature, pressure, acceleration, field.intensity), diagnosis


def balanced_pressure(here, gravity, acceleration):
    """Gas pressure (depth,) in exact balance with the opacity of ``here``."""
    return gas_pressure(jnp.exp(here.log_rosseland), gravity, acceleration)
