"""Pages that a person can read."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from kurucz_a1.dataset import open_dataset
from kurucz_a1.report import write_report


def write(
    *, figures: list[Path], tables: list[Path], labels: Path, dataset: Path, page: Path, configuration: dict[str, Any]
) -> None:
    """Write the page of a run: its figures, its tables and what was run."""
    with open_dataset(dataset, load=False) as data:
        attributes = dict(data.attrs)
    by_name = {path.stem: pd.read_csv(path) for path in tables}
    failed, asked = len(by_name["failures"]), len(pd.read_csv(labels))
    run = {
        "configuration": configuration,
        "git_commit": attributes["git_commit"],
        "versions": json.loads(attributes["versions"]),
        "sources": attributes["source"],
        "models": {"requested": asked, "made": asked - failed, "failed": failed},
    }
    write_report(page, tables=by_name, figures={path.stem: str(path) for path in figures}, run=run)
