"""Vibration-rotation lines of CO from its Dunham constants, its potential and its dipole moment function.

Level energies: Dunham coefficients of 12C16O by Guelachvili et al. (1983, J. Mol. Spectrosc. 98, 64), scaled with the
reduced mass for other isotopes. Wave functions: the potential of Simons, Parr & Finlan (1973, J. Chem. Phys. 59, 3229)
with the Dunham constants a0, a1, a2, solved on a grid of sinc functions (Colbert & Miller 1992, J. Chem. Phys. 96,
1982) for every J, which includes the Herman-Wallis effect. Dipole moment function: data/carbon_monoxide.json.
"""

import json
from functools import lru_cache
from typing import Any

import numpy as np
from jaxtyping import Float
from scipy.linalg import eigh

from kurucz_a1.files import packaged
from kurucz_a1.lines.elements import ISOTOPIC_FRACTION
from kurucz_a1.lines.line_list import LineList, make_line_list
from kurucz_a1.physics.constants import ELECTRON_CHARGE, ELECTRON_MASS, ELECTRON_VOLT, PLANCK, SPEED_OF_LIGHT

ISOTOPES = ((12, 16), (13, 16), (12, 18))
HIGHEST_VIBRATION, HIGHEST_ROTATION, HIGHEST_STEP = 12, 130, 3
DEBYE = 1e-18  # statC cm
_MASS = {12: 12.0, 13: 13.00335, 16: 15.99491, 18: 17.99916}  # atomic mass units, NIST


@lru_cache
def constants() -> dict[str, Any]:
    """Contents of data/carbon_monoxide.json."""
    text = packaged("lines/data/carbon_monoxide.json").read_text(encoding="utf-8")
    return json.loads(text)


def reduced_mass(isotope: tuple[int, int]) -> float:
    """Reduced mass of (carbon, oxygen) mass numbers, atomic mass units."""
    carbon, oxygen = (_MASS[number] for number in isotope)
    return carbon * oxygen / (carbon + oxygen)


def term_values(isotope: tuple[int, int] = (12, 16)) -> Float[np.ndarray, "vibration rotation"]:
    """Energies above the lowest level, cm-1, by Dunham's expansion."""
    v = np.arange(HIGHEST_VIBRATION + 1)[:, None] + 0.5
    j = np.arange(HIGHEST_ROTATION + 1)[None, :]
    ratio = reduced_mass((12, 16)) / reduced_mass(isotope)
    energy: Any = 0.0
    for key, value in constants()["dunham"].items():
        k, l = int(key[1]), int(key[2])
        energy = energy + value * ratio ** (k / 2 + l) * v**k * (j * (j + 1.0)) ** l
    return energy - energy[0, 0]


@lru_cache
def displacement_moments(order: int = 4) -> Float[np.ndarray, "{order} step branch vibration rotation"]:
    """Matrix elements <v' J'| x^i |v J> of x = r / re - 1 in 12C16O.

    J' = J - 1, J + 1 (branch 0, 1), v' = v + step, step 0..3; 0 where J' < 0.
    """
    dunham = constants()["dunham"]
    rotation, vibration = dunham["Y01"], dunham["Y10"]
    a0 = vibration**2 / (4 * rotation)
    a1 = dunham["Y11"] * vibration / (6 * rotation**2) - 1
    a2 = dunham["Y20"] / (1.5 * rotation) + 1.25 * a1**2
    x = np.linspace(-0.30, 0.65, 170)
    step = x[1] - x[0]
    z = x / (1 + x)
    potential = a0 * z**2 * (1 + (a1 + 2) * z + (3 + 3 * a1 + a2) * z**2)
    # kinetic energy -Be d2/dx2 on sinc functions
    distance = np.abs(np.subtract.outer(np.arange(x.size), np.arange(x.size)))
    kinetic = 2.0 * (-1.0) ** distance / np.maximum(distance, 1) ** 2
    kinetic = np.where(distance == 0, np.pi**2 / 3, kinetic) * rotation / step**2

    levels = HIGHEST_VIBRATION + 1 + HIGHEST_STEP
    states = []
    for j in range(HIGHEST_ROTATION + 2):
        centrifugal = rotation * j * (j + 1) / (1 + x) ** 2
        hamiltonian = kinetic + np.diag(potential + centrifugal)
        states.append(eigh(hamiltonian, subset_by_index=(0, levels - 1))[1])
    powers = x[None, :] ** np.arange(order)[:, None]
    v = np.arange(HIGHEST_VIBRATION + 1)
    result = np.zeros((order, HIGHEST_STEP + 1, 2, v.size, HIGHEST_ROTATION + 1))
    for j in range(HIGHEST_ROTATION + 1):
        for branch, other in enumerate((j - 1, j + 1)):
            if other >= 0:
                elements = np.einsum("xu,ix,xv->iuv", states[other], powers, states[j][:, v], optimize=True)
                for jump in range(HIGHEST_STEP + 1):
                    result[:, jump, branch, :, j] = elements[:, v + jump, v]
    return result


def carbon_monoxide_lines(smallest_log_gf: float = -12.0) -> LineList:
    """Lines of CO: steps of 1 to 3 in the vibration, v <= 12 in the lower level, J <= 130, three isotopes."""
    columns = []
    dipole = np.array(constants()["dipole"])
    matrix = np.tensordot(dipole, displacement_moments(len(dipole)), axes=1) * DEBYE
    for isotope in ISOTOPES:
        energy = term_values(isotope)
        ratio = reduced_mass((12, 16)) / reduced_mass(isotope)
        fraction = ISOTOPIC_FRACTION["C", isotope[0]] * ISOTOPIC_FRACTION["O", isotope[1]]
        for jump in range(1, HIGHEST_STEP + 1):
            for branch, change in enumerate((-1, 1)):
                v = np.arange(HIGHEST_VIBRATION + 1 - jump)[:, None]
                j = np.arange(1 if change < 0 else 0, HIGHEST_ROTATION + (0 if change > 0 else 1))[None, :]
                wavenumber = energy[v + jump, j + change] - energy[v, j]
                # amplitudes of oscillation go with the fourth root of the reduced mass
                strength = matrix[jump, branch][v, j] ** 2 * ratio ** (jump / 2) * np.maximum(j, j + change)
                gf = 8 * np.pi**2 * ELECTRON_MASS * SPEED_OF_LIGHT * wavenumber * strength
                gf = gf / (3 * PLANCK * ELECTRON_CHARGE**2) * fraction
                lower = energy[v, j] * PLANCK * SPEED_OF_LIGHT / ELECTRON_VOLT
                good = (wavenumber > 100) & (gf > 10.0**smallest_log_gf)
                columns.append((1e8 / wavenumber[good], lower[good], np.log10(gf[good])))
    wavelength, energy, log_gf = (np.concatenate(column) for column in zip(*columns, strict=True))
    return make_line_list(wavelength, ["CO"] * len(wavelength), [0] * len(wavelength), energy, log_gf)
