"""The hydrostatic residual over the Kiel diagram."""

import numpy as np
import pandas as pd
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullFormatter, ScalarFormatter

from kurucz_a1.figures.hydrostatic_histogram import own_labels
from kurucz_a1.figures.style import PAGE_WIDTH, axis_label, name, new_figure, paper_style, systems_in

CAPTION = """
Where models depart from hydrostatic equilibrium: the residual of form C, median over depth, against effective
temperature and gravity, one panel per system. ATLAS-12: the package's real models (those below 8200 K; the table holds
all); solver: the grid of this run; networks: random labels in the same box.
"""
HOTTEST = 8200.0


@paper_style()
def draw(hydrostatic_residuals: pd.DataFrame) -> Figure:
    """Figure from the ``residuals`` of ``evaluation.hydrostatic_tables``: a panel per system, one colour scale."""
    table = own_labels(hydrostatic_residuals)
    table = table[table["teff"] < HOTTEST]
    systems = systems_in(table)
    values = table["form_c_median"].replace([np.inf], np.nan)
    norm = LogNorm(10.0 ** np.floor(np.log10(values.min())), 10.0 ** np.ceil(np.log10(values.max())))
    figure = new_figure(PAGE_WIDTH, 2.6)
    axes = figure.subplots(1, len(systems), sharex=True, sharey=True, squeeze=False)[0]
    for panel, system in zip(axes, systems, strict=True):
        rows = table[table["system"] == system]
        points = panel.scatter(
            rows["teff"],
            rows["logg"],
            c=rows["form_c_median"].clip(upper=norm.vmax),
            norm=norm,
            cmap="viridis",
            s=16 if len(rows) < 500 else 5,
            edgecolor="0.25",
            linewidth=0.3 if len(rows) < 500 else 0.0,
            rasterized=len(rows) >= 500,
        )
        panel.set_title(name(system))
        panel.set_xlabel(axis_label("teff"))
    axes[0].set_xscale("log")
    low, high = table["teff"].min(), table["teff"].max()
    axes[0].set_xlim(1.03 * high, low / 1.03)
    ticks = [t for t in (4500, 6000, 8000) if low / 1.03 < t < 1.03 * high]
    axes[0].xaxis.set_major_locator(FixedLocator(ticks))
    axes[0].xaxis.set_major_formatter(ScalarFormatter())
    axes[0].xaxis.set_minor_formatter(NullFormatter())
    axes[0].set_ylim(table["logg"].max() + 0.15, table["logg"].min() - 0.15)
    axes[0].set_ylabel(axis_label("logg"))
    figure.colorbar(points, ax=axes, label="form C, median over depth [dex]", pad=0.01)
    return figure
