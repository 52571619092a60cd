"""Numbers, units and damping columns as line lists write them."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from kurucz_a1.lines.elements import ATOMIC_NUMBER, mass
from kurucz_a1.physics.constants import (
    ANGSTROM,
    ATOMIC_MASS,
    BOHR_RADIUS,
    BOLTZMANN,
    ELECTRON_VOLT,
    PLANCK,
    SPEED_OF_LIGHT,
)
from kurucz_a1.physics.line_profiles import DAMPING_REFERENCE_TEMPERATURE, unsoeld_damping
from kurucz_a1.physics.partition_functions import IONIZATION_ENERGIES

EV_PER_WAVENUMBER = PLANCK * SPEED_OF_LIGHT / ELECTRON_VOLT  # eV cm


def number(field: str) -> float:
    """The number in a field, also with Fortran's D exponent. Raises ValueError, with a message, where there is none."""
    try:
        if "_" in field:
            raise ValueError
        return float(field.replace("D", "E"))
    except ValueError:
        shown = field.strip()[:20]
        raise ValueError(f"{shown!r} is no number" if shown else "a number is missing") from None


def number_or_zero(field: str) -> float:
    """The number in a field; blank is 0, as Fortran reads it. Raises ValueError."""
    return number(field) if field.strip() else 0.0


def whole_number(field: str) -> int:
    """The integer in a field. Raises ValueError."""
    value = field.strip()
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise ValueError(f"{value[:20]!r} is no whole number")
    return int(value)


def power_of_ten(logarithm: Float[np.ndarray, "line"]) -> Float[np.ndarray, "line"]:
    """10 to the power of a column, infinite where that is too large."""
    with np.errstate(over="ignore", invalid="ignore"):
        return 10.0 ** np.asarray(logarithm, dtype=float)


def power_or_nan(logarithm: Float[np.ndarray, "line"]) -> Float[np.ndarray, "line"]:
    """10 to the power of a column; NaN where it holds 0, which means unknown."""
    return np.where(logarithm == 0, np.nan, power_of_ten(logarithm))


def split_van_der_waals(values: Float[np.ndarray, "line"]) -> dict[str, Float[np.ndarray, "line"]]:
    """gamma_vdw, abo_sigma, abo_alpha of a column that holds 0 (unknown), log10 gamma (< 0) or packed ABO (> 0)."""
    packed = values > 0
    sigma = np.where(packed, np.floor(values), np.nan)
    gamma = np.where(values < 0, power_of_ten(np.minimum(values, 0)), np.nan)
    return {"gamma_vdw": gamma, "abo_sigma": sigma, "abo_alpha": values - sigma}


def widths_of_c6(c6: Float[np.ndarray, "line"], species: Sequence[str]) -> Float[np.ndarray, "line"]:
    """Van der Waals widths, s-1 cm3 per hydrogen atom at 10^4 K, of interaction constants C6 in cm6 s-1.

    gamma = 17 C6^(2/5) v^(3/5), v the mean relative velocity (Gray 2005, The Observation and Analysis of Stellar
    Photospheres, eq. 11.28; MOOG's Damping.f).
    """
    reduced = ATOMIC_MASS / (1 / np.array([mass(name) for name in species]) + 1 / mass("H"))
    velocity = np.sqrt(8 * BOLTZMANN * DAMPING_REFERENCE_TEMPERATURE / (np.pi * reduced))
    return 17.0 * c6**0.4 * velocity**0.6


def unsoeld_widths(
    species: Sequence[str],
    stage: Int[np.ndarray, "line"],
    energy: Float[np.ndarray, "line"],
    wavelength: Float[np.ndarray, "line"],
) -> Float[np.ndarray, "line"]:
    """Van der Waals widths of Unsoeld's approximation, s-1 cm3 at 10^4 K; NaN where no ionization energy is known.

    - ``energy``: of the lower level, eV; ``wavelength``: vacuum, A.
    """
    ionization = np.array([ionization_energy(name, int(ion)) for name, ion in zip(species, stage, strict=True)])
    with np.errstate(divide="ignore", invalid="ignore"):  # of impossible wavelengths, which are left out later
        upper = energy + PLANCK * SPEED_OF_LIGHT / (wavelength * ANGSTROM * ELECTRON_VOLT)
    known = np.isfinite(ionization) & (upper < ionization) & (wavelength > 0)
    widths = np.full(len(ionization), np.nan)
    if known.any():
        widths[known] = np.asarray(unsoeld_damping(ionization[known], energy[known], upper[known], stage[known]))
    return widths


def ionization_energy(name: str, stage: int) -> float:
    """Energy (eV) that takes the next electron from an atom or ion; NaN where it is not known here."""
    row = ATOMIC_NUMBER.get(name, 0) - 1
    if not 0 <= row < len(IONIZATION_ENERGIES) or not 0 <= stage < IONIZATION_ENERGIES.shape[1]:
        return np.nan
    energy = float(IONIZATION_ENERGIES[row, stage])
    return energy if energy > 0 else np.nan


def bohr_areas(area: Float[np.ndarray, "line"]) -> Float[np.ndarray, "line"]:
    """Cross sections in cm2 as Bohr radii squared."""
    return area / BOHR_RADIUS**2
