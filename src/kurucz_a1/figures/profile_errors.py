"""Relative errors of the networks' and baselines' profiles against optical depth."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from kurucz_a1.figures.style import (
    PAGE_WIDTH,
    axis_label,
    label_panels,
    look,
    new_figure,
    paper_style,
    symbol,
    systems_in,
)

CAPTION = """
Relative error of column mass, temperature, gas pressure and Rosseland opacity against optical depth on the test set:
blocks of label space that no system saw; the truth is this run's own grid. Top: median absolute error over models;
bottom: 95th percentile. PINN: the paper's network with hydrostatic equilibrium in its loss, mended and as published;
MLP: the same network without; plain network: labels to all depths at once; hydrostatic: in equilibrium by construction,
with label derivatives; interpolation (radial basis functions) and polynomial (quadratic) use no network.
"""
FIELDS = ("column_mass", "temperature", "gas_pressure", "rosseland_opacity")
STATISTICS = {"abs_median": "median", "abs_p95": "95 %"}


@paper_style()
def draw(accuracy_by_depth: pd.DataFrame) -> Figure:
    """Figure from the ``by_depth`` table of ``evaluation.accuracy_tables``: a column per quantity."""
    figure = new_figure(PAGE_WIDTH, 4.4)
    axes = figure.subplots(len(STATISTICS), len(FIELDS), sharex=True, sharey="row")
    table = accuracy_by_depth
    for row, (column, words) in zip(axes, STATISTICS.items(), strict=True):
        for panel, field in zip(row, FIELDS, strict=True):
            chosen = table[table["field"] == field]
            for system in systems_in(chosen):
                rows = chosen[chosen["system"] == system].sort_values("log_tau")
                panel.plot(rows["log_tau"], 100 * rows[column], **look(system, linewidth=1.2))
            panel.set_xlim(table["log_tau"].min(), table["log_tau"].max())
        first = row[0]
        first.set_yscale("log")
        first.yaxis.set_major_locator(LogLocator())
        first.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        first.yaxis.set_minor_formatter(NullFormatter())
        # room above for the letters
        first.set_ylim(top=3.0 * 100 * table.loc[table["field"].isin(FIELDS), column].max())
        first.set_ylabel(rf"$|\Delta \ln|$, {words} [%]")
    for panel, field in zip(axes[0], FIELDS, strict=True):
        panel.set_title(symbol(field))
    for panel in axes[-1]:
        panel.set_xlabel(axis_label("log_tau"))
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=4)
    label_panels(axes.flat)
    return figure
