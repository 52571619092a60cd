"""Models made with the solver's opacity table against models made with the lines themselves."""

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import NotConverged, solve
from kurucz_a1.atmosphere.fields import LABEL_NAMES
from kurucz_a1.atmosphere.solver.line_by_line import solve_line_by_line
from kurucz_a1.evaluation.atlas12_comparison import atlas12_tables
from kurucz_a1.validation.structure import UNITS


def table_errors(labels, line_list, options, report=None):
    """rms over -4 <= log tau <= 1.5 of the difference that the opacity table makes, a DataFrame with one row a model.

    labels: table with the five labels; line_list: the LineList that the table was made from; options: SolverOptions;
    report: called with the number of models done. Columns: the five labels, temperature (%), gas_pressure,
    electron_density, rosseland_opacity (dex), inf where one of the two models is missing.
    """
    rows = []
    for number, row in enumerate(labels[list(LABEL_NAMES)].to_dict("records"), start=1):
        try:
            exact, found = solve_line_by_line(line_list, **row, options=options), solve(**row, options=options)
            table = atlas12_tables([exact], {"solver": [found]})[0]
            sizes = {field: factor * float(table[f"{field}_rms"].iloc[0]) for field, (_, factor) in UNITS.items()}
        except NotConverged:
            sizes = dict.fromkeys(UNITS, np.inf)
        rows.append(row | sizes)
        if report:
            report(number)
    return pd.DataFrame(rows, columns=[*LABEL_NAMES, *UNITS])
