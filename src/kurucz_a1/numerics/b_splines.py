"""Uniform cubic B-splines: coefficients through given values, and weights at a position."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from kurucz_a1.types import Scalar


class SplineAxis(NamedTuple):
    """Evenly spaced nodes of a spline: first, step and number of nodes; and the farthest extrapolation in steps."""

    first: Scalar
    step: Scalar
    size: int | Int[Array, ""]
    beyond: Scalar


def spline_coefficients(
    values: Float[np.ndarray, "..."], axis: int, flat_start: bool = False
) -> Float[np.ndarray, "..."]:
    """Coefficients of the uniform cubic B-spline through ``values`` along ``axis``: two more than values.

    The ends are not-a-knot; ``flat_start`` makes the slope zero at the start instead.
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


def spline_weights(position: Scalar, axis: SplineAxis) -> tuple[Int[Array, ""], Float[Array, "4"]]:
    """Index of the first of four coefficients, and their weights, at a position on an axis; linear beyond it."""
    place = (position - axis.first) / axis.step
    inside = jnp.clip(place, 0.0, axis.size - 1.0)
    beyond = jnp.clip(place - inside, -axis.beyond, axis.beyond)
    index = jnp.clip(jnp.floor(jax.lax.stop_gradient(inside)).astype(int), 0, axis.size - 2)
    u = inside - index
    rest = 1 - u
    value = jnp.stack([rest**3, 4 - 6 * u**2 + 3 * u**3, 4 - 6 * rest**2 + 3 * rest**3, u**3]) / 6
    slope = jnp.stack([-(rest**2), 3 * u**2 - 4 * u, 4 * rest - 3 * rest**2, u**2]) / 2
    return index, value + beyond * slope
