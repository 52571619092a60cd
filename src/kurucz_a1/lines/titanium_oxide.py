"""Lines of TiO from its potentials, spin-orbit couplings and transition dipole moments.

The spectroscopic model is that of ExoMol's Toto list (McKemmish et al. 2019, MNRAS 488, 2836), its numbers in
data/titanium_oxide.json: extended Morse potentials of ten states, refined there to measured levels, and ab initio
dipole moments. Vibrations are solved on a grid of sinc functions (Colbert & Miller 1992, J. Chem. Phys. 96, 1982) for
the centrifugal energy of several J. Each triplet is a 3 x 3 matrix between Hund's cases a and b; couplings to other
states count to second order, vertical at the minima. Left out are Lambda doubling (below 2 cm-1 in Pi states), lines
between singlets and triplets, rotation-vibration lines, and the weakest lines. Systems: alpha, beta, gamma, gamma',
delta, epsilon, phi and f-a.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int
from scipy.linalg import eigh

from kurucz_a1.files import packaged
from kurucz_a1.lines.elements import ISOTOPIC_FRACTION
from kurucz_a1.lines.line_list import LineList, make_line_list
from kurucz_a1.physics.constants import (
    ANGSTROM,
    ATOMIC_MASS,
    BOLTZMANN,
    ELECTRON_CHARGE,
    ELECTRON_MASS,
    ELECTRON_VOLT,
    PLANCK,
    SPEED_OF_LIGHT,
)

ISOTOPES = (48, 46, 47, 49, 50)
HIGHEST_VIBRATION, HIGHEST_ROTATION = 15, 180
DEBYE = 1e-18  # statC cm
# What a line that is kept contributes at this temperature at least, g f exp(-E / kT). Those left out have 1 % of the
# absorption of all at 4000 to 6000 A, 3 % to 7000, 5 % to 8000, 15 % at 10,000, half of what little there is at 15,000.
REFERENCE_TEMPERATURE, WEAKEST = 3500.0, 5e-4
_DISTANCE = np.linspace(1.30, 2.35, 90)  # Angstrom; the shortest wave that matters has 0.05
# J of the centrifugal energies at which vibrations are solved, and orders of the polynomials between them
_ROTATIONS, _ENERGY_ORDER, _MOMENT_ORDER = np.arange(0, 211, 30), 5, 4
_WAVENUMBER = PLANCK * SPEED_OF_LIGHT  # erg cm


@lru_cache
def constants() -> dict[str, Any]:
    """Contents of data/titanium_oxide.json."""
    text = packaged("lines/data/titanium_oxide.json").read_text(encoding="utf-8")
    return json.loads(text)


def potential(state: str) -> Float[np.ndarray, "distance"]:
    """Potential of a state in cm-1 on the grid of distances: Morse's, with an exponent that varies with distance."""
    values = constants()["states"][state]
    y = (_DISTANCE**2 - values["distance"] ** 2) / (_DISTANCE**2 + values["distance"] ** 2)
    exponents = values["exponents"]
    # shortward of the minimum only the first two terms
    shortward, longward = (np.polynomial.polynomial.polyval(y, series) for series in (exponents[:2], exponents))
    steep = np.where(y <= 0, shortward, longward)
    depth = constants()["dissociation"] - values["minimum"]
    return values["minimum"] + depth * (1 - np.exp(-steep * (_DISTANCE - values["distance"]))) ** 2


class Vibrations(NamedTuple):
    """Levels of one state without spin: polynomials in x = J(J + 1) / 10^4, and wave functions at _ROTATIONS."""

    energy: Float[np.ndarray, "power vibration"]  # cm-1
    waves: Float[np.ndarray, "rotation distance vibration"]


@lru_cache(maxsize=64)
def vibrations(state: str, isotope: int) -> Vibrations:
    """Vibrations of a state in the TiO of one isotope of titanium."""
    masses = constants()["masses"]
    titanium, oxygen = masses[f"Ti{isotope}"], masses["O16"]
    mass = titanium * oxygen / (titanium + oxygen) * ATOMIC_MASS
    # hbar^2 / (2 mu), cm-1 Angstrom^2
    inertia = PLANCK / (8 * np.pi**2 * mass * SPEED_OF_LIGHT) / ANGSTROM**2
    step = _DISTANCE[1] - _DISTANCE[0]
    apart = np.abs(np.subtract.outer(np.arange(_DISTANCE.size), np.arange(_DISTANCE.size)))
    kinetic = np.where(apart == 0, np.pi**2 / 3, 2 * (-1.0) ** apart / np.maximum(apart, 1) ** 2) * inertia / step**2
    energies: list[np.ndarray] = []
    waves: list[np.ndarray] = []
    for j in _ROTATIONS:
        effective = potential(state) + inertia * j * (j + 1) / _DISTANCE**2
        energy, wave = eigh(kinetic + np.diag(effective), subset_by_index=(0, HIGHEST_VIBRATION))
        if waves:  # the sign of the slower rotation
            wave = wave * np.sign(np.sum(wave * waves[-1], axis=0))
        energies.append(energy)
        waves.append(wave)
    return Vibrations(_polynomials(np.array(energies), _ENERGY_ORDER), np.array(waves))


