"""Line absorption of neutral hydrogen: Lyman to n = 8 series, Stark, natural and self broadening, merging of levels.

The profile of a line is the sum of a Doppler core that carries the share 1 - s of its strength and of a Stark part
with the share s. Far from the centre the Stark part is Holtsmark's quasi-static wing of ions and electrons,
K F0^(3/2) |dnu|^(-5/2) with F0 = 1.25e-9 n_e^(2/3), reduced where electrons collide faster than they are static; its
core is as wide as its normalisation demands, or as the Doppler core if that is wider. The constants are fitted by us
to the profiles of Stehle & Hutcheon (1999, A&AS 140, 93). Natural wings, Gamma / (4 pi^2 dnu^2) with Gamma the sum of
the decay rates of both levels, exceed those of H alpha below some 10^13 electrons per cm3. Self broadening of H alpha
to H gamma: Barklem, Piskunov & O'Mara (2000, A&A 363, 1091).

An upper level m exists with the occupation probability of Hummer & Mihalas (1988, ApJ 331, 794) (ions only), from the
distribution of the microfield as Hubeny, Hummer & Lanz (1994, A&A 282, 151) fitted it; the share that does not exist
adds to the bound-free continuum below its threshold, so that no oscillator strength is lost.
The natural wings of the Lyman lines are Rayleigh scattering and are not absorption here.
"""

import csv
from collections.abc import Sequence
from math import gamma
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from kurucz_a1.files import packaged
from kurucz_a1.numerics.voigt import voigt
from kurucz_a1.physics.constants import (
    BOLTZMANN,
    ELECTRON_CHARGE,
    ELECTRON_VOLT,
    PLANCK,
    RYDBERG_HYDROGEN,
    SPEED_OF_LIGHT,
)
from kurucz_a1.physics.line_profiles import LINE_STRENGTH, abo_damping, damping_parameter, doppler_velocity
from kurucz_a1.types import AnyArray, Real, Scalar

RYDBERG_FREQUENCY = RYDBERG_HYDROGEN * ELECTRON_VOLT / PLANCK  # Hz
HYDROGEN_MASS = 1.008
HOLTSMARK = 1.25e-9  # F0 / n_e^(2/3), statV cm

# Self broadening: cross section (Bohr radii squared) and velocity exponent, Barklem et al. (2000), table 3.
SELF_BROADENING = {(2, 3): (1180.0, 0.677), (2, 4): (2320.0, 0.455), (2, 5): (4208.0, 0.380)}

# Fitted by tools/fit_hydrogen_stark.py to Stehle & Hutcheon (1999).
# K^(2/3) = STARK_SCALE (m^2 - n^2) times a factor for m - n = 1 (n = 1, 2, 3 and above), 2 and 3.
STARK_SCALE = 4.08e8  # Hz per unit of F0
_FIRST_MEMBER = (0.591, 0.639, 0.651)
_SECOND_MEMBER, _THIRD_MEMBER = 0.953, 0.965
_SHARPNESS = 3.25  # of the bend from core to wing: (|x|^p + width^p)^(-5/2p)
_INTEGRAL = 2 * gamma(1 + 1 / _SHARPNESS) * gamma(1.5 / _SHARPNESS) / gamma(2.5 / _SHARPNESS)  # of that, for width 1
_FIRST_REDUCTION, _REDUCTION = 0.232, 0.085  # of the inner wing, for m - n = 1 and others
_STATIC_FREQUENCY, _STATIC_POWER = 0.081, 1.46  # kT / h / (m^2 - n^2), beyond which there is none


class HydrogenLines(NamedTuple):
    """Lines of hydrogen."""

    lower: Int[np.ndarray, "line"]
    upper: Int[np.ndarray, "line"]
    frequency: Float[np.ndarray, "line"]  # Hz
    oscillator_strength: Float[np.ndarray, "line"]
    stark_scale: Float[np.ndarray, "line"]  # K^(2/3), Hz per unit of F0
    self_sigma: Float[np.ndarray, "line"]  # Bohr radii squared, 0 where self broadening is left out
    self_alpha: Float[np.ndarray, "line"]
    natural_width: Float[np.ndarray, "line"]  # Gamma, rad s-1, 0 in the Lyman series


