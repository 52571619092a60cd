"""Fixed points of a linear map for many right-hand sides that have much in common."""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float

_NOTHING = 1e-10  # share of a direction that is rounding

_States = Float[np.ndarray, "case state"]


def solve_together(
    push: Callable[[_States], _States],
    driven: _States,
    seen: Float[np.ndarray, "state"],
    parts: Sequence[slice],
    *,
    tolerance: float,
    at_once: int,
    most: int,
) -> tuple[_States, float, int]:
    """x = push(x) + driven for all right-hand sides: x, its relative error and how many states were pushed.

    All solutions are sought in one common span, where the errors are least (minimal residuals, GCR: Eisenstat, Elman &
    Schultz 1983, SIAM J. Numer. Anal. 20, 345). A few combinations of the errors, the largest, serve all as the next
    directions.

    - ``push``: linear; takes any number of states up to ``at_once``.
    - ``seen``: weights of the elements of a state in the size of an error.
    - ``parts``: of a state, in each of which the largest error is compared with the largest element; the iteration ends
      when all ratios are below ``tolerance``, or after ``most`` states.
    """
    solution, error = np.zeros_like(driven), driven
    sizes = np.linalg.norm(error * seen, axis=1, keepdims=True)
    span: list[tuple[_States, _States]] = []  # directions, and the errors that they take away
    relative, pushed = np.inf, 0
    while relative >= tolerance and pushed < most:
        scaled = error * seen / sizes
        squares, combinations = np.linalg.eigh(scaled @ scaled.T)
        chosen = [k for k in range(len(squares))[-at_once:] if squares[k] > _NOTHING * squares[-1]]
        direction = (combinations[:, chosen] / sizes / np.sqrt(squares[chosen])).T @ error
        taken = direction - push(direction)
        pushed += len(direction)
        scale = np.linalg.norm(taken * seen)
        for old, taken_by_old in [*span, *span]:  # twice, for what rounding leaves over
            overlap = (taken * seen) @ (taken_by_old * seen).T
            direction, taken = direction - overlap @ old, taken - overlap @ taken_by_old
        left, lengths, _ = np.linalg.svd(taken * seen, full_matrices=False)
        new = lengths > _NOTHING * scale
        to_unit = (left[:, new] / lengths[new]).T
        direction, taken = to_unit @ direction, to_unit @ taken
        step = (error * seen) @ (taken * seen).T
        solution, error = solution + step @ direction, error - step @ taken
        span.append((direction, taken))
        sizes = np.linalg.norm(solution * seen, axis=1, keepdims=True)
        relative = max(_relative(error[:, part], solution[:, part]) for part in parts)
    return solution, relative, pushed


def _relative(error: _States, solution: _States) -> float:
    largest = np.maximum(np.max(np.abs(solution), axis=1), np.finfo(float).tiny)
    return float(np.max(np.max(np.abs(error), axis=1) / largest))