def _polynomials(values: Float[np.ndarray, "rotation *rest"], order: int) -> Float[np.ndarray, "power *rest"]:
    x = _ROTATIONS * (_ROTATIONS + 1) / 1e4
    flat = np.polynomial.polynomial.polyfit(x, values.reshape(len(x), -1), order)
    return flat.reshape(order + 1, *values.shape[1:])


class Levels(NamedTuple):
    """Levels of one state: of each vibration v, J and spin component F, with the case-a functions that they mix."""

    sigma: Int[np.ndarray, "component"]  # of the functions
    energy: Float[np.ndarray, "vibration rotation component"]  # cm-1; infinite where there is no such level
    mixing: Float[np.ndarray, "vibration rotation function component"]


@lru_cache(maxsize=64)
def levels(state: str, isotope: int) -> Levels:
    """Rotational levels of a state, J = 0..HIGHEST_ROTATION."""
    values = constants()["states"][state]
    lam, spin = values["lam"], (values["mult"] - 1) // 2
    sigma = np.arange(-spin, spin + 1)
    omega, j = lam + sigma, np.arange(HIGHEST_ROTATION + 1)[:, None]
    # J(J+1) - Omega^2 + S(S+1) - Sigma^2: what turns
    turning = (j * (j + 1.0) - omega**2 + spin * (spin + 1) - sigma**2) / 1e4
    terms = vibrations(state, isotope).energy
    energy = np.polynomial.polynomial.polyval(turning, terms)  # (vibration, rotation, function)
    slope = np.polynomial.polynomial.polyval(turning, np.polynomial.polynomial.polyder(terms)) / 1e4
    energy = energy + values["spin_orbit"] * sigma + values["spin_spin"] * (3 * sigma**2 - spin * (spin + 1))
    energy = energy + np.array([_second_order(state, int(s)) for s in sigma])
    absent = j < np.abs(omega)
    matrix = np.zeros((*energy.shape, sigma.size))
    diagonal = np.arange(sigma.size)
    matrix[..., diagonal, diagonal] = np.where(absent, 1e9, energy)
    for k in range(sigma.size - 1):
        spins = np.sqrt(spin * (spin + 1) - sigma[k] * (sigma[k] + 1))
        turns = np.sqrt(np.maximum(j[:, 0] * (j[:, 0] + 1.0) - omega[k] * (omega[k] + 1), 0))
        coupling = -0.5 * (slope[..., k] + slope[..., k + 1]) * spins * turns
        coupling = np.where(absent[:, k] | absent[:, k + 1], 0.0, coupling)
        matrix[..., k, k + 1] = matrix[..., k + 1, k] = coupling
    energy, mixing = np.linalg.eigh(matrix)
    return Levels(sigma, np.where(energy > 1e8, np.inf, energy), mixing)


def _second_order(state: str, sigma: int) -> float:
    """Shift of a case-a function by couplings to other states, cm-1."""
    states, shift = constants()["states"], 0.0
    for first, first_sigma, second, second_sigma, value in constants()["perturbations"]:
        apart = states[first]["minimum"] - states[second]["minimum"]
        if (first, first_sigma) == (state, sigma):
            shift += value**2 / apart
        if (second, second_sigma) == (state, sigma):
            shift -= value**2 / apart
    return shift


def lowest_level(isotope: int) -> float:
    """Energy of the lowest level in cm-1, from which levels count."""
    return float(levels("X", isotope).energy.min())


def clebsch_gordan(
    j: Float[np.ndarray, "..."], m: Float[np.ndarray, "..."], q: int, change: int
) -> Float[np.ndarray, "..."]:
    """<j m 1 q | j + change, m + q>, j and m of any shapes that go together; 0 where there is no such level."""
    total = m + q
    with np.errstate(divide="ignore", invalid="ignore"):
        if q == 0:
            square = {
                1: (j - total + 1) * (j + total + 1) / ((2 * j + 1) * (j + 1)),
                0: total**2 / (j * (j + 1)),
                -1: (j - total) * (j + total) / (j * (2 * j + 1)),
            }[change]
            sign = np.sign(total) if change == 0 else 1 if change == 1 else -1
        else:
            up = q * total
            square = {
                1: (j + up) * (j + up + 1) / ((2 * j + 1) * (2 * j + 2)),
                0: (j + up) * (j - up + 1) / (2 * j * (j + 1)),
                -1: (j - up) * (j - up + 1) / (2 * j * (2 * j + 1)),
            }[change]
            sign = -q if change == 0 else 1
    possible = (np.abs(m) <= j) & (np.abs(total) <= j + change) & (j + change >= 0)
    return sign * np.sqrt(np.where(possible & (square > 0), square, 0.0))


