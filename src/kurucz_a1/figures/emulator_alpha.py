"""The trade between data and physics: errors and hydrostatic residuals against the weight of the physics loss."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kurucz_a1.figures.style import COLUMN_WIDTH, color, new_figure, paper_style, symbol

CAPTION = """
The paper's network trained with increasing weight alpha of its physics loss. Left axis, circles: hydrostatic residual
of form C, median over depths and random labels. Right axis: median error of temperature (squares) and gas pressure
(triangles) on the test split, for log tau from -5 to 2. The dotted line at the left is alpha = 0, if requested.
"""
MARKS = {"temperature": "s", "gas_pressure": "^"}


@paper_style()
def draw(table: pd.DataFrame) -> Figure:
    """Figure from the table of the script emulator_alpha: one row per weight."""
    figure = new_figure(COLUMN_WIDTH * 1.35, 3.0)
    left = figure.subplots()
    right = left.twinx()
    table = table.sort_values("alpha")
    positive = table["alpha"] > 0
    # a logarithmic axis has no zero: a decade left of the smallest weight
    smallest = table["alpha"][positive].min()
    places = np.where(positive, table["alpha"], smallest / 10.0)
    left.plot(places, table["form_c_median"], "-o", color=color("pinn"), ms=4.5, label="form C")
    for field, mark in MARKS.items():
        right.plot(places, 100 * table[f"{field}_median"], f"--{mark}", color="0.35", ms=4.5, label=symbol(field))
    for panel in (left, right):
        panel.set_xscale("log")
        panel.set_yscale("log")
        low, high = panel.dataLim.intervaly
        panel.set_ylim(10 ** np.floor(np.log10(low)), 10 ** np.ceil(np.log10(high)))  # whole decades, few labels
    if not positive.all():
        left.axvline(smallest / 10.0, color="0.6", linestyle=":", linewidth=0.9, zorder=0)
        decades = 10.0 ** np.arange(np.floor(np.log10(smallest)), np.log10(places.max()) + 1e-6)
        left.set_xticks([smallest / 10.0, *decades], ["0", *(f"$10^{{{np.log10(x):.0f}}}$" for x in decades)])
    left.set_xlabel(r"weight $\alpha$ of the physics loss")
    left.set_ylabel("form C, median [dex]")
    right.set_ylabel(r"$|\Delta \ln|$, median [%]")
    right.tick_params(which="both", right=True)
    handles = [line for panel in (left, right) for line in panel.get_legend_handles_labels()[0]]
    figure.legend(handles, [str(line.get_label()) for line in handles], loc="outside upper center", ncols=3)
    return figure
