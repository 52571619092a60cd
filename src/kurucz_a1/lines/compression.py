"""Low-rank factors of tables of ln sigma, and splines through their functions of temperature and pressure."""

import numpy as np


def weighted_low_rank(values, weights, rank, iterations=8):
    """Mean (row,), factors (row, rank) and functions (rank, column) with values ~ mean + factors @ functions.

    Alternating least squares with a weight for each element, from the singular vectors as start (Srebro & Jaakkola
    2003, Proc. ICML 20, 720). The functions come out orthonormal.
    """
    rank = min(rank, *values.shape)
    mean = (weights * values).sum(1) / weights.sum(1)
    centred = values - mean[:, None]
    row_weight = np.sqrt(weights.mean(1))[:, None]
    functions = np.linalg.svd(row_weight * centred, full_matrices=False)[2][:rank]
    for _ in range(iterations):
        factors = _solve(weights, functions, centred)
        functions = _solve(weights.T, factors.T, centred.T).T
        functions = np.linalg.qr(functions.T)[0].T
    return mean, _solve(weights, functions, centred), functions


def _solve(weights, basis, values):
    """Weighted least squares of each row of ``values`` on the rows of ``basis``."""
    normal = np.einsum("nm,rm,sm->nrs", weights, basis, basis, optimize=True)
    right = (weights * values) @ basis.T
    ridge = 1e-9 * np.trace(normal, axis1=1, axis2=2)[:, None, None] * np.eye(len(basis))
    return np.linalg.solve(normal + ridge, right[..., None])[..., 0]


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
