"""Continuous opacity: what absorbs and scatters between the lines.

    tables = continuum_tables(frequency)                       once for a frequency grid
    absorption, scattering = continuum_opacity(tables, state)  for one point of gas; vmap over depth

All that depends on frequency alone is in the tables, so that a point costs a few matrix products and exponentials a
frequency. Temperature enters through a Boltzmann factor a level and polynomials in ln T, never through a table look-up:
the result is smooth (C1) in temperature and pressure, positive and finite.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from kurucz_a1.physics.abundances import ELEMENTS
from kurucz_a1.physics.constants import BOLTZMANN, ELECTRON_VOLT, PLANCK, RYDBERG_HYDROGEN, THOMSON
from kurucz_a1.physics.continuum import collision_induced, hydrogen, metals, scattering
from kurucz_a1.physics.continuum.curves import frequency_part, load, temperature_part
from kurucz_a1.physics.continuum.hydrogen_minus import hydrogen_minus_bound_free
from kurucz_a1.physics.equation_of_state import MOLECULES, GasState
from kurucz_a1.physics.partition_functions import STAGES
from kurucz_a1.types import AnyArray

HYDROGEN, HELIUM = ELEMENTS.index("H"), ELEMENTS.index("He")
HYDROGEN_MOLECULE = MOLECULES.index("H2")
#: Rayleigh scatterers: cross section (cm2) at frequencies in Hz, and number density (cm-3) in a GasState.
SCATTERERS = (
    (scattering.rayleigh_hydrogen, lambda state: state.atoms[HYDROGEN, 0]),
    (scattering.rayleigh_helium, lambda state: state.atoms[HELIUM, 0]),
    (scattering.rayleigh_hydrogen_molecule, lambda state: state.molecules[HYDROGEN_MOLECULE]),
)


class ContinuumTables(NamedTuple):
    """Everything in the continuous opacity that depends on frequency only (a pytree of arrays)."""

    frequency: Float[Array, "nu"]  # Hz
    sections: Float[Array, "nu level"]  # statistical weight x bound-free cross section, cm2; the last column is H-
    element: Int[Array, "level-1"]  # index in ELEMENTS of each column's absorber
    stage: Int[Array, "level-1"]  # its stage of ionization, 0 neutral
    excitation: Float[Array, "level-1"]  # erg
    kramers: Float[Array, "nu"]  # hydrogen's Kramers factor, cm2
    free_free: Float[Array, "nu"]  # free-free factor without Gaunt factor, cm5 K^1/2
    gaunt_1: Float[Array, "nu polynomial_1"]  # series in ln T of the logarithm of each fitted quantity
    gaunt_2: Float[Array, "nu polynomial_2"]
    hydrogen_minus: Float[Array, "nu polynomial_3"]
    helium_minus: Float[Array, "nu polynomial_4"]
    hydrogen_molecule_ion: Float[Array, "nu polynomial_5"]
    collisions: Float[Array, "nu pair polynomial_6"]  # of collision_induced.PAIRS, ln cm-1 amagat-2
    scattering: Float[Array, "nu scatterer"]  # Rayleigh cross sections of SCATTERERS, cm2

    def at_rows(self, rows: Int[AnyArray, "row"]) -> "ContinuumTables":
        """The same at some of its frequencies, by their indices."""
        of_levels = ("element", "stage", "excitation")
        return self._replace(**{name: value[rows] for name, value in self._asdict().items() if name not in of_levels})


def continuum_tables(frequency: Float[AnyArray, "nu"]) -> ContinuumTables:
    """Prepare the continuous opacity on a grid of frequencies (Hz) in any order, not traced.

    The data hold from 100 A to 100 um.
    """
    frequency = np.asarray(frequency, dtype=float)
    levels, metal_sections = metals.bound_free(frequency)
    sections = [metal_sections]
    for symbol, charge in (("H", 1), ("He", 2)):
        for n in range(1, hydrogen.HIGHEST_LEVEL + 1):
            excitation = hydrogen.threshold_energy(1, charge) - hydrogen.threshold_energy(n, charge)
            levels.append(metals.Level(symbol, charge - 1, excitation))
            sections.append(2 * n**2 * hydrogen.bound_free(frequency, n, charge)[:, None])
    sections.append(hydrogen_minus_bound_free(frequency)[:, None])
    fits = load("physics/data/continuum_free_free.json")
    # at long waves free-free cross sections go as the wavelength squared
    return ContinuumTables(
        frequency=jnp.asarray(frequency),
        sections=jnp.asarray(np.concatenate(sections, axis=1)),
        element=jnp.asarray([ELEMENTS.index(level.element) for level in levels]),
        stage=jnp.asarray([level.stage for level in levels]),
        excitation=jnp.asarray([level.excitation for level in levels]) * ELECTRON_VOLT,
        kramers=jnp.asarray(hydrogen.KRAMERS / frequency**3),
        free_free=jnp.asarray(hydrogen.FREE_FREE / frequency**3),
        gaunt_1=jnp.asarray(frequency_part(frequency, fits["gaunt_1"])),
        gaunt_2=jnp.asarray(frequency_part(frequency, fits["gaunt_2"])),
        hydrogen_minus=jnp.asarray(frequency_part(frequency, fits["hydrogen_minus"], -2.0)),
        helium_minus=jnp.asarray(frequency_part(frequency, fits["helium_minus"], -2.0)),
        hydrogen_molecule_ion=jnp.asarray(frequency_part(frequency, fits["hydrogen_molecule_ion"])),
        collisions=jnp.asarray(collision_induced.frequency_part(frequency)),
        scattering=jnp.asarray(np.stack([section(frequency) for section, _ in SCATTERERS], axis=-1)),
    )


def continuum_opacity(tables: ContinuumTables, state: GasState) -> tuple[Float[Array, "nu"], Float[Array, "nu"]]:
    """Continuous absorption, less stimulated emission, and scattering of a gas at one point, cm2 g-1."""
    fits = load("physics/data/continuum_free_free.json")
    temperature, electrons = state.temperature, state.electron_density
    energy = BOLTZMANN * temperature
    photon = tables.frequency * (PLANCK / energy)  # h nu / kT
    hydrogen_per_weight = state.atoms[HYDROGEN, 0] / state.atomic_partition[HYDROGEN, 0]

    absorbers = (state.atoms / state.atomic_partition)[tables.element, tables.stage]
    absorbers = absorbers * jnp.exp(-tables.excitation / energy)
    bound_free = tables.sections @ jnp.append(absorbers, state.hydrogen_minus)

    # the levels of hydrogen above the highest separate one, as an integral over n: sum 2 n^2 exp(-E_n / kT) / n^5
    ionization = RYDBERG_HYDROGEN * ELECTRON_VOLT / energy
    highest = ionization / (hydrogen.HIGHEST_LEVEL + 0.5) ** 2
    bound_free += (
        tables.kramers
        * (hydrogen_per_weight * jnp.exp(-ionization) / ionization)
        * jnp.expm1(jnp.minimum(highest, photon))
    )

    def fitted(name: str, part: Float[Array, "nu polynomial"]) -> Float[Array, "nu"]:
        return jnp.exp(part @ temperature_part(temperature, fits[name]))

    # ions of higher charge, a thousandth of all, with the Gaunt factor of charge 2: up to 8 % more than their own
    ions = jnp.sum(state.atoms, axis=0) * jnp.arange(STAGES) ** 2
    gaunt = ions[1] * fitted("gaunt_1", tables.gaunt_1) + jnp.sum(ions[2:]) * fitted("gaunt_2", tables.gaunt_2)
    free_free = tables.free_free * (electrons / jnp.sqrt(temperature)) * gaunt
    molecule_ion = (
        state.atoms[HYDROGEN, 0]
        * state.atoms[HYDROGEN, 1]
        * fitted("hydrogen_molecule_ion", tables.hydrogen_molecule_ion)
    )
    absorption = (bound_free + free_free + molecule_ion) * -jnp.expm1(-photon)
    # the fits to H- and He- free-free have stimulated emission in them; H- counts atoms in the ground state
    absorption += (electrons * energy) * (
        2 * hydrogen_per_weight * fitted("hydrogen_minus", tables.hydrogen_minus)
        + state.atoms[HELIUM, 0] * fitted("helium_minus", tables.helium_minus)
    )

    neutral, helium, molecules = state.atoms[HYDROGEN, 0], state.atoms[HELIUM, 0], state.molecules[HYDROGEN_MOLECULE]
    pairs = jnp.stack([molecules**2, molecules * helium, neutral * helium, molecules * neutral])
    absorption += collision_induced.absorption(tables.collisions, temperature, pairs)

    scatterers = jnp.stack([density(state) for _, density in SCATTERERS])
    scattered = THOMSON * electrons + tables.scattering @ scatterers
    return absorption / state.density, scattered / state.density
