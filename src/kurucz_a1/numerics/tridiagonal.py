"""Linear systems whose matrix has three diagonals."""

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float

_Row = Float[Array, "..."]


@jax.custom_jvp
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


@solve_tridiagonal.defjvp
def _solve_tridiagonal_jvp(
    primals: tuple[_Row, _Row, _Row, _Row], tangents: tuple[_Row, _Row, _Row, _Row]
) -> tuple[_Row, _Row]:
    """The same matrix, eliminated once, serves all changes of its elements and of the right-hand side."""
    lower, diagonal, upper, right = primals
    of_lower, of_diagonal, of_upper, of_right = tangents
    solution = solve_tridiagonal(lower, diagonal, upper, right)
    zero = jnp.zeros_like(solution[:1])
    before, after = jnp.concatenate([zero, solution[:-1]]), jnp.concatenate([solution[1:], zero])
    moved = of_right - (of_lower * before + of_diagonal * solution + of_upper * after)
    return solution, solve_tridiagonal(lower, diagonal, upper, moved)
