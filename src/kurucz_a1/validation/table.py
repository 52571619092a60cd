"""Models made with the solver's opacity table against models made with the lines themselves."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import Atmosphere, NotConverged, solve_line_by_line
from kurucz_a1.errors import BadConfig
from kurucz_a1.evaluation.atlas12_comparison import atlas12_tables
from kurucz_a1.grid import Result, Source
from kurucz_a1.labels import LABEL_NAMES, Labels, told_table
from kurucz_a1.lines.build_opacity_table import read_lines
from kurucz_a1.lines.opacity_table import describe_lists, origin
from kurucz_a1.settings import SolverOptions
from kurucz_a1.validation.structure import UNITS


class LineByLineSource(Source):
    """A source of models whose lines are summed at the depths of each model.

    - ``line_lists``: paths of the lists that the solver's table was made from.
    - ``options``: of the solver.

    Raises BadConfig if the table was made from other lists, whose differences would be compared too.
    """

    def __init__(self, line_lists: Sequence[Path | str], options: SolverOptions) -> None:
        self.options = options
        table = origin(options.opacity_table)
        lists, made_from = describe_lists(line_lists), table["line_lists"]
        if sorted(lists.split("; ")) != sorted(made_from.split("; ")):
            raise BadConfig(f"the opacity table was made from {made_from}, validation.line_lists names {lists}")
        self.lines = read_lines(line_lists)
        self.description = {"source": "line by line", "line_lists": lists, **options.plain(), "opacity_table": table}

    def make_model(self, row: Mapping[str, Any], made: Mapping[int, Atmosphere]) -> Result:
        try:
            return Result(solve_line_by_line(Labels.of(row), line_list=self.lines, options=self.options))
        except NotConverged as error:
            return Result(None, str(error))


def table_errors(
    labels: pd.DataFrame, exact: Sequence[Atmosphere | None], models: Sequence[Atmosphere | None]
) -> pd.DataFrame:
    """rms over -4 <= log tau <= 1.5 of the difference that the opacity table makes, one row per model.

    - ``labels``: table with the labels.
    - ``exact``, ``models``: for each row the single model made with the lines and with the table, or None.

    Columns: the labels, temperature (%), gas_pressure, electron_density, rosseland_opacity (dex), inf where one of
    the two models is missing.
    """
    rows = []
    points = labels[[name for name in LABEL_NAMES if name in labels]].to_dict("records")
    for row, truth, model in zip(points, exact, models, strict=True):
        sizes = dict.fromkeys(UNITS, np.inf)
        if truth is not None and model is not None:
            table = atlas12_tables([truth], {"solver": [model]})[0]
            sizes = {field: factor * float(table[f"{field}_rms"].iloc[0]) for field, (_, factor) in UNITS.items()}
        rows.append(row | sizes)
    return told_table(pd.DataFrame(rows, columns=[*LABEL_NAMES, *UNITS]))
