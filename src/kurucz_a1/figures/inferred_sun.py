"""Fitted labels of the Sun against the nominal ones."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kurucz_a1.figures.parameters import axis_of
from kurucz_a1.figures.style import PAGE_WIDTH, label_panels, new_figure, paper_style

CAPTION = """
The Sun's effective temperature, gravity, metallicity and microturbulence, fitted through the emulator and the synthesis
to measured equivalent widths of unblended lines and, if configured, to an observed spectrum; errors follow from the
scatter of the data. Lines: the nominal Sun (5772 K, log g 4.438, composition of the models).
"""
SHOWN = ("teff", "logg", "feh", "vmic")


@paper_style()
def draw(sun: pd.DataFrame) -> Figure:
    """Figure from the rows of ``inference.sun``: one panel per label, one point per kind of data."""
    kinds = list(dict.fromkeys(sun["data"]))
    figure = new_figure(PAGE_WIDTH, 1.3 + 0.35 * len(kinds))
    axes = figure.subplots(1, len(SHOWN), sharey=True)
    for panel, name in zip(axes, SHOWN, strict=True):
        table = sun[sun["parameter"] == name]
        places = [kinds.index(kind) for kind in table["data"]]
        panel.errorbar(table["value"], places, xerr=table["error"], fmt="o", color="#CC79A7", ms=4, capsize=2)
        if np.isfinite(table["nominal"]).any():
            panel.axvline(table["nominal"].dropna().iloc[0], color="black", linewidth=0.8, zorder=0)
        panel.set_xlabel(axis_of(name))
        panel.tick_params(axis="y", which="minor", left=False, right=False)
    axes[0].set_yticks(range(len(kinds)), kinds)
    axes[0].set_ylim(len(kinds) - 0.4, -0.8)
    label_panels(axes)
    return figure
