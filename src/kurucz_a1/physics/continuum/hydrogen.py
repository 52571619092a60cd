"""Hydrogenic bound-free cross sections."""

from typing import TypeVar

import numpy as np
from jaxtyping import Float

from kurucz_a1.physics.constants import (
    BOLTZMANN,
    ELECTRON_CHARGE,
    ELECTRON_MASS,
    ELECTRON_VOLT,
    PLANCK,
    RYDBERG_HYDROGEN,
    SPEED_OF_LIGHT,
)
from kurucz_a1.physics.continuum.curves import extended_chebyshev, load

# Kramers' cross section of level n is KRAMERS Z^4 / (n^5 nu^3)
KRAMERS = 64 * np.pi**4 * ELECTRON_MASS * ELECTRON_CHARGE**10 / (3 * np.sqrt(3) * SPEED_OF_LIGHT * PLANCK**6)
# and the free-free coefficient of an ion is FREE_FREE Z^2 gaunt n_e n_ion / (T^1/2 nu^3)
FREE_FREE = (
    4 * ELECTRON_CHARGE**6 / (3 * PLANCK * SPEED_OF_LIGHT) * np.sqrt(2 * np.pi / (3 * ELECTRON_MASS**3 * BOLTZMANN))
)
_Level = TypeVar("_Level", float, np.ndarray)
HIGHEST_LEVEL = 12  # levels above are treated as a continuum of levels


def threshold_energy(n: _Level, charge: int = 1) -> _Level:
    """Ionization energy in eV of level n of a hydrogenic ion of nuclear charge `charge`."""
    return RYDBERG_HYDROGEN * charge**2 / n**2


def bound_free(frequency: Float[np.ndarray, "nu"], n: int, charge: int = 1) -> Float[np.ndarray, "nu"]:
    """Bound-free cross section in cm2 of level n <= 12 at `frequency` in Hz.

    Kramers' law with Gaunt factors fitted to the exact calculation of Nahar (2021). A
    hydrogenic ion's section is that of hydrogen at nu / Z^2, divided by Z^2.
    """
    fit = load("physics/data/continuum_bound_free.json")["hydrogen"]
    reduced = frequency / charge**2
    log_ratio = np.log(reduced * PLANCK / ELECTRON_VOLT / threshold_energy(n))
    scaled = 2 * log_ratio / fit["log_ratio_limits"][n - 1] - 1
    gaunt = np.exp(extended_chebyshev(np.maximum(scaled, -1), np.array(fit["coefficients"][n - 1])))
    return np.where(log_ratio >= -1e-12, gaunt * KRAMERS / (n**5 * reduced**3) / charge**2, 0.0)
