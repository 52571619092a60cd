"""Linear systems whose matrix has three diagonals."""

import jax.numpy as jnp
from jax import lax


def solve_tridiagonal(lower, diagonal, upper, right):
    """Solve lower[k] x[k-1] + diagonal[k] x[k] + upper[k] x[k+1] = right[k] along the leading axis."""

    def eliminate(carry, row):
        ratio, value = carry
        low, diag, up, rhs = row
        pivot = 1.0 / (diag - low * ratio)
        ratio = up * pivot
        value = (rhs - low * value) * pivot
        return (ratio, value), (ratio, value)

    def substitute(value, row):
        ratio, partial = row
        value = partial - ratio * value
        return value, value

    zero = jnp.zeros_like(right[0])
    _, rows = lax.scan(eliminate, (zero, zero), (lower, diagonal, upper, right))
    _, solution = lax.scan(substitute, zero, rows, reverse=True)
    return solution
