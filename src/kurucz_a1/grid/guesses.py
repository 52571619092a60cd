"""Models that a run of ATLAS-12 may begin with at any labels, as functions of a row of labels (a dict)."""

from kurucz_a1.errors import OutsideSupport, UserError
from kurucz_a1.grid.solver_source import SolverSource
from kurucz_a1.labels import Labels


def solver_guess(options):
    """A function that gives the embedded solver's Atmosphere, None where it has none; options: SolverOptions."""
    source = SolverSource(options)

    def guess(row):
        try:
            return source.make_model(row, {}).model
        except UserError:  # labels outside the range of the solver or its opacity table
            return None

    return guess


def emulator_guess(emulator):
    """A function that gives the Atmosphere that ``emulator``, an Emulator, predicts, None outside its range."""

    def guess(row):
        try:
            return emulator(Labels.of(row))
        except OutsideSupport:
            return None

    return guess
