"""Uniform B-splines against scipy's splines and straight lines."""

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from kurucz_a1.numerics.b_splines import SplineAxis, spline_coefficients, spline_weights


def test_splines_go_through_their_nodes_and_reproduce_cubics():
    x = np.arange(12.0)
    for values in (x**3 - 2 * x, np.sin(x / 3)):
        coefficients = spline_coefficients(values, 0)
        # scipy's not-a-knot spline is the same function
        reference = CubicSpline(x, values, bc_type="not-a-knot")
        for place in (0.0, 0.3, 5.5, 10.9, 11.0):
            i = min(int(place), 10)
            u = place - i
            basis = np.array([(1 - u) ** 3, 4 - 6 * u**2 + 3 * u**3, 4 - 6 * (1 - u) ** 2 + 3 * (1 - u) ** 3, u**3]) / 6
            assert coefficients[i : i + 4] @ basis == pytest.approx(reference(place), abs=1e-9)


def test_spline_axis_goes_on_straight_beyond_its_ends():
    axis = SplineAxis(0.0, 1.0, 6, 2.0)
    coefficients = np.arange(-1.0, 7.0) * 2 + 3  # the straight line 2 x + 3
    for place, expected in ((-1.5, 0.0), (2.5, 8.0), (6.0, 15.0), (100.0, 17.0), (-50.0, -1.0)):
        index, weights = spline_weights(place, axis)
        assert coefficients[int(index) : int(index) + 4] @ np.asarray(weights) == pytest.approx(expected)
