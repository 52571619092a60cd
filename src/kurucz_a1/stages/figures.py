"""Figures: tables, learning curves or a description in, a PDF and a PNG out."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from kurucz_a1.figures import draw as draw_figure
from kurucz_a1.figures import save_figure


def draw(*, figure: str, pdf: Path, png: Path, **inputs: Path) -> None:
    """Draw one figure of ``kurucz_a1.figures`` from the files that its module asks for, by name."""
    save_figure(draw_figure(figure, **{name: _read(path) for name, path in inputs.items()}), pdf, png)


def _read(path: Path) -> Any:
    """A table, or the description of an emulator."""
    return json.loads(path.read_text(encoding="utf-8")) if path.suffix == ".json" else pd.read_csv(path)
