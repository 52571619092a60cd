"""The absorption of each line of a list in a given gas: strength, Doppler width and damping at every depth."""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from kurucz_a1.errors import OutsideSupport
from kurucz_a1.lines.elements import ATOMIC_NUMBER, mass
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.species import warn_of_species
from kurucz_a1.physics import line_profiles
from kurucz_a1.physics.abundances import ELEMENTS
from kurucz_a1.physics.constants import (
    ANGSTROM,
    BOLTZMANN,
    ELECTRON_VOLT,
    KILOMETRE_PER_SECOND,
    PLANCK,
    SPEED_OF_LIGHT,
)
from kurucz_a1.physics.equation_of_state import MOLECULES, GasState, ionization_fractions
from kurucz_a1.physics.partition_functions import IONIZATION_ENERGIES, KNOWN_STAGES, STAGES, partition_function
from kurucz_a1.types import AnyArray, Real, Scalar

HELIUM = ELEMENTS.index("He")
HYDROGEN_MOLECULE = MOLECULES.index("H2")
# s-1 cm3 at 10^4 K where neither the list nor Unsoeld's approximation gives a width (molecules, third spectra); such
# lines are weak, so it matters little
UNKNOWN_VAN_DER_WAALS = 10.0**-7.5
MOST_STAGES = 100  # more than any atom has
#: Absorbers by name and ion stage.
Absorbers = tuple[tuple[str, int], ...]


class LineData(NamedTuple):
    """Lines ready for a gas (a pytree).

    - ``centre``: vacuum wavelength, A.
    - ``species``: index of the absorber in the list of absorbers.
    - ``lower_energy``: eV; ``mass``: atomic mass units.
    - ``radiative``: s-1; ``stark``, ``van_der_waals``: s-1 cm3 per perturber at 10^4 K.
    - ``sigma`` (0 where unknown), ``alpha``: of the ABO theory.
    """

    centre: Float[AnyArray, "line"]
    species: Int[AnyArray, "line"]
    lower_energy: Float[AnyArray, "line"]
    mass: Float[AnyArray, "line"]
    log_gf: Float[AnyArray, "line"]
    radiative: Float[AnyArray, "line"]
    stark: Float[AnyArray, "line"]
    van_der_waals: Float[AnyArray, "line"]
    sigma: Float[AnyArray, "line"]
    alpha: Float[AnyArray, "line"]


def supported(line_list: LineList) -> Bool[np.ndarray, "line"]:
    """Mask of the lines whose absorber the equation of state holds: stages of atoms, and its neutral molecules."""
    stage = np.asarray(line_list.ion_stage)
    number = np.array([ATOMIC_NUMBER.get(name, 0) for name in line_list.species], dtype=int)
    is_atom = (number > 0) & (number <= len(KNOWN_STAGES)) & (stage < STAGES)
    is_atom[is_atom] = KNOWN_STAGES[number[is_atom] - 1, stage[is_atom]]
    return is_atom | (np.isin(line_list.species, list(MOLECULES)) & (stage == 0))


def warn_of_unsupported(line_list: LineList, place: str) -> None:
    """Warn, in one line, of the lines that are not ``supported`` and so left out; ``place``: where they are from."""
    absent = line_list[~supported(line_list)]
    if len(absent):
        pairs = {(str(name), int(stage)) for name, stage in zip(absent.species, absent.ion_stage, strict=True)}
        warn_of_species(place, len(absent), len(line_list), sorted(pairs))


