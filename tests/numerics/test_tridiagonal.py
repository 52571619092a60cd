"""The tridiagonal solution against a dense one."""

import jax.numpy as jnp
import numpy as np

from kurucz_a1.numerics.tridiagonal import solve_tridiagonal


def test_tridiagonal_solution_matches_the_dense_one():
    rng = np.random.default_rng(1)
    lower, upper, right = rng.normal(size=(3, 12, 4))
    diagonal = 5.0 + rng.random((12, 4))
    solution = solve_tridiagonal(*map(jnp.asarray, (lower, diagonal, upper, right)))
    for j in range(4):
        dense = np.diag(diagonal[:, j]) + np.diag(lower[1:, j], -1) + np.diag(upper[:-1, j], 1)
        np.testing.assert_allclose(solution[:, j], np.linalg.solve(dense, right[:, j]), rtol=1e-12)
