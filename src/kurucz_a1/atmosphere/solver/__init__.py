"""The embedded LTE solver: temperature by Newton's method on the standard optical depths."""

from kurucz_a1.atmosphere.solver.solve import NotConverged, SolverOptions, solve

__all__ = ["NotConverged", "SolverOptions", "solve"]
