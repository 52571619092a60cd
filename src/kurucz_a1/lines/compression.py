"""Low-rank factors of tables of ln sigma."""

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