def _stark_scale(lower: int, upper: int) -> float:
    step = upper - lower
    factor = {1: _FIRST_MEMBER[min(lower, 3) - 1], 2: _SECOND_MEMBER, 3: _THIRD_MEMBER}.get(step, 1.0)
    return STARK_SCALE * factor * (upper**2 - lower**2)


def _decay_rates(
    lower: Int[np.ndarray, "line"],
    upper: Int[np.ndarray, "line"],
    frequency: Float[np.ndarray, "line"],
    strength: Float[np.ndarray, "line"],
) -> Float[np.ndarray, "level"]:
    """Decays of each level, by its principal quantum number, to all lower ones in these lines, s-1."""
    einstein = 8 * np.pi * LINE_STRENGTH * (frequency / SPEED_OF_LIGHT * lower / upper) ** 2 * strength
    return np.bincount(upper, weights=einstein)


def _all_lines() -> HydrogenLines:
    path = packaged("physics/data/hydrogen_oscillator_strengths.csv")
    text = [row for row in path.read_text(encoding="utf-8").splitlines() if not row.startswith("#")]
    rows = [(int(a), int(b), float(f)) for a, b, f in list(csv.reader(text))[1:]]
    lower, upper, strength = (np.array(column) for column in zip(*rows, strict=True))
    frequency = RYDBERG_FREQUENCY * (1.0 / lower**2 - 1.0 / upper**2)
    broadening = np.array([SELF_BROADENING.get((a, b), (0.0, 0.0)) for a, b, _ in rows])
    decays = _decay_rates(lower, upper, frequency, strength)
    return HydrogenLines(
        lower,
        upper,
        frequency,
        strength,
        np.array([_stark_scale(a, b) for a, b, _ in rows]),
        broadening[:, 0],
        broadening[:, 1],
        np.where(lower > 1, decays[lower] + decays[upper], 0.0),
    )


ALL_LINES = _all_lines()
HIGHEST_LOWER, HIGHEST_UPPER = int(ALL_LINES.lower.max()), int(ALL_LINES.upper.max())


def lines_near(shortest: Scalar, longest: Scalar, reach: float = 0.05) -> Int[np.ndarray, "chosen"]:
    """Indices of those of ALL_LINES whose centre is within ``reach`` in ln wavelength of [shortest, longest] (A,
    vacuum)."""
    wavelength = SPEED_OF_LIGHT / ALL_LINES.frequency * 1e8
    return np.flatnonzero((wavelength > shortest * np.exp(-reach)) & (wavelength < longest * np.exp(reach)))


def some_lines(chosen: Sequence[int] | Int[np.ndarray, "chosen"]) -> HydrogenLines:
    """Some of ALL_LINES, by their indices."""
    return HydrogenLines(*(column[np.asarray(chosen, dtype=int)] for column in ALL_LINES))


def occupation_probability(
    level: Real | Int[AnyArray, "..."], electron_density: Scalar, temperature: Scalar
) -> Float[Array, "..."]:
    """Probability that the level of a (real) principal quantum number exists among ions as dense as the electrons
    (cm-3), at ``temperature`` (K).

    It is that of a microfield below the critical one of Hummer & Mihalas (1988), eq. 4.24, without neutral perturbers:
    Hubeny, Hummer & Lanz (1994), appendix A. The exponential of Hummer & Mihalas themselves, eq. 4.71, has twice the
    share of strong fields, so that far from a series limit twice as much of each level is dissolved.
    """
    level = jnp.asarray(level, dtype=float)
    correction = jnp.where(
        level > 3,
        16 / 3 * (level / (level + 1)) ** 2 * (level + 7 / 6) / (level**2 + level + 1 / 2),
        1.0,
    )
    critical = correction * (RYDBERG_HYDROGEN * ELECTRON_VOLT / level**2) ** 2 / (4 * ELECTRON_CHARGE**3)
    strength = (HOLTSMARK / critical) ** 1.5 * electron_density  # beta^(-3/2), beta the critical field in F0
    correlation = 0.09 * electron_density ** (1 / 6) / jnp.sqrt(temperature)
    screening = (1 + correlation) ** 3.15
    return 1 / (1 + strength * (strength + 0.1285 * screening) / (0.1402 * (screening + 4 * correlation**3)))


