"""Ionisation and chemical equilibrium of an ideal gas: 26 elements in three stages, 25 molecules, H- and H2+.

The unknowns are the logarithms of the densities of electrons, of free neutral H, C, N, O and Si atoms and of nuclei.
In them every other density is known: core species (all that consist of H, C, N, O, Si, and electrons) are a power
product of the unknowns; each other element X spreads over X, X+, X++, XH and XO by its own partition sum.
Newton's method on the logarithms of the conservation laws then converges from a crude start. Derivatives to any order
come from the implicit function theorem, not from the iterations.

Charges attract each other as in the theory of Debye and Hueckel (Griem 1962, Phys. Rev. 128, 997; Landau & Lifshitz
1980, Statistical Physics, section 78): the energy of ionisation to charge z falls by z e2 / (Debye length), as in ATLAS
(Kurucz 1970, SAO Special Report 309), bounded near 1 eV, where the theory ends; pressure and energy fall accordingly,
which keeps the thermodynamics consistent. The Debye length is that of electrons and as many singly charged ions.

Sources: Saha equation and law of mass action as in Hubeny & Mihalas 2014, Theory of Stellar Atmospheres, ch. 4;
partition functions, ionisation and dissociation energies as in partition_functions.py.
"""

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from kurucz_a1.physics.abundances import ATOMIC_WEIGHTS, ELEMENT_INDEX, ELEMENTS, eos_fractions, mean_nuclear_mass
from kurucz_a1.physics.constants import (
    ATOMIC_MASS,
    BOLTZMANN,
    ELECTRON_CHARGE,
    ELECTRON_MASS,
    ELECTRON_VOLT,
    PLANCK,
)
from kurucz_a1.physics.partition_functions import (
    ATOMIC_WEIGHTS_OF_LEVELS,
    DISSOCIATION_ENERGIES,
    HYDROGEN_MOLECULE_ION_ENERGY,
    HYDROGEN_MOLECULE_ION_WEIGHTS,
    IONIZATION_ENERGIES,
    LEVEL_ENERGIES,
    MOLECULAR_WEIGHTS_OF_LEVELS,
    MOLECULES,
    boltzmann_factors,
)

#: Electron affinity of hydrogen (eV): Lykke, Murray & Lineberger 1991, Phys. Rev. A 43, 6104.
ELECTRON_AFFINITY_HYDROGEN = 0.754195

_CORE = ("H", "C", "N", "O", "Si")
_core = np.array([ELEMENTS.index(symbol) for symbol in _CORE])
_other = np.array([k for k in range(26) if k not in _core])
_n_core = len(_CORE)
_MASS = ATOMIC_WEIGHTS[ELEMENT_INDEX]
_CHI = IONIZATION_ENERGIES[ELEMENT_INDEX]
_CHI_SUM = np.stack([np.zeros(26), _CHI[:, 0], np.where(_CHI[:, 1] > 0, _CHI.sum(axis=1), 0.0)], axis=1)
_NO_SECOND_ION = _CHI[:, 1] < 0
# Logarithm of a constant that makes a species vanish, without an infinity that would spoil derivatives.
_ABSENT = -1.0e3


def _atoms_in(formula):
    """Numbers of atoms of each of ELEMENTS in a chemical formula, shape (26,)."""
    count, position = np.zeros(26), 0
    while position < len(formula):
        length = 2 if formula[position : position + 2] in ELEMENTS else 1
        element = ELEMENTS.index(formula[position : position + length])
        position += length
        digits = ""
        while position < len(formula) and formula[position].isdigit():
            digits += formula[position]
            position += 1
        count[element] += int(digits or 1)
    return count


_MOLECULE_ATOMS = np.stack([_atoms_in(name) for name in MOLECULES])
_MOLECULE_MASS = _MOLECULE_ATOMS @ _MASS
_is_core_molecule = _MOLECULE_ATOMS[:, _other].sum(axis=1) == 0
_core_molecules = np.flatnonzero(_is_core_molecule)
_other_molecules = np.flatnonzero(~_is_core_molecule)
# Each of the other molecules holds one atom of another element and one of H or O: its row and column below.
_other_row = np.array([int(np.flatnonzero(_MOLECULE_ATOMS[m][_other])[0]) for m in _other_molecules])
_other_state = np.array([3 if _MOLECULE_ATOMS[m][ELEMENTS.index("H")] else 4 for m in _other_molecules])

