"""The embedded solver as a source of models."""

from kurucz_a1.atmosphere.fields import LABEL_NAMES
from kurucz_a1.grid.source import Result, Source
from kurucz_a1.lines.opacity_table import origin


class SolverSource(Source):
    """Models of the embedded LTE solver at labels drawn in the box.

    frequencies: size of the solver's sampling grid; depths: number of optical depths; maximum_iterations: Newton steps
    before a point counts as failed; opacity_table: path of a line opacity table, None for the embedded one; leave_out:
    formulas of line absorbers to do without. Raises BadFile if the table cannot be read.
    """

    def __init__(self, frequencies=600, depths=80, maximum_iterations=60, opacity_table=None, leave_out=()):
        self.options = {
            "frequencies": int(frequencies),
            "depths": int(depths),
            "maximum_iterations": int(maximum_iterations),
        }
        self.description = {"source": "solver", **self.options}
        if leave_out:
            self.options["leave_out"] = tuple(leave_out)
            self.description["leave_out"] = list(leave_out)
        if opacity_table is not None:
            # The same path may hold another table tomorrow.
            self.options["opacity_table"] = str(opacity_table)
            self.description["opacity_table"] = origin(opacity_table)

    def make_model(self, row, made):
        from kurucz_a1.atmosphere import NotConverged, SolverOptions, solve

        try:
            return Result(solve(**{name: row[name] for name in LABEL_NAMES}, options=SolverOptions(**self.options)))
        except NotConverged as error:
            return Result(None, str(error))
