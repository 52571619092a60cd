"""Splines as functions of their values: against scipy's."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from kurucz_a1.numerics.splines import curvature_matrix, in_cell, locate

NODES = np.array([-2.0, -1.5, -0.7, 0.0, 0.2, 1.0, 2.5])


@pytest.fixture(scope="module")
def curves():
    values = np.random.default_rng(3).normal(size=(4, NODES.size))
    return values, values @ curvature_matrix(NODES).T


def test_is_the_spline_of_scipy_inside_and_outside(curves):
    values, curvatures = curves
    points = np.linspace(-2.2, 2.6, 41)
    cell, share = locate(jnp.asarray(NODES), points)
    found = in_cell(jnp.asarray(NODES), jnp.asarray(values), jnp.asarray(curvatures), cell, share)
    np.testing.assert_allclose(found, CubicSpline(NODES, values, axis=-1)(points), atol=1e-12)


def test_points_of_their_own_for_each_curve(curves):
    values, curvatures = curves
    points = np.random.default_rng(4).uniform(-2.0, 2.5, (4, 9))
    cell, share = locate(jnp.asarray(NODES), points)
    found = in_cell(jnp.asarray(NODES), jnp.asarray(values), jnp.asarray(curvatures), cell, share)
    expected = [CubicSpline(NODES, one)(own) for one, own in zip(values, points, strict=True)]
    np.testing.assert_allclose(found, expected, atol=1e-12)
