"""A digest of a run's tables, to compare it with another run."""

import hashlib
from pathlib import Path

import pandas as pd

from kurucz_a1.errors import BadFile

MEASURED_TIMES = "timing.csv"  # differ from run to run
_GROUPS = ("system", "model")


def digest_of_tables(folder: str | Path) -> pd.DataFrame:
    """One row per csv table in ``folder``, without measured times: table, rows, sha256 of its bytes (hexadecimal).

    Raises BadFile where there is no table.
    """
    paths = _tables(folder)
    rows = [(path.stem, len(pd.read_csv(path)), hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths]
    return pd.DataFrame(rows, columns=["table", "rows", "sha256"])


def digest_of_all(tables: pd.DataFrame) -> str:
    """One SHA-256 of all rows of ``digest_of_tables``."""
    return hashlib.sha256("".join(f"{row.table} {row.sha256}\n" for row in tables.itertuples()).encode()).hexdigest()


def sizes_of_numbers(folder: str | Path) -> pd.DataFrame:
    """One row per column of numbers of each table in ``folder``: table, group (system or model of the rows, if any),
    column, rows, mean_size (mean of the absolute values). Raises BadFile where there is no table."""
    sizes = []
    for path in _tables(folder):
        table = pd.read_csv(path)
        by = next((name for name in _GROUPS if name in table and not pd.api.types.is_numeric_dtype(table[name])), None)
        groups = table.groupby(by, sort=True) if by else [("", table)]
        for group, rows in groups:
            numbers = rows.select_dtypes("number")
            sizes += [(path.stem, group, name, len(rows), numbers[name].abs().mean()) for name in numbers]
    return pd.DataFrame(sizes, columns=["table", "group", "column", "rows", "mean_size"])


def _tables(folder: str | Path) -> list[Path]:
    paths = sorted(path for path in Path(folder).glob("*.csv") if path.name != MEASURED_TIMES)
    if not paths:
        raise BadFile(f"{folder}: no tables here; name the folder tables of the results of a run")
    return paths