_BOUND_IN = np.full((len(_other), 2), len(MOLECULES))  # the molecule, or none, of each state XH and XO
_BOUND_IN[_other_row, _other_state - 3] = _other_molecules
# Where each of ELEMENTS, and each of MOLECULES, stands when those of the core come first.
_element_order = np.argsort(np.concatenate([_core, _other]))
_molecule_order = np.argsort(np.concatenate([_core_molecules, _other_molecules]))

# Core species: three stages of five elements, H-, H2+, molecules, the electron.
_CORE_CHARGE = np.concatenate([np.tile([0.0, 1.0, 2.0], _n_core), [-1.0, 1.0], np.zeros(len(_core_molecules)), [-1.0]])
_CORE_ATOMS = np.concatenate(
    [
        np.repeat(np.eye(_n_core), 3, axis=0),
        [[1.0, 0, 0, 0, 0], [2.0, 0, 0, 0, 0]],
        _MOLECULE_ATOMS[_core_molecules][:, _core],
        np.zeros((1, _n_core)),
    ]
)
# Lowerings of one charge that it takes to make a charge: 1 for the first electron removed, 2 more for the second.
_CORE_LOWERINGS = _CORE_CHARGE * (_CORE_CHARGE + 1.0) / 2.0
# d ln n / d unknowns of the core species, and of the five states of the other elements before their normalisation,
# but for the dependence of the lowering on the density of electrons.
_CORE_POWERS = np.concatenate([-_CORE_CHARGE[:, None], _CORE_ATOMS, np.zeros((len(_CORE_CHARGE), 1))], axis=1)
_POSITIVE = np.maximum(_CORE_CHARGE, 0.0)
_NEGATIVE = np.maximum(-_CORE_CHARGE, 0.0)
_unknown_H, _unknown_O, _unknown_N = 1, 1 + _CORE.index("O"), 1 + _n_core
_STATE_COUNTS = np.array([[0.0, 0, 0], [1, 0, 0], [2, 0, 0], [0, 1, 0], [0, 0, 1]])  # charge, H, O in each state
_COUNT_POWERS = np.zeros((3, _n_core + 2))
_COUNT_POWERS[[0, 1, 2], [0, _unknown_H, _unknown_O]] = -1.0, 1.0, 1.0
_STATE_POWERS = _STATE_COUNTS @ _COUNT_POWERS
_STATE_LOWERINGS = np.array([0.0, 1.0, 3.0, 0.0, 0.0])
_ELECTRON_COLUMN = np.eye(_n_core + 2)[0]
_NUCLEI_COLUMN = np.eye(_n_core + 2)[_unknown_N]
_HYDROGEN_ROW, _OXYGEN_ROW = np.eye(_n_core)[[_CORE.index("H"), _CORE.index("O")]]


class GasState(NamedTuple):
    """State of the gas at one point; densities in cm-3 unless said."""

    temperature: jax.Array  # K
    gas_pressure: jax.Array  # dyn cm-2, with that of the electrons
    electron_density: jax.Array
    nuclei_density: jax.Array
    density: jax.Array  # g cm-3
    internal_energy: jax.Array  # erg g-1, above neutral atoms at rest in their ground states
    atoms: jax.Array  # (26, 3): neutral, once and twice ionised
    molecules: jax.Array  # (M,), in the order of MOLECULES
    hydrogen_minus: jax.Array
    hydrogen_molecule_ion: jax.Array
    atomic_partition: jax.Array  # (26, 3)
    molecular_partition: jax.Array  # (M,)


class _Constants(NamedTuple):
    """What the equilibrium depends on besides the unknowns; all logarithms."""

    core: jax.Array  # (species,): ln n - sum of powers times unknowns
    states: jax.Array  # (21, 4): the same of X+, X++, XH, XO relative to X
    fractions: jax.Array  # (26,)
    pressure: jax.Array  # of P / kT
    screening: jax.Array  # of e2 / (Debye length) over 1 eV at one electron per cm3
    temperature: jax.Array  # of kT in eV


def _log_electron_quantum_density(temperature):
    """ln of 2 (2 pi m_e k T / h2)^3/2, the density of electron states in Saha's equation (cm-3)."""
    return np.log(2.0 * (2.0 * np.pi * ELECTRON_MASS * BOLTZMANN / PLANCK**2) ** 1.5) + 1.5 * jnp.log(temperature)


