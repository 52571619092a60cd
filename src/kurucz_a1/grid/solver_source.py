"""The embedded solver as a source of models."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.grid.source import Guess, Result, Row, Source
from kurucz_a1.labels import Labels
from kurucz_a1.lines.opacity_table import origin
from kurucz_a1.settings import SolverOptions


class SolverSource(Source):
    """Models of the embedded LTE solver at labels drawn in the box.

    - ``options``: as in ``solve``.
    - ``guess``: a function of a row of labels that gives a model to begin with, or None; ``guesser``: what that is, for
      the description. A model that does not converge from there begins anew without it.
    - ``derivatives``: give the models their ``label_jacobian``, by the labels of these names or, for True, by those of
      ``solve_with_jacobian``.

    Raises BadFile where the opacity table cannot be read.
    """

    def __init__(
        self,
        options: SolverOptions | None = None,
        *,
        derivatives: bool | Sequence[str] = True,
        guess: Guess | None = None,
        guesser: str | None = None,
    ) -> None:
        self.guess = guess
        self.options = options or SolverOptions()
        self.derivatives = derivatives if isinstance(derivatives, bool) else list(derivatives)
        self.description = {"source": "solver", **self.options.plain(), "derivatives": self.derivatives}
        if guess is not None:
            self.description["start"] = guesser
        if self.options.opacity_table is not None:
            # The same path may hold another table tomorrow.
            self.description["opacity_table"] = origin(self.options.opacity_table)

    def make_model(self, row: Row, made: Mapping[int, Atmosphere]) -> Result:
        from kurucz_a1.atmosphere import NotConverged

        labels = Labels.of(row)
        start = None if self.guess is None else self.guess(row)
        if start is not None:
            try:
                return Result(self._solved(labels, start))
            except NotConverged:
                pass
        try:
            return Result(self._solved(labels, None))
        except NotConverged as error:
            return Result(None, str(error))

    def _solved(self, labels: Labels, start: Atmosphere | None) -> Atmosphere:
        from kurucz_a1.atmosphere import solve, solve_with_jacobian

        if self.derivatives is False:
            return solve(labels, options=self.options, start=start)
        by = None if self.derivatives is True else self.derivatives
        model, jacobian = solve_with_jacobian(labels, by=by, options=self.options, start=start)
        return replace(model, label_jacobian=jacobian.stacked(), jacobian_labels=jacobian.labels)
