"""Scattering cross sections: Thomson, and Rayleigh by H, He and H2. Numpy, of frequency only."""

import numpy as np
from jaxtyping import Float

from kurucz_a1.physics.constants import (
    ANGSTROM,
    ELECTRON_VOLT,
    PLANCK,
    RYDBERG_ENERGY,
    RYDBERG_HYDROGEN,
    SPEED_OF_LIGHT,
    THOMSON,
)
from kurucz_a1.physics.continuum import hydrogen

# Bluewards of these wavelengths the section is held: the resonance lines take over.
HYDROGEN_LIMIT = 1400 * ANGSTROM
HELIUM_LIMIT = 700 * ANGSTROM
HYDROGEN_MOLECULE_LIMIT = 1300 * ANGSTROM


def rayleigh_hydrogen(frequency: Float[np.ndarray, "nu"]) -> Float[np.ndarray, "nu"]:
    """Rayleigh cross section in cm2 of ground-state H, from the dispersion sum over all its transitions.

    sigma = sigma_Thomson |sum f nu^2 / (nu_k^2 - nu^2)|^2 with the exact oscillator strengths of the Lyman
    series (Menzel & Pekeris 1935) and the photoionisation cross section for the continuum.
    """
    nu = np.minimum(np.asarray(frequency), SPEED_OF_LIGHT / HYDROGEN_LIMIT)[:, None]
    limit = RYDBERG_HYDROGEN * ELECTRON_VOLT / PLANCK
    n = np.arange(2.0, 200.0)
    strength = 2.0**8 * n**5 * np.exp((2 * n - 4) * np.log(n - 1) - (2 * n + 4) * np.log(n + 1)) / 3
    line = limit * (1 - 1 / n**2)
    edges = np.geomspace(1, 100, 2001)
    middle = limit * np.sqrt(edges[1:] * edges[:-1])
    # f = (m c / pi e^2) integral of sigma d nu; the constant follows from the sum rule, sum f = 1
    weight = hydrogen.bound_free(middle, 1) * limit * np.diff(edges)
    weight *= (1 - strength.sum()) / weight.sum()
    amplitude = (strength * nu**2 / (line**2 - nu**2)).sum(1) + (weight * nu**2 / (middle**2 - nu**2)).sum(1)
    return THOMSON * amplitude**2


def rayleigh_helium(frequency: Float[np.ndarray, "nu"]) -> Float[np.ndarray, "nu"]:
    """Rayleigh cross section in cm2 of He, expansion of Colgan et al. (2016, ApJ 817, 116), eq. 7."""
    nu = np.minimum(np.asarray(frequency), SPEED_OF_LIGHT / HELIUM_LIMIT)
    x = (nu * PLANCK / ELECTRON_VOLT / (2 * RYDBERG_ENERGY)) ** 2
    return THOMSON * x**2 * (1.913 + 4.52 * x + 7.90 * x**2)


def rayleigh_hydrogen_molecule(frequency: Float[np.ndarray, "nu"]) -> Float[np.ndarray, "nu"]:
    """Rayleigh cross section in cm2 of H2, Dalgarno & Williams (1962, ApJ 136, 690), eq. 3."""
    nu = np.minimum(np.asarray(frequency), SPEED_OF_LIGHT / HYDROGEN_MOLECULE_LIMIT)
    x = (nu * ANGSTROM / SPEED_OF_LIGHT) ** 2
    return x**2 * (8.14e-13 + 1.28e-6 * x + 1.61 * x**2)
