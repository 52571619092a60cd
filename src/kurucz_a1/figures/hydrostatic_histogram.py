"""Histogram of the hydrostatic residual of each model."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from kurucz_a1.evaluation.claims import AS_PUBLISHED
from kurucz_a1.figures.style import PAGE_WIDTH, color, label_panels, look, new_figure, paper_style, systems_in

CAPTION = """
Departure from hydrostatic equilibrium, median over depth of each model, each system judged by its own fields. (a) The
published measure, |log dP/dtau - log(g/kappa)| of the gas pressure alone over depths 2 to 59; "ATLAS-12, as published"
takes dP/dtau from the MLP and kappa from ATLAS-12. (b) Form C, |log d(P + P_rad)/dtau - log(g/kappa)|, and (c) form I,
|log (P + P_rad)/(g m)|, over all inner depths. Below some 1e-5 dex (a) and (b) measure the numerical differentiation,
not the model; values below 1e-7 dex, from models whose pressure and column mass share one quadrature, stand at the left
edge. ATLAS-12: the package's real models; LTE solver: the grid of this run; networks: random labels in the box. Ticks
at the bottom: medians. Triangles in (a): the values of Li et al. (2025) for 2000 models, ATLAS-12 0.10, MLP 0.18 and
Kurucz-a1 0.033 dex, read from outputs of the authors' notebooks and from a summary of the paper.
"""
LABELS = {
    "published": r"published: $|\log_{10}\,\mathrm{d}P/\mathrm{d}\tau - \log_{10}\,g/\kappa_\mathrm{R}|$ [dex]",
    "form_c": r"form C: $|\log_{10}\,\mathrm{d}(P+P_\mathrm{rad})/\mathrm{d}\tau"
    r" - \log_{10}\,g/\kappa_\mathrm{R}|$ [dex]",
    "form_i": r"form I: $|\log_{10}\,(P+P_\mathrm{rad})/(g\,m)|$ [dex]",
}
PUBLISHED = {AS_PUBLISHED: 0.10, "mlp": 0.18, "published": 0.033}  # dex
WITHOUT = ("direct", "interpolation", "polynomial")  # in the table, but more than a figure can show
SMALLEST = 1e-7
BIN_WIDTH = 0.2  # dex


@paper_style()
def draw(hydrostatic_residuals: pd.DataFrame) -> Figure:
    """Figure from the ``residuals`` table of ``evaluation.hydrostatic_tables``: one panel per measure."""
    table = own_labels(hydrostatic_residuals)
    table = table[~table["system"].isin(WITHOUT)]
    figure = new_figure(PAGE_WIDTH, 3.1)
    axes = figure.subplots(1, 3, sharey=True)
    for panel, (measure, label) in zip(axes, LABELS.items(), strict=True):
        # only the published measure knows of that bar
        shown = table if measure == "published" else table[table["system"] != AS_PUBLISHED]
        values = shown[f"{measure}_median"].clip(lower=SMALLEST)
        finite = values[np.isfinite(values)]
        low, high = np.log10(finite.min()), np.log10(finite.max())
        start = np.floor(low / BIN_WIDTH + 1e-6) * BIN_WIDTH
        edges = 10.0 ** np.arange(start - BIN_WIDTH, high + 2.1 * BIN_WIDTH, BIN_WIDTH)
        for system in systems_in(shown):
            of_system = values[shown["system"] == system]
            weights = np.full(len(of_system), 1.0 / len(of_system))
            counted = of_system.clip(upper=edges[-1] * 0.999)
            panel.hist(counted, edges, weights=weights, histtype="stepfilled", color=color(system), alpha=0.1)
            panel.hist(counted, edges, weights=weights, histtype="step", **look(system))
            panel.axvline(of_system.median(), ymax=0.05, color=color(system), linewidth=2.2)
        panel.set_xscale("log")
        panel.set_xlim(edges[0], edges[-1])
        panel.set_xlabel(label, fontsize=8.5)
    axes[0].set_ylabel("fraction of models")
    top = min(1.18 * axes[0].get_ylim()[1], 1.15)
    axes[0].set_ylim(0, top)
    for system, value in PUBLISHED.items():
        axes[0].plot(value, 0.97 * top, "v", color=color(system), ms=5)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=4, columnspacing=1.4)
    label_panels(axes)
    return figure


def own_labels(table: pd.DataFrame) -> pd.DataFrame:
    """One label set of each system: that of ATLAS-12, and of the others the whole box, or else the test set."""
    chosen = []
    for system, rows in table.groupby("system", sort=False):
        preferred = ("ATLAS-12",) if str(system).startswith("ATLAS-12") else ("box", "test")
        label_set = next((name for name in preferred if name in set(rows["label_set"])), None)
        chosen.append(rows[rows["label_set"] == label_set])
    return pd.concat(chosen)
