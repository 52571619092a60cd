"""Partition functions of atoms, ions and molecules as sums of Boltzmann factors over effective levels.

Q(T) = sum_j g_j exp(-E_j / kT) with g_j >= 0 on one grid of energies, fitted to Barklem & Collet 2016 (A&A 588, A96)
and, beyond the second ion, to sums over levels, by tools/fit_partition_functions.py, whose tables stand in data/.
Relative errors: atoms and ions 2.5e-5 in the median and 1e-2 at worst (where two sources join), molecules 1e-8 at the
points of the table. All derivatives are continuous; beyond the tables (800 to 10,000 K, atoms 60,000 K, higher ions
80,000 K) the sums go on as those of a finite set of levels.
"""

import csv

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from kurucz_a1.files import packaged
from kurucz_a1.physics.abundances import ELEMENT_INDEX
from kurucz_a1.physics.constants import BOLTZMANN, ELECTRON_VOLT
from kurucz_a1.types import Scalar

#: Stages of ionisation of every element: neutral to five times ionised.
STAGES = 6
#: Molecules of the equation of state, in the order of every axis "molecule".
MOLECULES = (
    *("H2", "CO", "OH", "CH", "CN", "NH", "NO", "N2", "C2", "O2", "H2O", "SiO", "SiH"),
    *("MgH", "AlH", "CaH", "CrH", "FeH", "SH", "NiH", "TiO", "VO", "AlO", "ScO", "MgO"),
)


def _read(path: str) -> tuple[list[str], list[list[str]]]:
    text = packaged(path).read_text(encoding="utf-8")
    header, *rows = csv.reader(line for line in text.splitlines() if not line.startswith("#"))
    return header, rows


def _levels(path: str) -> tuple[Float[np.ndarray, "level"], list[list[str]], Float[np.ndarray, "row level"]]:
    """Energies (erg) of the effective levels, the fields before the weights in each row, and the weights."""
    header, rows = _read(path)
    first = header.index("error") + 1
    energies = np.array(header[first:], dtype=float) * ELECTRON_VOLT
    return energies, [row[:first] for row in rows], np.array([row[first:] for row in rows], dtype=float)


LEVEL_ENERGIES, _labels, _weights = _levels("physics/data/atomic_partition_functions.csv")
_places = np.array([(int(z) - 1, int(stage)) for z, _, stage, *_ in _labels]).T
#: Weights of the effective levels for Z = 1..92, neutral to five times ionised; 1 for a stage that is not known.
ATOMIC_WEIGHTS_OF_LEVELS: Float[np.ndarray, "92 6 level"] = np.zeros((92, STAGES, len(LEVEL_ENERGIES)))
ATOMIC_WEIGHTS_OF_LEVELS[:, :, 0] = 1.0
ATOMIC_WEIGHTS_OF_LEVELS[tuple(_places)] = _weights
#: Energies (eV) that remove the first to the sixth electron; -1 where there is none, or none known.
IONIZATION_ENERGIES: Float[np.ndarray, "92 6"] = np.array(
    [row[2:] for row in _read("physics/data/ionization_energies.csv")[1]], dtype=float
)
#: Whether a stage can be populated: those whose levels, and the energies that lead to them, are known.
KNOWN_STAGES: Bool[np.ndarray, "92 6"] = np.zeros((92, STAGES), dtype=bool)
KNOWN_STAGES[tuple(_places)] = True
KNOWN_STAGES[:, 1:] &= IONIZATION_ENERGIES[:, :-1] > 0
KNOWN_STAGES = np.logical_and.accumulate(KNOWN_STAGES, axis=1)
_, _labels, _weights = _levels("physics/data/molecular_partition_functions.csv")
_row = {label[0]: number for number, label in enumerate(_labels)}
#: Weights of the effective levels of MOLECULES and of H2+.
MOLECULAR_WEIGHTS_OF_LEVELS: Float[np.ndarray, "molecule level"] = _weights[[_row[name] for name in MOLECULES]]
HYDROGEN_MOLECULE_ION_WEIGHTS: Float[np.ndarray, "level"] = _weights[_row["H2+"]]
#: Energies (eV) that dissociate MOLECULES into neutral atoms, and H2+ into H and a proton.
DISSOCIATION_ENERGIES: Float[np.ndarray, "molecule"] = np.array([float(_labels[_row[name]][1]) for name in MOLECULES])
HYDROGEN_MOLECULE_ION_ENERGY = float(_labels[_row["H2+"]][1])


def boltzmann_factors(temperature: Scalar) -> Float[Array, "level"]:
    """exp(-E_j / kT) of the effective levels; temperature in K."""
    return jnp.exp(-LEVEL_ENERGIES / (BOLTZMANN * temperature))


def atomic_partition_functions(temperature: Scalar) -> Float[Array, "26 6"]:
    """Partition functions of ELEMENTS, neutral to five times ionised; temperature in K."""
    return ATOMIC_WEIGHTS_OF_LEVELS[ELEMENT_INDEX] @ boltzmann_factors(temperature)


def molecular_partition_functions(temperature: Scalar) -> Float[Array, "molecule"]:
    """Partition functions of MOLECULES without the spins of the nuclei; temperature in K."""
    return jnp.matmul(MOLECULAR_WEIGHTS_OF_LEVELS, boltzmann_factors(temperature))


def partition_function(z: int | Int[Array, ""], stage: int | Int[Array, ""], temperature: Scalar) -> Float[Array, ""]:
    """Partition function of the element with atomic number `z` (1..92) in ionisation `stage` (0..5); T in K."""
    return jnp.asarray(ATOMIC_WEIGHTS_OF_LEVELS)[z - 1, stage] @ boltzmann_factors(temperature)


def molecular_partition_function(name: str, temperature: Scalar) -> Float[Array, ""]:
    """Partition function of one of MOLECULES, without the spins of the nuclei; temperature in K."""
    return MOLECULAR_WEIGHTS_OF_LEVELS[MOLECULES.index(name)] @ boltzmann_factors(temperature)
