"""The embedded solver as a source of models."""

from dataclasses import replace

from kurucz_a1.grid.source import Result, Source
from kurucz_a1.labels import Labels
from kurucz_a1.lines.opacity_table import origin


class SolverSource(Source):
    """Models of the embedded LTE solver at labels drawn in the box, with their derivatives by the labels.

    frequencies: size of the solver's sampling grid; depths: number of optical depths; maximum_iterations: Newton steps
    before a point counts as failed; opacity_table: path of a line opacity table, None for the embedded one; leave_out:
    formulas of line absorbers to do without; derivatives: give the models their label_jacobian. Raises BadFile if the
    table cannot be read.
    """

    def __init__(
        self, frequencies=600, depths=80, maximum_iterations=60, opacity_table=None, leave_out=(), derivatives=True
    ):
        self.options = {
            "frequencies": int(frequencies),
            "depths": int(depths),
            "maximum_iterations": int(maximum_iterations),
        }
        self.derivatives = bool(derivatives)
        self.description = {"source": "solver", **self.options, "derivatives": self.derivatives}
        if leave_out:
            self.options["leave_out"] = tuple(leave_out)
            self.description["leave_out"] = list(leave_out)
        if opacity_table is not None:
            # The same path may hold another table tomorrow.
            self.options["opacity_table"] = str(opacity_table)
            self.description["opacity_table"] = origin(opacity_table)

    def make_model(self, row, made):
        import jax.numpy as jnp

        from kurucz_a1.atmosphere import NotConverged, SolverOptions, jacobian_labels, solve, solve_with_jacobian
        from kurucz_a1.atmosphere.solver.solve import load_opacities

        labels = Labels.of(row)
        options = SolverOptions(**self.options)
        try:
            if not self.derivatives:
                return Result(solve(labels, options=options))
            model, jacobian = solve_with_jacobian(labels, options=options)
        except NotConverged as error:
            return Result(None, str(error))
        names = jacobian_labels(load_opacities(options))
        return Result(replace(model, label_jacobian=jnp.stack(jacobian), jacobian_labels=names))
