"""Captions of figures for Snakemake's report; they stand in the modules that draw the figures."""

import ast
import re
from pathlib import Path

FIGURES = Path(__file__).resolve().parents[2] / "src" / "kurucz_a1" / "figures"


def caption(figure):
    """Caption of a figure as reStructuredText, read without running the module."""
    path = FIGURES / f"{figure}.py"
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    text = next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "CAPTION"
    )
    return re.sub(r"([\\*`|_])", r"\\\1", " ".join(text.split()))
