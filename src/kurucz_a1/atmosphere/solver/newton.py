"""One Newton step for the temperature: radiative plus convective energy balance at every depth.

Upper layers use the energy balance of their cell, deep layers the flux through their upper face; the discrete balance
is the difference of the discrete fluxes, so both say the same (Auer & Mihalas 1969, ApJ 158, 641; Gustafsson &
Nissen 1972, A&A 19, 261 for convection in the linearisation). What takes long is compiled in parts, which whole and
chord steps share.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float

from kurucz_a1.atmosphere.depth import depth_grid
from kurucz_a1.atmosphere.hydrostatics import (
    column_mass,
    column_mass_response,
    gas_pressure,
    pressure_response,
    solve_gas_pressure,
)
from kurucz_a1.atmosphere.solver.matter import (
    Column,
    Matter,
    Opacities,
    matter,
    matter_with_slopes,
    opacity_of_bubbles,
)
from kurucz_a1.atmosphere.solver.push import Push, push
from kurucz_a1.atmosphere.solver.radiation import RadiationField, radiation_field, radiative_acceleration, response
from kurucz_a1.physics.constants import STEFAN_BOLTZMANN
from kurucz_a1.physics.convection import convective_flux, gradient_of_total_flux
from kurucz_a1.physics.transfer import emission
from kurucz_a1.types import AnyArray, Scalar

BALANCE_ABOVE = -1.3  # log tau, above which a cell's balance is used; below, radiation is nearly local, flux is better
STEEP = 0.12  # of ln T in a cell: twice the steepest rise of a photosphere
NO_CONVECTION_ABOVE = -2.5  # log tau, that of layer 36: ATLAS-12's published grids remove convection above it
STRONG = 0.3  # share of convection in the flux, above which the gradient is solved for in the upper layers too
SECANT_BELOW = 0.03  # of ln T: longer steps are not yet in proportion to what they leave over
SLOW = 0.3  # share of a change that the next leaves over, above which the secant is followed
LONGEST_SECANT = 10.0  # Newton steps


class Structure(NamedTuple):
    """The state of an iteration."""

    temperature: Float[Array, "depth"]  # K
    pressure: Float[Array, "depth"]  # of the gas, dyn cm-2
    radiative_acceleration: Float[Array, "depth"]  # cm s-2
    intensity: Float[Array, "depth nu"]  # mean intensity, erg s-1 cm-2 Hz-1 sr-1


class Steering(NamedTuple):
    """How far a Newton step may go."""

    largest_change: Scalar  # of ln T
    damping: Scalar  # share of the Newton step to take
    largest_push: Scalar  # of radiation, as a share of gravity; where it is cut it does not follow the gas
    by_secant: Scalar | bool  # whether to follow the secant of slow steps
    inertia: Scalar = 0.0  # of the upper layers, in units of how their thermal emission follows temperature


#: The Newton step as it is.
WHOLE_STEP = Steering(jnp.inf, 1.0, jnp.inf, False)


class Memory(NamedTuple):
    """What the next Newton step may learn from the last; zeros: nothing."""

    change: Float[Array, "depth"]  # of ln T, that the step asked for
    step: Float[Array, "depth"]  # of ln T, that was taken


class Diagnosis(NamedTuple):
    """What a Newton step changes, the fluxes of the structure before it, and the gas of the one to which it leads."""

    temperature_change: Float[Array, "depth"]  # of ln T, not clipped
    pressure_change: Float[Array, "depth"]  # of ln P
    flux_error: Float[Array, "depth-1"]  # F/sigma Teff^4 - 1
    convective_share: Float[Array, "depth-1"]  # of sigma Teff^4
    column: Column  # to the first order of the step
    memory: Memory
    turn: Float[Array, ""]  # cosine between this change of temperature and the last


def no_memory(depths: int) -> Memory:
    """The ``Memory`` of a first step."""
    return Memory(jnp.zeros(depths), jnp.zeros(depths))


def accelerated(
    change: Float[Array, "depth"], memory: Memory, steering: Steering
) -> tuple[Float[Array, "depth"], Float[Array, ""]]:
    """The step to take for a Newton ``change``, and the cosine of ``change`` with the last one.

    What a Newton step holds fixed leaves over a share of the change from step to step; where that is much of it, the
    secant of the last two steps is followed to where nothing is left (Anderson 1965, J. ACM 12, 547, with one step
    remembered; Aitken's extrapolation for many unknowns).
    """
    held = lax.stop_gradient(change)
    difference = held - memory.change
    tiny = jnp.finfo(change.dtype).tiny
    share = jnp.clip(held @ difference / (difference @ difference + tiny), -LONGEST_SECANT, 1.0)
    now, before = held @ held, memory.change @ memory.change
    near = jnp.maximum(jnp.max(jnp.abs(held)), jnp.max(jnp.abs(memory.change))) < SECANT_BELOW
    useful = steering.by_secant & near & jnp.any(memory.step != 0.0) & (now > SLOW**2 * before)
    damping = steering.damping
    secant = damping * change - share * (memory.step + damping * difference)
    turn = held @ memory.change / jnp.sqrt(now * before + tiny)
    return jnp.where(useful, secant, damping * change), turn


class Faces(NamedTuple):
    """The gas between depths, from the means of neighbours, and its gradient dlnT/dlnP."""

    gradient: Float[Array, "depth-1"]
    gas: dict[str, Scalar | Float[Array, "depth-1"]]  # arguments of ``physics.convection.bubbles``


def faces(
    log_temperature: Float[Array, "depth"],
    log_total_pressure: Float[Array, "depth"],
    log_thermodynamics: Float[Array, "depth 4"],
    log_rosseland: Float[Array, "depth"],
    bubbles: Float[Array, "depth 2"],
    gravity: Scalar,
    mixing_length: Scalar,
) -> Faces:
    """The ``Faces`` of a structure.

    Where temperature rises by more than STEEP in a cell, the upper depth alone counts. With means the flux would fall
    as the lower depth heats up and its gas with it, and no temperature would carry some fluxes. The pressure is that of
    gas and radiation, g m, as in ATLAS: it rises inward even where radiation carries the gas. ``bubbles`` comes from
    ``opacity_of_bubbles``; ``mixing_length`` is in pressure scale heights.
    """
    rise = jnp.diff(log_temperature)
    lower_share = 0.5 / (1.0 + (rise / STEEP) ** 4)

    def middle(values: Array) -> Array:
        return values[:-1] + lower_share * (values[1:] - values[:-1])

    density, specific_heat, adiabatic_gradient, expansion = jnp.exp(jax.vmap(middle, 1)(log_thermodynamics))
    opacity_slope, opacity_curvature = jax.vmap(middle, 1)(bubbles)
    return Faces(
        rise / jnp.diff(log_total_pressure),
        {
            "temperature": jnp.exp(middle(log_temperature)),
            "pressure": jnp.exp(middle(log_total_pressure)),
            "density": density,
            "specific_heat": specific_heat,
            "adiabatic_gradient": adiabatic_gradient,
            "expansion": expansion,
            "rosseland_opacity": jnp.exp(middle(log_rosseland)),
            "opacity_slope": opacity_slope,
            "opacity_curvature": opacity_curvature,
            "gravity": gravity,
            "mixing_length": mixing_length,
        },
    )


def convective_fluxes(between: Faces) -> Float[Array, "face"]:
    """Convective flux between depths in erg s-1 cm-2; none where the gas is too thin (``may_convect``)."""
    gradient, gas = between
    return jnp.where(may_convect(gradient.size + 1), convective_flux(gradient, **gas), 0.0)


def may_convect(depths: int) -> Bool[np.ndarray, "face"]:
    """Whether the gas between two depths may convect: thin gas may not, as in ATLAS (``NO_CONVECTION_ABOVE``)."""
    return depth_grid(depths).log_tau[:-1] > NO_CONVECTION_ABOVE - 1e-6


class Convection(NamedTuple):
    """Convection between depths."""

    flux: Float[Array, "face"]  # erg s-1 cm-2
    steepness: Float[Array, "face"]  # ln of the gradient over the one at which both carry the total flux
    by_gradient: Bool[Array, "face"]  # whether ``steepness`` can stand for the flux: where the layer would convect
    strong: Bool[Array, "face"]  # whether convection carries more than STRONG of the flux now, or would


def convection(between: Faces, radiative_flux: Float[Array, "face"], total_flux: Scalar) -> Convection:
    """``Convection`` of ``Faces``; fluxes in erg s-1 cm-2."""
    gradient, gas = between
    proportional = (radiative_flux > 0.0) & (gradient > 0.0)
    positive = jnp.where(proportional, gradient, 1.0)
    radiative_gradient = positive * total_flux / jnp.where(proportional, radiative_flux, total_flux)
    carrying = gradient_of_total_flux(radiative_gradient, total_flux, **gas)
    flux = convective_fluxes(between)
    return Convection(
        flux,
        jnp.log(positive / carrying),
        proportional & (radiative_gradient > gas["adiabatic_gradient"]) & may_convect(gradient.size + 1),
        (flux > STRONG * total_flux) | (carrying < (1.0 - STRONG) * radiative_gradient),
    )


def convection_slopes(
    structure: Structure,
    gas: "Gas",
    pressure_by_temperature: Float[Array, "depth depth"],
    mass_by_temperature: Float[Array, "depth depth"],
    radiative_flux: Float[Array, "depth-1"],
    radiative_matrix: Float[Array, "depth-1 depth"],
    star: "Star",
) -> tuple[Float[Array, "depth-1 depth"], Float[Array, "depth-1 depth"]]:
    """Derivatives of flux and steepness of ``convection`` in ln T, where pressure and column mass follow temperature.

    ``radiative_matrix`` is the derivative of ``radiative_flux`` in ln T.
    """
    depths = structure.temperature.size

    def flux_and_steepness(shift: Array, more_flux: Array) -> tuple[Array, Array]:
        moved = convection(faces_of(structure, gas, star, shift), radiative_flux + more_flux, star.flux)
        return moved.flux, moved.steepness

    # What lies between two depths follows them alone: changes of every second depth tell all slopes.
    even = np.arange(depths) % 2 == 0
    shifts = np.zeros((7, 3, depths))
    for quantity in range(3):
        shifts[quantity, quantity, even] = shifts[3 + quantity, quantity, ~even] = 1.0
    more = np.zeros((7, depths - 1))
    more[6] = 1.0
    unmoved = jnp.zeros((3, depths)), jnp.zeros(depths - 1)

    def along(shift: Array, more_flux: Array) -> tuple[Array, Array]:
        return jax.jvp(flux_and_steepness, unmoved, (shift, more_flux))[1]

    flux_slopes, steepness_slopes = jax.vmap(along)(jnp.asarray(shifts), jnp.asarray(more))

    def matrix(slopes: Array) -> Array:
        upper, lower = jnp.where(even[:-1], slopes[:3], slopes[3:6]), jnp.where(even[:-1], slopes[3:6], slopes[:3])
        in_temperature = jnp.pad(jnp.diag(upper[0]), ((0, 0), (0, 1))) + jnp.pad(jnp.diag(lower[0]), ((0, 0), (1, 0)))
        in_pressure = upper[1][:, None] * pressure_by_temperature[:-1] + lower[1][:, None] * pressure_by_temperature[1:]
        in_mass = upper[2][:, None] * mass_by_temperature[:-1] + lower[2][:, None] * mass_by_temperature[1:]
        return in_temperature + in_pressure + in_mass

    return matrix(flux_slopes), matrix(steepness_slopes) + steepness_slopes[6][:, None] * radiative_matrix


class Gas(NamedTuple):
    """The gas of a ``Structure``: ``Matter``, its derivatives in ln T and ln P, and ``opacity_of_bubbles``."""

    matter: Matter
    in_temperature: Matter
    in_pressure: Matter
    bubbles: Float[Array, "depth 2"]


class Star(NamedTuple):
    """What the equations need of a star beside its gas."""

    teff: Scalar  # K
    gravity: Scalar  # cm s-2
    mixing_length: Scalar  # pressure scale heights

    @property
    def flux(self) -> Scalar:
        """sigma Teff^4, erg s-1 cm-2."""
        return STEFAN_BOLTZMANN * self.teff**4


def faces_of(structure: Structure, gas: Gas, star: Star, shift: Float[Array, "3 depth"] | None = None) -> Faces:
    """The ``Faces`` of a structure, or of one in which ln T, ln P and ln m have moved by ``shift``, to first order."""
    matter = gas.matter
    in_t, in_p, in_mass = jnp.zeros((3, structure.temperature.size)) if shift is None else shift
    log_total_pressure = jnp.log(star.gravity * column_mass(jnp.exp(matter.log_rosseland)))
    thermodynamics = (
        matter.log_thermodynamics
        + gas.in_temperature.log_thermodynamics * in_t[:, None]
        + gas.in_pressure.log_thermodynamics * in_p[:, None]
    )
    rosseland = matter.log_rosseland + gas.in_temperature.log_rosseland * in_t + gas.in_pressure.log_rosseland * in_p
    return faces(
        jnp.log(structure.temperature) + in_t,
        log_total_pressure + in_mass,
        thermodynamics,
        rosseland,
        gas.bubbles,
        star.gravity,
        star.mixing_length,
    )


@jax.jit
def bubbles_and_radiation(
    structure: Structure, matter: Matter, fractions: Float[AnyArray, "26"], tables: Opacities
) -> tuple[Float[Array, "depth 2"], RadiationField]:
    """``opacity_of_bubbles`` and ``radiation_field`` of a ``Structure`` and its ``Matter``."""
    temperature = structure.temperature
    bubbles = opacity_of_bubbles(temperature, structure.pressure, matter.log_rosseland, fractions, tables)
    return bubbles, radiation_field(temperature, matter, structure.intensity, tables.frequency)


def newton_step(
    structure: Structure,
    teff: Scalar,
    gravity: Scalar,
    fractions: Float[AnyArray, "26"],
    mixing_length: Scalar,
    tables: Opacities,
    steering: Steering,
    memory: Memory,
) -> tuple[Structure, Diagnosis, "Slopes"]:
    """The next ``Structure``, a ``Diagnosis``, and the ``Slopes`` with which it was taken.

    - ``teff``: K; ``gravity``: cm s-2; ``fractions``: EOS number fractions;
      ``mixing_length``: pressure scale heights.
    - ``memory``: that of the last step.
    """
    now, in_temperature, in_pressure = matter_with_slopes(structure.temperature, structure.pressure, fractions, tables)
    bubbles, field = bubbles_and_radiation(structure, now, fractions, tables)
    gas, star = Gas(now, in_temperature, in_pressure, bubbles), Star(teff, gravity, mixing_length)
    system = linearised(structure, gas, field, star, tables, steering.largest_push)
    following, diagnosis = advanced(structure, gas, field, system, star, tables, steering, memory)
    return following, diagnosis, Slopes(in_temperature, in_pressure, system)


def chord_step(
    structure: Structure,
    teff: Scalar,
    gravity: Scalar,
    fractions: Float[AnyArray, "26"],
    mixing_length: Scalar,
    tables: Opacities,
    steering: Steering,
    memory: Memory,
    slopes: "Slopes",
) -> tuple[Structure, Diagnosis]:
    """``newton_step`` with the ``Slopes`` of an earlier one, a third of the work: errors are those of ``structure``.

    It leads as far as the slopes still hold (chord method: Kelley 1995, Iterative Methods for Linear and Nonlinear
    Equations, section 5.4).
    """
    now = matter(structure.temperature, structure.pressure, fractions, tables)
    bubbles, field = bubbles_and_radiation(structure, now, fractions, tables)
    gas = Gas(now, slopes.in_temperature, slopes.in_pressure, bubbles)
    system = slopes.system._replace(push=slopes.system.push._replace(largest=steering.largest_push * gravity))
    return advanced(structure, gas, field, system, Star(teff, gravity, mixing_length), tables, steering, memory)


class System(NamedTuple):
    """The energy equation at each depth and what it becomes with a change of temperature."""

    by_balance: Bool[AnyArray, "depth"]  # depths whose equation is the balance of their cell
    by_gradient: Bool[Array, "depth-1"]  # faces whose equation is that of the gradient
    matrix: Float[Array, "depth depth"]  # derivative of the residuals in ln T
    push: Push


class Slopes(NamedTuple):
    """With what a Newton step is taken besides the errors of its structure."""

    in_temperature: Matter
    in_pressure: Matter
    system: System


@jax.jit
def linearised(
    structure: Structure, gas: Gas, field: RadiationField, star: Star, tables: Opacities, largest_push: Scalar
) -> System:
    """The ``System`` of a structure, its gas and radiation; ``largest_push``: of radiation, as a share of gravity."""
    matter, in_temperature, in_pressure = gas.matter, gas.in_temperature, gas.in_pressure
    weights = tables.weights
    flux_matrix, absorbed_matrix = response(
        structure.temperature, matter, in_temperature, field, tables.frequency, weights
    )
    radiative = radiative_flux(field, weights)
    radiative_matrix, absorbed_matrix = 4.0 * jnp.pi * flux_matrix, 4.0 * jnp.pi * absorbed_matrix
    pushing = push(
        radiative_acceleration(field, matter, weights),
        field,
        matter,
        in_temperature,
        in_pressure,
        weights,
        radiative,
        radiative_matrix,
        star.flux,
    ).cut(largest_push * star.gravity)
    opacity = jnp.exp(matter.log_rosseland)
    pressure_by_temperature = pressure_response(
        structure.pressure,
        opacity,
        in_temperature.log_rosseland,
        in_pressure.log_rosseland,
        star.gravity,
        pushing.acceleration,
        pushing.by_temperature,
        pushing.by_pressure,
    )
    mass_by_temperature = column_mass_response(
        opacity,
        in_temperature.log_rosseland,
        in_pressure.log_rosseland,
        pressure_by_temperature,
    )
    flux_slopes, steepness_slopes = convection_slopes(
        structure, gas, pressure_by_temperature, mass_by_temperature, radiative, radiative_matrix, star
    )
    convective = convection(faces_of(structure, gas, star), radiative, star.flux)
    upper = depth_grid(structure.temperature.size).log_tau < BALANCE_ABOVE
    by_gradient = convective.by_gradient & (~upper[1:] | convective.strong)
    by_balance = upper & ~jnp.pad(by_gradient, (1, 0))
    # At a face whose gradient is solved for, convection carries what radiation does not.
    carried_matrix = jnp.where(by_gradient[:, None], -radiative_matrix, flux_slopes)
    padded_matrix = jnp.pad(carried_matrix, ((1, 1), (0, 0)))
    balance_matrix = absorbed_matrix + padded_matrix[1:] - padded_matrix[:-1]
    of_face_matrix = jnp.where(by_gradient[:, None], steepness_slopes, radiative_matrix + flux_slopes)
    matrix = jnp.where(by_balance[:, None], balance_matrix, jnp.pad(of_face_matrix, ((1, 0), (0, 0))))
    return System(by_balance, by_gradient, matrix, pushing)


def radiative_flux(field: RadiationField, weights: Float[Array, "nu"]) -> Float[Array, "face"]:
    """Flux of radiation between depths, erg s-1 cm-2."""
    return 4.0 * jnp.pi * jnp.sum(weights * field.moments.flux, axis=1)


@jax.jit
def advanced(
    structure: Structure,
    gas: Gas,
    field: RadiationField,
    system: System,
    star: Star,
    tables: Opacities,
    steering: Steering,
    memory: Memory,
) -> tuple[Structure, Diagnosis]:
    """Structure and ``Diagnosis`` after the Newton step of a ``System``.

    Differentiable at a solution, where the step vanishes: the slopes of gas and ``system`` only multiply it.
    """
    weights = tables.weights
    matter, in_temperature, in_pressure = gas.matter, gas.in_temperature, gas.in_pressure
    radiative = radiative_flux(field, weights)
    absorbed = 4.0 * jnp.pi * jnp.sum(weights * field.moments.absorbed, axis=1)
    convective = convection(faces_of(structure, gas, star), radiative, star.flux)
    # At a face whose gradient is solved for, convection carries what radiation does not.
    padded = jnp.pad(jnp.where(system.by_gradient, star.flux - radiative, convective.flux), 1)
    # No convection enters through the lowest face; that row is not used, since the flux row replaces it.
    balance = absorbed + padded[1:] - padded[:-1]
    excess = radiative + convective.flux - star.flux
    of_face = jnp.where(system.by_gradient, convective.steepness, excess)
    residual = jnp.where(system.by_balance, balance, jnp.pad(of_face, (1, 0)))
    # Opaque at few frequencies, a surface may be in balance where heating grows with temperature: Newton's method
    # strays from such a layer or stays with it. Inertia lets it move as it would in time, to a balance that is stable
    # (pseudo-transient continuation: Kelley & Keyes 1998, SIAM J. Numer. Anal. 35, 508).
    emitted = 4.0 * jnp.pi * jnp.sum(weights * lax.stop_gradient(emission(field.problem)), axis=1)
    matrix = system.matrix - jnp.diag(jnp.where(system.by_balance, steering.inertia * 4.0 * emitted, 0.0))
    scale = jnp.max(jnp.abs(matrix), axis=1)
    change = jnp.linalg.solve(matrix / scale[:, None], -residual / scale)
    step, turn = accelerated(change, memory, steering)
    step = jnp.clip(step, -steering.largest_change, steering.largest_change)

    pushing = system.push._replace(
        acceleration=jnp.minimum(radiative_acceleration(field, matter, weights), system.push.largest)
    )
    temperature = structure.temperature * jnp.exp(step)
    pressure = solve_gas_pressure(
        structure.pressure,
        matter.log_rosseland + in_temperature.log_rosseland * step,
        in_pressure.log_rosseland,
        star.gravity,
        pushing.moved(step),
        pushing.in_pressure,
    )
    pressure_change = jnp.log(pressure / structure.pressure)

    def moved(value: Array, in_t: Array, in_p: Array) -> Array:
        return value + in_t * step + in_p * pressure_change

    diagnosis = Diagnosis(
        change,
        pressure_change,
        (radiative + convective.flux) / star.flux - 1.0,
        convective.flux / star.flux,
        Column(
            moved(matter.log_rosseland, in_temperature.log_rosseland, in_pressure.log_rosseland),
            moved(matter.electron_density, in_temperature.electron_density, in_pressure.electron_density),
        ),
        Memory(change, step),
        turn,
    )
    return Structure(temperature, pressure, pushing.moved(step, pressure_change), field.intensity), diagnosis


def balanced_pressure(
    log_rosseland: Float[Array, "depth"], gravity: Scalar, acceleration: Float[Array, "depth"]
) -> Float[Array, "depth"]:
    """Gas pressure in exact balance with an opacity."""
    return gas_pressure(jnp.exp(log_rosseland), gravity, acceleration)
