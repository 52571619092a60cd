"""The trade between data and physics: errors, residuals and unphysical models by the weight of the physics loss."""

import numpy as np
import pandas as pd
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kurucz_a1.figures.style import PAGE_WIDTH, color, label_panels, new_figure, paper_style, symbol

CAPTION = """
The paper's network trained with increasing weight alpha of its physics loss, means over seeds; error bars: one standard
error, scatter of single seeds and bootstrap over models in quadrature. (a) Errors of temperature and gas pressure on
test models, median (filled) and 95th percentile (open). (b) Residual of form C at random labels over all inner depths
and over the depths where the loss acts: median (filled) and 95th percentile (open). (c) Share of models at random
labels whose total pressure falls inward somewhere, and of those that are unphysical for this or another reason, as
column mass that falls inward. The dotted line at the left is alpha = 0.
"""
ERRORS = {"temperature": ("pinn", "s"), "gas_pressure": ("solver", "^")}
RESIDUALS = {"form_c": ("all depths", "pinn", "o"), "form_c_trained": ("depths 2 to 59", "mlp", "D")}


@paper_style()
def draw(summary: pd.DataFrame) -> Figure:
    """Figure from the table of ``trials.summary.summarize``."""
    scan = summary[summary["group"] == "alpha"].sort_values("alpha")
    positive = scan["alpha"] > 0
    smallest = scan["alpha"][positive].min()
    # a logarithmic axis has no zero: a decade left of the smallest weight
    places = np.where(positive, scan["alpha"], smallest / 10.0)
    figure = new_figure(PAGE_WIDTH, 2.9)
    axes = figure.subplots(1, 3)
    for field, (kind, mark) in ERRORS.items():
        for statistic in ("median", "p95"):
            _bars(axes[0], places, scan, f"test_{field}_{statistic}", 100.0, kind, mark, symbol(field))
    for start, (words, kind, mark) in RESIDUALS.items():
        for statistic in ("median", "p95"):
            _bars(axes[1], places, scan, f"{start}_{statistic}", 1.0, kind, mark, words)
    _bars(axes[2], places, scan, "pressure_falls", 100.0, "pinn", "o", "pressure falls")
    _bars(axes[2], places, scan, "unphysical", 100.0, "mlp", "D", "unphysical")
    axes[0].set_ylabel(r"$|\Delta \ln|$ [%]")
    axes[1].set_ylabel("form C [dex]")
    axes[2].set_ylabel("models [%]")
    for panel in axes:
        panel.set_xscale("log")
        panel.set_xlabel(r"weight $\alpha$ of the physics loss")
        if not positive.all():
            panel.axvline(smallest / 10.0, color="0.6", linestyle=":", linewidth=0.9, zorder=0)
            decades = 10.0 ** np.arange(np.floor(np.log10(smallest)), 0.5)
            panel.set_xticks([smallest / 10.0, *decades], ["0", *(f"$10^{{{np.log10(x):.0f}}}$" for x in decades)])
        panel.legend(loc="best", fontsize=8)
    for panel in axes[:2]:
        panel.set_yscale("log")
    axes[2].set_ylim(bottom=0)
    label_panels(axes)
    return figure


def _bars(
    panel: Axes,
    places: Float[np.ndarray, "weight"],
    scan: pd.DataFrame,
    column: str,
    scale: float,
    kind: str,
    mark: str,
    words: str,
) -> None:
    """Draw a column with its error bars; 95th percentiles have open marks and no entry in the legend."""
    is_median = not column.endswith("p95")
    panel.errorbar(
        places,
        scale * scan[column],
        yerr=scale * scan[f"{column}_error"],
        marker=mark,
        ms=4.5,
        color=color(kind),
        linestyle="-" if is_median else "--",
        linewidth=1.2 if is_median else 0.8,
        markerfacecolor=color(kind) if is_median else "white",
        capsize=2,
        label=words if is_median else None,
    )
