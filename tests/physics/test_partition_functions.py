"""Partition functions and dissociation energies against the published tables they were fitted to."""

import numpy as np
import pytest

from kurucz_a1.physics.abundances import ATOMIC_WEIGHTS, ELEMENTS, SYMBOLS
from kurucz_a1.physics.constants import ATOMIC_MASS, BOLTZMANN, ELECTRON_VOLT, PLANCK
from kurucz_a1.physics.partition_functions import (
    DISSOCIATION_ENERGIES,
    IONIZATION_ENERGIES,
    KNOWN_STAGES,
    MOLECULES,
    STAGES,
    atomic_partition_functions,
    molecular_partition_function,
    molecular_partition_functions,
    partition_function,
)


def read(path):
    temperature, rows = None, {}
    for line in path.read_text().splitlines():
        if "T [K]" in line:
            temperature = np.array(line.split("]")[1].split(), dtype=float)
        elif not line.startswith("#"):
            name, *values = line.split()
            rows[name] = np.array(values, dtype=float)
    return temperature, rows


@pytest.mark.parametrize("species", ["H_I", "He_I", "C_I", "Mg_I", "Fe_I", "Fe_II", "Ti_II", "Ca_III", "Eu_II"])
def test_atoms(reference_data, species):
    temperature, table = read(reference_data / "atomic" / "BarklemCollet2016-atomic_partition.dat")
    symbol, numeral = species.split("_")
    z, stage = SYMBOLS.index(symbol) + 1, len(numeral) - 1
    for t, expected in zip(temperature, table[species], strict=True):
        if t >= 1000:
            # Two sources join at 10,000 K, where they differ by up to 0.3 % in these species.
            np.testing.assert_allclose(partition_function(z, stage, t), expected, rtol=3e-3 if t > 8000 else 1e-3)


def test_ground_states():
    """With no energy to excite it, an atom has the statistical weight of its lowest level."""
    cold = np.asarray(atomic_partition_functions(1500.0))
    weight = {"H": (2, 1, 1), "He": (1, 2, 1), "Na": (2, 1, None), "Mg": (1, 2, 1), "Ca": (1, 2, 1), "K": (2, 1, None)}
    for symbol, stages in weight.items():
        for stage, expected in enumerate(stages):
            if expected is not None:
                # 1e-3: Ca II's metastable 3d lies 1.7 eV up, 1e-4 at 1500 K
                np.testing.assert_allclose(cold[ELEMENTS.index(symbol), stage], expected, rtol=1e-3)


#: Levels in cm-1 and their statistical weights, NIST ASD: all below 15,000 cm-1 and the next ones.
LEVELS = {
    ("C", 0): {0.0: 1, 16.4: 3, 43.4: 5, 10192.7: 5, 21648.0: 1},
    ("Ca", 0): {0.0: 1, 15157.9: 1, 15210.1: 3, 15315.9: 5, 20335.4: 3, 20349.3: 5, 20371.0: 7, 21849.6: 5, 23652.3: 3},
    ("Fe", 0): {
        **{0.0: 9, 415.9: 7, 704.0: 5, 888.1: 3, 978.1: 1, 6928.3: 11, 7376.8: 9, 7728.1: 7, 7985.8: 5, 8154.7: 3},
        **{11976.2: 9, 12560.9: 7, 12968.6: 5, 17550.2: 7, 17727.0: 5, 17927.4: 3, 18378.2: 5},
    },
}


@pytest.mark.parametrize("species", LEVELS, ids=lambda species: species[0])
def test_sums_over_measured_levels(species):
    """Q = sum of g exp(-E / kT) with k = 0.695035 cm-1 / K."""
    symbol, stage = species
    for temperature in (1500.0, 2500.0):
        known = sum(g * np.exp(-energy / (0.695035 * temperature)) for energy, g in LEVELS[species].items())
        found = partition_function(SYMBOLS.index(symbol) + 1, stage, temperature)
        # higher levels: 2e-4 of iron's sum at 2500 K; the fit itself: 2.5e-5 in the median
        assert found == pytest.approx(known, rel=1e-3)


