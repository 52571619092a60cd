"""The pictures that commands draw."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kurucz_a1.errors import UserError
from kurucz_a1.extras import needs

if TYPE_CHECKING:
    import pandas as pd

    with needs("report"):
        from matplotlib.figure import Figure

    from kurucz_a1.atmosphere import Atmosphere

ENDINGS = (".png", ".pdf")
MOST_NAMED = 8  # models in a legend
FIELDS = ("temperature", "gas_pressure", "rosseland_opacity", "electron_density")


def add_plot_option(parser: argparse.ArgumentParser) -> None:
    """Add --plot to a parser."""
    parser.add_argument("--plot", metavar="PICTURE", type=picture_name, help="draw it too, to a file .png or .pdf")


def picture_name(path: str) -> str:
    """The name of a picture for argparse: it must end in one of ENDINGS."""
    if not path.lower().endswith(ENDINGS):
        raise argparse.ArgumentTypeError(f"{path!r} must end in {' or '.join(ENDINGS)}")
    return path


def save_picture(figure: Figure, path: str) -> None:
    """Write a figure. Raises BadFile where it cannot be written."""
    from kurucz_a1.figures import save_figure

    save_figure(figure, path)


def spectrum_picture(table: pd.DataFrame, medium: str, title: str) -> Figure:
    """Normalised flux against wavelength; ``table``: of ``spectrum.spectrum_table``."""
    from kurucz_a1.figures.style import PAGE_WIDTH, new_figure, paper_style

    with paper_style():
        figure = new_figure(PAGE_WIDTH, 2.8)
        axes = figure.subplots()
        axes.plot(table["wavelength"], table["normalized"], color="black", linewidth=0.9)
        axes.set_xlim(table["wavelength"].iloc[0], table["wavelength"].iloc[-1])
        axes.set_ylim(min(0.0, table["normalized"].min()), 1.05)
        axes.set_xlabel(f"wavelength in {medium} [Å]")
        axes.set_ylabel("flux over continuum")
        axes.set_title(title)
    return figure


def fit_picture(table: pd.DataFrame, title: str) -> Figure:
    """Observed and fitted flux, and their difference; ``table``: wavelength, observed, fitted."""
    from kurucz_a1.figures.style import PAGE_WIDTH, new_figure, paper_style

    with paper_style():
        figure = new_figure(PAGE_WIDTH, 3.8)
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        wavelength = table.iloc[:, 0]
        above.plot(wavelength, table["observed"], ".", color="#8C8C8C", markersize=2.5, label="observed")
        above.plot(wavelength, table["fitted"], color="#CC79A7", linewidth=1.0, label="fitted")
        above.legend(loc="lower right", ncols=2)
        above.set_ylabel("flux over continuum")
        above.set_title(title)
        below.plot(wavelength, table["observed"] - table["fitted"], ".", color="black", markersize=2.0)
        below.axhline(0.0, color="#CC79A7", linewidth=0.8)
        below.set_ylabel("difference")
        below.set_xlabel("wavelength [Å]")
    return figure


def structure_picture(models: Sequence[tuple[str, Atmosphere]], against: str) -> Figure:
    """Temperature, gas pressure, opacity and electron density of named models against "log_tau" or "column_mass"."""
    import numpy as np

    from kurucz_a1.figures.style import PAGE_WIDTH, axis_label, label_panels, new_figure, paper_style

    if not models:
        raise UserError("there is no model to plot")
    with needs("report"):
        from matplotlib import colormaps
    with paper_style():
        colors = colormaps["viridis"](np.linspace(0.0, 0.9, len(models)))
        figure = new_figure(PAGE_WIDTH, 5.2)
        panels = figure.subplots(2, 2, sharex=True).ravel()
        for panel, field in zip(panels, FIELDS, strict=True):
            for color, (name, model) in zip(colors, models, strict=True):
                panel.plot(getattr(model, against), getattr(model, field), color=color, label=name, linewidth=1.1)
            panel.set_ylabel(axis_label(field))
            if field != "temperature":
                panel.set_yscale("log")
            if against == "column_mass":
                panel.set_xscale("log")
        for panel in panels[2:]:
            panel.set_xlabel(axis_label(against))
        label_panels(panels)
        if len(models) <= MOST_NAMED:
            handles, names = panels[0].get_legend_handles_labels()
            figure.legend(handles, names, loc="outside upper center", ncols=min(2, len(names)))
    return figure
