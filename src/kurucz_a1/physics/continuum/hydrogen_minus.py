"""Continuous absorption of H-, H2+ and He-, the ions that a neutral gas forms with its few charges."""

import numpy as np
from jaxtyping import Float

from kurucz_a1.physics.constants import ELECTRON_VOLT, PLANCK
from kurucz_a1.physics.continuum.curves import load, piecewise_power_law


def hydrogen_minus_bound_free(frequency: Float[np.ndarray, "nu"]) -> Float[np.ndarray, "nu"]:
    """Photodetachment cross section of H- in cm2 at `frequency` in Hz (McLaughlin et al. 2017)."""
    fit = load("physics/data/continuum_bound_free.json")["hydrogen_minus"]
    ratio = frequency * PLANCK / ELECTRON_VOLT / fit["threshold"]
    with np.errstate(divide="ignore"):
        threshold_law = np.maximum(1 - 1 / ratio, 0) ** 1.5
    return threshold_law * piecewise_power_law(ratio, fit["x"], fit["y"])
