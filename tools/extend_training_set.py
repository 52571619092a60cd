"""Add an archive of models to the training set of the repository, with its rows of parts.csv and failures.csv.

python tools/extend_training_set.py RESULTS/archive/0016-0031.nc.xz

The archive is one that the rule ``archive`` made of whole batches of config/full.yaml; the batches and the benchmarks
of the workflow stand beside it in RESULTS. A part of the same name is replaced.
"""

import hashlib
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from kurucz_a1.files import copy_file, write_table
from kurucz_a1.grid import read_failures
from kurucz_a1.grid.archive import read_archive

ROOT = Path(__file__).parents[1]
TRAINING_SET = ROOT / "training_set"
BATCH = yaml.safe_load((ROOT / "config" / "full.yaml").read_text(encoding="utf-8"))["grid"]["batch"]  # points


def extend(archive: Path, training_set: Path = TRAINING_SET) -> None:
    """Copy the archive into the training set, a folder, and write its rows."""
    results = archive.parents[1]
    first, last = map(int, archive.name.partition(".")[0].split("-"))
    batches = [f"{number:04d}" for number in range(first, last + 1)]
    failures = read_failures(results / "grid" / "batches" / f"{batch}.failures.csv" for batch in batches)
    seconds = [
        pd.read_csv(results / "benchmarks" / "grid_batch" / f"{batch}.tsv", sep="\t")["cpu_time"].iloc[0]
        for batch in batches
    ]
    models = read_archive(archive)
    part = {
        "file": archive.name,
        "models": models.sizes["model"],
        "failed": len(failures),
        "revision": models.attrs["git_commit"][:10],
        "processor_hours": round(sum(seconds) / 3600, 2),
        "sha256": hashlib.sha256(archive.read_bytes()).hexdigest(),
    }
    copy_file(archive, training_set / archive.name)
    held = pd.read_csv(training_set / "parts.csv")
    _add(training_set / "parts.csv", held[held["file"] != archive.name], pd.DataFrame([part]), "file")
    held = pd.read_csv(training_set / "failures.csv")
    points = np.arange(first * BATCH, (last + 1) * BATCH)
    _add(training_set / "failures.csv", held[~held["index"].isin(points)], failures, "index")


def _add(path: Path, kept: pd.DataFrame, rows: pd.DataFrame, key: str) -> None:
    """Write the rows kept and new ones in the order of ``key``."""
    # without a row a table has no whole numbers, which would make those of the other fractions
    tables = [table for table in (kept, rows) if len(table)] or [kept]
    write_table(path, pd.concat(tables, ignore_index=True).sort_values(key))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    extend(Path(sys.argv[1]))