def _log_screening(temperature):
    """ln of e2 / (Debye length) in eV for one electron and one proton per cm3."""
    return 0.5 * (np.log(8.0 * np.pi * ELECTRON_CHARGE**6 / (BOLTZMANN * ELECTRON_VOLT**2)) - jnp.log(temperature))


def _lowering(log_electrons, log_screening):
    """Lowering of the ionisation energy of a neutral atom (eV) and its derivative by the first argument."""
    energy = jnp.exp(log_screening + 0.5 * log_electrons)
    bounded = jnp.tanh(energy)
    return bounded, 0.5 * energy * (1.0 - bounded**2)


def _equilibrium_constants(temperature, log_atomic, log_molecular, log_molecule_ion):
    """ln of Saha factors (26, 2; cumulative), of molecules over products of atoms (M,), of H- and of H2+."""
    electron_volts = BOLTZMANN * temperature / ELECTRON_VOLT
    electrons = _log_electron_quantum_density(temperature)
    first = electrons + log_atomic[:, 1] - log_atomic[:, 0] - _CHI_SUM[:, 1] / electron_volts
    second = 2.0 * electrons + log_atomic[:, 2] - log_atomic[:, 0] - _CHI_SUM[:, 2] / electron_volts
    saha = jnp.stack([first, jnp.where(_NO_SECOND_ION, _ABSENT, second)], axis=1)
    # (2 pi u k T / h2)^3/2 for one atomic mass unit
    unit = np.log((2.0 * np.pi * ATOMIC_MASS * BOLTZMANN / PLANCK**2) ** 1.5) + 1.5 * jnp.log(temperature)
    translation = unit * (1.0 - _MOLECULE_ATOMS.sum(axis=1)) + 1.5 * (
        np.log(_MOLECULE_MASS) - _MOLECULE_ATOMS @ np.log(_MASS)
    )
    molecules = (
        translation + log_molecular - _MOLECULE_ATOMS @ log_atomic[:, 0] + DISSOCIATION_ENERGIES / electron_volts
    )
    hydrogen_minus = -electrons - log_atomic[0, 0] + ELECTRON_AFFINITY_HYDROGEN / electron_volts
    # into H and a proton, whose density is the Saha factor times that of H
    pair = -unit + 1.5 * np.log(2.0 / _MASS[0]) - log_atomic[0, 0] - log_atomic[0, 1]
    molecule_ion = first[0] + pair + log_molecule_ion + HYDROGEN_MOLECULE_ION_ENERGY / electron_volts
    return saha, molecules, hydrogen_minus, molecule_ion


def _constants(temperature, gas_pressure, fractions, partitions):
    saha, molecules, hydrogen_minus, molecule_ion = _equilibrium_constants(temperature, *partitions)
    atoms = jnp.concatenate([jnp.zeros((_n_core, 1)), saha[_core]], axis=1).reshape(-1)
    core = jnp.concatenate([atoms, jnp.stack([hydrogen_minus, molecule_ion]), molecules[_core_molecules], jnp.zeros(1)])
    bound = jnp.append(molecules, _ABSENT)[_BOUND_IN]
    return _Constants(
        core,
        jnp.concatenate([saha[_other], bound], axis=1),
        jnp.log(fractions),
        jnp.log(gas_pressure / (BOLTZMANN * temperature)),
        _log_screening(temperature),
        jnp.log(BOLTZMANN * temperature / ELECTRON_VOLT),
    )


def _densities(unknowns, constants):
    """Densities of the core species, of the other elements' nuclei, shares of their five states, and lowering / kT."""
    lowering, _ = _lowering(unknowns[0], constants.screening)
    lowering = lowering * jnp.exp(-constants.temperature)
    core = jnp.exp(_CORE_POWERS @ unknowns + constants.core + _CORE_LOWERINGS * lowering)
    ratios = jnp.exp(constants.states + _STATE_POWERS[1:] @ unknowns + _STATE_LOWERINGS[1:] * lowering)
    total = 1.0 + jnp.sum(ratios, axis=1, keepdims=True)
    shares = jnp.concatenate([1.0 / total, ratios / total], axis=1)
    others = jnp.exp(constants.fractions[_other] + unknowns[_unknown_N])
    return core, others, shares, lowering


def _totals(core, others, shares, lowering):
    """Positive and negative charges, nuclei of H, C, N, O, Si, all per cm3, and pressure / kT."""
    charge, hydrogen, oxygen = (others @ shares) @ _STATE_COUNTS
    nuclei = core @ _CORE_ATOMS
    nuclei = nuclei + _HYDROGEN_ROW * hydrogen + _OXYGEN_ROW * oxygen
    particles = jnp.sum(core) + jnp.sum(others)
    # The bound has no part in a solution; it keeps a first step from failing.
    pressure = jnp.maximum(particles - core[-1] * lowering / 3.0, 1e-2 * particles)
    return _POSITIVE @ core + charge, _NEGATIVE @ core, nuclei, pressure


