"""Wrong line strengths before and after their calibration by synthetic stars."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from kurucz_a1.figures.style import PAGE_WIDTH, label_panels, new_figure, paper_style

CAPTION = """
Lines with log gf perturbed by 0.1 to 0.3 dex, calibrated with synthetic stars together with the labels of each. (a)
Error of log gf before (grey) and after; filled: lines that the spectra constrain to 0.02 dex; open: others; crosses:
reported as unconstrained. (b) Remaining error against the estimated error, with lines at one and two errors. (c) Error
of the stars' metallicity before and after.
"""


@paper_style()
def draw(lines: pd.DataFrame, stars: pd.DataFrame) -> Figure:
    """Figure from the two tables of ``inference.calibration_trial.calibrate_synthetic``."""
    figure = new_figure(PAGE_WIDTH, 2.9)
    left, middle, right = figure.subplots(1, 3)
    wavelength = lines["wavelength_air_angstrom"]
    after = lines["found"] - lines["truth"]
    signal, constrained = lines["has_signal"].astype(bool), lines["constrained"].astype(bool)
    kinds = (
        (signal, {"marker": "o", "color": "#CC79A7", "label": "0.02 dex"}),
        (constrained & ~signal, {"marker": "o", "mfc": "white", "color": "#CC79A7", "label": "constrained"}),
        (~constrained, {"marker": "x", "color": "#0072B2", "label": "unconstrained"}),
    )
    left.plot(wavelength, lines["listed"] - lines["truth"], ".", color="#8C8C8C", label="before")
    for chosen, look in kinds:
        points: dict[str, Any] = {"linestyle": "none", "ms": 4} | look
        left.plot(wavelength[chosen], after[chosen], **points)
        middle.plot(lines["error"][chosen], np.maximum(np.abs(after[chosen]), 1e-4), **points)
    left.axhline(0.0, color="black", linewidth=0.8, zorder=0)
    left.set_xlabel(r"wavelength in air [$\mathrm{\AA}$]")
    left.set_ylabel(r"error of $\log gf$ [dex]")
    ends = np.array([lines["error"].min(), lines["error"].max()]) * [0.8, 1.25]
    for factor, style in ((1.0, "-"), (2.0, ":")):
        middle.plot(ends, factor * ends, color="black", linestyle=style, linewidth=0.8, zorder=0)
    middle.set_xscale("log")
    middle.set_yscale("log")
    for axis in (middle.xaxis, middle.yaxis):
        axis.set_minor_formatter(NullFormatter())
    middle.set_xlabel("error given [dex]")
    middle.set_ylabel(r"$|$error after$|$ [dex]")
    metallicity = stars[stars["parameter"] == "feh"]
    for standard, look in ((False, {"color": "#CC79A7"}), (True, {"color": "black"})):
        part = metallicity[metallicity["standard"].astype(bool) == standard]
        if len(part):
            error = part["found"] - part["truth"]
            label = "standard stars" if standard else "stars"
            right.plot(part["start"] - part["truth"], error, "o", ms=3.5, label=label, **look)
    right.axhline(0.0, color="black", linewidth=0.8, zorder=0)
    right.set_xlabel("error of [M/H] before [dex]")
    right.set_ylabel("after [dex]")
    handles = {
        name: handle for panel in (left, right) for handle, name in zip(*panel.get_legend_handles_labels(), strict=True)
    }
    figure.legend(handles.values(), handles.keys(), loc="outside upper center", ncols=6, columnspacing=1.0)
    label_panels((left, middle, right))
    return figure