def stark_profile(
    offset: Float[AnyArray, "nu"],
    stark_scale: Scalar,
    lower: Scalar,
    upper: Scalar,
    temperature: Scalar,
    electron_density: Scalar,
    doppler_width: Scalar,
) -> tuple[Scalar, Float[Array, "nu"]]:
    """Share and profile (Hz-1) of the Stark part of a line at ``offset`` (Hz) from its centre.

    The profile integrates to the share, before the reduction of its inner wing by up to 23 per cent.
    """
    holtsmark = HOLTSMARK * electron_density ** (2 / 3)
    unit = stark_scale * holtsmark  # K^(2/3) F0, Hz
    own_width = unit * _INTEGRAL ** (2 / 3)
    width = (own_width**_SHARPNESS + doppler_width**_SHARPNESS) ** (1 / _SHARPNESS)
    share = (own_width / width) ** 1.5
    distance = ((offset * offset) ** (_SHARPNESS / 2) + width**_SHARPNESS) ** (1 / _SHARPNESS)
    # Far out electrons are as static as ions; closer in, the profile is somewhat below the common static limit.
    static = _STATIC_FREQUENCY * BOLTZMANN * temperature / PLANCK / (upper**2 - lower**2)
    reduction = jnp.where(upper - lower == 1, _FIRST_REDUCTION, _REDUCTION) / (1 + (distance / static) ** _STATIC_POWER)
    return share, unit**1.5 * distance**-2.5 * (1 - reduction)


def _weighted_lines(temperature: Scalar, electron_density: Scalar, lines: HydrogenLines) -> Float[Array, "line"]:
    """Integrated cross section (cm2 Hz) of each line, an absorber per unit of partition function."""
    energy = RYDBERG_HYDROGEN * ELECTRON_VOLT * (1 - 1.0 / lines.lower**2)
    population = 2.0 * lines.lower**2 * jnp.exp(-energy / (BOLTZMANN * temperature))
    exists = occupation_probability(lines.upper, electron_density, temperature)
    return LINE_STRENGTH * lines.oscillator_strength * population * exists


def stark_cross_section(
    frequency: Float[Array, "nu"],
    temperature: Scalar,
    electron_density: Scalar,
    microturbulence: Scalar,
    lines: HydrogenLines = ALL_LINES,
) -> Float[Array, "nu"]:
    """Cross section of Doppler cores, Stark and natural wings and dissolved levels, cm2.

    - ``frequency``: Hz; ``temperature``: K; ``electron_density``: cm-3; ``microturbulence``: cm s-1.

    Per neutral atom and unit of partition function, without stimulated emission.
    """
    velocity = doppler_velocity(temperature, HYDROGEN_MASS, microturbulence)

    def add(total: Array, line: tuple[Array, ...]) -> tuple[Array, None]:
        strength, centre, scale, lower, upper, natural_width = line
        width = centre * velocity / SPEED_OF_LIGHT
        offset = frequency - centre
        share, stark = stark_profile(offset, scale, lower, upper, temperature, electron_density, width)
        core = (1 - share) * jnp.exp(-jnp.minimum((offset / width) ** 2, 600.0)) / (np.sqrt(np.pi) * width)
        natural = natural_width / (4 * np.pi**2 * (offset * offset + width * width))
        return total + strength * (core + stark + natural), None

    columns = (
        _weighted_lines(temperature, electron_density, lines),
        jnp.asarray(lines.frequency),
        jnp.asarray(lines.stark_scale),
        jnp.asarray(lines.lower, dtype=float),
        jnp.asarray(lines.upper, dtype=float),
        jnp.asarray(lines.natural_width),
    )
    total = _dissolved_cross_section(frequency, temperature, electron_density)
    return jax.lax.scan(add, total, columns)[0]


