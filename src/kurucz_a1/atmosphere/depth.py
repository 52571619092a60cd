"""ATLAS-12's depth grid, and finer ones between the same ends."""

from functools import lru_cache
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from kurucz_a1.numerics.quadrature import cumulative_integral_matrix

LOG_TAU_TOP = -6.875
LOG_TAU_STEP = 0.125
DEPTHS = 80


#: Into how many parts each interval of the 80 depths is cut, above and below log tau = DEEP, by number of depths.
DEPTH_COUNTS = {80: (1, 1), 104: (1, 2), 152: (1, 4), 248: (1, 8), 159: (2, 2), 317: (4, 4)}
DEEP = 0.0


class DepthGrid(NamedTuple):
    """Rosseland optical depths of a model, numpy arrays: log_tau (log10) and tau (depth,), from the surface inward;
    from_surface (depth, depth): integral over ln tau from the surface to each depth, of values at all depths. Above the
    first depth the integrand is taken as proportional to tau."""

    log_tau: np.ndarray
    tau: np.ndarray
    from_surface: np.ndarray


@lru_cache(maxsize=8)
def depth_grid(count=DEPTHS):
    """The DepthGrid of ``count`` depths, one of DEPTH_COUNTS: ATLAS-12's 80, and others between them."""
    upper, deep = DEPTH_COUNTS[count]
    standard = LOG_TAU_TOP + LOG_TAU_STEP * np.arange(DEPTHS)
    parts = [
        first + LOG_TAU_STEP / cuts * np.arange(cuts)
        for first, cuts in zip(standard[:-1], np.where(standard[:-1] < DEEP, upper, deep), strict=True)
    ]
    log_tau = np.concatenate([*parts, standard[-1:]])
    ln_tau = np.log(10.0) * log_tau
    from_surface = cumulative_integral_matrix(ln_tau)
    from_surface[:, 0] += 1.0
    return DepthGrid(log_tau, np.exp(ln_tau), from_surface)


def standard_log_tau():
    """log10 of the Rosseland optical depth of ATLAS-12's 80 layers, shape (80,)."""
    return jnp.asarray(depth_grid().log_tau)
