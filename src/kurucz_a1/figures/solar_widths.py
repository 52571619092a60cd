"""Equivalent widths of the Sun's lines from each structure against the measured ones."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from kurucz_a1.figures.style import (
    MARKERS,
    OTHER_LABELS,
    PAGE_WIDTH,
    SYSTEMS,
    color,
    label_panels,
    name,
    new_figure,
    paper_style,
)

CAPTION = """
Equivalent widths of unblended lines of the Sun from the structures of ATLAS-12, the embedded LTE solver and the
networks at the same labels and microturbulence, compared with measurements: the change of log gf, or of the element's
abundance, that would give the measured width. (a) Lines of neutral iron against the energy of the lower level, (b)
against the width, (c) all elements, mean and scatter of each. The scatter is that of the laboratory log gf; the
structures differ by much less.
"""


@paper_style()
def draw(solar_widths: pd.DataFrame) -> Figure:
    """Figure from the table of ``spectrum.solar_widths.compare_widths``."""
    figure = new_figure(PAGE_WIDTH, 4.6)
    grid = figure.add_gridspec(2, 2, height_ratios=(1, 1.1))
    energy, width = (figure.add_subplot(grid[0, k]) for k in (0, 1))
    elements = figure.add_subplot(grid[1, :])
    models = [system for system in SYSTEMS if system in set(solar_widths["model"]) and system not in OTHER_LABELS]
    iron = solar_widths[(solar_widths["species"] == "Fe") & (solar_widths["ion_stage"] == 0)]
    stages = solar_widths["ion_stage"].map({0: "I", 1: "II"})
    solar_widths = solar_widths.assign(ion=solar_widths["species"] + " " + stages)
    order = sorted(set(solar_widths["ion"]))
    for number, model in enumerate(models):
        look: dict[str, Any] = {
            "marker": MARKERS[model],
            "color": color(model),
            "linestyle": "none",
            "ms": 3,
            "mew": 0.6,
        }
        part = iron[iron["model"] == model]
        energy.plot(part["lower_energy_ev"], part["difference_dex"], mfc="none", **look)
        width.plot(part["measured_mA"], part["difference_dex"], mfc="none", label=name(model), **look)
        groups = solar_widths[solar_widths["model"] == model].groupby("ion")["difference_dex"]
        shift = 0.12 * (number - 0.5 * (len(models) - 1))
        places = [order.index(each) + shift for each in groups.mean().index]
        elements.errorbar(places, groups.mean(), groups.std().fillna(0.0), elinewidth=0.8, **look)
    energy.set_xlabel("lower level [eV]")
    width.set_xlabel(r"measured width [m$\mathrm{\AA}$]")
    elements.set_xticks(range(len(order)), order)
    elements.tick_params(axis="x", which="minor", bottom=False, top=False)
    for panel in (energy, width, elements):
        panel.axhline(0.0, color="black", linewidth=0.8, zorder=0)
    for panel in (energy, elements):
        panel.set_ylabel(r"measured minus computed" + "\n" + r"$\Delta \log gf$ [dex]")
    figure.legend(*width.get_legend_handles_labels(), loc="outside upper center", ncols=6)
    label_panels((energy, width, elements), x=0.02)
    return figure
