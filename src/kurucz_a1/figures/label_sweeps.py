"""Families of profiles while one label varies."""

import matplotlib
import pandas as pd
from matplotlib.colors import Colormap, ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MultipleLocator, NullFormatter, StrMethodFormatter

from kurucz_a1.figures.style import PROFILE_FIELDS, axis_label, new_figure, paper_style

CAPTION = """
Profiles of the PINN as one label varies across its support and the others keep the Sun's values (5777 K, log g 4.44,
[Fe/H] = [alpha/Fe] = 0). Rows: temperature, gas pressure, column mass, electron density and Rosseland opacity; columns:
the varied label, its value by colour.
"""
ROWS = ("temperature", "gas_pressure", "column_mass", "electron_density", "rosseland_opacity")
assert set(ROWS) == set(PROFILE_FIELDS)


@paper_style()
def draw(label_sweeps: pd.DataFrame) -> Figure:
    """Figure from the table of ``evaluation.label_sweeps``: one column per label, one row per quantity."""
    labels = label_sweeps["label"].unique()
    figure = new_figure(1.8 * len(labels), 8.6)
    axes = figure.subplots(len(ROWS), len(labels), sharex=True, sharey="row")
    colormap = matplotlib.colormaps["plasma"]
    for column, label in zip(axes.T, labels, strict=True):
        rows = label_sweeps[label_sweeps["label"] == label]
        norm = Normalize(rows["value"].min(), rows["value"].max())
        for value, profile in rows.groupby("value"):
            for panel, field in zip(column, ROWS, strict=True):
                panel.plot(profile["log_tau"], profile[field], color=colormap(0.92 * norm(value)), linewidth=1.0)
        scale = matplotlib.cm.ScalarMappable(norm, _part(colormap))
        bar = figure.colorbar(scale, ax=column[0], location="top", pad=0.03, aspect=16)
        bar.set_label(axis_label(label), labelpad=4)
        bar.ax.tick_params(labelsize=8)
        column[-1].set_xlabel(axis_label("log_tau"))
    for panel, field in zip(axes[:, 0], ROWS, strict=True):
        panel.set_ylabel(axis_label(field))
        panel.set_yscale("log")
    axes[0, 0].yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes[0, 0].yaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
    axes[0, 0].yaxis.set_minor_formatter(NullFormatter())
    axes[0, 0].set_xlim(label_sweeps["log_tau"].min(), label_sweeps["log_tau"].max())
    axes[0, 0].xaxis.set_major_locator(MultipleLocator(2))
    axes[0, 0].xaxis.set_minor_locator(MultipleLocator(1))
    figure.align_ylabels(axes[:, 0])
    return figure


def _part(colormap: Colormap) -> ListedColormap:
    """The part of the colour map that lines use: its yellow end is too light for a thin line."""
    return ListedColormap(colormap([0.92 * k / 255 for k in range(256)]))
