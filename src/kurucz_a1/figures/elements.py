"""What the abundance of each element does to temperature and pressure."""

import pandas as pd
from matplotlib.figure import Figure

from kurucz_a1.figures.style import PAGE_WIDTH, axis_label, label_panels, new_figure, paper_style
from kurucz_a1.validation.elements import strongest

CAPTION = """
Effect of single abundances on model atmospheres of the embedded LTE solver at fixed Rosseland optical depth: change of
temperature (left) and gas pressure (right) per dex of [X/H], for the six elements that change each most. Each row is a
star.
"""
STRONGEST = 6
FIELDS = {
    "temperature": r"$\partial \ln T / \partial$[X/H] [dex$^{-1}$]",
    "gas_pressure": r"$\partial \ln P_\mathrm{gas} / \partial$[X/H] [dex$^{-1}$]",
}
# Paul Tol's bright colours and black; an element has one colour in all panels.
COLORS = ("#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE", "#AA3377", "#000000", "#BBBBBB")
LINES = ("-", (0, (4, 1.5)), (0, (1.2, 1.2)))


@paper_style()
def draw(table: pd.DataFrame) -> Figure:
    """Figure from the table of ``validation.elements.element_effects``."""
    stars = list(dict.fromkeys(table["star"]))
    chosen = {(star, field): strongest(table, star, field, STRONGEST) for star in stars for field in FIELDS}
    drawn = list(dict.fromkeys(element for elements in chosen.values() for element in elements))
    looks = {
        element: {"color": COLORS[k % len(COLORS)], "linestyle": LINES[k // len(COLORS)]}
        for k, element in enumerate(drawn)
    }
    figure = new_figure(PAGE_WIDTH, 2.4 * len(stars))
    axes = figure.subplots(len(stars), 2, sharex=True, squeeze=False)
    for row, star in zip(axes, stars, strict=True):
        for panel, (field, words) in zip(row, FIELDS.items(), strict=True):
            for element in chosen[star, field]:
                rows = table[(table["star"] == star) & (table["element"] == element)]
                panel.plot(rows["log_tau"], rows[field], label=element, **looks[element])
            panel.axhline(0.0, color="0.7", linewidth=0.6, zorder=0)
            panel.set_ylabel(words)
            panel.legend(ncols=2, loc="best")
            panel.set_title(star, fontsize=9.5)
    for panel in axes[-1]:
        panel.set_xlabel(axis_label("log_tau"))
    label_panels(axes.ravel(), x=0.0, y=1.02, va="bottom")
    return figure
