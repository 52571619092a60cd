"""Loss against epoch, training and validation."""

import numpy as np

from kurucz_a1.figures.style import PAGE_WIDTH, color, label_panels, name, new_figure, paper_style

CAPTION = """
Learning curves of the PINN and of the MLP, the same network without the physics term: (a) data loss, the weighted
mean square of the normalised errors; (b) physics loss, the mean square hydrostatic residual with radiation counted,
which the MLP does not see in training but is evaluated on here. Solid: validation set; dotted: training set; both as
running medians, the pale lines being the single epochs. Dots mark the epoch of the weights that are kept.
"""
PANELS = {"data_loss": "data loss", "physics_loss": r"physics loss [dex$^2$]"}


@paper_style()
def draw(pinn, mlp):
    """Figure from the ``learning_curve.csv`` of both trainings, two DataFrames."""
    figure = new_figure(PAGE_WIDTH, 3.0)
    axes = figure.subplots(1, 2)
    for panel, (column, label) in zip(axes, PANELS.items(), strict=True):
        for system, curve in (("pinn", pinn), ("mlp", mlp)):
            own = color(system)
            for part, line, width in (("training", ":", 1.2), ("validation", "-", 1.3)):
                values = curve[f"{part}_{column}"]
                if not np.any(values > 0):
                    continue
                label_of_line = name(system) if part == "validation" else None
                smooth = values.rolling(max(1, len(values) // 40), center=True, min_periods=1).median()
                panel.plot(curve["epoch"], values, "-", color=own, linewidth=0.4, alpha=0.18)
                panel.plot(curve["epoch"], smooth, line, color=own, linewidth=width, label=label_of_line)
            best = curve.loc[curve["validation_loss"].idxmin()]
            panel.plot(best["epoch"], best[f"validation_{column}"], "o", color=own, ms=5, mec="white", zorder=5)
        panel.set_yscale("log")
        panel.set_xlabel("epoch")
        panel.set_ylabel(label)
        panel.set_xlim(0, max(pinn["epoch"].max(), mlp["epoch"].max()) * 1.02)
    axes[0].legend(loc="upper right", bbox_to_anchor=(1.0, 0.92))
    label_panels(axes, x=0.97, ha="right")
    return figure