def prepare_lines(line_list: LineList) -> tuple[LineData, Absorbers]:
    """LineData of a LineList, and the absorbers it names.

    Damping that the list lacks is the classical radiative width and, for atoms, the Stark and Unsoeld widths of
    ``physics.line_profiles``. Raises OutsideSupport for an absorber that the equation of state lacks.
    """
    known = supported(line_list)
    if not known.all():
        names = sorted({str(name) for name in line_list.species[~known]})
        raise OutsideSupport(
            f"the line list holds {(~known).sum()} lines of {', '.join(names)}, which the equation of state lacks; "
            "leave them out with line_list[spectrum.supported(line_list)]"
        )
    centre = np.asarray(line_list.wavelength, dtype=float)
    stage = np.asarray(line_list.ion_stage, dtype=int)
    known_names, named = np.unique(np.asarray(line_list.species, dtype=str), return_inverse=True)
    codes, position = np.unique(named * MOST_STAGES + stage, return_inverse=True)
    absorbers = tuple((str(known_names[code // MOST_STAGES]), int(code % MOST_STAGES)) for code in codes)
    lower = np.asarray(line_list.lower_energy, dtype=float)
    upper = lower + PLANCK * SPEED_OF_LIGHT / (centre * ANGSTROM) / ELECTRON_VOLT
    limit = np.array([_ionization_energy(*key) for key in absorbers], dtype=float)[position]
    atom = np.isfinite(limit)
    limit = np.where(atom, limit, 10.0)
    n2_upper = line_profiles.effective_quantum_number_squared(limit, upper, stage)
    stark = np.where(atom, line_profiles.stark_damping(n2_upper, stage), 0.0)
    van_der_waals = np.where(atom, line_profiles.unsoeld_damping(limit, lower, upper, stage), UNKNOWN_VAN_DER_WAALS)
    radiative = line_profiles.classical_radiative_damping(centre * ANGSTROM)
    data = LineData(
        centre=centre,
        species=position,
        lower_energy=lower,
        mass=np.array([mass(name) for name, _ in absorbers], dtype=float)[position],
        log_gf=np.asarray(line_list.log_gf, dtype=float),
        radiative=_where_known(line_list.gamma_rad, radiative),
        stark=_where_known(line_list.gamma_stark, stark),
        van_der_waals=_where_known(line_list.gamma_vdw, van_der_waals),
        sigma=_where_known(line_list.abo_sigma, np.zeros_like(centre)),
        alpha=_where_known(line_list.abo_alpha, np.zeros_like(centre)),
    )
    return data, absorbers


def _where_known(values: Float[np.ndarray, "line"], default: Real) -> Float[np.ndarray, "line"]:
    return np.where(np.isfinite(values), values, default)


def _ionization_energy(name: str, stage: int) -> float:
    if name not in ATOMIC_NUMBER:
        return np.nan
    energy = IONIZATION_ENERGIES[ATOMIC_NUMBER[name] - 1, stage]
    return energy if energy > 0 else np.nan


def absorber_density(name: str, stage: int, state: GasState, fractions: Float[AnyArray, "99"]) -> Float[Array, ""]:
    """Number density over partition function, cm-3, of one absorber at one point of gas.

    - ``state``: a GasState of scalars.
    - ``fractions``: N/N_total, needed for elements outside the equation of state.
    """
    if name in ELEMENTS:
        index = ELEMENTS.index(name)
        return state.atoms[index, stage] / state.atomic_partition[index, stage]
    if name in ATOMIC_NUMBER:
        z = ATOMIC_NUMBER[name]
        ions = ionization_fractions(z, state.temperature, state.electron_density)
        partition = partition_function(z, stage, state.temperature)
        return state.nuclei_density * fractions[z - 1] * ions[stage] / partition
    index = MOLECULES.index(name)
    return state.molecules[index] / state.molecular_partition[index]


class LinesInGas(NamedTuple):
    """Lines at every depth: opacity is ``strength`` times the Voigt function H(a, v).

    - ``strength``: frequency-integrated absorption (cm2 g-1 Hz), divided by sqrt(pi) and the Doppler width (Hz).
    - ``doppler``: Doppler width, km s-1; ``damping``: the Voigt parameter a.
    """

    strength: Float[Array, "depth line"]
    doppler: Float[Array, "depth line"]
    damping: Float[Array, "depth line"]


@partial(jax.jit, static_argnames="absorbers")
def lines_in_gas(
    data: LineData,
    states: GasState,
    fractions: Float[AnyArray, "99"],
    microturbulence: Scalar | Float[AnyArray, "depth"],
    *,
    absorbers: Absorbers,
) -> LinesInGas:
    """LinesInGas in LTE; the strength includes stimulated emission.

    - ``data``, ``absorbers``: from ``prepare_lines``.
    - ``states``: leading axis depth.
    - ``fractions``: N/N_total.
    - ``microturbulence``: km s-1.
    """
    if not absorbers:
        return LinesInGas(*(jnp.zeros((len(states.temperature), 0)),) * 3)

    def at_point(
        state: GasState, turbulence: Float[Array, ""]
    ) -> tuple[Float[Array, "line"], Float[Array, "line"], Float[Array, "line"]]:
        temperature = state.temperature
        densities = jnp.stack([absorber_density(*key, state, fractions) for key in absorbers])
        centre = data.centre * ANGSTROM
        frequency = SPEED_OF_LIGHT / centre
        boltzmann = jnp.exp(-data.lower_energy * ELECTRON_VOLT / (BOLTZMANN * temperature))
        stimulated = -jnp.expm1(-PLANCK * frequency / (BOLTZMANN * temperature))
        velocity = line_profiles.doppler_velocity(temperature, data.mass, turbulence * KILOMETRE_PER_SECOND)
        width = velocity / centre  # Hz
        cross_section = line_profiles.LINE_STRENGTH * 10.0**data.log_gf * boltzmann * stimulated
        hydrogen = line_profiles.hydrogen_equivalent(
            state.atoms[0, 0], state.atoms[HELIUM, 0], state.molecules[HYDROGEN_MOLECULE]
        )
        ordinary = line_profiles.damping(
            temperature, state.electron_density, hydrogen, data.radiative, data.stark, data.van_der_waals
        )
        barklem = line_profiles.damping(
            temperature, state.electron_density, hydrogen, data.radiative, data.stark, 0.0
        ) + hydrogen * line_profiles.abo_damping(data.sigma, data.alpha, temperature, data.mass)
        total = jnp.where(data.sigma > 0, barklem, ordinary)
        strength = cross_section * densities[data.species] / (state.density * jnp.sqrt(jnp.pi) * width)
        damping = jnp.asarray(line_profiles.damping_parameter(total, width))
        return strength, velocity / KILOMETRE_PER_SECOND, damping

    turbulence = jnp.broadcast_to(microturbulence, states.temperature.shape)
    return LinesInGas(*jax.vmap(at_point)(states, turbulence))
