"""Units and damping columns as line lists write them."""

import numpy as np
from jaxtyping import Float

from kurucz_a1.physics.constants import ELECTRON_VOLT, PLANCK, SPEED_OF_LIGHT

EV_PER_WAVENUMBER = PLANCK * SPEED_OF_LIGHT / ELECTRON_VOLT  # eV cm


def power_or_nan(logarithm: Float[np.ndarray, "line"]) -> Float[np.ndarray, "line"]:
    """10 to the power of a column; NaN where it holds 0, which means unknown."""
    return np.where(logarithm == 0, np.nan, 10.0**logarithm)


def split_van_der_waals(
    values: Float[np.ndarray, "line"],
) -> tuple[Float[np.ndarray, "line"], Float[np.ndarray, "line"], Float[np.ndarray, "line"]]:
    """(gamma_vdw, abo_sigma, abo_alpha) of a column that holds 0, log10 gamma (< 0) or packed ABO (> 1)."""
    packed = values > 1
    sigma = np.where(packed, np.floor(values), np.nan)
    return np.where(values < 0, 10.0 ** np.minimum(values, 0), np.nan), sigma, values - sigma
