"""The embedded solver as a source of models."""

from collections.abc import Mapping
from dataclasses import replace

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.grid.source import Result, Row, Source
from kurucz_a1.labels import Labels
from kurucz_a1.lines.opacity_table import origin
from kurucz_a1.settings import SolverOptions


class SolverSource(Source):
    """Models of the embedded LTE solver at labels drawn in the box.

    - ``options``: as in ``solve``.
    - ``derivatives``: give the models their ``label_jacobian``.

    Raises BadFile where the opacity table cannot be read.
    """

    def __init__(self, options: SolverOptions | None = None, *, derivatives: bool = True) -> None:
        self.options = options or SolverOptions()
        self.derivatives = bool(derivatives)
        self.description = {"source": "solver", **self.options.plain(), "derivatives": self.derivatives}
        if self.options.opacity_table is not None:
            # The same path may hold another table tomorrow.
            self.description["opacity_table"] = origin(self.options.opacity_table)

    def make_model(self, row: Row, made: Mapping[int, Atmosphere]) -> Result:
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