def _dissolved_cross_section(
    frequency: Float[Array, "nu"], temperature: Scalar, electron_density: Scalar
) -> Float[Array, "nu"]:
    """Continuum of the upper levels that do not exist, and of those above HIGHEST_UPPER, below each threshold."""
    total = jnp.zeros_like(jnp.asarray(frequency, dtype=float))
    for lower in range(1, HIGHEST_LOWER + 1):
        index = np.flatnonzero((ALL_LINES.lower == lower) & (ALL_LINES.upper == HIGHEST_UPPER))[0]
        # d f / d nu of the highest tabulated line, carried to the threshold with nu^-3
        density = ALL_LINES.oscillator_strength[index] * HIGHEST_UPPER**3 / (2 * RYDBERG_FREQUENCY)
        binding = RYDBERG_FREQUENCY / lower**2
        inverse_square = 1.0 / lower**2 - frequency / RYDBERG_FREQUENCY
        below = (inverse_square > 0) & (inverse_square < 1.0 / (lower + 0.5) ** 2)
        level = 1 / jnp.sqrt(jnp.where(below, jnp.maximum(inverse_square, 1e-8), 1e-4))
        exists = occupation_probability(level, electron_density, temperature)
        exists = exists * jax.nn.sigmoid(HIGHEST_UPPER + 0.5 - level)
        population = (
            2.0
            * lower**2
            * jnp.exp(-RYDBERG_HYDROGEN * ELECTRON_VOLT * (1 - 1.0 / lower**2) / (BOLTZMANN * temperature))
        )
        section = LINE_STRENGTH * density * (binding / frequency) ** 3
        total = total + jnp.where(below, population * section * (1 - exists), 0.0)
    return total


def self_cross_section(
    frequency: Float[Array, "nu"], temperature: Scalar, microturbulence: Scalar, lines: HydrogenLines = ALL_LINES
) -> Float[Array, "nu"]:
    """Cross section of the wings due to collisions with hydrogen atoms, cm2 per cm-3 of neutral hydrogen.

    Linear in the density of perturbers; arguments and conventions of ``stark_cross_section``.
    """
    velocity = doppler_velocity(temperature, HYDROGEN_MASS, microturbulence)
    strengths = _weighted_lines(temperature, 0.0, lines)
    total = jnp.zeros_like(jnp.asarray(frequency, dtype=float))
    small = 1e-3  # damping parameter at which the linear growth of the wings is taken
    for k in np.flatnonzero(lines.self_sigma > 0):
        width = lines.frequency[k] * velocity / SPEED_OF_LIGHT
        damping = abo_damping(lines.self_sigma[k], lines.self_alpha[k], temperature, HYDROGEN_MASS)
        v = (frequency - lines.frequency[k]) / width
        growth = jnp.maximum(voigt(small, v) - voigt(0.0, v), 0.0) / small
        total = total + strengths[k] * damping_parameter(damping, width) * growth / (np.sqrt(np.pi) * width)
    return total


def hydrogen_line_opacity(
    frequency: Float[Array, "nu"],
    temperature: Scalar,
    electron_density: Scalar,
    neutral_hydrogen_density: Scalar,
    partition_function: Scalar = 2.0,
    microturbulence: Scalar = 2e5,
    lines: HydrogenLines = ALL_LINES,
) -> Float[Array, "nu"]:
    """Absorption coefficient of hydrogen lines, cm-1, less stimulated emission.

    - ``frequency``: Hz; ``temperature``: K; ``microturbulence``: cm s-1; densities: cm-3.
    - ``partition_function``: of neutral hydrogen; ``lines``: for example ``some_lines`` that are ``lines_near``.
    """
    section = stark_cross_section(frequency, temperature, electron_density, microturbulence, lines)
    section = section + neutral_hydrogen_density * self_cross_section(frequency, temperature, microturbulence, lines)
    stimulated = -jnp.expm1(-PLANCK * frequency / (BOLTZMANN * temperature))
    return jnp.multiply(neutral_hydrogen_density / partition_function, section) * stimulated
