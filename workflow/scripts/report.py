"""Figures, tables and what was run, on one page."""

import json
from pathlib import Path

from stage import stage

with stage(snakemake):
    import pandas

    from kurucz_a1.dataset import open_dataset
    from kurucz_a1.report import write_report

    with open_dataset(snakemake.input.dataset, load=False) as dataset:
        attributes = dict(dataset.attrs)
    tables = {Path(path).stem: pandas.read_csv(path) for path in snakemake.input.tables}
    failed, asked = len(tables["failures"]), len(pandas.read_csv(snakemake.input.labels))
    run = {
        "configuration": snakemake.params.config,
        "git_commit": attributes["git_commit"],
        "versions": json.loads(attributes["versions"]),
        "sources": attributes["source"],
        "models": {"requested": asked, "made": asked - failed, "failed": failed},
    }
    figures = {Path(path).stem: path for path in snakemake.input.figures}
    write_report(snakemake.output.page, tables=tables, figures=figures, run=run)
