"""One look for all figures: sizes, fonts, and the same colour and line for the same system everywhere."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd

from kurucz_a1.atmosphere.fields import BY_NAME, FIELD_NAMES
from kurucz_a1.extras import needs

with needs("report"):
    import matplotlib
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMN_WIDTH, PAGE_WIDTH = 3.5, 7.2  # inches: one and two columns of a journal page

# Colours of Okabe & Ito (2008, Color Universal Design), distinct with every common kind of colour vision.
COLORS = {
    "ATLAS-12": "#000000",
    "solver": "#0072B2",
    "pinn": "#D55E00",
    "mlp": "#009E73",
    "published": "#E69F00",
    "direct": "#56B4E9",
    "hydrostatic": "#CC79A7",
    "interpolation": "#5B3A29",
    "polynomial": "#A8A29A",
    "ATLAS-12, as published": "#6B6B6B",
    "ATLAS-12, 5750 K": "#6B6B6B",
    "observed": "#8C8C8C",
}
LINES: dict[str, Any] = {
    "ATLAS-12": "-",
    "solver": (0, (5, 1.5)),
    "pinn": "-",
    "mlp": (0, (1.2, 1.2)),
    "published": "-.",
    "direct": (0, (3, 1, 1, 1)),
    "hydrostatic": "-.",
    "interpolation": (0, (5, 1.5)),
    "polynomial": (0, (1.2, 1.2)),
    "ATLAS-12, as published": (0, (3, 1)),
    "ATLAS-12, 5750 K": (0, (3, 1)),
    "observed": "-",
}
MARKERS = {
    "ATLAS-12": "D",
    "ATLAS-12, 5750 K": "d",
    "solver": "s",
    "pinn": "o",
    "mlp": "^",
    "published": "P",
    "direct": "<",
    "hydrostatic": "v",
    "interpolation": "*",
    "polynomial": "+",
    "observed": "x",
}
NAMES = {
    "ATLAS-12": "ATLAS-12",
    "ATLAS-12, as published": "ATLAS-12, as published",
    "ATLAS-12, 5750 K": "ATLAS-12, 5750 K",
    "solver": "LTE solver",
    "solver with CO": "LTE solver, with CO",
    "published": "PINN as published",
    "pinn": "PINN",
    "mlp": "MLP",
    "direct": "plain network",
    "hydrostatic": "hydrostatic",
    "interpolation": "interpolation",
    "polynomial": "polynomial",
    "observed": "observed Sun",
}
SYSTEMS = tuple(NAMES)
# In tables, but not in figures of the Sun.
OTHER_LABELS = ("ATLAS-12, 5750 K",)

SETTINGS: Any = {
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "font.size": 10,
    "axes.labelsize": 10.5,
    "axes.titlesize": 10.5,
    "axes.linewidth": 0.8,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "legend.handlelength": 2.2,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "xtick.minor.visible": True,
    "ytick.minor.visible": True,
    "lines.linewidth": 1.3,
    "savefig.dpi": 200,
    "pdf.fonttype": 42,
    "figure.constrained_layout.use": True,
    # the only source of random names in the output of matplotlib
    "svg.hashsalt": "kurucz_a1",
}
# Units as axis labels write them.
_UNITS = {
    "g cm-2": r"g cm$^{-2}$",
    "K": "K",
    "dyn cm-2": r"dyn cm$^{-2}$",
    "cm-3": r"cm$^{-3}$",
    "cm2 g-1": r"cm$^2$ g$^{-1}$",
    "cm s-2": r"cm s$^{-2}$",
    "km s-1": r"km s$^{-1}$",
    "dex(cm s-2)": r"cm s$^{-2}$",
    "dex": "dex",
    "1": "",
}


@contextmanager
def paper_style() -> Iterator[None]:
    """The settings of all figures, within a block or a decorated function."""
    with matplotlib.rc_context(SETTINGS):
        yield


def new_figure(width: float = PAGE_WIDTH, height: float = 3.2) -> Figure:
    """An empty figure (sizes in inches) that belongs to no window; call within ``paper_style``."""
    return Figure(figsize=(width, height), layout="constrained")


def axis_label(field_name: str) -> str:
    """Label with symbol and unit for a field or a label of an atmosphere, from ``atmosphere/fields.py``."""
    field = BY_NAME[field_name]
    unit = _UNITS.get(field.units, field.units)
    return f"{field.symbol} [{unit}]" if unit else field.symbol


def symbol(field_name: str) -> str:
    """The mathematical symbol of a field or label."""
    return BY_NAME[field_name].symbol


def systems_in(table: pd.DataFrame) -> list[str]:
    """The systems in a table's ``system`` column, in the order of all figures; unknown names come last."""
    present = list(dict.fromkeys(table["system"]))
    return [system for system in SYSTEMS if system in present] + [system for system in present if system not in SYSTEMS]


def color(system: str) -> str:
    """The colour of a system; one for all unknown names."""
    return COLORS.get(system, "#E69F00")


def name(system: str) -> str:
    """The name of a system in legends."""
    return NAMES.get(system, system)


def look(system: str, **changes: Any) -> dict[str, Any]:
    """Colour, line style and name of a system, as keyword arguments of ``plot``."""
    return {"color": color(system), "linestyle": LINES.get(system, "-."), "label": name(system)} | changes


def label_panels(axes: Iterable[Axes], letters: str = "abcdefghijkl", **position: Any) -> None:
    """Write (a), (b), (c) ... in the corner of each panel; ``position``: arguments of ``text``."""
    for letter, panel in zip(letters, axes, strict=False):
        place: dict[str, Any] = {"x": 0.03, "y": 0.96, "ha": "left", "va": "top"} | position
        panel.text(**place, s=f"({letter})", transform=panel.transAxes)


PROFILE_FIELDS = FIELD_NAMES[:5]
