"""Models that the solver or a run of ATLAS-12 may begin with at any labels, as functions of a row of labels."""

from collections.abc import Callable

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.errors import OutsideSupport, UserError
from kurucz_a1.grid.solver_source import SolverSource
from kurucz_a1.grid.source import Guess, Row
from kurucz_a1.labels import Labels
from kurucz_a1.settings import SolverOptions


def solver_guess(options: SolverOptions | None) -> Guess:
    """A function that gives the embedded solver's Atmosphere; None where it finds none."""
    source = SolverSource(options)

    def guess(row: Row) -> Atmosphere | None:
        try:
            return source.make_model(row, {}).model
        except UserError:  # labels outside the range of the solver or its opacity table
            return None

    return guess


def emulator_guess(emulator: Callable[[Labels], Atmosphere]) -> Guess:
    """A function that gives the Atmosphere that an Emulator predicts; None outside its range."""

    def guess(row: Row) -> Atmosphere | None:
        try:
            return emulator(Labels.of(row))
        except OutsideSupport:
            return None

    return guess
