"""Fitted labels of synthetic stars against their true labels."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.stats import norm

from kurucz_a1.figures.parameters import axis_of, symbol_of
from kurucz_a1.figures.style import PAGE_WIDTH, label_panels, new_figure, paper_style
from kurucz_a1.labels import LABEL_NAMES

CAPTION = """
Synthetic stars of known labels, observed with noise and fitted through the emulator and the synthesis. Top: fitted
minus true values, with the errors of the fit; open symbols: fits with a complaint. Bottom: the same divided by the
error, beside the standard normal distribution.
"""
BINS = np.linspace(-4.0, 4.0, 17)


@paper_style()
def draw(stars: pd.DataFrame) -> Figure:
    """Figure from the rows of ``inference.recovery.recover`` of the free labels."""
    labels = [name for name in LABEL_NAMES if name in set(stars["parameter"])] or list(stars["parameter"].unique()[:4])
    figure = new_figure(PAGE_WIDTH, 4.2)
    axes = figure.subplots(2, len(labels), squeeze=False)
    for (top, bottom), name in zip(axes.T, labels, strict=True):
        table = stars[stars["parameter"] == name]
        fine = ~table["complaints"].fillna("").astype(bool)
        for chosen, look in ((fine, {"color": "#CC79A7"}), (~fine, {"color": "#8C8C8C", "mfc": "white"})):
            part = table[chosen]
            top.errorbar(part["truth"], part["value"] - part["truth"], part["error"], fmt="o", ms=3, lw=0.7, **look)
        top.axhline(0.0, color="black", linewidth=0.8, zorder=0)
        top.set_xlabel(axis_of(name))
        bottom.hist(np.clip(table["pull"], -3.99, 3.99), BINS, density=True, color="#CC79A7", alpha=0.6)
        fine_grid = np.linspace(-4.0, 4.0, 201)
        bottom.plot(fine_grid, norm.pdf(fine_grid), color="black", linewidth=1.0)
        bottom.set_xlabel(f"pull of {symbol_of(name)}")
        bottom.text(
            0.97,
            0.95,
            f"{table['pull'].mean():+.2f}\n" + r"$\pm$" + f"{table['pull'].std():.2f}",
            transform=bottom.transAxes,
            ha="right",
            va="top",
        )
    axes[0, 0].set_ylabel("found minus truth")
    axes[1, 0].set_ylabel("density")
    label_panels(axes.ravel())
    return figure
