"""ATLAS-12's depth grid and quadrature over it."""

import jax.numpy as jnp
import numpy as np
from scipy.interpolate import CubicSpline

LOG_TAU_TOP = -6.875
LOG_TAU_STEP = 0.125
DEPTHS = 80


def standard_log_tau():
    """log10 of the Rosseland optical depth of ATLAS-12's 80 layers, shape (80,)."""
    return LOG_TAU_TOP + LOG_TAU_STEP * jnp.arange(DEPTHS, dtype=jnp.float64)


def cumulative_integral_matrix(points):
    """Matrix S with (S @ f)[k] the integral of the cubic spline through f from points[0] to points[k].

    points: (depth,), increasing. A spline in ln tau integrates tau/kappa to about 1e-6 on the standard grid.
    """
    points = np.asarray(points, dtype=float)
    return jnp.asarray(CubicSpline(points, np.eye(points.size)).antiderivative()(points))
