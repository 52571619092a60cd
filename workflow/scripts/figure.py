"""One figure of the paper: tables, learning curves or a description in, a PDF and a PNG out."""

import json
from pathlib import Path

from stage import stage

with stage(snakemake):
    import pandas

    from kurucz_a1.figures import draw, save_figure

    def read(path):
        """A table, or the description of an emulator."""
        return json.loads(Path(path).read_text(encoding="utf-8")) if path.endswith(".json") else pandas.read_csv(path)

    inputs = {name: read(path) for name, path in snakemake.input.items()}
    save_figure(draw(snakemake.wildcards.figure, **inputs), snakemake.output.pdf, snakemake.output.png)
