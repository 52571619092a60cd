"""Linear systems whose matrix has three diagonals."""

import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float

_Row = Float[Array, "..."]


def solve_tridiagonal(
    lower: Float[Array, "depth *rest"],
    diagonal: Float[Array, "depth *rest"],
    upper: Float[Array, "depth *rest"],
    right: Float[Array, "depth *rest"],
) -> Float[Array, "depth *rest"]:
    """Solve lower[k] x[k-1] + diagonal[k] x[k] + upper[k] x[k+1] = right[k] along the leading axis."""

    def eliminate(carry: tuple[_Row, _Row], row: tuple[_Row, ...]) -> tuple[tuple[_Row, _Row], tuple[_Row, _Row]]:
        ratio, value = carry
        low, diag, up, rhs = row
        pivot = 1.0 / (diag - low * ratio)
        ratio = up * pivot
        value = (rhs - low * value) * pivot
        return (ratio, value), (ratio, value)

    def substitute(value: _Row, row: tuple[_Row, _Row]) -> tuple[_Row, _Row]:
        ratio, partial = row
        value = partial - ratio * value
        return value, value

    zero = jnp.zeros_like(right[0])
    _, rows = lax.scan(eliminate, (zero, zero), (lower, diagonal, upper, right))
    _, solution = lax.scan(substitute, zero, rows, reverse=True)
    return solution
