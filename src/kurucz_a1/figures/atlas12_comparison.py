"""The Sun's structure: solver and networks against the ATLAS-12 model of the same labels."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from kurucz_a1.figures.style import PAGE_WIDTH, axis_label, label_panels, look, new_figure, paper_style, systems_in
from kurucz_a1.numerics.splines import log_spline

CAPTION = """
The solar model atmosphere (5777 K, log g 4.44, vturb 2 km/s) of ATLAS-12, of the embedded LTE solver, and of the
networks, which were trained on models of that solver and have seen no ATLAS-12 model. Top: profiles; bottom: difference
from ATLAS-12 at equal optical depth. The grey band marks -4 <= log tau <= 1.5, to which the tables refer. The solver's
model has no CO lines, like ATLAS-12's; the training models have them.
"""
FIELDS = ("temperature", "gas_pressure", "electron_density", "rosseland_opacity")


@paper_style()
def draw(atlas12_sun: pd.DataFrame) -> Figure:
    """Figure from the table of ``evaluation.profile_table``, which must hold the system ATLAS-12."""
    table = atlas12_sun
    systems = systems_in(table)
    reference = table[table["system"] == "ATLAS-12"].sort_values("log_tau")
    figure = new_figure(PAGE_WIDTH, 4.0)
    axes = figure.subplots(2, len(FIELDS), sharex=True, height_ratios=(3, 2))
    for (top, bottom), field in zip(axes.T, FIELDS, strict=True):
        bottom.axvspan(-4.0, 1.5, color="0.93", zorder=0)
        bottom.axhline(0.0, color="black", linewidth=0.8)
        sizes = []
        for system in systems:
            rows = table[table["system"] == system].sort_values("log_tau")
            top.plot(rows["log_tau"], rows[field], **look(system))
            if system == "ATLAS-12":
                continue
            log_tau = np.clip(reference["log_tau"], rows["log_tau"].min(), rows["log_tau"].max())
            difference = 100 * (log_spline(rows["log_tau"], rows[field])(log_tau) - np.log(reference[field]))
            bottom.plot(reference["log_tau"], difference, **look(system))
            sizes.append(np.abs(difference[(log_tau > -6) & (log_tau < 1.9)]).max())
        limit = 1.25 * max(sizes, default=1.0)
        bottom.set_ylim(-limit, limit)
        top.set_title(axis_label(field))
        if field != "temperature":
            top.set_yscale("log")
        bottom.set_xlabel(axis_label("log_tau"))
    axes[0, 0].set_xlim(reference["log_tau"].min(), reference["log_tau"].max())
    axes[0, 0].xaxis.set_major_locator(MultipleLocator(2))
    axes[0, 0].xaxis.set_minor_locator(MultipleLocator(1))
    axes[1, 0].set_ylabel(r"$\Delta \ln$ [%]")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=5, columnspacing=1.4)
    label_panels(axes[0])
    return figure
