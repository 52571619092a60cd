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
    """Figure from the table of the script emulator_growth: one row per number of models."""
    figure = new_figure(COLUMN_WIDTH * 1.25, 3.0)
    panel = figure.subplots()
    table = table.sort_values("models")
    for field, mark in zip(PROFILE_FIELDS, MARKS, strict=True):
        panel.plot(table["models"], 100 * table[f"{field}_median"], f"-{mark}", ms=4.5, label=symbol(field))
    panel.set_xscale("log")
    panel.set_yscale("log")
    panel.set_xticks(table["models"], [f"{count:d}" for count in table["models"]])
    panel.minorticks_off()
    panel.set_xlabel("ATLAS-12 models learnt from")
    panel.set_ylabel(r"$|\Delta \ln|$, median [%]")
    figure.legend(loc="outside upper center", ncols=5, columnspacing=1.2)
    return figure
