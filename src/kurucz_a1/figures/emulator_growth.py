"""Errors of the hydrostatic network against the number of ATLAS-12 models it was trained on."""

import pandas as pd
from matplotlib.figure import Figure

from kurucz_a1.figures.style import COLUMN_WIDTH, PROFILE_FIELDS, new_figure, paper_style, symbol

CAPTION = """
The network that is hydrostatic by construction, trained on increasing numbers of the package's real ATLAS-12 models and
tested on others: median error for log tau from -5 to 2. These models have no label derivatives.
"""
MARKS = ("o", "s", "^", "D", "v")


@paper_style()
def draw(table: pd.DataFrame) -> Figure:
    """Figure from the table of ``stages.emulator_checks.by_count_of_atlas12``."""
    return by_models(table, "ATLAS-12 models learnt from")


def by_models(table: pd.DataFrame, what: str) -> Figure:
    """Median errors of each field against the number of models.

    - ``table``: of ``network_checks.errors_by_count``; networks that learnt derivatives have full lines where others
      have not.
    - ``what``: label of the axis of models.
    """
    figure = new_figure(COLUMN_WIDTH * 1.25, 3.0)
    panel = figure.subplots()
    both = table["derivatives"].nunique() > 1
    for derivatives, rows in table.sort_values("models").groupby("derivatives"):
        dashed = both and not derivatives
        for number, (field, mark) in enumerate(zip(PROFILE_FIELDS, MARKS, strict=True)):
            panel.plot(
                rows["models"],
                100 * rows[f"{field}_median"],
                color=f"C{number}",
                marker=mark,
                ms=4.5,
                ls="--" if dashed else "-",
                mfc="white" if dashed else None,
                label=None if dashed else symbol(field),
            )
    counts = sorted(set(table["models"]))
    panel.set_xscale("log")
    panel.set_yscale("log")
    panel.set_xticks(counts, [f"{count:d}" for count in counts])
    panel.minorticks_off()
    panel.set_xlabel(what)
    panel.set_ylabel(r"$|\Delta \ln|$, median [%]")
    figure.legend(loc="outside upper center", ncols=5, columnspacing=1.2)
    return figure
