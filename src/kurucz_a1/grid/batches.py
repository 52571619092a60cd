"""Files of a grid: the models of a batch as netCDF, the failures as a table."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from kurucz_a1.atmosphere import Atmosphere, stack
from kurucz_a1.atmosphere.depth import DEPTHS
from kurucz_a1.atmosphere.fields import BY_NAME, FIELD_NAMES
from kurucz_a1.errors import BadFile
from kurucz_a1.files import write_text
from kurucz_a1.grid.source import TRY_COLUMNS, Result
from kurucz_a1.labels import LABEL_NAMES, LABELS, told_table
from kurucz_a1.netcdf import read_netcdf, write_netcdf

#: Of a table of failures; it has no column of an optional label that has its default in all.
FAILURE_COLUMNS = ("index", *LABEL_NAMES, "reason")
_INDEX = {"units": "1", "long_name": "row of the model in the table of labels"}


def write_batch(path: Path | str, models: Mapping[int, Atmosphere], attributes: Mapping[str, Any]) -> None:
    """Write the models of a batch, by their rows in the table of labels, to the netCDF file ``path``."""
    dataset = stack(list(models.values())).to_dataset() if models else _empty()
    dataset = dataset.assign(grid_index=("model", np.fromiter(models, dtype=np.int64), _INDEX))
    write_netcdf(path, dataset.assign_attrs(attributes))


def read_batch(path: Path | str) -> xr.Dataset:
    """The models of a batch file. Raises BadFile where it is damaged or no batch."""
    dataset = read_netcdf(path)
    check_batch(dataset, path)
    return dataset


def check_batch(dataset: xr.Dataset, path: Path | str) -> None:
    """Raise BadFile where the Dataset in the file ``path`` is no batch."""
    if "grid_index" not in dataset or "temperature" not in dataset:
        raise BadFile(f"{path}: not a batch of model atmospheres; make it again with the grid rule")


def write_failures(path: Path | str, failures: Sequence[Mapping[str, Any]]) -> None:
    """Write the failed points, each a mapping of FAILURE_COLUMNS, as a csv table."""
    table = told_table(pd.DataFrame(failures, columns=list(FAILURE_COLUMNS)))
    write_text(path, table.to_csv(index=False, lineterminator="\n"))


def write_tries(path: Path | str, results: Mapping[int, Result]) -> None:
    """Write the runs of another program behind the Results, by row, as a csv table."""
    rows = [{"index": index, **attempt} for index, result in results.items() for attempt in result.tries]
    table = told_table(pd.DataFrame(rows, columns=["index", *TRY_COLUMNS]))
    write_text(path, table.to_csv(index=False, lineterminator="\n"))


def read_failures(paths: Iterable[Path | str]) -> pd.DataFrame:
    """The failed points of all batches, a table with FAILURE_COLUMNS."""
    return _read_tables(paths, FAILURE_COLUMNS).sort_values("index", ignore_index=True)


def read_tries(paths: Iterable[Path | str]) -> pd.DataFrame:
    """The runs of all batches, a table with the columns index and TRY_COLUMNS."""
    return _read_tables(paths, ("index", *TRY_COLUMNS)).sort_values(["index", "try"], ignore_index=True)


def _read_tables(paths: Iterable[Path | str], columns: Sequence[str]) -> pd.DataFrame:
    filled = [table for table in (pd.read_csv(path) for path in paths) if len(table)]
    table = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()
    return told_table(table.reindex(columns=list(columns)))


def _empty() -> xr.Dataset:
    """A dataset of the usual form without models."""
    variables: dict[str, Any] = {
        name: (("model", "depth"), np.empty((0, DEPTHS))) for name in ("log_tau", *FIELD_NAMES)
    }
    variables |= {label.name: (("model",), np.empty(0)) for label in LABELS if not label.optional}
    attributes = {name: {"units": BY_NAME[name].units, "long_name": BY_NAME[name].long_name} for name in variables}
    dataset = xr.Dataset({name: (*value, attributes[name]) for name, value in variables.items()})
    return dataset.assign_attrs(Conventions="CF-1.11", source="none", solar_pattern="none")
