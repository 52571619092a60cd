"""The mistakes of the published training, each of which the trainer repeats when it is named.

They were found in the authors' code: github.com/jiadonglee/kurucz-a1, revision 3b3a12a. Which of the published results
they make is measured by ``snakemake --cores all trials``.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kurucz_a1.emulator.normalization import GAS_PRESSURE, Normalization
from kurucz_a1.settings import Mistake

Mistakes = frozenset[Mistake]
NO_MISTAKES: Mistakes = frozenset()
# The logarithm of a vanishing optical depth, or gradient, is that of this.
SMALLEST = 1e-30
# Differences of neighbouring depths that the authors' validation leaves out at each end.
LEFT_OUT = 5
SMALLEST_STEP = 1e-10  # of optical depth


class Description(NamedTuple):
    """What a mistake is, and the lines of the authors' code that show it."""

    what: str
    where: str


DESCRIPTIONS: dict[Mistake, Description] = {
    "radiation_left_out": Description(
        "gas pressure alone carries the weight; the radiative acceleration is left out of the equilibrium",
        "physics.py:127-136",
    ),
    "zero_optical_depth": Description(
        "optical depth is zero at the first depth, so that its logarithm, -30, takes most of the range of the input",
        "dataset.py:247-258",
    ),
    "validation_without_gradient": Description(
        "validation cannot differentiate, and takes the mean of abs(dP/dtau) in cgs units for the physics loss",
        "train_hydro.py:145, physics.py:87-125",
    ),
    "wrong_signs": Description(
        "the residual takes abs(dP/dtau), and the penalty asks for the sign of log(g/kappa)",
        "physics.py:82-85, 159",
    ),
    "two_dropout_masks": Description(
        "the physics loss takes pressure from a second pass, with other dropout masks than opacity and the data loss",
        "train_hydro.py:208-210, physics.py:44-50",
    ),
}


def below_first_depth(log_tau: Float[np.ndarray, "... depth"]) -> Float[np.ndarray, "... depth"]:
    """log10 of the optical depths counted from the first, which is zero ("zero_optical_depth")."""
    tau = 10.0**log_tau
    return np.log10(tau - tau[..., :1] + SMALLEST)


def pressure_gradient_loss(
    fields: Float[Array, "model depth 6"], log_tau: Float[Array, "*models depth"], normalization: Normalization
) -> Float[Array, ""]:
    """Mean of abs(dP/dtau), dyn cm-2, of normalised fields, by differences ("validation_without_gradient")."""
    pressure = 10.0 ** normalization.fields.restore(fields).astype(fields.dtype)[..., GAS_PRESSURE]
    tau = 10.0 ** normalization.log_tau.restore(log_tau).astype(fields.dtype)
    inner = slice(LEFT_OUT, -LEFT_OUT)
    steps = jnp.maximum(jnp.diff(tau)[..., inner], SMALLEST_STEP)
    return jnp.mean(jnp.abs(jnp.diff(pressure)[..., inner] / steps))
