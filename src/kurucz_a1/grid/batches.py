"""Files of a grid: the models of a batch as netCDF, the failures as a table."""

import numpy as np
import pandas as pd
import xarray as xr

from kurucz_a1.atmosphere import stack
from kurucz_a1.atmosphere.depth import DEPTHS
from kurucz_a1.atmosphere.fields import BY_NAME, FIELD_NAMES
from kurucz_a1.errors import BadFile
from kurucz_a1.files import write_text
from kurucz_a1.grid.source import TRY_COLUMNS
from kurucz_a1.labels import LABEL_NAMES
from kurucz_a1.netcdf import read_netcdf, write_netcdf

FAILURE_COLUMNS = ("index", *LABEL_NAMES, "reason")
_INDEX = {"units": "1", "long_name": "row of the model in the table of labels"}


def write_batch(path, models, attributes):
    """Write the models of a batch, {row in the table of labels: Atmosphere (depth,)}, to the netCDF file ``path``."""
    dataset = stack(list(models.values())).to_dataset() if models else _empty()
    dataset = dataset.assign(grid_index=("model", np.fromiter(models, dtype=np.int64), _INDEX))
    write_netcdf(path, dataset.assign_attrs(attributes))


def read_batch(path):
    """The models of a batch file in one Dataset. Raises BadFile where it is damaged or no batch."""
    dataset = read_netcdf(path)
    check_batch(dataset, path)
    return dataset


def check_batch(dataset, path):
    """Raise BadFile where the Dataset in the file ``path`` is no batch."""
    if "grid_index" not in dataset or "temperature" not in dataset:
        raise BadFile(f"{path}: not a batch of model atmospheres; make it again with the grid rule")


def write_failures(path, failures):
    """Write the failed points, [{"index": row, **labels, "reason": one line}], as a csv table."""
    table = pd.DataFrame(failures, columns=list(FAILURE_COLUMNS))
    write_text(path, table.to_csv(index=False, lineterminator="\n"))


def write_tries(path, results):
    """Write the runs of another program that the Results {row: Result} took, as a csv table."""
    rows = [{"index": index, **one} for index, result in results.items() for one in result.tries]
    table = pd.DataFrame(rows, columns=["index", *TRY_COLUMNS])
    write_text(path, table.to_csv(index=False, lineterminator="\n"))


def read_failures(paths):
    """The failed points of all batches: a DataFrame with columns index, the five labels, reason."""
    return _read_tables(paths, FAILURE_COLUMNS).sort_values("index", ignore_index=True)


def read_tries(paths):
    """The runs of all batches: a DataFrame with the columns index and TRY_COLUMNS."""
    return _read_tables(paths, ("index", *TRY_COLUMNS)).sort_values(["index", "try"], ignore_index=True)


def _read_tables(paths, columns):
    filled = [table for table in (pd.read_csv(path) for path in paths) if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(columns))


def _empty():
    """A dataset of the form of any other without a model in it."""
    variables = {name: (("model", "depth"), np.empty((0, DEPTHS))) for name in ("log_tau", *FIELD_NAMES)}
    variables |= {name: (("model",), np.empty(0)) for name in LABEL_NAMES}
    attributes = {name: {"units": BY_NAME[name].units, "long_name": BY_NAME[name].long_name} for name in variables}
    dataset = xr.Dataset({name: (*value, attributes[name]) for name, value in variables.items()})
    return dataset.assign_attrs(Conventions="CF-1.11", source="none", solar_pattern="none")
