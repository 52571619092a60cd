"""The solver's structures against ATLAS-12's at the same labels."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kurucz_a1.figures.style import PAGE_WIDTH, axis_label, color, label_panels, new_figure, paper_style, symbol

CAPTION = """
Structures of the embedded LTE solver against real ATLAS-12 models of the same labels, at equal Rosseland optical depth.
Thin lines: single models; thick line: median over models. The grey band marks -4 <= log tau <= 1.5, to which the table
refers.
"""
FIELDS = {"temperature": "%", "gas_pressure": "dex", "electron_density": "dex", "rosseland_opacity": "dex"}
STEP = 0.125  # of log tau, in which medians are taken


@paper_style()
def draw(table: pd.DataFrame) -> Figure:
    """Figure from the table of ``validation.structure.structure_profiles``."""
    figure = new_figure(PAGE_WIDTH, 4.6)
    axes = figure.subplots(2, 2, sharex=True).ravel()
    place = np.round(table["log_tau"] / STEP) * STEP
    for panel, (field, unit) in zip(axes, FIELDS.items(), strict=True):
        panel.axvspan(-4.0, 1.5, color="0.93", zorder=0)
        panel.axhline(0.0, color="black", linewidth=0.8)
        for _, rows in table.groupby("deck", sort=False):
            panel.plot(rows["log_tau"], rows[field], color=color("solver"), linewidth=0.4, alpha=0.4)
        median = table[field].groupby(place).median()
        panel.plot(median.index, median, color="black", linewidth=1.6)
        limit = 1.2 * np.percentile(np.abs(table[field]), 99.0)
        panel.set_ylim(-limit, limit)
        name = rf"$\Delta T / T$ [{unit}]" if unit == "%" else rf"$\Delta \log_{{10}}$ {symbol(field)} [{unit}]"
        panel.set_ylabel(name)
    for panel in axes[2:]:
        panel.set_xlabel(axis_label("log_tau"))
    label_panels(axes)
    return figure
