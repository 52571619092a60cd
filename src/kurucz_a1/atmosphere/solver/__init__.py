"""The embedded LTE solver: temperature by Newton's method on the standard optical depths."""

from kurucz_a1.atmosphere.solver.batch import solve_batch
from kurucz_a1.atmosphere.solver.jacobian import solve_with_jacobian
from kurucz_a1.atmosphere.solver.line_by_line import solve_line_by_line
from kurucz_a1.atmosphere.solver.solve import NotConverged, SolverOptions, solve

__all__ = [
    "NotConverged",
    "SolverOptions",
    "solve",
    "solve_batch",
    "solve_line_by_line",
    "solve_with_jacobian",
]
