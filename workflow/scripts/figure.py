"""One figure of the paper: tables and spectra in, a PDF and a PNG out."""

import json
from importlib import import_module
from pathlib import Path

from stage import stage

with stage(snakemake):
    import pandas
    import xarray

    from kurucz_a1.dataset.files import atomic_path

    def read(path):
        """A table, a spectrum or a description, by the file's suffix."""
        match Path(path).suffix:
            case ".csv":
                return pandas.read_csv(path)
            case ".nc":
                return xarray.load_dataset(path)
            case ".json":
                return json.loads(Path(path).read_text(encoding="utf-8"))

    inputs = {name: read(path) for name, path in snakemake.input.items()}
    figure = import_module(f"kurucz_a1.figures.{snakemake.wildcards.figure}").draw(**inputs)
    # No date in the files: equal inputs give equal bytes.
    for path, metadata in ((snakemake.output.pdf, {"CreationDate": None}), (snakemake.output.png, {})):
        with atomic_path(path) as temporary:
            figure.savefig(temporary, metadata=metadata)
