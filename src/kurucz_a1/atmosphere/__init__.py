"""A model atmosphere: the data type, its depth grid, hydrostatic integration and the LTE solver."""

from kurucz_a1.atmosphere.model import Atmosphere, from_dataset, stack

__all__ = ["Atmosphere", "NotConverged", "SolverOptions", "from_dataset", "solve", "stack"]


def __getattr__(name):
    # the solver brings the opacity tables with it: imported only by those who solve
    if name in ("NotConverged", "SolverOptions", "solve"):
        from kurucz_a1.atmosphere import solver

        return getattr(solver, name)
    raise AttributeError(f"module 'kurucz_a1.atmosphere' has no attribute {name!r}")