def _residual_of(unknowns, constants, totals):
    positive, negative, nuclei, pressure = totals
    return jnp.concatenate(
        [
            jnp.log(positive / negative)[None],
            jnp.log(nuclei) - constants.fractions[_core] - unknowns[_unknown_N],
            (jnp.log(pressure) - constants.pressure)[None],
        ]
    )


def _residual(unknowns, constants):
    """Logarithmic errors of charge neutrality, of the five elements and of the pressure, shape (7,)."""
    return _residual_of(unknowns, constants, _totals(*_densities(unknowns, constants)))


def _residual_and_jacobian(unknowns, constants):
    """`_residual` and its exact derivative by the unknowns, (7,) and (7, 7)."""
    core, others, shares, lowering = _densities(unknowns, constants)
    totals = _totals(core, others, shares, lowering)
    positive, negative, nuclei, pressure = totals
    _, slope = _lowering(unknowns[0], constants.screening)
    slope = slope * jnp.exp(-constants.temperature) * _ELECTRON_COLUMN
    core_powers = _CORE_POWERS + _CORE_LOWERINGS[:, None] * slope
    state_powers = _STATE_POWERS + _STATE_LOWERINGS[:, None] * slope
    # States of another element shift against each other by the covariance of what they hold with their powers.
    mean = shares @ _STATE_COUNTS
    covariance = (_STATE_COUNTS.T * (others @ shares)) @ state_powers - (mean.T * others) @ (shares @ state_powers)
    shift = covariance + (others @ mean)[:, None] * _NUCLEI_COLUMN
    elements = (_CORE_ATOMS.T * core) @ core_powers
    elements = elements + _HYDROGEN_ROW[:, None] * shift[1] + _OXYGEN_ROW[:, None] * shift[2]
    elements = elements / nuclei[:, None] - _NUCLEI_COLUMN
    charge = ((_POSITIVE * core) @ core_powers + shift[0]) / positive - ((_NEGATIVE * core) @ core_powers) / negative
    attraction = core[-1] / 3.0 * (lowering * _ELECTRON_COLUMN + slope)
    pressures = (core @ core_powers + jnp.sum(others) * _NUCLEI_COLUMN - attraction) / pressure
    jacobian = jnp.concatenate([charge[None], elements, pressures[None]])
    return _residual_of(unknowns, constants, totals), jacobian


def _linear_solve(matrix, right):
    """Solution of a small system by elimination without pivoting: batches of them vectorise, LAPACK's do not.

    The matrices here are, up to scaling of rows, those of a convex problem (positive definite in the potentials of the
    elements) with one border, for which elimination in the given order is stable.
    """
    size = len(matrix)

    def eliminate(k, augmented):
        row = augmented[k] / augmented[k, k]
        return augmented - (augmented[:, k] - (jnp.arange(size) == k))[:, None] * row

    augmented = jnp.concatenate([matrix, right.reshape(size, -1)], axis=1)
    return lax.fori_loop(0, size, eliminate, augmented)[:, size:].reshape(right.shape)


@jax.custom_jvp
def _inverse(matrix):
    return _linear_solve(matrix, jnp.eye(len(matrix)))


@_inverse.defjvp
def _inverse_jvp(primals, tangents):
    inverse = _inverse(*primals)
    return inverse, -inverse @ tangents[0] @ inverse


