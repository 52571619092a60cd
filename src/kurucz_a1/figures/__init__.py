"""One module a figure of the paper or of a page of docs: tables in (``draw``), a matplotlib figure out."""

from importlib import import_module

from kurucz_a1.figures.style import paper_style
from kurucz_a1.files import atomic_path

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
    "emulator_alpha",
    "emulator_growth",
    "inferred_stars",
    "inferred_sun",
    "calibrated_lines",
    "validation_gas",
    "validation_structure",
    "validation_flux",
    "validation_smoothness",
    "validation_energy",
)


def draw(name, **inputs):
    """The figure ``name`` of NAMES, from the inputs that ``kurucz_a1.figures.<name>.draw`` documents."""
    return _module(name).draw(**inputs)


def caption(name):
    """Caption of a figure, plain text in sentences."""
    return " ".join(_module(name).CAPTION.split())


def save_figure(figure, *paths):
    """Write a figure to each of ``paths`` (.pdf or .png by suffix), whole or not at all; equal figures, equal bytes."""
    # No date, and no version of the program: bytes depend on the picture alone.
    metadata = {".pdf": {"CreationDate": None, "Creator": None, "Producer": None}, ".png": {"Software": None}}
    with paper_style():
        for path in paths:
            with atomic_path(path) as temporary:
                figure.savefig(temporary, metadata=metadata[temporary.suffix])
            # The panels' places are found while drawing; they hold for all files.
            figure.set_layout_engine("none")


def _module(name):
    if name not in NAMES:
        raise ValueError(f"no figure {name!r}: choose one of {', '.join(NAMES)}")
    return import_module(f"kurucz_a1.figures.{name}")