#: The same of ions beyond the second, below 25,000 cm-1 (none but the ground level of N V, nor of Si V).
IONS = {
    ("N", 4): {0.0: 2},
    ("Si", 4): {0.0: 1},
    ("Fe", 4): {0.0: 1, 142.1: 3, 417.3: 5, 803.1: 7, 1282.8: 9, 24055.4: 1, 24932.5: 9, 24972.9: 3},
    ("Fe", 5): {0.0: 4, 511.3: 6, 1188.3: 8, 2000.6: 10, 18738.3: 2, 18942.0: 4, 19610.8: 6, 20616.4: 8, 21315.0: 10},
}


@pytest.mark.parametrize("species", IONS, ids=lambda species: f"{species[0]} {species[1]}")
def test_sums_over_levels_of_ions(species):
    symbol, stage = species
    known = sum(g * np.exp(-energy / (0.695035 * 3000.0)) for energy, g in IONS[species].items())
    # the fits: 4e-4 in the median
    assert partition_function(SYMBOLS.index(symbol) + 1, stage, 3000.0) == pytest.approx(known, rel=2e-3)


def test_energies_of_ionisation_rise_from_stage_to_stage():
    for energies, known in zip(IONIZATION_ENERGIES, KNOWN_STAGES, strict=True):
        present = energies[energies > 0]
        assert np.all(np.diff(present) > 0)
        assert np.all(energies[: len(present)] > 0)
        assert known[0]
        assert known.sum() <= len(present) + 1
    assert KNOWN_STAGES[SYMBOLS.index("Fe")].all()
    assert KNOWN_STAGES[SYMBOLS.index("Eu")].tolist() == [True] * 3 + [False] * 3


def test_arrays_and_single_species_agree():
    atoms, molecules = atomic_partition_functions(5000.0), molecular_partition_functions(5000.0)
    assert atoms.shape == (26, STAGES)
    assert molecules.shape == (len(MOLECULES),)
    np.testing.assert_allclose(atoms[ELEMENTS.index("Fe"), 1], partition_function(26, 1, 5000.0), rtol=1e-14)
    np.testing.assert_allclose(molecules[MOLECULES.index("CO")], molecular_partition_function("CO", 5000.0), rtol=1e-14)


@pytest.mark.parametrize("name", ["H2", "CO", "OH", "CH", "CN", "NH", "NO", "N2", "SiO", "MgH", "TiO", "FeH"])
def test_equilibrium_constants(reference_data, name):
    """Constants made of our partition functions and D0 are those the paper tabulates for itself."""
    temperature, table = read(reference_data / "atomic" / "BarklemCollet2016-equilibrium_constants.dat")
    first, second = _pair(name)
    m1, m2 = (ATOMIC_WEIGHTS[SYMBOLS.index(symbol)] * ATOMIC_MASS for symbol in (first, second))
    for t, expected in zip(temperature, table[name], strict=True):
        if t < 1500:
            continue
        q = np.asarray(atomic_partition_functions(t))[:, 0]
        constant = (
            (2 * np.pi * m1 * m2 / (m1 + m2) * BOLTZMANN * t / PLANCK**2) ** 1.5
            * q[ELEMENTS.index(first)]
            * q[ELEMENTS.index(second)]
            / molecular_partition_function(name, t)
            * np.exp(-DISSOCIATION_ENERGIES[MOLECULES.index(name)] * ELECTRON_VOLT / (BOLTZMANN * t))
            * BOLTZMANN
            * t
            / 10.0  # dyn cm-2 to Pa
        )
        # Masses of the commonest isotopes in the paper, of the natural mixture here: up to 0.002 dex.
        np.testing.assert_allclose(np.log10(constant), expected, atol=0.003)


def _pair(name):
    """The two atoms of a diatomic molecule."""
    if name.endswith("2"):
        return name[:-1], name[:-1]
    return next(
        (first, name[len(first) :]) for first in ELEMENTS if name.startswith(first) and name[len(first) :] in ELEMENTS
    )
