"""How smoothly the solver's models follow their labels."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kurucz_a1.figures.style import PAGE_WIDTH, axis_label, color, label_panels, new_figure, paper_style

CAPTION = """
Smoothness of the solver's models along each label, the others being the Sun's: departure of the second difference of ln
T between neighbouring models from its running median, the largest over depth. Points at the upper edge: beside a label
without a model. Dashed: the target. It is large where the steep rise of temperature below a convection zone passes
several depths within a step; in small steps models are smooth there too (docs/solver.md).
"""
TARGET = 1e-4


@paper_style()
def draw(table: pd.DataFrame) -> Figure:
    """Figure from the table of ``validation.smoothness.smoothness_table``."""
    labels = list(dict.fromkeys(table["swept"]))
    lines = -(-len(labels) // 2)
    figure = new_figure(PAGE_WIDTH, 2.1 * lines)
    axes = figure.subplots(lines, 2, sharey=True, squeeze=False).ravel()
    for unused in axes[len(labels) :]:
        unused.remove()
    axes = axes[: len(labels)]
    finite = table["excess"][np.isfinite(table["excess"])]
    top = 3.0 * max(finite.max() if len(finite) else TARGET, TARGET)
    for panel, label in zip(axes, labels, strict=True):
        rows = table[table["swept"] == label]
        values = np.clip(rows["excess"], 1e-9, top)
        panel.plot(rows["value"], values, marker="o", markersize=2.5, linewidth=0.8, color=color("solver"))
        panel.axhline(TARGET, color="black", linestyle="--", linewidth=0.9)
        panel.set_yscale("log")
        panel.set_xlabel(axis_label(label))
    for panel in axes[::2]:
        panel.set_ylabel(r"excess of $\Delta^2 \ln T$")
    label_panels(axes)
    return figure
