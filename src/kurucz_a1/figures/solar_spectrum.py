"""The solar spectrum of each structure and the observed Sun: lines in a window, and the energy distribution."""

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kurucz_a1.evaluation.claims import BROAD_BAND, irradiance_ratios
from kurucz_a1.figures.style import (
    OTHER_LABELS,
    PAGE_WIDTH,
    SYSTEMS,
    color,
    label_panels,
    look,
    name,
    new_figure,
    paper_style,
)

CAPTION = """
The solar spectrum synthesised from the structures of ATLAS-12, the embedded LTE solver and the networks at the same
labels (5777 K, log g 4.44), all by this project's synthesis. (a) Normalised flux in a window, (b) its difference from
the observed Sun, or from ATLAS-12 without a configured high-resolution spectrum. (c) Irradiance at 1 AU in bands of 10
nm and as observed (ASTM G173-03), (d) their ratio in bands of 100 nm. Beyond 1000 nm the energy distribution is sampled
evenly, so its bands scatter by about a per cent, alike for all structures.
"""


@paper_style()
def draw(solar_window: pd.DataFrame, solar_energy: pd.DataFrame) -> Figure:
    """Figure from the ``curves`` of ``spectrum.comparison.compare_window`` and from ``compare_irradiance``."""
    figure = new_figure(PAGE_WIDTH, 6.0)
    axes = figure.subplots(4, 1, height_ratios=(3, 1.6, 2.4, 1.7))
    _draw_window(axes[0], axes[1], solar_window)
    _draw_energy(axes[2], axes[3], solar_energy)
    entries: dict[str, Artist] = {}
    for panel in axes:
        handles, names = panel.get_legend_handles_labels()
        entries |= dict(zip(names, handles, strict=True))
    figure.legend(entries.values(), entries.keys(), loc="outside upper center", ncols=6)
    label_panels(axes[::2], x=0.008, y=0.05, va="bottom", letters="ac")
    label_panels(axes[1::2], x=0.008, y=0.95, letters="bd")
    figure.align_ylabels(axes)
    return figure


def _draw_window(top: Axes, bottom: Axes, window: pd.DataFrame) -> None:
    wavelength = window["wavelength_air_angstrom"]
    models = _models(window)
    reference = "observed" if "observed" in window else models[0]
    if reference == "observed":
        top.plot(wavelength, window["observed"], color=color("observed"), linewidth=2.6, label=name("observed"))
    for model in models:
        top.plot(wavelength, window[model], **look(model, linewidth=0.9))
        if model != reference:
            bottom.plot(wavelength, 100 * (window[model] - window[reference]), **look(model, linewidth=0.8))
    bottom.axhline(0.0, color=color(reference), linewidth=0.8, zorder=0)
    for panel in (top, bottom):
        panel.set_xlim(wavelength.min(), wavelength.max())
    top.set_ylim(min(0.0, window[models].min().min()), 1.08)
    top.tick_params(labelbottom=False)
    top.set_ylabel("normalised flux")
    bottom.set_ylabel(f"minus {name(reference)}\n[%]")
    bottom.set_xlabel(r"wavelength in air [$\mathrm{\AA}$]")


def _draw_energy(top: Axes, bottom: Axes, energy: pd.DataFrame) -> None:
    middle = 0.5 * (energy["first_nm"] + energy["last_nm"])
    models = _models(energy)
    top.plot(middle, energy["astm_g173"], color=color("observed"), linewidth=2.6, label=name("observed"))
    for model in models:
        sampled = energy[model].notna()  # narrow bands in the infrared hold no sampled frequency
        top.plot(middle[sampled], energy[model][sampled], **look(model, linewidth=0.9))
    ratios = irradiance_ratios(energy, models)
    bottom.axhline(1.0, color=color("observed"), linewidth=1.2, zorder=0)
    for model in models:
        bottom.plot(ratios["wavelength"], ratios[model], drawstyle="steps-mid", **look(model, linewidth=1.0))
    for panel in (top, bottom):
        panel.set_xlim(energy["first_nm"].min(), energy["last_nm"].max())
    largest = float(np.nanmax(np.abs(ratios[models].to_numpy() - 1.0)))
    bottom.set_ylim(1.0 - 1.35 * max(largest, 0.02), 1.0 + 1.35 * max(largest, 0.02))
    top.set_ylim(bottom=0.0)
    top.tick_params(labelbottom=False)
    top.set_ylabel("irradiance\n" + r"[W m$^{-2}$ nm$^{-1}$]")
    bottom.set_ylabel(f"ratio\n({BROAD_BAND:.0f} nm)")
    bottom.set_xlabel("wavelength [nm]")


def _models(table: pd.DataFrame) -> list[str]:
    """The columns that are spectra of models, in the order of all figures."""
    return [system for system in SYSTEMS if system in table and system not in ("observed", *OTHER_LABELS)]
