"""The shape of a metal or molecular line: Voigt function, Doppler width and damping constants.

Damping constants are full widths at half maximum in angular frequency (s-1), as line lists give them;
``damping_parameter`` turns their sum into the ``a`` of the Voigt function.
"""

import jax
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


def _weideman_coefficients(order):
    """Expansion of the Faddeeva function by Weideman (1994, SIAM J. Numer. Anal. 31, 1497), section 4.

    Returns the length L and the polynomial coefficients, highest power first.
    """
    points = 2 * order
    length = np.sqrt(order / np.sqrt(2.0))
    angle = np.arange(-points + 1, points) * np.pi / points
    t = length * np.tan(angle / 2)
    samples = np.concatenate([[0.0], np.exp(-(t**2)) * (length**2 + t**2)])
    transform = np.real(np.fft.fft(np.fft.fftshift(samples))) / (2 * points)
    return length, transform[1 : order + 1][::-1].copy()


_ORDER = 32
_LENGTH, _COEFFICIENTS = _weideman_coefficients(_ORDER)
_FAR = 64.0  # beyond |z|^2 = 64 four levels of the continued fraction are good to 1e-7


def voigt(a, v):
    """Voigt function H(a, v), the real part of the Faddeeva function of v + i a.

    a: damping parameter >= 0; v: distance from line centre in Doppler widths; both broadcast. H(0, 0) = 1 and the
    integral over v is sqrt(pi). Relative error below 1e-6 for a > 1e-8 or |v| < 5. Differentiable to any order.
    Near the centre: Weideman (1994); far from it: Laplace's continued fraction (Gautschi 1970, SIAM J. Numer.
    Anal. 7, 187).
    """
    return _voigt(*jnp.broadcast_arrays(jnp.asarray(a, dtype=float), jnp.asarray(v, dtype=float)))


@jax.custom_jvp
def _voigt(a, v):
    return _faddeeva(a, v)[0]


@_voigt.defjvp
def _voigt_along(values, along):
    """By w' = -2 z w + 2 i / sqrt(pi); its terms cancel to 1 / |z|^2, which leaves an error of 1e-5 at |z| = 8."""
    a, v = values
    real, imaginary = _faddeeva(a, v)
    by_v = -2.0 * (v * real - a * imaginary)
    by_a = 2.0 * (v * imaginary + a * real) - 2.0 / np.sqrt(np.pi)
    return real, by_a * along[0] + by_v * along[1]


def _faddeeva(a, v):
    """Real and imaginary part of the Faddeeva function of v + i a."""
    far = a * a + v * v > _FAR
    # Each branch sees a harmless argument where the other is taken, so that derivatives stay finite.
    outer = _faddeeva_far(jnp.where(far, a, 1.0), jnp.where(far, v, 10.0))
    inner = _faddeeva_near(jnp.where(far, 1.0, a), jnp.where(far, 0.0, v))
    return tuple(jnp.where(far, *both) for both in zip(outer, inner, strict=True))


def _faddeeva_near(a, v):
    """Weideman's series in real arithmetic: w(z) = 2 p(Z) / (L - iz)^2 + 1 / (sqrt(pi) (L - iz))."""
    # L - i z = (L + a) - i v and L + i z = (L - a) + i v
    inverse_norm = 1.0 / ((_LENGTH + a) ** 2 + v * v)
    ratio_real = ((_LENGTH - a) * (_LENGTH + a) - v * v) * inverse_norm
    ratio_imaginary = 2.0 * _LENGTH * v * inverse_norm
    real, imaginary = jnp.full_like(a, _COEFFICIENTS[0]), jnp.zeros_like(a)
    for coefficient in _COEFFICIENTS[1:]:
        real, imaginary = (
            real * ratio_real - imaginary * ratio_imaginary + coefficient,
            real * ratio_imaginary + imaginary * ratio_real,
        )
    inverse_real, inverse_imaginary = (_LENGTH + a) * inverse_norm, v * inverse_norm
    square_real = inverse_real**2 - inverse_imaginary**2
    square_imaginary = 2.0 * inverse_real * inverse_imaginary
    return (
        2.0 * (real * square_real - imaginary * square_imaginary) + inverse_real / np.sqrt(np.pi),
        2.0 * (real * square_imaginary + imaginary * square_real) + inverse_imaginary / np.sqrt(np.pi),
    )


def _faddeeva_far(a, v):
    """Continued fraction w(z) = i / sqrt(pi) / (z - 1/2 / (z - 1 / (z - 3/2 / z)))."""
    real, imaginary = v, a
    for numerator in (1.5, 1.0, 0.5):
        scale = numerator / (real * real + imaginary * imaginary)
        real, imaginary = v - scale * real, a + scale * imaginary
    norm = real * real + imaginary * imaginary
    return imaginary / norm / np.sqrt(np.pi), real / norm / np.sqrt(np.pi)


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
