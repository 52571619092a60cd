"""The hydrostatic residual over the Kiel diagram."""

import numpy as np
import pandas as pd
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullFormatter, ScalarFormatter

from kurucz_a1.evaluation.claims import AS_PUBLISHED
from kurucz_a1.figures.hydrostatic_histogram import WITHOUT, own_labels
from kurucz_a1.figures.style import PAGE_WIDTH, axis_label, name, new_figure, paper_style, systems_in

CAPTION = """
Where models depart from hydrostatic equilibrium: median over depth against effective temperature and gravity, one
column per system. Top: the published measure, gas pressure alone over depths 2 to 59; bottom: form C, radiation
pressure included, over all inner depths. ATLAS-12: the package's real models (those below 8200 K; the table holds
all); LTE solver: the grid of this run; networks: random labels in the same box. Models whose pressure falls inward
over half of their depths are in the colour of the largest residual.
"""
HOTTEST = 8200.0
MEASURES = {"published": "published measure [dex]", "form_c": "form C [dex]"}


@paper_style()
def draw(hydrostatic_residuals: pd.DataFrame) -> Figure:
    """Figure from the ``residuals`` of ``evaluation.hydrostatic_tables``: a column per system, one scale a measure."""
    table = own_labels(hydrostatic_residuals)
    table = table[(table["teff"] < HOTTEST) & ~table["system"].isin((*WITHOUT, AS_PUBLISHED))]
    systems = systems_in(table)
    figure = new_figure(PAGE_WIDTH, 4.4)
    axes = figure.subplots(len(MEASURES), len(systems), sharex=True, sharey=True, squeeze=False)
    for row, (measure, label) in zip(axes, MEASURES.items(), strict=True):
        values = table[f"{measure}_median"].replace([np.inf, 0.0], np.nan)
        norm = LogNorm(10.0 ** np.floor(np.log10(values.min())), 10.0 ** np.ceil(np.log10(values.max())))
        for panel, system in zip(row, systems, strict=True):
            rows = table[table["system"] == system]
            points = panel.scatter(
                rows["teff"],
                rows["logg"],
                c=rows[f"{measure}_median"].clip(lower=norm.vmin, upper=norm.vmax),
                norm=norm,
                cmap="viridis",
                s=16 if len(rows) < 500 else 5,
                edgecolor="0.25",
                linewidth=0.3 if len(rows) < 500 else 0.0,
                rasterized=len(rows) >= 500,
            )
        figure.colorbar(points, ax=row, label=label, pad=0.01)
        row[0].set_ylabel(axis_label("logg"))
    for panel, system in zip(axes[0], systems, strict=True):
        panel.set_title(name(system), fontsize=9)
    for panel in axes[-1]:
        panel.set_xlabel(axis_label("teff"), fontsize=9)
    first = axes[0, 0]
    first.set_xscale("log")
    low, high = table["teff"].min(), table["teff"].max()
    first.set_xlim(1.03 * high, low / 1.03)
    # Two, so that labels of narrow panels do not touch.
    ticks = np.unique(500 * np.round(np.geomspace(low, high, 5)[1::2] / 500))
    first.xaxis.set_major_locator(FixedLocator(ticks.tolist()))
    first.xaxis.set_major_formatter(ScalarFormatter())
    first.xaxis.set_minor_formatter(NullFormatter())
    first.set_ylim(table["logg"].max() + 0.15, table["logg"].min() - 0.15)
    return figure