def _start(constants):
    """A first guess of the unknowns."""
    log_particles = constants.pressure
    fractions = jnp.exp(constants.fractions)
    core = constants.core
    stages = core[: 3 * _n_core].reshape(-1, 3)[:, 1:]
    saha = jnp.concatenate([stages, constants.states[:, :2]])[_element_order]

    def ionised(log_electrons):
        ratios = jnp.exp(jnp.minimum(saha - jnp.array([1.0, 2.0]) * log_electrons, 300.0))
        total = 1.0 + jnp.sum(ratios, axis=1)
        return total, jnp.sum(fractions * (ratios @ jnp.array([1.0, 2.0])) / total)

    # The geometric mean of guess and result solves the limit of weak ionisation at once.
    log_electrons = log_particles - 2.0
    for _ in range(4):
        _, charge = ionised(log_electrons)
        log_nuclei = log_particles - jnp.log1p(charge)
        log_electrons = 0.5 * (log_electrons + jnp.log(charge) + log_nuclei)
    total, _ = ionised(log_electrons)
    hydrogen, carbon, nitrogen, oxygen, silicon = constants.fractions[_core] + log_nuclei - jnp.log(total[_core])
    molecule = {MOLECULES[m]: core[3 * _n_core + 2 + i] for i, m in enumerate(_core_molecules)}

    def paired(log_density, log_constant):
        """ln of the free atoms where pairs of like atoms form."""
        pairs = jnp.exp(jnp.minimum(log_density + log_constant, 300.0))
        return log_density - jnp.log((1.0 + jnp.sqrt(1.0 + 8.0 * pairs)) / 2.0)

    # In fully molecular gas there are up to twice as many nuclei as particles: a correction that Newton can make.
    hydrogen = paired(hydrogen, molecule["H2"])
    oxygen = oxygen - jnp.logaddexp(0.0, jnp.logaddexp(hydrogen + molecule["OH"], 2 * hydrogen + molecule["H2O"]))
    carbon = carbon - jnp.logaddexp(0.0, hydrogen + molecule["CH"])
    # CO: the rarer partner is bound up by what the commoner one leaves.
    left_oxygen = _free_partner(oxygen, carbon, molecule["CO"])
    left_carbon = _free_partner(carbon, oxygen, molecule["CO"])
    silicon = silicon - jnp.logaddexp(0.0, jnp.logaddexp(left_oxygen + molecule["SiO"], hydrogen + molecule["SiH"]))
    nitrogen = paired(nitrogen - jnp.logaddexp(0.0, hydrogen + molecule["NH"]), molecule["N2"])
    return jnp.stack([log_electrons, hydrogen, left_carbon, nitrogen, left_oxygen, silicon, log_nuclei])


def _free_partner(log_a, log_b, log_constant):
    """ln of free a where a + b <-> ab, from the totals: positive root of x2 + (b - a + 1/K) x - a/K = 0."""
    scale = jnp.maximum(jnp.maximum(log_a, log_b), -log_constant)
    a, b, k = jnp.exp(log_a - scale), jnp.exp(log_b - scale), jnp.exp(-log_constant - scale)
    half = 0.5 * (b - a + k)
    root = jnp.sqrt(half**2 + a * k)
    return scale + jnp.log(jnp.where(half > 0, a * k / (half + root), root - half) + 1e-300)


_MAXIMUM_ITERATIONS = 60
_LARGEST_STEP = 3.0
_TOLERANCE = 1e-12


def _iterate(constants):
    def unfinished(carry):
        _, error, count = carry
        return (error > _TOLERANCE) & (count < _MAXIMUM_ITERATIONS)

    def improve(carry):
        unknowns, _, count = carry
        residual, jacobian = _residual_and_jacobian(unknowns, constants)
        step = -_linear_solve(jacobian, residual)
        largest = jnp.max(jnp.abs(step))
        step = step * jnp.minimum(1.0, _LARGEST_STEP / largest)
        # An error of the step e leaves one of order e2 behind.
        return unknowns + step, largest**2, count + 1

    start = _start(constants)
    unknowns, _, count = lax.while_loop(unfinished, improve, (start, jnp.asarray(1.0), 0))
    return unknowns, count


@jax.custom_jvp
def _solve(constants):
    """Unknowns, shape (7,), that satisfy the conservation laws."""
    return _iterate(constants)[0]


@_solve.defjvp
def _solve_jvp(primals, tangents):
    (constants,), (change,) = primals, tangents
    unknowns = _solve(constants)
    _, jacobian = _residual_and_jacobian(unknowns, constants)
    _, residual_change = jax.jvp(partial(_residual, unknowns), (constants,), (change,))
    return unknowns, -_inverse(jacobian) @ residual_change


_ATOMIC_LEVELS = ATOMIC_WEIGHTS_OF_LEVELS[ELEMENT_INDEX].reshape(78, -1)
_ALL_LEVELS = np.concatenate([_ATOMIC_LEVELS, MOLECULAR_WEIGHTS_OF_LEVELS, HYDROGEN_MOLECULE_ION_WEIGHTS[None]])


