"""Low-rank factors of tables of ln sigma."""

import numpy as np
from jaxtyping import Float


def weighted_low_rank(
    values: Float[np.ndarray, "row column"], weights: Float[np.ndarray, "row column"], rank: int, iterations: int = 8
) -> tuple[Float[np.ndarray, "row"], Float[np.ndarray, "row rank"], Float[np.ndarray, "rank column"]]:
    """Mean, factors and functions with values ~ mean + factors @ functions.

    Alternating least squares with a weight for each element, from the singular vectors as start (Srebro & Jaakkola
    2003, Proc. ICML 20, 720). The functions are orthonormal.
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


def _solve(
    weights: Float[np.ndarray, "row column"],
    basis: Float[np.ndarray, "rank column"],
    values: Float[np.ndarray, "row column"],
) -> Float[np.ndarray, "row rank"]:
    """Weighted least squares of each row of ``values`` on the rows of ``basis``."""
    normal = np.einsum("nm,rm,sm->nrs", weights, basis, basis, optimize=True)
    right = (weights * values) @ basis.T
    ridge = 1e-9 * np.trace(normal, axis1=1, axis2=2)[:, None, None] * np.eye(len(basis))
    return np.linalg.solve(normal + ridge, right[..., None])[..., 0]
