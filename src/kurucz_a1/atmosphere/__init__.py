"""A model atmosphere: the data type, its depth grid, hydrostatic integration and the LTE solver."""

from typing import Any

from kurucz_a1.atmosphere.label_jacobian import LabelJacobian
from kurucz_a1.atmosphere.model import Atmosphere, from_dataset, stack

_OF_SOLVER = (
    "NotConverged",
    "SolverOptions",
    "solve",
    "solve_batch",
    "solve_line_by_line",
    "solve_with_jacobian",
)
__all__ = ["Atmosphere", "LabelJacobian", "from_dataset", "stack", *_OF_SOLVER]


def __getattr__(name: str) -> Any:
    # The solver brings the opacity tables with it: import it only to solve.
    if name in _OF_SOLVER:
        from kurucz_a1.atmosphere import solver

        return getattr(solver, name)
    raise AttributeError(f"module 'kurucz_a1.atmosphere' has no attribute {name!r}")
