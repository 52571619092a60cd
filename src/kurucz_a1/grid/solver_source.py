"""The embedded solver as a source of models."""

from dataclasses import replace

from kurucz_a1.grid.source import Result, Source
from kurucz_a1.labels import Labels
from kurucz_a1.lines.opacity_table import origin
from kurucz_a1.settings import SolverOptions


class SolverSource(Source):
    """Models of the embedded LTE solver at labels drawn in the box, with their derivatives by the labels.

    options: SolverOptions; derivatives: give the models their label_jacobian. Raises BadFile if the opacity table
    cannot be read.
    """

    def __init__(self, options=None, *, derivatives=True):
        self.options = options or SolverOptions()
        self.derivatives = bool(derivatives)
        self.description = {"source": "solver", **self.options.plain(), "derivatives": self.derivatives}
        if self.options.opacity_table is not None:
            # The same path may hold another table tomorrow.
            self.description["opacity_table"] = origin(self.options.opacity_table)

    def make_model(self, row, made):
        import jax.numpy as jnp

        from kurucz_a1.atmosphere import NotConverged, solve, solve_with_jacobian
        from kurucz_a1.atmosphere.solver.solve import load_opacities

        labels = Labels.of(row)
        try:
            if not self.derivatives:
                return Result(solve(labels, options=self.options))
            model, jacobian = solve_with_jacobian(labels, options=self.options)
        except NotConverged as error:
            return Result(None, str(error))
        names = load_opacities(self.options).labels
        return Result(replace(model, label_jacobian=jnp.stack(jacobian), jacobian_labels=names))
