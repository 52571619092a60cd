"""Relative errors of the networks' profiles against optical depth."""

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
blocks of label space that the networks never saw; the truth is this run's own grid. Thick lines: median absolute error
over models; thin lines: 95th percentile. PINN: trained with hydrostatic equilibrium; MLP: the same network without.
"""
FIELDS = ("column_mass", "temperature", "gas_pressure", "rosseland_opacity")


@paper_style()
def draw(accuracy_by_depth: pd.DataFrame) -> Figure:
    """Figure from the ``by_depth`` table of ``evaluation.accuracy_tables``: a panel per quantity, a line per system."""
    figure = new_figure(PAGE_WIDTH, 4.6)
    axes = figure.subplots(2, 2, sharex=True)
    table = accuracy_by_depth
    for panel, field in zip(axes.flat, FIELDS, strict=True):
        chosen = table[table["field"] == field]
        for system in systems_in(chosen):
            rows = chosen[chosen["system"] == system].sort_values("log_tau")
            panel.plot(rows["log_tau"], 100 * rows["abs_median"], **look(system, linewidth=1.8))
            panel.plot(rows["log_tau"], 100 * rows["abs_p95"], **look(system, linewidth=0.8, label=None))
        panel.set_yscale("log")
        panel.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        panel.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        panel.yaxis.set_minor_formatter(NullFormatter())
        panel.set_xlim(table["log_tau"].min(), table["log_tau"].max())
        # room above for the letter
        panel.set_ylim(top=2.5 * 100 * chosen["abs_p95"].max())
        panel.set_ylabel(rf"$|\Delta \ln$ {symbol(field)}$|$ [%]")
    for panel in axes[-1]:
        panel.set_xlabel(axis_label("log_tau"))
    handles, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, [f"{name}, median (thin: 95 %)" for name in names], loc="outside upper center", ncols=4)
    label_panels(axes.flat)
    return figure
