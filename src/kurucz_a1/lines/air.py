"""Wavelengths in vacuum and in standard air."""

import numpy as np
from jaxtyping import Float

from kurucz_a1.types import Real

AIR_LIMIT = 2000.0  # A; below it line lists and spectra are in vacuum by convention


def refractive_index(vacuum: Real) -> float | Float[np.ndarray, "..."]:
    """Refractive index of dry air at 15 C and 1 atm; vacuum wavelength in A.

    The formula adopted by the IAU: Birch & Downs (1994, Metrologia 31, 315) as given by Morton (2000, ApJS 130, 403,
    eq. 8).
    """
    wavenumber_squared = (1e4 / np.asarray(vacuum, dtype=float)) ** 2
    return 1 + 8.34254e-5 + 2.406147e-2 / (130.0 - wavenumber_squared) + 1.5998e-4 / (38.9 - wavenumber_squared)


def vacuum_to_air(vacuum: Real) -> Float[np.ndarray, "..."]:
    """Wavelength in air (A) of a vacuum wavelength (A); unchanged where the result would be below 2000 A."""
    vacuum = np.asarray(vacuum, dtype=float)
    air = vacuum / refractive_index(np.maximum(vacuum, AIR_LIMIT))
    return np.where(air >= AIR_LIMIT, air, vacuum)


def air_to_vacuum(air: Real) -> Float[np.ndarray, "..."]:
    """Vacuum wavelength (A) of a wavelength in air (A); unchanged below 2000 A. Inverts ``vacuum_to_air`` to 1e-12."""
    air = np.asarray(air, dtype=float)
    vacuum = np.maximum(air, AIR_LIMIT)
    for _ in range(5):
        vacuum = np.maximum(air, AIR_LIMIT) * refractive_index(vacuum)
    return np.where(air >= AIR_LIMIT, vacuum, air)
