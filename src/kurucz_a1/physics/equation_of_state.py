"""Ionisation and chemical equilibrium of an ideal gas: 26 elements in six stages, 25 molecules, H- and H2+.

The unknowns are the logarithms of the densities of electrons, of free neutral H, C, N, O and Si atoms and of nuclei.
They determine every other density: core species (all that consist of H, C, N, O, Si, and electrons) are a power
product of the unknowns; each other element X spreads over its stages X, X+, ..., XH and XO by its own partition sum.
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
from jaxtyping import Array, Bool, Float, Int

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
    KNOWN_STAGES,
    LEVEL_ENERGIES,
    MOLECULAR_WEIGHTS_OF_LEVELS,
    MOLECULES,
    STAGES,
    boltzmann_factors,
)
from kurucz_a1.types import AnyArray, Scalar

#: Electron affinity of hydrogen (eV): Lykke, Murray & Lineberger 1991, Phys. Rev. A 43, 6104.
ELECTRON_AFFINITY_HYDROGEN = 0.754195

_CORE = ("H", "C", "N", "O", "Si")
_core = np.array([ELEMENTS.index(symbol) for symbol in _CORE])
_other = np.array([k for k in range(26) if k not in _core])
_n_core = len(_CORE)
_MASS = ATOMIC_WEIGHTS[ELEMENT_INDEX]
_CHI = IONIZATION_ENERGIES[ELEMENT_INDEX]
_KNOWN = KNOWN_STAGES[ELEMENT_INDEX]
_CHI_SUM = np.where(_KNOWN, np.pad(np.cumsum(_CHI[:, : STAGES - 1], axis=1), ((0, 0), (1, 0))), 0.0)
# Logarithm of a constant that makes a species vanish, without an infinity that would spoil derivatives.
_ABSENT = -1.0e3


def _atoms_in(formula: str) -> Float[np.ndarray, "26"]:
    """Numbers of atoms of each of ELEMENTS in a chemical formula."""
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
_other_state = np.array([STAGES if _MOLECULE_ATOMS[m][ELEMENTS.index("H")] else STAGES + 1 for m in _other_molecules])

_BOUND_IN = np.full((len(_other), 2), len(MOLECULES))  # the molecule, if any, of each state XH and XO
_BOUND_IN[_other_row, _other_state - STAGES] = _other_molecules
# Place of each of ELEMENTS, and of each of MOLECULES, when those of the core come first.
_element_order = np.argsort(np.concatenate([_core, _other]))
_molecule_order = np.argsort(np.concatenate([_core_molecules, _other_molecules]))

# Core species: the stages of five elements, H-, H2+, molecules, the electron.
_CHARGES = np.arange(float(STAGES))
_n_core_atoms = STAGES * _n_core
_CORE_CHARGE = np.concatenate([np.tile(_CHARGES, _n_core), [-1.0, 1.0], np.zeros(len(_core_molecules)), [-1.0]])
_CORE_ATOMS = np.concatenate(
    [
        np.repeat(np.eye(_n_core), STAGES, axis=0),
        [[1.0, 0, 0, 0, 0], [2.0, 0, 0, 0, 0]],
        _MOLECULE_ATOMS[_core_molecules][:, _core],
        np.zeros((1, _n_core)),
    ]
)
# Lowerings of one charge that it takes to make a charge: 1 for the first electron removed, 2 more for the second, ...
_CORE_LOWERINGS = _CORE_CHARGE * (_CORE_CHARGE + 1.0) / 2.0
# d ln n / d unknowns of the core species, and of the states of the other elements before their normalisation,
# without the dependence of the lowering on the density of electrons.
_CORE_POWERS = np.concatenate([-_CORE_CHARGE[:, None], _CORE_ATOMS, np.zeros((len(_CORE_CHARGE), 1))], axis=1)
_POSITIVE = np.maximum(_CORE_CHARGE, 0.0)
_NEGATIVE = np.maximum(-_CORE_CHARGE, 0.0)
_unknown_H, _unknown_O, _unknown_N = 1, 1 + _CORE.index("O"), 1 + _n_core
_STATE_COUNTS = np.zeros((STAGES + 2, 3))  # charge, H, O in each state
_STATE_COUNTS[:STAGES, 0] = _CHARGES
_STATE_COUNTS[STAGES, 1] = _STATE_COUNTS[STAGES + 1, 2] = 1.0
_COUNT_POWERS = np.zeros((3, _n_core + 2))
_COUNT_POWERS[[0, 1, 2], [0, _unknown_H, _unknown_O]] = -1.0, 1.0, 1.0
_STATE_POWERS = _STATE_COUNTS @ _COUNT_POWERS
_STATE_LOWERINGS = _STATE_COUNTS[:, 0] * (_STATE_COUNTS[:, 0] + 1.0) / 2.0
_ELECTRON_COLUMN = np.eye(_n_core + 2)[0]
_NUCLEI_COLUMN = np.eye(_n_core + 2)[_unknown_N]
_HYDROGEN_ROW, _OXYGEN_ROW = np.eye(_n_core)[[_CORE.index("H"), _CORE.index("O")]]


class GasState(NamedTuple):
    """State of the gas at one point, or at many; densities in cm-3 unless said."""

    temperature: Float[Array, "*points"]  # K
    gas_pressure: Float[Array, "*points"]  # dyn cm-2, with that of the electrons
    electron_density: Float[Array, "*points"]
    nuclei_density: Float[Array, "*points"]
    density: Float[Array, "*points"]  # g cm-3
    internal_energy: Float[Array, "*points"]  # erg g-1, above neutral atoms at rest in their ground states
    atoms: Float[Array, "*points 26 6"]  # neutral to five times ionised
    molecules: Float[Array, "*points molecule"]  # in the order of MOLECULES
    hydrogen_minus: Float[Array, "*points"]
    hydrogen_molecule_ion: Float[Array, "*points"]
    atomic_partition: Float[Array, "*points 26 6"]
    molecular_partition: Float[Array, "*points molecule"]


class _Constants(NamedTuple):
    """What the equilibrium depends on besides the unknowns; all logarithms."""

    core: Float[Array, "species"]  # ln n - sum of powers times unknowns
    states: Float[Array, "21 7"]  # the same of X+, X++, ..., XH, XO relative to X
    fractions: Float[Array, "26"]
    pressure: Float[Array, ""]  # of P / kT
    screening: Float[Array, ""]  # of e2 / (Debye length) over 1 eV at one electron per cm3
    temperature: Float[Array, ""]  # of kT in eV


#: Densities of the core species, of the other elements' nuclei, shares of their eight states, and lowering / kT.
_Densities = tuple[Float[Array, "species"], Float[Array, "21"], Float[Array, "21 8"], Float[Array, ""]]
#: Positive and negative charges, nuclei of H, C, N, O, Si, all per cm3, and pressure / kT.
_Totals = tuple[Float[Array, ""], Float[Array, ""], Float[Array, "5"], Float[Array, ""]]


def _log_electron_quantum_density(temperature: Scalar) -> Float[Array, ""]:
    """ln of 2 (2 pi m_e k T / h2)^3/2, the density of electron states in Saha's equation (cm-3)."""
    return np.log(2.0 * (2.0 * np.pi * ELECTRON_MASS * BOLTZMANN / PLANCK**2) ** 1.5) + 1.5 * jnp.log(temperature)


