"""ATLAS-12's depth grid and quadrature over it."""

import jax.numpy as jnp

LOG_TAU_TOP = -6.875
LOG_TAU_STEP = 0.125
DEPTHS = 80


def standard_log_tau():
    """log10 of the Rosseland optical depth of ATLAS-12's 80 layers, shape (80,)."""
    return LOG_TAU_TOP + LOG_TAU_STEP * jnp.arange(DEPTHS, dtype=jnp.float64)
