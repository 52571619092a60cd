"""Loss against epoch, training and validation."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.typing import ColorType

from kurucz_a1.figures.style import PAGE_WIDTH, color, label_panels, name, new_figure, paper_style

CAPTION = """
Learning curves. PINN, PINN as published, MLP (the same network without the physics term) and the plain network: (a)
data loss, the weighted mean square of the normalised errors; (b) physics loss of PINN and MLP, the mean square
hydrostatic residual, radiation pressure included, which the MLP does not see in training but is evaluated on here. (c)
The network that is hydrostatic by construction: its errors of the fields and, if the models have them, of their label
derivatives, each in units of its target (root of 1 + e^2, minus 1). Solid: validation set; dotted: training set; all as
running medians, with single epochs as pale lines. Dots mark the epoch of the weights kept.
"""
PANELS = {"data_loss": "data loss", "physics_loss": r"physics loss [dex$^2$]"}
PARTS = {"data_loss": ("fields", 1.0), "derivative_loss": ("derivatives", 0.55)}  # name and darkness


@paper_style()
def draw(
    pinn: pd.DataFrame, published: pd.DataFrame, mlp: pd.DataFrame, direct: pd.DataFrame, hydrostatic: pd.DataFrame
) -> Figure:
    """Figure from the ``learning_curve.csv`` of each training."""
    figure = new_figure(PAGE_WIDTH, 2.9)
    axes = figure.subplots(1, 3)
    curves = {"pinn": pinn, "mlp": mlp, "published": published, "direct": direct}
    for panel, (column, label) in zip(axes, PANELS.items(), strict=False):
        for system in list(curves)[: 2 if column == "physics_loss" else None]:
            kept = len(published) - 1 if system == "published" else None
            _draw_curve(panel, curves[system], column, color(system), name(system), kept)
        panel.set_ylabel(label)
        panel.set_xlim(0, max(curve["epoch"].max() for curve in curves.values()) * 1.02)
    for column, (label, darkness) in PARTS.items():
        _draw_curve(axes[2], hydrostatic, column, to_rgba(color("hydrostatic"), darkness), label)
    axes[2].set_ylabel("loss in tolerances")
    axes[2].set_xlim(0, hydrostatic["epoch"].max() * 1.02)
    for panel in axes:
        panel.set_yscale("log")
        panel.set_xlabel("epoch")
    for panel in axes[[0, 2]]:
        panel.legend(loc="upper right", bbox_to_anchor=(1.0, 0.92), fontsize=8)
    label_panels(axes, x=0.97, ha="right")
    return figure


def _draw_curve(
    panel: Axes, curve: pd.DataFrame, column: str, own: ColorType, label: str, kept: int | None = None
) -> None:
    """Training and validation values of a column against epoch, if there are any.

    - ``kept``: row of the weights that were kept, by default those of the lowest validation loss.
    """
    for part, line, width in (("training", ":", 1.2), ("validation", "-", 1.3)):
        values = curve[f"{part}_{column}"]
        if not np.any(values > 0):
            continue
        smooth = values.rolling(max(1, len(values) // 40), center=True, min_periods=1).median()
        panel.plot(curve["epoch"], values, "-", color=own, linewidth=0.4, alpha=0.18)
        panel.plot(
            curve["epoch"], smooth, line, color=own, linewidth=width, label=label if part == "validation" else None
        )
        if part == "validation":
            best = curve.loc[curve["validation_loss"].idxmin() if kept is None else kept]
            panel.plot(best["epoch"], best[f"validation_{column}"], "o", color=own, ms=5, mec="white", zorder=5)