@jax.jit
def gas_state(temperature, gas_pressure, fractions26):
    """State of the gas at `temperature` (K) and `gas_pressure` (dyn cm-2, electrons included), scalars.

    `fractions26` are number fractions of ELEMENTS, shape (26,), summing to 1 and all positive. Good for 1500 to
    50,000 K and 1e-4 to 1e9 dyn cm-2. Differentiable to any order in all three arguments, forward and in reverse; map
    over depths with jax.vmap.
    """
    temperature, gas_pressure = jnp.asarray(temperature, float), jnp.asarray(gas_pressure, float)
    factors = boltzmann_factors(temperature)
    partition = _ALL_LEVELS @ factors
    # kT d ln Q / d ln T: energy in excited levels
    excitation = (_ALL_LEVELS @ (factors * LEVEL_ENERGIES)) / partition
    atomic, molecular = partition[:78].reshape(26, 3), partition[78:-1]
    logarithms = jnp.log(atomic), jnp.log(molecular), jnp.log(partition[-1])
    constants = _constants(temperature, gas_pressure, fractions26, logarithms)
    unknowns = _solve(constants)
    core, others, shares, lowering = _densities(unknowns, constants)

    nuclei = jnp.exp(unknowns[_unknown_N])
    spread = others[:, None] * shares
    atoms = jnp.concatenate([core[: 3 * _n_core].reshape(-1, 3), spread[:, :3]])[_element_order]
    hydrogen_minus, molecule_ion = core[3 * _n_core], core[3 * _n_core + 1]
    molecules = jnp.concatenate([core[3 * _n_core + 2 : -1], spread[_other_row, _other_state]])[_molecule_order]

    density = nuclei * ATOMIC_MASS * mean_nuclear_mass(fractions26)
    thermal = BOLTZMANN * temperature
    kinetic_pressure = gas_pressure + core[-1] * lowering * thermal / 3.0
    lowering_energy = lowering * thermal / ELECTRON_VOLT
    bound = (
        jnp.sum(atoms * (_CHI_SUM - lowering_energy * _STATE_LOWERINGS[:3]))
        - molecules @ DISSOCIATION_ENERGIES
        - hydrogen_minus * ELECTRON_AFFINITY_HYDROGEN
        + molecule_ion * (_CHI[0, 0] - HYDROGEN_MOLECULE_ION_ENERGY - lowering_energy)
    ) * ELECTRON_VOLT
    excited = atoms.reshape(-1) @ excitation[:78] + molecules @ excitation[78:-1] + molecule_ion * excitation[-1]
    return GasState(
        temperature=temperature,
        gas_pressure=gas_pressure,
        electron_density=core[-1],
        nuclei_density=nuclei,
        density=density,
        internal_energy=(1.5 * kinetic_pressure + bound + excited) / density,
        atoms=atoms,
        molecules=molecules,
        hydrogen_minus=hydrogen_minus,
        hydrogen_molecule_ion=molecule_ion,
        atomic_partition=atomic,
        molecular_partition=molecular,
    )


@jax.jit
def gas_states(temperature, gas_pressure, fractions):
    """GasState of every depth (leading axis depth) from T (K) and P (dyn cm-2), both (depth,).

    fractions: N / N_total of Z = 1..99, shape (99,).
    """
    eos = eos_fractions(fractions)
    return jax.vmap(lambda t, p: gas_state(t, p, eos))(temperature, gas_pressure)


def ionization_fractions(z, temperature, electron_density):
    """Shares of the neutral, once and twice ionised atoms, shape (3,), of an element that forms no molecules.

    `z` is the atomic number (1..92), `temperature` in K and `electron_density` in cm-3 are scalars. Saha's equation
    with the lowering that `gas_state` has.
    """
    logarithms = jnp.log(jnp.asarray(ATOMIC_WEIGHTS_OF_LEVELS)[z - 1] @ boltzmann_factors(temperature))
    energies = jnp.asarray(IONIZATION_ENERGIES)[z - 1]
    electron_volts = BOLTZMANN * temperature / ELECTRON_VOLT
    lowering, _ = _lowering(jnp.log(electron_density), _log_screening(temperature))
    states = _log_electron_quantum_density(temperature) - jnp.log(electron_density)
    first = states + logarithms[1] - logarithms[0] - (energies[0] - lowering) / electron_volts
    second = states + logarithms[2] - logarithms[1] - (energies[1] - 2.0 * lowering) / electron_volts
    second = jnp.where(energies[1] < 0, _ABSENT, second)
    return jax.nn.softmax(jnp.stack([jnp.zeros_like(first), first, first + second]))
