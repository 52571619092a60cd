"""Electron density and Rosseland opacity at the decks' own temperature and pressure."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kurucz_a1.figures.style import PAGE_WIDTH, axis_label, label_panels, new_figure, paper_style, symbol

CAPTION = """
Electron density and Rosseland opacity of this project's equation of state and opacities at the temperature, gas
pressure and abundances of real ATLAS-12 models, against the values in these models. Each line is a model, coloured by
effective temperature; opacities only where the microturbulence is that of the line opacity table.
"""
FIELDS = ("electron_density", "rosseland_opacity")


@paper_style()
def draw(table: pd.DataFrame) -> Figure:
    """Figure from the table of ``validation.gas.gas_errors``."""
    import matplotlib

    figure = new_figure(PAGE_WIDTH, 3.0)
    axes = figure.subplots(1, 2, sharex=True)
    norm = matplotlib.colors.Normalize(table["teff"].min(), table["teff"].max())
    colors = matplotlib.cm.ScalarMappable(norm, "plasma")
    for panel, field in zip(axes, FIELDS, strict=True):
        panel.axhline(0.0, color="black", linewidth=0.8)
        shown = table[np.isfinite(table[field])]
        for _, rows in shown.groupby("deck", sort=False):
            panel.plot(rows["log_tau"], rows[field], color=colors.to_rgba(rows["teff"].iloc[0]), linewidth=0.5)
        panel.set_xlabel(axis_label("log_tau"))
        panel.set_ylabel(rf"$\Delta \log_{{10}}$ {symbol(field)} [dex]")
    figure.colorbar(colors, ax=axes, label=axis_label("teff"))
    label_panels(axes)
    return figure
