"""Uniform cubic B-splines: coefficients through given values, and weights at a position."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np


class SplineAxis(NamedTuple):
    """Evenly spaced nodes of a spline: first, step and number of nodes; and the farthest extrapolation in steps."""

    first: float
    step: float
    count: int
    beyond: float


def spline_coefficients(values, axis, flat_start=False):
    """Coefficients of the uniform cubic B-spline through ``values`` along ``axis``: two more than values.

    The ends are not-a-knot, or with zero slope at the start where ``flat_start``.
    """
    values = np.moveaxis(values, axis, 0)
    count = len(values)
    matrix = np.zeros((count + 2, count + 2))
    for row in range(count):
        matrix[row + 1, row : row + 3] = np.array([1, 4, 1]) / 6
    matrix[0, :5] = matrix[-1, -5:] = [1, -4, 6, -4, 1]
    if flat_start:
        matrix[0, :5] = [-1, 0, 1, 0, 0]
    right = np.zeros((count + 2, *values.shape[1:]))
    right[1:-1] = values
    solution = np.linalg.solve(matrix, right.reshape(count + 2, -1)).reshape(right.shape)
    return np.moveaxis(solution, 0, axis)


def spline_weights(position, axis):
    """Index of the first of four coefficients and their weights (4,) at a position on an axis; linear beyond it."""
    place = (position - axis.first) / axis.step
    inside = jnp.clip(place, 0.0, axis.count - 1.0)
    beyond = jnp.clip(place - inside, -axis.beyond, axis.beyond)
    index = jnp.clip(jnp.floor(jax.lax.stop_gradient(inside)).astype(int), 0, axis.count - 2)
    u = inside - index
    rest = 1 - u
    value = jnp.stack([rest**3, 4 - 6 * u**2 + 3 * u**3, 4 - 6 * rest**2 + 3 * rest**3, u**3]) / 6
    slope = jnp.stack([-(rest**2), 3 * u**2 - 4 * u, 4 * rest - 3 * rest**2, u**2]) / 2
    return index, value + beyond * slope
