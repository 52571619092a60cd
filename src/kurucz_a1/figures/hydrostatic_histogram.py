"""Histogram of the hydrostatic residual of each model."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kurucz_a1.figures.style import PAGE_WIDTH, color, label_panels, look, new_figure, paper_style, systems_in

CAPTION = """
Departure from hydrostatic equilibrium, median over depth of each model, each system judged by its own fields, radiation
pressure included. (a) Form C, |log d(P + P_rad)/dtau - log(g/kappa)|; (b) form I, |log (P + P_rad)/(g m)|. Below some
1e-5 dex form C measures the numerical differentiation, not the model; form I values below 1e-7 dex, from models whose
pressure and column mass share one quadrature, stand at the left edge. ATLAS-12: the package's real models; solver: the
grid of this run; networks: random labels in the box. Ticks at the bottom: medians. For comparison, Li et al. (2025)
published values for 2000 models, measured differently (gas pressure alone, and ATLAS-12's pressure gradient taken from
the network): ATLAS-12 0.10, MLP 0.18, Kurucz-a1 0.033 dex.
"""
FORMS = {
    "c": r"form C: $|\log_{10}\,\mathrm{d}(P+P_\mathrm{rad})/\mathrm{d}\tau - \log_{10}\,g/\kappa_\mathrm{R}|$ [dex]",
    "i": r"form I: $|\log_{10}\,(P+P_\mathrm{rad})/(g\,m)|$ [dex]",
}
SMALLEST = 1e-7
BIN_WIDTH = 0.2  # dex


@paper_style()
def draw(hydrostatic_residuals: pd.DataFrame) -> Figure:
    """Figure from the ``residuals`` table of ``evaluation.hydrostatic_tables``: one panel per form."""
    table = own_labels(hydrostatic_residuals)
    figure = new_figure(PAGE_WIDTH, 3.1)
    axes = figure.subplots(1, 2, sharey=True)
    for panel, (form, label) in zip(axes, FORMS.items(), strict=True):
        values = table[f"form_{form}_median"].clip(lower=SMALLEST)
        finite = values[np.isfinite(values)]
        low, high = np.log10(finite.min()), np.log10(finite.max())
        start = np.floor(low / BIN_WIDTH + 1e-6) * BIN_WIDTH
        edges = 10.0 ** np.arange(start - BIN_WIDTH, high + 2.1 * BIN_WIDTH, BIN_WIDTH)
        for system in systems_in(table):
            of_system = values[table["system"] == system]
            weights = np.full(len(of_system), 1.0 / len(of_system))
            counted = of_system.clip(upper=edges[-1] * 0.999)
            panel.hist(counted, edges, weights=weights, histtype="stepfilled", color=color(system), alpha=0.13)
            panel.hist(counted, edges, weights=weights, histtype="step", **look(system))
            panel.axvline(of_system.median(), ymax=0.05, color=color(system), linewidth=2.2)
        panel.set_xscale("log")
        panel.set_xlim(edges[0], edges[-1])
        panel.set_xlabel(label)
    axes[0].set_ylabel("fraction of models")
    axes[0].set_ylim(0, min(1.18 * axes[0].get_ylim()[1], 1.15))
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=5, columnspacing=1.4)
    label_panels(axes)
    return figure


def own_labels(table: pd.DataFrame) -> pd.DataFrame:
    """One label set of each system: that of ATLAS-12, and of the others the whole box, or else the test set."""
    chosen = []
    for system, rows in table.groupby("system", sort=False):
        preferred = ("ATLAS-12",) if system == "ATLAS-12" else ("box", "test")
        label_set = next((name for name in preferred if name in set(rows["label_set"])), None)
        chosen.append(rows[rows["label_set"] == label_set])
    return pd.concat(chosen)
