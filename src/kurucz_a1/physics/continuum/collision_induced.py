"""Collision-induced absorption by pairs of H2, H and He, which have no dipole moment but in a collision.

ln k is a Chebyshev series in ln T, whose coefficients are cubic splines of the wavenumber, fitted by
tools/fit_collision_induced.py to the tables named in data/continuum_collision_induced.json (1000 to 7000 K; H-He to
10,000 K, H2-H to 2500 K; errors 1 % rms and 3 % at most where k is above a thousandth of its largest). k holds
stimulated emission: it goes as the wavenumber squared towards long waves, and goes on so below the tables. Above them
(20,000 cm-1; H-He 11,000, H2-H 10,000) it falls exponentially, at all temperatures with the mean of its slopes there;
beyond their temperatures it is a power law of T.
"""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy.polynomial import chebyshev
from scipy.interpolate import CubicSpline

from kurucz_a1.physics.constants import BOLTZMANN, SPEED_OF_LIGHT
from kurucz_a1.physics.continuum.curves import load, temperature_part
from kurucz_a1.types import Scalar

PAIRS = ("H2 H2", "H2 He", "H He", "H2 H")
#: Particles in a cm3 of one amagat: an ideal gas at 273.15 K and one atmosphere.
AMAGAT = 1_013_250.0 / (BOLTZMANN * 273.15)


def _fits() -> list[dict[str, Any]]:
    return [load("physics/data/continuum_collision_induced.json")[pair] for pair in PAIRS]


def frequency_part(frequency: Float[np.ndarray, "nu"]) -> Float[np.ndarray, "nu pair polynomial"]:
    """Coefficients of the series in scaled ln T of each of PAIRS at ``frequency`` (Hz), of which shorter ones end in
    zeros."""
    wavenumber = frequency / SPEED_OF_LIGHT
    longest = max(len(fit["coefficients"][0]) for fit in _fits())
    parts = np.zeros((len(frequency), len(PAIRS), longest))
    for pair, fit in enumerate(_fits()):
        knots, coefficients = np.array(fit["wavenumber"]), np.array(fit["coefficients"])
        spline = CubicSpline(knots, coefficients)
        part = spline(np.clip(wavenumber, knots[0], knots[-1]))
        part[:, 0] += 2 * np.log(np.minimum(wavenumber / knots[0], 1))
        temperatures = np.linspace(-1, 1, 21)
        slope = np.mean(chebyshev.chebval(temperatures, spline(knots[-1], 1)))
        part[:, 0] += slope * np.maximum(wavenumber - knots[-1], 0)
        parts[:, pair, : part.shape[1]] = part
    return parts


def absorption(
    part: Float[Array, "nu pair polynomial"], temperature: Scalar, pairs: Float[Array, "pair"]
) -> Float[Array, "nu"]:
    """Absorption in cm-1, less stimulated emission, of gas at ``temperature`` (K) in which the products of the two
    densities of each of PAIRS are ``pairs`` (cm-6); ``part`` is of ``frequency_part``."""
    total = jnp.zeros_like(part[:, 0, 0])
    for pair, fit in enumerate(_fits()):
        series = temperature_part(temperature, fit)
        log_coefficient = part[:, pair, : len(series)] @ series
        total += jnp.exp(log_coefficient) * (pairs[pair] / AMAGAT**2)
    return total
