"""What each line of a list absorbs in a given gas: strength, Doppler width and damping at every depth."""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from kurucz_a1.errors import OutsideSupport
from kurucz_a1.lines.elements import ATOMIC_NUMBER, mass
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
from kurucz_a1.physics.equation_of_state import MOLECULES, ionization_fractions
from kurucz_a1.physics.partition_functions import IONIZATION_ENERGIES, partition_function

HELIUM = ELEMENTS.index("He")
HYDROGEN_MOLECULE = MOLECULES.index("H2")
# s-1 cm3 at 10^4 K where neither the list nor Unsoeld's approximation gives a width (molecules, third spectra); it
# matters little, for such lines are weak
UNKNOWN_VAN_DER_WAALS = 10.0**-7.5


class LineData(NamedTuple):
    """Lines ready for a gas (a pytree): each field (lines,) but ``species``, which indexes a list of absorbers.

    centre: vacuum wavelength, A; lower_energy: eV; mass: atomic mass units; radiative: s-1; stark, van_der_waals:
    s-1 cm3 a perturber at 10^4 K; sigma (0 where unknown), alpha: of the ABO theory.
    """

    centre: np.ndarray
    species: np.ndarray
    lower_energy: np.ndarray
    mass: np.ndarray
    log_gf: np.ndarray
    radiative: np.ndarray
    stark: np.ndarray
    van_der_waals: np.ndarray
    sigma: np.ndarray
    alpha: np.ndarray


def supported(line_list):
    """Mask (lines,) of the lines whose absorber the equation of state holds: atoms to stage 2 and its molecules."""
    return np.array(
        [
            (ATOMIC_NUMBER.get(str(name), 99) <= len(IONIZATION_ENERGIES) and stage <= 2) or str(name) in MOLECULES
            for name, stage in zip(line_list.species, line_list.ion_stage, strict=True)
        ],
        dtype=bool,
    )


def prepare_lines(line_list):
    """LineData of a LineList, and the absorbers it names as a tuple of (name, ion stage).

    Damping that the list does not give: the classical radiative width, Stark and Unsoeld widths of
    ``physics.line_profiles`` for atoms. Raises OutsideSupport for an absorber that the equation of state lacks.
    """
    known = supported(line_list)
    if not known.all():
        names = sorted({str(name) for name in line_list.species[~known]})
        raise OutsideSupport(
            f"the line list holds {(~known).sum()} lines of {', '.join(names)}, which the equation of state lacks; "
            "leave them out with line_list[spectrum.supported(line_list)]"
        )
    keys = [(str(name), int(stage)) for name, stage in zip(line_list.species, line_list.ion_stage, strict=True)]
    absorbers = tuple(sorted(set(keys)))
    position = {key: index for index, key in enumerate(absorbers)}
    centre = np.asarray(line_list.wavelength, dtype=float)
    stage = np.asarray(line_list.ion_stage, dtype=int)
    lower = np.asarray(line_list.lower_energy, dtype=float)
    upper = lower + PLANCK * SPEED_OF_LIGHT / (centre * ANGSTROM) / ELECTRON_VOLT
    limit = np.array([_ionization_energy(*key) for key in absorbers])[[position[key] for key in keys]]
    atom = np.isfinite(limit)
    limit = np.where(atom, limit, 10.0)
    n2_upper = line_profiles.effective_quantum_number_squared(limit, upper, stage)
    stark = np.where(atom, line_profiles.stark_damping(n2_upper, stage), 0.0)
    van_der_waals = np.where(atom, line_profiles.unsoeld_damping(limit, lower, upper, stage), UNKNOWN_VAN_DER_WAALS)
    radiative = line_profiles.classical_radiative_damping(centre * ANGSTROM)
    data = LineData(
        centre=centre,
        species=np.array([position[key] for key in keys], dtype=int),
        lower_energy=lower,
        mass=np.array([mass(name) for name, _ in absorbers])[[position[key] for key in keys]],
        log_gf=np.asarray(line_list.log_gf, dtype=float),
        radiative=_where_known(line_list.gamma_rad, radiative),
        stark=_where_known(line_list.gamma_stark, stark),
        van_der_waals=_where_known(line_list.gamma_vdw, van_der_waals),
        sigma=_where_known(line_list.abo_sigma, np.zeros_like(centre)),
        alpha=_where_known(line_list.abo_alpha, np.zeros_like(centre)),
    )
    return data, absorbers


def _where_known(values, default):
    values = np.asarray(values, dtype=float)
    return np.where(np.isfinite(values), values, default)


def _ionization_energy(name, stage):
    if name not in ATOMIC_NUMBER or stage > 1:
        return np.nan
    return IONIZATION_ENERGIES[ATOMIC_NUMBER[name] - 1, stage]


def absorber_density(name, stage, state, fractions):
    """Number density over partition function, cm-3, of one absorber at one point of gas.

    state: a GasState of scalars; fractions: N/N_total (99,), needed for elements outside the equation of state.
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
    """Each field (depth, lines): strength, the line's frequency-integrated absorption cm2 g-1 Hz over sqrt(pi) and the
    Doppler width (Hz), so that opacity is strength times H(a, v); doppler: km s-1; damping: the Voigt parameter a."""

    strength: jnp.ndarray
    doppler: jnp.ndarray
    damping: jnp.ndarray


@partial(jax.jit, static_argnames="absorbers")
def lines_in_gas(data, states, fractions, microturbulence, *, absorbers):
    """LinesInGas of ``data`` in the gas ``states`` (leading axis depth); microturbulence (depth,) or scalar in km s-1.

    data and absorbers: from ``prepare_lines``; fractions: N/N_total (99,). Stimulated emission is in the strength;
    occupation numbers are those of LTE.
    """

    if not absorbers:
        return LinesInGas(*(jnp.zeros((len(states.temperature), 0)),) * 3)

    def at_point(state, turbulence):
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
        return LinesInGas(strength, velocity / KILOMETRE_PER_SECOND, line_profiles.damping_parameter(total, width))

    turbulence = jnp.broadcast_to(microturbulence, states.temperature.shape)
    return jax.vmap(at_point)(states, turbulence)
