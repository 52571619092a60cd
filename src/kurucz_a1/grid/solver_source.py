"""The embedded solver as a source of models."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.grid.source import Result, Row, Source
from kurucz_a1.labels import Labels
from kurucz_a1.lines.opacity_table import origin
from kurucz_a1.settings import SolverOptions


class SolverSource(Source):
    """Models of the embedded LTE solver at labels drawn in the box.

    - ``options``: as in ``solve``.
    - ``derivatives``: give the models their ``label_jacobian``, by the labels of these names or, for True, by those of
      ``solve_with_jacobian``.

    Raises BadFile where the opacity table cannot be read.
    """

    def __init__(self, options: SolverOptions | None = None, *, derivatives: bool | Sequence[str] = True) -> None:
        self.options = options or SolverOptions()
        self.derivatives = derivatives if isinstance(derivatives, bool) else list(derivatives)
        self.description = {"source": "solver", **self.options.plain(), "derivatives": self.derivatives}
        if self.options.opacity_table is not None:
            # The same path may hold another table tomorrow.
            self.description["opacity_table"] = origin(self.options.opacity_table)

    def make_model(self, row: Row, made: Mapping[int, Atmosphere]) -> Result:
        from kurucz_a1.atmosphere import NotConverged, solve, solve_with_jacobian

        labels = Labels.of(row)
        try:
            if self.derivatives is False:
                return Result(solve(labels, options=self.options))
            by = None if self.derivatives is True else self.derivatives
            model, jacobian = solve_with_jacobian(labels, by=by, options=self.options)
        except NotConverged as error:
            return Result(None, str(error))
        return Result(replace(model, label_jacobian=jacobian.stacked(), jacobian_labels=jacobian.labels))
