"""Spectra of lines from one structure against those from another."""

from collections.abc import Callable
from functools import lru_cache

import jax
import numpy as np
from jaxtyping import Array, Float

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.evaluation.statistics import models_of
from kurucz_a1.spectrum import prepare_synthesis
from kurucz_a1.spectrum.package_lines import read_package_lines

WINDOW, STEP = (6400.0, 6500.0), 0.05  # A, in air


@lru_cache(maxsize=1)
def _synthesis() -> Callable[[Atmosphere], Float[Array, "wavelength"]]:
    """The normalised flux of one model, compiled once for all networks."""
    synthesizer = prepare_synthesis(np.arange(WINDOW[0], WINDOW[1] + 0.5 * STEP, STEP), read_package_lines())
    return jax.jit(lambda model: synthesizer(model).normalized)


def normalized_flux_differences(models: Atmosphere, others: Atmosphere) -> Float[np.ndarray, "model"]:
    """Rms difference of the normalised flux over WINDOW, with the package's lines, of each of two sets of models."""
    normalized = _synthesis()
    pairs = zip(models_of(models), models_of(others), strict=True)
    return np.array([np.sqrt(np.mean((normalized(one) - normalized(other)) ** 2)) for one, other in pairs])
