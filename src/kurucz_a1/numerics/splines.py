"""Cubic splines of logarithms, and splines through fixed nodes as pure functions of the values at the nodes.

A spline is linear in its values: the second derivatives at the nodes are a constant matrix times the values, and
between two nodes the values and second derivatives at both are all that counts (Press et al. 2007, Numerical Recipes,
3rd ed., section 3.3).
"""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int
from numpy.typing import ArrayLike
from scipy.interpolate import CubicSpline

from kurucz_a1.types import AnyArray


def log_spline(points: ArrayLike, values: ArrayLike) -> CubicSpline:
    """The cubic spline, not-a-knot, of the natural logarithm of positive ``values`` at increasing ``points``."""
    return CubicSpline(points, np.log(values))


def curvature_matrix(nodes: Float[AnyArray, "node"]) -> Float[np.ndarray, "node node"]:
    """Matrix that takes values at increasing ``nodes`` to second derivatives of the not-a-knot spline."""
    nodes = np.asarray(nodes, dtype=float)
    return CubicSpline(nodes, np.eye(nodes.size))(nodes, 2)


def slope_matrix(nodes: Float[AnyArray, "node"]) -> Float[np.ndarray, "node node"]:
    """Matrix that takes values at increasing ``nodes`` to first derivatives of the not-a-knot spline."""
    nodes = np.asarray(nodes, dtype=float)
    return CubicSpline(nodes, np.eye(nodes.size))(nodes, 1)


def in_cell(
    nodes: Float[Array, "node"],
    values: Float[Array, "... node"],
    curvatures: Float[Array, "... node"],
    cell: Int[Array, "... point"],
    share: Float[Array, "... point"],
) -> Float[Array, "... point"]:
    """Values of splines at ``share`` (0..1) of the way from the node ``cell`` to the next.

    ``cell`` and ``share`` have no leading axes, or axes that broadcast with those of the values and of their second
    derivatives, ``curvatures``.
    """
    left, right = 1.0 - share, share
    width = nodes[cell + 1] - nodes[cell]
    bend = width**2 / 6.0
    return (
        left * _take(values, cell)
        + right * _take(values, cell + 1)
        + bend * ((left**3 - left) * _take(curvatures, cell) + (right**3 - right) * _take(curvatures, cell + 1))
    )


def slope_in_cell(
    nodes: Float[Array, "node"],
    values: Float[Array, "... node"],
    curvatures: Float[Array, "... node"],
    cell: Int[Array, "... point"],
    share: Float[Array, "... point"],
) -> Float[Array, "... point"]:
    """First derivatives of the splines of ``in_cell``, whose arguments it has."""
    left, right = 1.0 - share, share
    width = nodes[cell + 1] - nodes[cell]
    rise = (_take(values, cell + 1) - _take(values, cell)) / width
    bend = (3 * right**2 - 1) * _take(curvatures, cell + 1) - (3 * left**2 - 1) * _take(curvatures, cell)
    return rise + width / 6.0 * bend


def locate(
    nodes: Float[Array, "node"], points: Float[AnyArray, "*points"]
) -> tuple[Int[Array, "*points"], Float[Array, "*points"]]:
    """(cell, share) of each point; points beyond the ends belong to the outermost cells, with a share outside 0..1."""
    cell = jnp.clip(jnp.searchsorted(nodes, points, side="right") - 1, 0, nodes.shape[0] - 2)
    return cell, jnp.subtract(points, nodes[cell]) / (nodes[cell + 1] - nodes[cell])


def _take(values: Float[Array, "... node"], cell: Int[Array, "... point"]) -> Float[Array, "... point"]:
    """The values at ``cell``, one for all leading axes or each with its own."""
    if cell.ndim == 1:
        return values[..., cell]
    shape = jnp.broadcast_shapes(values.shape[:-1], cell.shape[:-1])
    values = jnp.broadcast_to(values, (*shape, values.shape[-1]))
    return jnp.take_along_axis(values, jnp.broadcast_to(cell, (*shape, cell.shape[-1])), axis=-1)
