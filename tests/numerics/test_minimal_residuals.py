"""Fixed points of linear maps against a direct solution."""

import numpy as np
import pytest

from kurucz_a1.numerics.minimal_residuals import solve_together

CASES, STATE = 7, 40


@pytest.fixture
def linear():
    """A map that grows in a few directions, so that plain iteration diverges; and right-hand sides of unlike sizes."""
    rng = np.random.default_rng(3)
    matrix = 0.02 * rng.normal(size=(STATE, STATE))
    matrix[:3, :3] -= np.diag([5.0, 2.0, 1.5])
    return matrix, rng.normal(size=(CASES, STATE)) * np.geomspace(1.0, 1e-9, CASES)[:, None]


@pytest.mark.parametrize("at_once", [2, 7])
def test_solutions_are_those_of_a_direct_one(linear, at_once):
    matrix, driven = linear
    asked = []

    def push(states):
        asked.append(len(states))
        return states @ matrix.T

    parts = [slice(0, 10), slice(10, STATE)]
    found, _, error, pushed = solve_together(push, driven, parts, tolerance=1e-10, at_once=at_once, most=10 * STATE)
    assert error < 1e-10
    assert pushed == sum(asked) <= 2 * STATE  # there are STATE directions, but for rounding
    assert max(asked) == at_once
    expected = np.linalg.solve(np.eye(STATE) - matrix, driven.T).T
    for one, other in zip(found, expected, strict=True):
        # the error of a part is at most the residual, 1e-10 of it, times the norm of the inverse, here 2
        np.testing.assert_allclose(one, other, atol=1e-9 * np.max(np.abs(other)))


def test_an_unfinished_solution_says_how_far_it_is(linear):
    matrix, driven = linear
    parts = [slice(0, STATE)]
    found, errors, error, pushed = solve_together(
        lambda states: states @ matrix.T, driven, parts, tolerance=1e-10, at_once=2, most=4
    )
    residual = driven + found @ matrix.T - found
    np.testing.assert_allclose(errors, residual, atol=1e-13)  # rounding
    assert pushed == 4
    assert error == pytest.approx(np.max(np.max(np.abs(residual), axis=1) / np.max(np.abs(found), axis=1)), rel=1e-9)
    assert error > 1e-10