def moments(system: dict[str, Any], isotope: int) -> Float[np.ndarray, "power upper lower"]:
    """<v'| mu |v''> of a system in Debye, the spherical component, as polynomials in J(J + 1) / 10^4."""
    dipole = system["height"] * (0.5 + np.arctan(system["slope"] * (_DISTANCE - system["centre"])) / np.pi)
    states = constants()["states"]
    lambdas = states[system["upper"]]["lam"], states[system["lower"]]["lam"]
    # the model has Cartesian components: <x|mu_x|x> of two states that both have two components is 1 / sqrt 2 of it
    if lambdas[0] != lambdas[1] and min(lambdas) > 0:
        dipole = dipole * np.sqrt(2)
    upper, lower = (vibrations(system[which], isotope).waves for which in ("upper", "lower"))
    return _polynomials(np.einsum("kru,r,krl->kul", upper, dipole, lower, optimize=True), _MOMENT_ORDER)


Columns = tuple[Float[np.ndarray, "line"], Float[np.ndarray, "line"], Float[np.ndarray, "line"]]


def system_lines(system: dict[str, Any], isotope: int, weakest: float = WEAKEST) -> Iterator[Columns]:
    """Wavenumber and lower energy (cm-1) and g f of the lines of a system, both Lambda components together.

    ``weakest``: g f exp(-E / kT) of the weakest line kept, at REFERENCE_TEMPERATURE.
    """
    states = constants()["states"]
    above, below = levels(system["upper"], isotope), levels(system["lower"], isotope)
    q = states[system["upper"]]["lam"] - states[system["lower"]]["lam"]
    components = 1 if states[system["upper"]]["lam"] == states[system["lower"]]["lam"] == 0 else 2
    omega = (states[system["lower"]]["lam"] + below.sigma).astype(float)
    ground, moment = lowest_level(isotope), moments(system, isotope)
    x = np.arange(HIGHEST_ROTATION + 1) * np.arange(1.0, HIGHEST_ROTATION + 2) / 1e4
    factor = 8 * np.pi**2 * ELECTRON_MASS * SPEED_OF_LIGHT / (3 * PLANCK * ELECTRON_CHARGE**2) * DEBYE**2
    fraction = ISOTOPIC_FRACTION["Ti", isotope]
    for change in (-1, 0, 1):
        j = np.arange(max(0, -change), HIGHEST_ROTATION + 1 - max(0, change))
        amplitude = clebsch_gordan(j[:, None].astype(float), omega[None, :], q, change)
        for low in range(HIGHEST_VIBRATION + 1):
            strength = np.polynomial.polynomial.polyval(x[j], moment[:, :, low]) ** 2  # (upper, rotation)
            lower = below.energy[low, j] - ground  # (rotation, component)
            population = np.exp(-lower * _WAVENUMBER / (BOLTZMANN * REFERENCE_TEMPERATURE))
            mixed = np.einsum("jf,ujfa,jfb->ujab", amplitude, above.mixing[:, j + change], below.mixing[low, j])
            with np.errstate(invalid="ignore"):
                wavenumber = above.energy[:, j + change][..., None] - ground - lower[:, None, :]
                gf = factor * fraction * components * wavenumber * strength[..., None, None]
                gf = gf * (2 * j + 1)[:, None, None] * mixed**2
                kept = np.isfinite(wavenumber) & (wavenumber > 0) & (gf * population[:, None, :] > weakest)
            yield wavenumber[kept], np.broadcast_to(lower[:, None, :], kept.shape)[kept], gf[kept]


@lru_cache(maxsize=1)
def titanium_oxide_lines() -> LineList:
    """Lines of TiO: eight systems, v <= 15, J <= 180, five isotopes of titanium."""
    columns = [
        each for isotope in ISOTOPES for system in constants()["systems"] for each in system_lines(system, isotope)
    ]
    wavenumber, energy, gf = (np.concatenate(column) for column in zip(*columns, strict=True))
    energy = energy * _WAVENUMBER / ELECTRON_VOLT
    return make_line_list(1e8 / wavenumber, ["TiO"] * len(gf), [0] * len(gf), energy, np.log10(gf))