def _log_screening(temperature: Scalar) -> Float[Array, ""]:
    """ln of e2 / (Debye length) in eV for one electron and one proton per cm3."""
    return 0.5 * (np.log(8.0 * np.pi * ELECTRON_CHARGE**6 / (BOLTZMANN * ELECTRON_VOLT**2)) - jnp.log(temperature))


def _lowering(
    log_electrons: Float[Array, ""], log_screening: Float[Array, ""]
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """Lowering of the ionisation energy of a neutral atom (eV) and its derivative by the first argument."""
    energy = jnp.exp(log_screening + 0.5 * log_electrons)
    bounded = jnp.tanh(energy)
    return bounded, 0.5 * energy * (1.0 - bounded**2)


def _equilibrium_constants(
    temperature: Float[Array, ""],
    log_atomic: Float[Array, "26 6"],
    log_molecular: Float[Array, "molecule"],
    log_molecule_ion: Float[Array, ""],
) -> tuple[Float[Array, "26 5"], Float[Array, "molecule"], Float[Array, ""], Float[Array, ""]]:
    """ln of cumulative Saha factors, of molecules over products of atoms, of H- and of H2+."""
    electron_volts = BOLTZMANN * temperature / ELECTRON_VOLT
    electrons = _log_electron_quantum_density(temperature)
    saha = _CHARGES[1:] * electrons + log_atomic[:, 1:] - log_atomic[:, :1] - _CHI_SUM[:, 1:] / electron_volts
    saha = jnp.where(_KNOWN[:, 1:], saha, _ABSENT)
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
    molecule_ion = saha[0, 0] + pair + log_molecule_ion + HYDROGEN_MOLECULE_ION_ENERGY / electron_volts
    return saha, molecules, hydrogen_minus, molecule_ion


def _constants(
    temperature: Float[Array, ""],
    gas_pressure: Float[Array, ""],
    fractions: Float[AnyArray, "26"],
    partitions: tuple[Float[Array, "26 6"], Float[Array, "molecule"], Float[Array, ""]],
) -> _Constants:
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


def _densities(unknowns: Float[Array, "7"], constants: _Constants) -> _Densities:
    lowering, _ = _lowering(unknowns[0], constants.screening)
    lowering = lowering * jnp.exp(-constants.temperature)
    core = jnp.exp(_CORE_POWERS @ unknowns + constants.core + _CORE_LOWERINGS * lowering)
    ratios = jnp.exp(constants.states + _STATE_POWERS[1:] @ unknowns + _STATE_LOWERINGS[1:] * lowering)
    total = 1.0 + jnp.sum(ratios, axis=1, keepdims=True)
    shares = jnp.concatenate([1.0 / total, ratios / total], axis=1)
    others = jnp.exp(constants.fractions[_other] + unknowns[_unknown_N])
    return core, others, shares, lowering


def _totals(
    core: Float[Array, "species"], others: Float[Array, "21"], shares: Float[Array, "21 8"], lowering: Float[Array, ""]
) -> _Totals:
    charge, hydrogen, oxygen = (others @ shares) @ _STATE_COUNTS
    nuclei = core @ _CORE_ATOMS
    nuclei = nuclei + _HYDROGEN_ROW * hydrogen + _OXYGEN_ROW * oxygen
    particles = jnp.sum(core) + jnp.sum(others)
    # The bound never acts in a solution; it keeps a first step from failing.
    pressure = jnp.maximum(particles - core[-1] * lowering / 3.0, 1e-2 * particles)
    return _POSITIVE @ core + charge, _NEGATIVE @ core, nuclei, pressure


def _residual_of(unknowns: Float[Array, "7"], constants: _Constants, totals: _Totals) -> Float[Array, "7"]:
    positive, negative, nuclei, pressure = totals
    return jnp.concatenate(
        [
            jnp.log(positive / negative)[None],
            jnp.log(nuclei) - constants.fractions[_core] - unknowns[_unknown_N],
            (jnp.log(pressure) - constants.pressure)[None],
        ]
    )


def _residual(unknowns: Float[Array, "7"], constants: _Constants) -> Float[Array, "7"]:
    """Logarithmic errors of charge neutrality, of the five elements and of the pressure."""
    return _residual_of(unknowns, constants, _totals(*_densities(unknowns, constants)))


def _residual_and_jacobian(
    unknowns: Float[Array, "7"], constants: _Constants
) -> tuple[Float[Array, "7"], Float[Array, "7 7"]]:
    """`_residual` and its exact derivative by the unknowns."""
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


def _linear_solve(matrix: Float[Array, "n n"], right: Float[Array, "n *columns"]) -> Float[Array, "n *columns"]:
    """Solution of a small system by elimination without pivoting: batches of them vectorise, LAPACK's do not.

    The matrices here are, up to scaling of rows, those of a convex problem (positive definite in the potentials of the
    elements) with one border, for which elimination in the given order is stable.
    """
    size = len(matrix)

    def eliminate(k: Int[Array, ""], augmented: Array) -> Array:
        row = augmented[k] / augmented[k, k]
        return augmented - (augmented[:, k] - (jnp.arange(size) == k))[:, None] * row

    augmented = jnp.concatenate([matrix, right.reshape(size, -1)], axis=1)
    return lax.fori_loop(0, size, eliminate, augmented)[:, size:].reshape(right.shape)


@jax.custom_jvp
def _inverse(matrix: Float[Array, "n n"]) -> Float[Array, "n n"]:
    return _linear_solve(matrix, jnp.eye(len(matrix)))


@_inverse.defjvp
def _inverse_jvp(primals: tuple[Array], tangents: tuple[Array]) -> tuple[Array, Array]:
    inverse = _inverse(*primals)
    return inverse, -inverse @ tangents[0] @ inverse


def _start(constants: _Constants) -> Float[Array, "7"]:
    """A first guess of the unknowns."""
    log_particles = constants.pressure
    fractions = jnp.exp(constants.fractions)
    core = constants.core
    stages = core[:_n_core_atoms].reshape(-1, STAGES)[:, 1:]
    saha = jnp.concatenate([stages, constants.states[:, : STAGES - 1]])[_element_order]

    def ionised(log_electrons: Float[Array, ""]) -> tuple[Float[Array, "26"], Float[Array, ""]]:
        ratios = jnp.exp(jnp.minimum(saha - _CHARGES[1:] * log_electrons, 300.0))
        total = 1.0 + jnp.sum(ratios, axis=1)
        return total, jnp.sum(fractions * (ratios @ _CHARGES[1:]) / total)

    # The geometric mean of guess and result solves the limit of weak ionisation at once.
    log_electrons = log_particles - 2.0
    for _ in range(4):
        _, charge = ionised(log_electrons)
        log_nuclei = log_particles - jnp.log1p(charge)
        log_electrons = 0.5 * (log_electrons + jnp.log(charge) + log_nuclei)
    total, _ = ionised(log_electrons)
    hydrogen, carbon, nitrogen, oxygen, silicon = constants.fractions[_core] + log_nuclei - jnp.log(total[_core])
    molecule = {MOLECULES[m]: core[_n_core_atoms + 2 + i] for i, m in enumerate(_core_molecules)}

    def paired(log_density: Float[Array, ""], log_constant: Float[Array, ""]) -> Float[Array, ""]:
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


def _free_partner(log_a: Float[Array, ""], log_b: Float[Array, ""], log_constant: Float[Array, ""]) -> Float[Array, ""]:
    """ln of free a where a + b <-> ab, from the totals: positive root of x2 + (b - a + 1/K) x - a/K = 0."""
    scale = jnp.maximum(jnp.maximum(log_a, log_b), -log_constant)
    a, b, k = jnp.exp(log_a - scale), jnp.exp(log_b - scale), jnp.exp(-log_constant - scale)
    half = 0.5 * (b - a + k)
    root = jnp.sqrt(half**2 + a * k)
    return scale + jnp.log(jnp.where(half > 0, a * k / (half + root), root - half) + 1e-300)


_MAXIMUM_ITERATIONS = 60
_LARGEST_STEP = 3.0
_TOLERANCE = 1e-12
_Carry = tuple[Float[Array, "7"], Float[Array, ""], Int[Array, ""]]  # unknowns, their largest error, iterations


def _iterate(constants: _Constants) -> tuple[Float[Array, "7"], Int[Array, ""]]:
    def unfinished(carry: _Carry) -> Bool[Array, ""]:
        _, error, count = carry
        return (error > _TOLERANCE) & (count < _MAXIMUM_ITERATIONS)

    def improve(carry: _Carry) -> _Carry:
        unknowns, _, count = carry
        residual, jacobian = _residual_and_jacobian(unknowns, constants)
        step = -_linear_solve(jacobian, residual)
        largest = jnp.max(jnp.abs(step))
        step = step * jnp.minimum(1.0, _LARGEST_STEP / largest)
        # An error of the step e leaves one of order e2 behind.
        return unknowns + step, largest**2, count + 1

    start = _start(constants)
    unknowns, _, count = lax.while_loop(unfinished, improve, (start, jnp.asarray(1.0), jnp.asarray(0)))
    return unknowns, count


@jax.custom_jvp
def _solve(constants: _Constants) -> Float[Array, "7"]:
    """Unknowns that satisfy the conservation laws."""
    return _iterate(constants)[0]


@_solve.defjvp
def _solve_jvp(primals: tuple[_Constants], tangents: tuple[_Constants]) -> tuple[Float[Array, "7"], Float[Array, "7"]]:
    (constants,), (change,) = primals, tangents
    unknowns = _solve(constants)
    _, jacobian = _residual_and_jacobian(unknowns, constants)
    _, residual_change = jax.jvp(partial(_residual, unknowns), (constants,), (change,))
    return unknowns, -_inverse(jacobian) @ residual_change


_n_atoms = 26 * STAGES
_ATOMIC_LEVELS = ATOMIC_WEIGHTS_OF_LEVELS[ELEMENT_INDEX].reshape(_n_atoms, -1)
_ALL_LEVELS = np.concatenate([_ATOMIC_LEVELS, MOLECULAR_WEIGHTS_OF_LEVELS, HYDROGEN_MOLECULE_ION_WEIGHTS[None]])


@jax.jit
def gas_state(temperature: Scalar, gas_pressure: Scalar, fractions26: Float[AnyArray, "26"]) -> GasState:
    """State of the gas at `temperature` (K) and `gas_pressure` (dyn cm-2, electrons included).

    `fractions26` are number fractions of ELEMENTS, all positive, with a sum of 1. Good for 1500 to 50,000 K and 1e-4 to
    1e9 dyn cm-2, and for the deep layers of hot stars up to 160,000 K. Differentiable to any order in all three
    arguments, forward and in reverse; map over depths with jax.vmap.
    """
    temperature, gas_pressure = jnp.asarray(temperature, float), jnp.asarray(gas_pressure, float)
    factors = boltzmann_factors(temperature)
    partition = jnp.matmul(_ALL_LEVELS, factors)
    # kT d ln Q / d ln T: energy in excited levels
    excitation = (_ALL_LEVELS @ (factors * LEVEL_ENERGIES)) / partition
    atomic, molecular = partition[:_n_atoms].reshape(26, STAGES), partition[_n_atoms:-1]
    logarithms = jnp.log(atomic), jnp.log(molecular), jnp.log(partition[-1])
    constants = _constants(temperature, gas_pressure, fractions26, logarithms)
    unknowns = _solve(constants)
    core, others, shares, lowering = _densities(unknowns, constants)

    nuclei = jnp.exp(unknowns[_unknown_N])
    spread = others[:, None] * shares
    atoms = jnp.concatenate([core[:_n_core_atoms].reshape(-1, STAGES), spread[:, :STAGES]])[_element_order]
    hydrogen_minus, molecule_ion = core[_n_core_atoms], core[_n_core_atoms + 1]
    molecules = jnp.concatenate([core[_n_core_atoms + 2 : -1], spread[_other_row, _other_state]])[_molecule_order]

    density = nuclei * ATOMIC_MASS * mean_nuclear_mass(fractions26)
    thermal = BOLTZMANN * temperature
    kinetic_pressure = gas_pressure + core[-1] * lowering * thermal / 3.0
    lowering_energy = lowering * thermal / ELECTRON_VOLT
    bound = (
        jnp.sum(atoms * (_CHI_SUM - lowering_energy * _STATE_LOWERINGS[:STAGES]))
        - molecules @ DISSOCIATION_ENERGIES
        - hydrogen_minus * ELECTRON_AFFINITY_HYDROGEN
        + molecule_ion * (_CHI[0, 0] - HYDROGEN_MOLECULE_ION_ENERGY - lowering_energy)
    ) * ELECTRON_VOLT
    excited = atoms.reshape(-1) @ excitation[:_n_atoms] + molecules @ excitation[_n_atoms:-1]
    excited = excited + molecule_ion * excitation[-1]
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
def gas_states(
    temperature: Float[AnyArray, "depth"], gas_pressure: Float[AnyArray, "depth"], fractions: Float[AnyArray, "99"]
) -> GasState:
    """GasState of every depth from temperature (K), pressure (dyn cm-2) and N / N_total of Z = 1..99."""
    eos = eos_fractions(fractions)
    return jax.vmap(lambda t, p: gas_state(t, p, eos))(temperature, gas_pressure)


def ionization_fractions(z: int | Int[Array, ""], temperature: Scalar, electron_density: Scalar) -> Float[Array, "6"]:
    """Shares of the stages, neutral to five times ionised, of an element that forms no molecules.

    `z` is the atomic number (1..92); `temperature` is in K and `electron_density` in cm-3. Saha's equation with the
    lowering of `gas_state`.
    """
    logarithms = jnp.log(jnp.asarray(ATOMIC_WEIGHTS_OF_LEVELS)[z - 1] @ boltzmann_factors(temperature))
    energies = jnp.asarray(IONIZATION_ENERGIES)[z - 1, : STAGES - 1]
    electron_volts = BOLTZMANN * temperature / ELECTRON_VOLT
    lowering, _ = _lowering(jnp.log(electron_density), _log_screening(temperature))
    states = _log_electron_quantum_density(temperature) - jnp.log(electron_density)
    ratios = states + jnp.diff(logarithms) - (energies - _CHARGES[1:] * lowering) / electron_volts
    ratios = jnp.where(jnp.asarray(KNOWN_STAGES)[z - 1, 1:], ratios, _ABSENT)
    return jax.nn.softmax(jnp.pad(jnp.cumsum(ratios), (1, 0)))
