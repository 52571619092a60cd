"""Integrals of splines and Gauss-Legendre nodes."""

import numpy as np
from jaxtyping import Float
from scipy.interpolate import CubicSpline

from kurucz_a1.numerics.splines import log_spline


def integral_over_mass(
    column_mass: Float[np.ndarray, "depth"], integrand: Float[np.ndarray, "depth"]
) -> Float[np.ndarray, "depth"]:
    """Integral of ``integrand``, of any unit and sign, over positive ``column_mass`` (g cm-2) from the surface down.

    ATLAS starts optical depth and radiation pressure at the first layer with integrand * column mass, i.e. with a
    constant integrand above it. Below: ln m and the integrand times dm/ds by cubic splines in the layer number s,
    integrated exactly. On ATLAS's layers, equal steps in log tau, these are smooth where opacity rises steeply and
    column mass hardly at all; a spline in ln m is off by up to 0.11 dex of optical depth there, this one by 0.03.
    """
    layer = np.arange(len(column_mass))
    mass_per_layer = column_mass * log_spline(layer, column_mass)(layer, 1)
    antiderivative = CubicSpline(layer, integrand * mass_per_layer).antiderivative()
    return integrand[0] * column_mass[0] + antiderivative(layer)


def slope_over_mass(
    column_mass: Float[np.ndarray, "depth"], values: Float[np.ndarray, "depth"]
) -> Float[np.ndarray, "depth"]:
    """Derivative of ``values`` by ``column_mass`` (g cm-2), by splines as in ``integral_over_mass``."""
    layer = np.arange(len(column_mass))
    mass_per_layer = column_mass * log_spline(layer, column_mass)(layer, 1)
    return CubicSpline(layer, values)(layer, 1) / mass_per_layer


def cumulative_integral_matrix(points: Float[np.ndarray, "depth"]) -> Float[np.ndarray, "depth depth"]:
    """Matrix S with (S @ f)[k] the integral of the cubic spline through f from points[0] to points[k].

    ``points`` increase. A spline in ln tau integrates tau/kappa to about 1e-6 on the standard grid.
    """
    points = np.asarray(points, dtype=float)
    return CubicSpline(points, np.eye(points.size)).antiderivative()(points)


def gauss_legendre(count: int) -> tuple[Float[np.ndarray, "count"], Float[np.ndarray, "count"]]:
    """Nodes and weights of Gauss-Legendre quadrature on (0, 1); the weights sum to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return (nodes + 1.0) / 2.0, weights / 2.0
