"""One module per figure of the paper or of a page of docs: tables in, a matplotlib figure out (``draw``)."""

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from kurucz_a1.extras import needs
from kurucz_a1.figures.style import paper_style
from kurucz_a1.files import atomic_path

with needs("report"):
    from matplotlib.figure import Figure

NAMES = (
    "architecture",
    "learning_curves",
    "profile_errors",
    "atlas12_comparison",
    "hydrostatic_histogram",
    "hydrostatic_kiel",
    "solar_spectrum",
    "solar_widths",
    "label_sweeps",
    "timing",
    "alpha_scan",
    "emulator_counts",
    "emulator_growth",
    "inferred_stars",
    "inferred_sun",
    "calibrated_lines",
    "validation_gas",
    "validation_structure",
    "validation_range",
    "validation_flux",
    "validation_smoothness",
    "validation_energy",
    "elements",
)


def draw(name: str, **inputs: Any) -> Figure:
    """The figure ``name`` of NAMES from its inputs, the arguments of ``kurucz_a1.figures.<name>.draw``."""
    return _module(name).draw(**inputs)


def caption(name: str) -> str:
    """The caption of a figure, in plain text."""
    return " ".join(_module(name).CAPTION.split())


def save_figure(figure: Figure, *paths: str | Path) -> None:
    """Write a figure to each of ``paths`` (.pdf or .png), whole or not at all. Equal figures give equal bytes."""
    # No date and no version of the program: the bytes depend on the picture alone.
    metadata: dict[str, dict[str, Any]] = {
        ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
        ".png": {"Software": None},
    }
    with paper_style():
        for path in paths:
            with atomic_path(path) as temporary:
                figure.savefig(temporary, metadata=metadata[temporary.suffix])
            # Drawing lays out the panels; all files share the layout.
            figure.set_layout_engine("none")


def _module(name: str) -> ModuleType:
    if name not in NAMES:
        raise ValueError(f"no figure {name!r}: choose one of {', '.join(NAMES)}")
    return import_module(f"kurucz_a1.figures.{name}")
