"""Fixed points of a linear map for many right-hand sides that have much in common."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

_NOTHING = 1e-12  # share of the square of a direction that is rounding

_States = Float[np.ndarray, "case state"]


class Solutions(NamedTuple):
    """Approximate solutions of x = push(x) + driven, a row each."""

    states: _States
    errors: _States  # push(states) + driven - states
    relative: float  # the largest element of an error over the largest of its solution, in any part of a state
    pushed: int  # states


def solve_together(
    push: Callable[[_States], _States],
    driven: _States,
    parts: Sequence[slice],
    *,
    tolerance: float,
    at_once: int,
    most: int,
) -> Solutions:
    """x = push(x) + driven for all right-hand sides.

    All solutions are sought in one common span, where the errors are least (minimal residuals, GCR: Eisenstat, Elman &
    Schultz 1983, SIAM J. Numer. Anal. 20, 345). A few combinations of the errors, the largest, serve all as the next
    directions.

    - ``push``: linear; takes any number of states up to ``at_once``. The sum of the squares of a state is its size.
    - ``parts``: of a state, in each of which the largest error is compared with the largest element; the iteration ends
      when all ratios are below ``tolerance``, or after ``most`` states.
    """
    states, errors = np.zeros_like(driven), driven.copy()
    sizes = _sizes(errors)
    room = (most + at_once, driven.shape[1])
    directions, taken = np.empty(room), np.empty(room)  # the span, and the errors that it takes away, orthonormal
    held, pushed, relative = 0, 0, np.inf
    while relative >= tolerance and pushed < most and np.isfinite(errors).all():
        scaled = errors / sizes
        squares, combinations = np.linalg.eigh(scaled @ scaled.T)
        chosen = [k for k in range(len(squares))[-at_once:] if squares[k] > _NOTHING * squares[-1]]
        direction = (combinations[:, chosen] / np.sqrt(squares[chosen])).T @ scaled
        takes = direction - push(direction)
        pushed += len(direction)
        largest = np.sum(takes**2)
        overlap = takes @ taken[:held].T
        takes -= overlap @ taken[:held]
        direction -= overlap @ directions[:held]
        squares, combinations = np.linalg.eigh(takes @ takes.T)
        new = squares > _NOTHING * largest
        to_unit = (combinations[:, new] / np.sqrt(squares[new])).T
        end = held + len(to_unit)
        np.matmul(to_unit, takes, out=taken[held:end])
        np.matmul(to_unit, direction, out=directions[held:end])
        step = errors @ taken[held:end].T
        states += step @ directions[held:end]
        errors -= step @ taken[held:end]
        held = end
        sizes = _sizes(states)
        relative = max(_relative(errors[:, part], states[:, part]) for part in parts)
    return Solutions(states, errors, relative, pushed)


def _sizes(states: _States) -> Float[np.ndarray, "case 1"]:
    """Lengths of states, one for a state of zeros: of nothing that is driven nothing follows."""
    sizes = np.linalg.norm(states, axis=1, keepdims=True)
    return np.where(sizes > 0.0, sizes, 1.0)


def _relative(error: _States, solution: _States) -> float:
    largest = np.maximum(np.max(np.abs(solution), axis=1), np.finfo(float).tiny)
    return float(np.max(np.max(np.abs(error), axis=1) / largest))
