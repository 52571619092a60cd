"""The tridiagonal solution against a dense one, and its derivatives against differences."""

import jax
import jax.numpy as jnp
import numpy as np

from kurucz_a1.numerics.tridiagonal import solve_tridiagonal


def system():
    rng = np.random.default_rng(1)
    lower, upper, right = rng.normal(size=(3, 12, 4))
    return tuple(map(jnp.asarray, (lower, 5.0 + rng.random((12, 4)), upper, right)))


def test_tridiagonal_solution_matches_the_dense_one():
    lower, diagonal, upper, right = system()
    solution = solve_tridiagonal(lower, diagonal, upper, right)
    for j in range(4):
        dense = np.diag(diagonal[:, j]) + np.diag(lower[1:, j], -1) + np.diag(upper[:-1, j], 1)
        np.testing.assert_allclose(solution[:, j], np.linalg.solve(dense, right[:, j]), rtol=1e-12)


def test_the_solution_follows_changes_of_matrix_and_right_hand_side():
    values = system()
    changes = tuple(map(jnp.asarray, np.random.default_rng(2).normal(size=(4, 12, 4))))
    _, exact = jax.jvp(solve_tridiagonal, values, changes)
    step = 1e-5
    ahead, behind = (
        solve_tridiagonal(*(value + sign * step * change for value, change in zip(values, changes, strict=True)))
        for sign in (1, -1)
    )
    # truncation 1e-10, rounding 1e-11
    np.testing.assert_allclose(exact, (ahead - behind) / (2 * step), rtol=1e-7, atol=1e-8)
