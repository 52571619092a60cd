"""Line-by-line cross sections of one absorber at a sample of frequencies, for many states of the gas.

The cross section is that of an absorber per unit of partition function, without stimulated emission:
sigma(nu) = pi e^2 / (m c) * sum over lines of g f exp(-E / kT) phi(nu), so that n / U * sigma is the absorption.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import wofz

from kurucz_a1.lines.elements import is_atom, mass
from kurucz_a1.lines.line_list import LineList
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

CORE = 100 * KILOMETRE_PER_SECOND / SPEED_OF_LIGHT  # |ln nu - ln nu0| within which the Voigt function is evaluated
WING = 15000 * KILOMETRE_PER_SECOND / SPEED_OF_LIGHT  # and out to which Lorentz wings are added
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
    microturbulence: Scalar  # cm s-1


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
) -> Float[np.ndarray, "nu temperature pressure"]:
    """Cross sections of the lines of one species at ``frequency`` (Hz), cm2.

    ``ionization_energy``: eV, needed for atoms. Lines farther than 15,000 km/s do not contribute. Within 100 km/s the
    profile is a Voigt function, outside its Lorentz wing (equal to 0.3 per cent there).
    """
    lines = lines[::-1]  # frequencies upward
    centre = SPEED_OF_LIGHT / (lines.wavelength * ANGSTROM)
    log_centre = np.log(centre)
    radiative, stark, van_der_waals = with_damping(lines, ionization_energy)
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
    parts = np.stack([radiative, stark, van_der_waals])
    velocity = np.sqrt(
        2 * BOLTZMANN * states.temperature / (mass(str(lines.species[0])) * ATOMIC_MASS) + states.microturbulence**2
    )
    log_frequency = np.log(frequency)
    outer = np.searchsorted(log_centre, [log_frequency - WING, log_frequency + WING])
    inner = np.searchsorted(log_centre, [log_frequency - CORE, log_frequency + CORE])

    result = np.zeros((len(frequency), *states.electron_density.shape))
    for k, nu in enumerate(frequency):
        wings = [slice(outer[0, k], inner[0, k]), slice(inner[1, k], outer[1, k])]
        lorentz = sum(parts[:, w] / (4 * np.pi**2 * (nu - centre[w]) ** 2) @ strength[w] for w in wings)
        result[k] = np.einsum("jt,jtp->tp", lorentz, broadening)
        core = slice(inner[0, k], inner[1, k])
        if core.stop > core.start:
            width = centre[core, None] * velocity / SPEED_OF_LIGHT  # (line, T)
            v = (nu - centre[core, None]) / width
            a = np.einsum("jl,jtp->ltp", parts[:, core], broadening) / (4 * np.pi * width[..., None])
            profile = wofz(v[..., None] + 1j * a).real / (np.sqrt(np.pi) * width[..., None])
            result[k] += np.einsum("lt,ltp->tp", strength[core], profile)
    return result
