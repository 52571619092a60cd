"""Low-rank factors of tables of ln sigma."""

import numpy as np
from jaxtyping import Float
from scipy.linalg import eigh


def weighted_low_rank(
    values: Float[np.ndarray, "row column"],
    weights: Float[np.ndarray, "row column"],
    rank: int,
    iterations: int = 8,
    rows: slice = slice(None),
) -> tuple[Float[np.ndarray, "row"], Float[np.ndarray, "row rank"], Float[np.ndarray, "rank column"]]:
    """Mean, factors and functions with values ~ mean + factors @ functions.

    Alternating least squares with a weight for each element, from the singular vectors as start (Srebro & Jaakkola
    2003, Proc. ICML 20, 720). The functions are orthonormal.

    - ``rows``: from which the functions are found.
    """
    rank = min(rank, *values[rows].shape)
    mean = (weights * values).sum(1) / weights.sum(1)
    some, of_some = values[rows] - mean[rows, None], weights[rows]
    scaled = np.sqrt(of_some.mean(1))[:, None] * some
    functions = eigh(scaled.T @ scaled)[1][:, ::-1][:, :rank].T
    for _ in range(iterations):
        factors = _solve(of_some, functions, some)
        functions = _solve(of_some.T, factors.T, some.T).T
        functions = np.linalg.qr(functions.T)[0].T
    return mean, _solve(weights, functions, values - mean[:, None]), functions


def low_rank(
    values: Float[np.ndarray, "row column"], weights: Float[np.ndarray, "column"], rank: int
) -> tuple[Float[np.ndarray, "row"], Float[np.ndarray, "row rank"], Float[np.ndarray, "rank column"]]:
    """Mean, factors and functions with values ~ mean + factors @ functions, from singular vectors: the best there are
    with a weight for each column."""
    rank = min(rank, *values.shape)
    mean = values @ weights / weights.sum()
    scaled = (values - mean[:, None]) * np.sqrt(weights)
    count = len(weights)
    vectors = eigh(scaled.T @ scaled, subset_by_index=(count - rank, count - 1))[1][:, ::-1]
    return mean, scaled @ vectors, vectors.T / np.sqrt(weights)


def principal(
    factors: Float[np.ndarray, "row rank"],
    functions: Float[np.ndarray, "rank column"],
    row_weights: Float[np.ndarray, "row"],
    column_weights: Float[np.ndarray, "column"],
) -> tuple[Float[np.ndarray, "row rank"], Float[np.ndarray, "rank column"]]:
    """Factors and functions with the same product, ordered by importance.

    The functions have a mean square of 1 and no correlation over the columns, the factors none over the rows, with the
    weights of each. Then an error of a factor is that of the product, and the last factors hardly count.
    """
    share = column_weights / column_weights.sum()
    triangle = np.linalg.cholesky((functions * share) @ functions.T)
    factors, functions = factors @ triangle, np.linalg.solve(triangle, functions)
    turn = eigh((factors.T * row_weights) @ factors)[1][:, ::-1]
    return factors @ turn, turn.T @ functions


def _solve(
    weights: Float[np.ndarray, "row column"],
    basis: Float[np.ndarray, "rank column"],
    values: Float[np.ndarray, "row column"],
) -> Float[np.ndarray, "row rank"]:
    """Weighted least squares of each row of ``values`` on the rows of ``basis``."""
    rank = len(basis)
    products = (basis[:, None] * basis[None, :]).reshape(rank**2, -1)
    normal = (weights @ products.T).reshape(-1, rank, rank)
    right = (weights * values) @ basis.T
    ridge = 1e-9 * np.trace(normal, axis1=1, axis2=2)[:, None, None] * np.eye(rank)
    return np.linalg.solve(normal + ridge, right[..., None])[..., 0]
