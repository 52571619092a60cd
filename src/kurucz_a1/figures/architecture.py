"""The network, drawn from the description of a trained emulator."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.figures.style import PAGE_WIDTH, new_figure, paper_style, symbol

CAPTION = """
The network of this run: an encoder of the labels, an encoder of the optical depth with the same weights at every
depth, and a head that gives the six quantities of the structure at that depth. Training with (PINN) and without (MLP)
hydrostatic equilibrium uses this network. Numbers in the boxes are layer widths; parameter counts are those of the
trained network.
"""
COLORS = {"input": "#F2F2F2", "label": "#CFE3F1", "depth": "#CDEBE0", "head": "#F8DCC8", "output": "#F2F2F2"}
BOX_HEIGHT = 0.52


@paper_style()
def draw(emulator: dict[str, Any]) -> Figure:
    """Figure from the content of an ``emulator.json``: its ``network`` and ``inputs``."""
    network = emulator["network"]
    labels = [name for name in emulator["inputs"] if name != "log_tau"]
    label_width, depth_width = network["label_width"], network["depth_width"]
    width = 2 * (label_width + depth_width)
    figure = new_figure(PAGE_WIDTH, 2.9)
    panel = figure.subplots()
    panel.set_axis_off()
    panel.set_xlim(0, 10.1)
    panel.set_ylim(-0.55, 3.72)

    _box(panel, 0.75, 2.95, 1.3, "input", symbol_line(labels[:2]), symbol_line(labels[2:]))
    _box(panel, 0.75, 0.95, 1.3, "input", symbol("log_tau"), "one depth")
    upper = [_dense(label_width, "LayerNorm, GELU"), _dense(label_width, "LayerNorm, GELU")]
    lower = [_dense(depth_width // 2, "GELU"), _dense(depth_width, "GELU")]
    for x, (first, second) in zip((2.35, 3.85), zip(upper, lower, strict=True), strict=True):
        _box(panel, x, 2.95, 1.25, "label", *first)
        _box(panel, x, 0.95, 1.25, "depth", *second)
    _box(panel, 5.25, 1.95, 1.05, "output", "concatenate", f"{label_width} + {depth_width}")
    for x in (6.65, 8.05):
        _box(panel, x, 1.95, 1.2, "head", f"Dense {width}", "GELU, dropout")
    _box(panel, 9.45, 1.95, 1.2, "output", f"Dense {len(FIELD_NAMES)}", "fields")

    for start, end, y in ((1.4, 1.725, 2.95), (2.975, 3.225, 2.95), (1.4, 1.725, 0.95), (2.975, 3.225, 0.95)):
        _arrow(panel, (start, y), (end, y))
    _arrow(panel, (4.475, 2.8), (4.98, 2.24))
    _arrow(panel, (4.475, 1.1), (4.98, 1.66))
    for start, end in ((5.775, 6.05), (7.25, 7.45), (8.65, 8.85)):
        _arrow(panel, (start, 1.95), (end, 1.95))

    counts = parameter_counts(len(labels), label_width, depth_width)
    note: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8.5, "color": "0.3"}
    panel.text(3.1, 3.5, f"label encoder: {counts['label']:,} parameters", **note)
    panel.text(3.1, 0.38, f"depth encoder: {counts['depth']:,} parameters", **note)
    panel.text(8.0, 2.55, f"head: {counts['head']:,} parameters", **note)
    outputs = r"$\log_{10}$ of " + symbol_line(FIELD_NAMES) + ", each scaled to $-1 \\ldots 1$"
    panel.text(10.05, 1.3, outputs, **(note | {"ha": "right"}))
    sizes = (
        rf"$E = {label_width}$, $D = {depth_width}$, dropout {network['dropout']:g}: "
        f"{network['parameters']:,} parameters;  the depth encoder and the head serve every depth"
    )
    panel.text(5.05, -0.3, sizes, ha="center", va="center", fontsize=9.5)
    return figure


def parameter_counts(labels: int, label_width: int, depth_width: int) -> dict[str, int]:
    """Numbers of parameters of the label encoder, the depth encoder and the head."""
    width = 2 * (label_width + depth_width)
    return {
        "label": _weights(labels, label_width) + _weights(label_width, label_width) + 4 * label_width,
        "depth": _weights(1, depth_width // 2) + _weights(depth_width // 2, depth_width),
        "head": _weights(width // 2, width) + _weights(width, width) + _weights(width, len(FIELD_NAMES)),
    }


def _weights(inputs: int, outputs: int) -> int:
    return inputs * outputs + outputs


def symbol_line(names: Sequence[str]) -> str:
    """Symbols of several fields with commas."""
    return ", ".join(symbol(name) for name in names)


def _dense(width: int, then: str) -> tuple[str, str]:
    return f"Dense {width}", then


def _box(panel: Axes, x: float, y: float, width: float, kind: str, title: str, subtitle: str) -> None:
    corner = (x - width / 2, y - BOX_HEIGHT / 2)
    style = "round,pad=0.03,rounding_size=0.08"
    panel.add_patch(FancyBboxPatch(corner, width, BOX_HEIGHT, style, facecolor=COLORS[kind], edgecolor="0.35", lw=0.8))
    panel.text(x, y + 0.13, title, ha="center", va="center", fontsize=9.5)
    panel.text(x, y - 0.14, subtitle, ha="center", va="center", fontsize=8)


def _arrow(panel: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    arrow = {"arrowstyle": "-|>", "color": "0.3", "lw": 0.9, "shrinkA": 1, "shrinkB": 1}
    panel.annotate("", end, start, arrowprops=arrow)
