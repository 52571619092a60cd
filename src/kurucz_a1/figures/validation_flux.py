"""How constant the flux is through the solver's models."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kurucz_a1.figures.style import PAGE_WIDTH, axis_label, color, label_panels, new_figure, paper_style

CAPTION = """
Largest departure of the flux of radiation and convection from sigma Teff^4 over the depth of a model, at random labels
in the box of the grid, recomputed from the temperatures and pressures of the models. (a) Share of all labels below a
limit; the share missing at the right had no model. (b) Position in the box; crosses: no model. Dashed: the target.
"""
TARGET = 1e-4


@paper_style()
def draw(table: pd.DataFrame) -> Figure:
    """Figure from the table of ``evaluation.flux.flux_errors``."""
    figure = new_figure(PAGE_WIDTH, 3.0)
    left, right = figure.subplots(1, 2)
    solved = table[np.isfinite(table["flux_error"])]
    sizes = np.sort(np.maximum(solved["flux_error"], 1e-16))
    left.step(sizes, 100.0 * np.arange(1, len(sizes) + 1) / len(table), where="post", color=color("solver"))
    left.axvline(TARGET, color="black", linestyle="--", linewidth=0.9)
    left.set_xscale("log")
    left.set_ylim(0.0, 102.0)
    left.set_xlabel(r"max $|F/\sigma T_\mathrm{eff}^4 - 1|$")
    left.set_ylabel("share of labels below [%]")
    failed = table[~np.isfinite(table["flux_error"])]
    points = right.scatter(
        solved["teff"], solved["logg"], c=np.log10(np.maximum(solved["flux_error"], 1e-16)), s=9, cmap="viridis"
    )
    right.scatter(failed["teff"], failed["logg"], marker="x", s=18, color="#D55E00", linewidth=1.0)
    figure.colorbar(points, ax=right, label=r"$\log_{10}$ max $|F/\sigma T_\mathrm{eff}^4 - 1|$")
    right.invert_xaxis()
    right.invert_yaxis()
    right.set_xlabel(axis_label("teff"))
    right.set_ylabel(axis_label("logg"))
    label_panels((left, right))
    return figure
