"""Line-by-line cross sections of one absorber at a sample of frequencies, for many states of the gas.

The cross section is that of an absorber per unit of partition function, without stimulated emission:
sigma(nu) = pi e^2 / (m c) * sum over lines of g f exp(-E / kT) phi(nu), so that n / U * sigma is the absorption.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import jax
import numpy as np
from jaxtyping import Float, Int

from kurucz_a1.lines.elements import is_atom, mass
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.numerics.voigt import voigt
from kurucz_a1.physics.constants import (
    ANGSTROM,
    ATOMIC_MASS,
    BOLTZMANN,
    ELECTRON_VOLT,
    KILOMETRE_PER_SECOND,
    PLANCK,
    SPEED_OF_LIGHT,
)
from kurucz_a1.physics.line_profiles import (
    DAMPING_REFERENCE_TEMPERATURE,
    LINE_STRENGTH,
    abo_damping,
    classical_radiative_damping,
    effective_quantum_number_squared,
    stark_damping,
    unsoeld_damping,
)
from kurucz_a1.types import Scalar

CORE = 50 * KILOMETRE_PER_SECOND / SPEED_OF_LIGHT  # |ln nu - ln nu0| within which the Voigt function is evaluated
WING = 15000 * KILOMETRE_PER_SECOND / SPEED_OF_LIGHT  # and out to which Lorentz wings are added
MOLECULAR_WING = 1500 * KILOMETRE_PER_SECOND / SPEED_OF_LIGHT  # the same of molecules, whose lines are many and weak
VALUES_AT_ONCE, BLOCK = 1 << 20, 1 << 16  # of profiles: in memory, and compiled
# Damping of molecular lines per hydrogen atom at 10^4 K, s-1 cm3: a collision rate with a radius of 3.5 Angstrom.
MOLECULAR_VAN_DER_WAALS = 3.0e-8


@dataclass(frozen=True)
class States:
    """States of the gas at which cross sections are made: some pressures at each temperature.

    ``hydrogen_equivalent`` is the density of neutral hydrogen that broadens like H, He and H2 together.
    """

    temperature: Float[np.ndarray, "temperature"]  # K
    electron_density: Float[np.ndarray, "temperature pressure"]  # cm-3
    hydrogen_equivalent: Float[np.ndarray, "temperature pressure"]  # cm-3
    microturbulence: Scalar | Float[np.ndarray, "vturb"]  # cm s-1


def with_damping(
    lines: LineList, ionization_energy: float | None
) -> tuple[Float[np.ndarray, "line"], Float[np.ndarray, "line"], Float[np.ndarray, "line"]]:
    """Columns gamma_rad, gamma_stark and gamma_vdw of ``lines`` of one species, every gap filled.

    ``ionization_energy``: eV, needed for atoms. ABO data become a damping at 10^4 K.
    """
    wavelength = lines.wavelength * ANGSTROM
    radiative = np.asarray(classical_radiative_damping(wavelength))
    name, stage = str(lines.species[0]), int(lines.ion_stage[0])
    if is_atom(name):
        assert ionization_energy is not None
        upper_energy = lines.lower_energy + PLANCK * SPEED_OF_LIGHT / wavelength / ELECTRON_VOLT
        upper = effective_quantum_number_squared(ionization_energy, upper_energy, stage)
        stark = np.asarray(stark_damping(upper, stage))
        van_der_waals = np.asarray(unsoeld_damping(ionization_energy, lines.lower_energy, upper_energy, stage))
    else:
        stark = np.zeros(len(lines))
        van_der_waals = np.full(len(lines), MOLECULAR_VAN_DER_WAALS)
    van_der_waals = np.where(np.isnan(lines.gamma_vdw), van_der_waals, lines.gamma_vdw)
    abo = np.isfinite(lines.abo_sigma)
    if abo.any():
        sigma, alpha = np.where(abo, lines.abo_sigma, 1.0), np.where(abo, lines.abo_alpha, 0.0)
        theory = np.asarray(abo_damping(sigma, alpha, DAMPING_REFERENCE_TEMPERATURE, mass(name)))
        van_der_waals = np.where(abo, theory, van_der_waals)
    return (
        np.where(np.isnan(lines.gamma_rad), radiative, lines.gamma_rad),
        np.where(np.isnan(lines.gamma_stark), stark, lines.gamma_stark),
        van_der_waals,
    )


def cross_sections(
    lines: LineList, frequency: Float[np.ndarray, "nu"], states: States, ionization_energy: float | None = None
) -> Float[np.ndarray, "nu *vturb temperature pressure"]:
    """Cross sections of the lines of one species at ``frequency`` (Hz), cm2.

    ``ionization_energy``: eV, needed for atoms. Lines farther than 15,000 km/s, 1500 km/s in molecules, do not
    contribute. Within 50 km/s the profile is a Voigt function, outside its Lorentz wing (equal to 2 per cent there).
    """
    lines = lines[::-1]  # frequencies upward
    name = str(lines.species[0])
    centre = SPEED_OF_LIGHT / (lines.wavelength * ANGSTROM)
    log_centre = np.log(centre)
    parts = np.stack(with_damping(lines, ionization_energy))
    beta = ELECTRON_VOLT / (BOLTZMANN * states.temperature)
    strength = LINE_STRENGTH * 10.0 ** lines.log_gf[:, None] * np.exp(-lines.lower_energy[:, None] * beta)

    t4 = states.temperature[:, None] / DAMPING_REFERENCE_TEMPERATURE
    # Weights of the natural, Stark and van der Waals parts in each state
    broadening = np.stack(
        [
            np.ones_like(states.electron_density),
            states.electron_density * t4 ** (1 / 6),
            states.hydrogen_equivalent * t4**0.3,
        ]
    )
    turbulence = np.asarray(states.microturbulence, dtype=float)
    thermal = 2 * BOLTZMANN * states.temperature / (mass(name) * ATOMIC_MASS)
    velocity = np.sqrt(thermal + turbulence.reshape(-1, 1) ** 2)  # (vturb, T)
    log_frequency = np.log(frequency)
    reach = WING if is_atom(name) else MOLECULAR_WING
    outer = np.searchsorted(log_centre, [log_frequency - reach, log_frequency + reach])
    inner = np.searchsorted(log_centre, [log_frequency - CORE, log_frequency + CORE])

    lorentz = np.zeros((len(frequency), len(parts), len(states.temperature)))
    for k in np.flatnonzero(outer[1] - outer[0] > inner[1] - inner[0]):
        for wing in (slice(outer[0, k], inner[0, k]), slice(inner[1, k], outer[1, k])):
            lorentz[k] += parts[:, wing] / (4 * np.pi**2 * (frequency[k] - centre[wing]) ** 2) @ strength[wing]
    wings = np.einsum("njt,jtp->ntp", lorentz, broadening)
    result = np.repeat(wings[:, None], len(velocity), axis=1)
    for first, last in _groups(inner[1] - inner[0], states.electron_density.size):
        _add_cores(result, slice(first, last), frequency, inner, centre, parts, strength, velocity, broadening)
    return result.reshape(len(frequency), *turbulence.shape, *states.electron_density.shape)


def _groups(counts: Int[np.ndarray, "nu"], states: int) -> Iterator[tuple[int, int]]:
    """Ranges of frequencies whose pairs with lines, ``counts``, have at most about VALUES_AT_ONCE values together."""
    share = np.cumsum(counts) * states // VALUES_AT_ONCE
    edges = [0, *(np.flatnonzero(np.diff(share)) + 1), len(counts)]
    return ((first, last) for first, last in itertools.pairwise(edges) if counts[first:last].any())


def _add_cores(
    result: Float[np.ndarray, "nu vturb temperature pressure"],
    group: slice,
    frequency: Float[np.ndarray, "nu"],
    inner: Int[np.ndarray, "2 nu"],
    centre: Float[np.ndarray, "line"],
    parts: Float[np.ndarray, "3 line"],
    strength: Float[np.ndarray, "line temperature"],
    velocity: Float[np.ndarray, "vturb temperature"],
    broadening: Float[np.ndarray, "3 temperature pressure"],
) -> None:
    """Add the lines from ``inner[0]`` to ``inner[1]`` of each frequency of a group: one damping for every width."""
    counts = (inner[1] - inner[0])[group]
    rows = np.repeat(np.arange(group.start, group.stop), counts)
    starts = np.cumsum(counts) - counts
    line = np.arange(counts.sum()) + np.repeat(inner[0, group] - starts, counts)
    occupied = counts > 0
    damping = np.einsum("jl,jtp->ltp", parts[:, line] / (4 * np.pi), broadening)
    offset = np.abs(frequency[rows] - centre[line])[:, None]
    for k, of_vturb in enumerate(velocity):
        width = centre[line, None] * of_vturb / SPEED_OF_LIGHT
        v, a = offset / width, damping / width[..., None]
        profile = _voigt(a, v) * (strength[line] / (np.sqrt(np.pi) * width))[..., None]
        result[np.arange(group.start, group.stop)[occupied], k] += np.add.reduceat(profile, starts[occupied], axis=0)


_compiled = jax.jit(voigt)


def _voigt(a: Float[np.ndarray, "pair temperature pressure"], v: Float[np.ndarray, "pair temperature"]) -> np.ndarray:
    """The Voigt function, computed in blocks of one size, so that it is compiled once."""
    profile = np.empty(a.shape)
    flat, of_a, of_v = profile.ravel(), a.ravel(), np.repeat(v.ravel(), a.shape[2])
    for first in range(0, flat.size, BLOCK):
        block = slice(first, first + BLOCK)
        missing = max(first + BLOCK - flat.size, 0)
        values = _compiled(np.pad(of_a[block], (0, missing)), np.pad(of_v[block], (0, missing)))
        flat[block] = values[: BLOCK - missing]
    return profile
