"""How far the solver's models are from ATLAS-12's over effective temperature."""

import numpy as np
import pandas as pd
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from kurucz_a1.figures.style import PAGE_WIDTH, axis_label, label_panels, new_figure, paper_style

CAPTION = """
Differences of the embedded LTE solver's models from real ATLAS-12 models of the same labels, rms over -4 <= log tau <=
1.5, by effective temperature: (a) temperature, (b) gas pressure. Triangles: models of the package, made without CO, TiO
and H2O on either side; circles: models of others. Crosses at the upper edge: no model.
"""
FIELDS = {
    "temperature": r"rms of $\Delta T / T$ [%]",
    "gas_pressure": r"rms of $\Delta \log_{10} P_\mathrm{gas}$ [dex]",
}


@paper_style()
def draw(table: pd.DataFrame) -> Figure:
    """Figure from the table of ``validation.structure.structure_errors``."""
    figure = new_figure(PAGE_WIDTH, 2.8)
    axes = figure.subplots(1, 2)
    colors = ScalarMappable(Normalize(-4.0, 1.0), "viridis")
    for panel, (field, name) in zip(axes, FIELDS.items(), strict=True):
        missing = np.isinf(table[field])
        for packaged, marker, size in ((True, "^", 8), (False, "o", 20)):
            chosen = table[(table["packaged"] == packaged) & ~missing]
            shades = colors.to_rgba(chosen["feh"].to_numpy())
            panel.scatter(chosen["teff"], chosen[field], c=shades, marker=marker, s=size, linewidth=0)
        top = 2.0 * table.loc[~missing, field].max()
        panel.scatter(table.loc[missing, "teff"], np.full(missing.sum(), 0.9 * top), marker="x", color="black", s=20)
        panel.set_yscale("log")
        panel.set_xscale("log")
        panel.set_ylim(top=top)
        ticks = [3000, 5000, 10000, 20000, 40000]
        panel.set_xticks(ticks, [f"{tick}" for tick in ticks], minor=False)
        panel.minorticks_off()
        panel.set_xlabel(axis_label("teff"))
        panel.set_ylabel(name)
    figure.colorbar(colors, ax=axes, label=axis_label("feh"))
    label_panels(axes)
    return figure
