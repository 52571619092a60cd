"""The shape of a metal or molecular line: Doppler width and damping constants.

Damping constants are full widths at half maximum in angular frequency (s-1), as line lists give them;
``damping_parameter`` turns their sum into the ``a`` of the Voigt function.
"""

import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaln

from kurucz_a1.physics.constants import (
    ATOMIC_MASS,
    BOHR_RADIUS,
    BOLTZMANN,
    ELECTRON_CHARGE,
    ELECTRON_MASS,
    RYDBERG_ENERGY,
    SPEED_OF_LIGHT,
)

# pi e^2 / (m c), cm2 Hz: the frequency integral of the cross section of a line with f = 1.
LINE_STRENGTH = np.pi * ELECTRON_CHARGE**2 / (ELECTRON_MASS * SPEED_OF_LIGHT)
DAMPING_REFERENCE_TEMPERATURE = 1.0e4  # K, at which line lists tabulate Stark and van der Waals widths
HIGHEST_BOUND, AUTOIONISING = 100.0, 50.0  # squares of effective quantum numbers


def doppler_velocity(temperature, mass, microturbulence):
    """Most probable velocity sqrt(2 k T / m + xi^2), cm s-1.

    temperature: K; mass: atomic mass units; microturbulence: cm s-1. The Doppler width is this over c times the
    frequency of the line.
    """
    return jnp.sqrt(2 * BOLTZMANN * temperature / (mass * ATOMIC_MASS) + microturbulence**2)


def damping_parameter(damping, doppler_width):
    """Parameter a of the Voigt function: damping (FWHM, rad s-1) over 4 pi Doppler width (Hz)."""
    return damping / (4 * np.pi * doppler_width)


def classical_radiative_damping(wavelength):
    """Classical damping 8 pi^2 e^2 / (3 m c lambda^2), s-1; wavelength in cm, vacuum."""
    return 8 * np.pi**2 * ELECTRON_CHARGE**2 / (3 * ELECTRON_MASS * SPEED_OF_LIGHT * wavelength**2)


def effective_quantum_number_squared(ionization_energy, level_energy, ion_stage):
    """Square of the effective principal quantum number of a level, at most 100; 50 for autoionising levels.

    Levels nearer to the limit than that often belong to a series of another limit. Stark widths of the GALAH DR3 line
    list grow with n*^4 up to there, and those of autoionising levels are what 50 gives (tools/fit_stark_damping.py).
    Energies in eV above the ground state of the same ion; ion_stage: 0 neutral, 1 singly ionised, ...
    """
    binding = jnp.asarray(ionization_energy) - level_energy
    hydrogenic = (jnp.asarray(ion_stage) + 1.0) ** 2 * RYDBERG_ENERGY / jnp.where(binding > 0, binding, 1.0)
    return jnp.where(binding > 0, jnp.minimum(hydrogenic, HIGHEST_BOUND), AUTOIONISING)


def stark_damping(upper_quantum_number_squared, ion_stage):
    """Stark damping per electron at 10^4 K, s-1 cm3, where a line list gives none.

    The scaling with n*^4 is that of Cowley (1971, Observatory 91, 139); the coefficients, 6.9e-8 for neutrals and
    1.1e-8 for ions, are fitted by us (tools/fit_stark_damping.py) to 10,000 values of the GALAH DR3 line list
    (Buder et al. 2021), whose scatter about them is 0.5 and 0.3 dex. They lie below Cowley's own by 0.5 and 0.7 dex.
    """
    return jnp.where(jnp.asarray(ion_stage) == 0, 6.9e-8, 1.1e-8) * upper_quantum_number_squared**2


def unsoeld_damping(ionization_energy, lower_energy, upper_energy, ion_stage):
    """Van der Waals damping per neutral hydrogen atom at 10^4 K, s-1 cm3, in Unsoeld's approximation.

    Energies in eV. Warner (1967, MNRAS 136, 381) with the hydrogenic mean square radius 5 n*^4 / (2 Z^2), and the
    numerical form of Gray (2005, The Observation and Analysis of Stellar Photospheres, eq. 11.30):
    log gamma = 6.33 + 0.4 log (r_u^2 - r_l^2) + log P - 0.7 log T.
    """
    charge_squared = (jnp.asarray(ion_stage) + 1.0) ** 2
    upper = effective_quantum_number_squared(ionization_energy, upper_energy, ion_stage)
    lower = effective_quantum_number_squared(ionization_energy, lower_energy, ion_stage)
    difference = jnp.maximum(2.5 * (upper**2 - lower**2) / charge_squared, 1.0)
    return 10**6.33 * difference**0.4 * DAMPING_REFERENCE_TEMPERATURE**0.3 * BOLTZMANN


def unpack_abo(packed):
    """Cross section (units of the Bohr radius squared) and velocity exponent from the packed form 'sigma.alpha'."""
    packed = jnp.asarray(packed, dtype=float)
    sigma = jnp.floor(packed)
    return sigma, packed - sigma


def abo_damping(sigma, alpha, temperature, mass):
    """Van der Waals damping per neutral hydrogen atom, s-1 cm3 (FWHM), from the theory of Anstee, Barklem and O'Mara.

    sigma: cross section at 10^6 cm s-1 in units of the Bohr radius squared; alpha: velocity exponent;
    temperature: K; mass: of the absorber, atomic mass units.
    Anstee & O'Mara (1995, MNRAS 276, 859) eq. 1, doubled from half to full width.
    """
    reference_velocity = 1.0e6
    reduced_mass = ATOMIC_MASS / (1 / 1.008 + 1 / jnp.asarray(mass))
    mean_velocity = jnp.sqrt(8 * BOLTZMANN * temperature / (np.pi * reduced_mass))
    shape = (4 / np.pi) ** (alpha / 2) * jnp.exp(gammaln(2 - alpha / 2))
    cross_section = sigma * BOHR_RADIUS**2 * (mean_velocity / reference_velocity) ** -alpha
    return 2 * shape * mean_velocity * cross_section


def damping(temperature, electron_density, neutral_hydrogen_density, radiative, stark, van_der_waals):
    """Total damping of lines, s-1 (FWHM): natural, electrons with (T/10^4)^(1/6), hydrogen with (T/10^4)^0.3.

    ``stark`` and ``van_der_waals`` are per perturber at 10^4 K (s-1 cm3); helium and H2 enter
    ``neutral_hydrogen_density`` through ``hydrogen_equivalent``.
    """
    t4 = temperature / DAMPING_REFERENCE_TEMPERATURE
    return radiative + stark * electron_density * t4 ** (1 / 6) + van_der_waals * neutral_hydrogen_density * t4**0.3


def hydrogen_equivalent(hydrogen, helium, molecular_hydrogen):
    """Density of neutral hydrogen atoms that would broaden as much as H, He and H2 together, cm-3.

    Helium and H2 are scaled by (polarisability)^0.4 (reduced mass)^-0.3 to hydrogen, from the polarisabilities
    4.50 (H) and 1.38 (He) of Schwerdtfeger & Nagle (2019, Mol. Phys. 117, 1200) and 5.4 (H2, which its Rayleigh
    scattering implies too) in Bohr radii cubed, for a heavy absorber: 0.41 and 0.87.
    """
    return hydrogen + 0.41 * helium + 0.87 * molecular_hydrogen
