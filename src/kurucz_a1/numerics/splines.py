"""Cubic splines of logarithms, and splines through fixed nodes as pure functions of the values at the nodes.

A spline is linear in its values: the second derivatives at the nodes are a constant matrix times the values, and
between two nodes the values and second derivatives at both are all that counts (Press et al. 2007, Numerical Recipes,
3rd ed., section 3.3).
"""

import jax.numpy as jnp
import numpy as np
from scipy.interpolate import CubicSpline


def log_spline(points, values):
    """The cubic spline, not-a-knot, of the natural logarithm of positive ``values`` at increasing ``points``."""
    return CubicSpline(points, np.log(values))


def curvature_matrix(nodes):
    """Matrix (node, node) that takes values at increasing ``nodes`` to second derivatives, of the not-a-knot spline."""
    nodes = np.asarray(nodes, dtype=float)
    return CubicSpline(nodes, np.eye(nodes.size))(nodes, 2)


def in_cell(nodes, values, curvatures, cell, share):
    """Values of the splines in given cells, ``share`` (0..1) of the way from the node ``cell`` to the next.

    values, curvatures: (..., node), second derivatives in units of nodes^-2; cell (integers) and share: (...cells),
    or with the leading axes of the values. Returns (..., cells).
    """
    left, right = 1.0 - share, share
    width = nodes[cell + 1] - nodes[cell]
    bend = width**2 / 6.0
    return (
        left * _take(values, cell)
        + right * _take(values, cell + 1)
        + bend * ((left**3 - left) * _take(curvatures, cell) + (right**3 - right) * _take(curvatures, cell + 1))
    )


def locate(nodes, points):
    """(cell, share) of each point; points beyond the ends belong to the outermost cells, with a share outside 0..1."""
    cell = jnp.clip(jnp.searchsorted(nodes, points, side="right") - 1, 0, nodes.shape[0] - 2)
    return cell, (points - nodes[cell]) / (nodes[cell + 1] - nodes[cell])


def _take(values, cell):
    """values (..., node) at the integer array ``cell``: (depth,) for all leading axes, or with the same ones."""
    if cell.ndim == 1:
        return values[..., cell]
    shape = jnp.broadcast_shapes(values.shape[:-1], cell.shape[:-1])
    values = jnp.broadcast_to(values, (*shape, values.shape[-1]))
    return jnp.take_along_axis(values, jnp.broadcast_to(cell, (*shape, cell.shape[-1])), axis=-1)
