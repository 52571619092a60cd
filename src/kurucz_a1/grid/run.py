"""Make the models of one batch of labels, so that it can be stopped at any moment and taken up again."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np

from kurucz_a1.atmosphere import from_dataset
from kurucz_a1.atmosphere.fields import FIELD_NAMES, LABEL_NAMES
from kurucz_a1.errors import BadFile, OutsideSupport
from kurucz_a1.files import write_text
from kurucz_a1.grid.batches import write_batch, write_failures
from kurucz_a1.grid.depths import on_standard_depths
from kurucz_a1.grid.progress import progress
from kurucz_a1.grid.sources import ModelFailed
from kurucz_a1.netcdf import read_netcdf, write_netcdf

_DEPTHS = (
    "standard log tau; models on other depths were interpolated by cubic splines of the logarithms, "
    "models that do not span the standard depths left out"
)


def run_batch(labels, source, output, failures, *, attributes=None, code="", title=None, own_depths=False):
    """Make a model for each row of ``labels`` and write them to the netCDF file ``output``.

    labels: DataFrame with the columns of ``draw_labels`` (a slice of the grid's table), perhaps without a row;
    source: from ``make_source``; output, failures: paths of the batch and of the csv table of points without a model,
    with the reason; attributes: for the batch file; code: a digest of the program, so that models of an older one are
    made anew; title: how the progress calls the batch; own_depths: keep the depths of the source.

    Each finished point is kept at once in the folder ``output`` + ".partial"; a run that is interrupted or killed
    leaves nothing half-written, and the next one goes on where it stopped, with the same result. The folder is
    removed at the end. A point that has no model does not stop the others. Models are put on the 80 standard depths,
    unless they keep their own, which must be as many for all.

    Returns (number of models, number of failures). Raises BadFile where nothing can be written; errors in the
    configuration of the source come through.
    """
    output = Path(output)
    partial = output.with_name(output.name + ".partial")
    models, failed, made = {}, [], 0
    with progress(title or output.stem, len(labels)) as report:
        for index, row in zip(labels.index.tolist(), labels.to_dict("records"), strict=True):
            key = _key(index, row, source, code)
            result = _recall(partial, index, key)
            if result is None:
                result = _make(source, row, own_depths)
                _keep(partial, index, key, result)
                made += 1
            if isinstance(result, str):
                failed.append({"index": index, **{name: row[name] for name in LABEL_NAMES}, "reason": result})
            else:
                models[index] = result
            report(len(models), len(failed), made)
    write_failures(failures, failed)
    described = {
        "grid_source": json.dumps(source.description, sort_keys=True),
        "depths": "those of the source" if own_depths else _DEPTHS,
    }
    write_batch(output, models, described | (attributes or {}))
    shutil.rmtree(partial, ignore_errors=True)
    return len(models), len(failed)


def _make(source, row, own_depths):
    """The model of a row on the standard depths, or its own, or the reason why there is none."""
    try:
        model = source.make_model(row)
        model = model if own_depths else on_standard_depths(model)
    except (ModelFailed, OutsideSupport) as error:
        return " ".join(str(error).split())
    # What leaves here is trained on: a single bad number must not.
    for name in FIELD_NAMES:
        values = np.asarray(getattr(model, name))
        if not (np.all(np.isfinite(values)) and np.all(values > 0)):
            return f"{name} is not positive and finite at every depth"
    return model if np.all(np.diff(model.column_mass) > 0) else "column_mass does not increase inward"


def _key(index, row, source, code):
    """A digest of all that the model of a row follows from."""
    what = json.dumps([index, row, source.description, code], sort_keys=True, default=str)
    return hashlib.sha256(what.encode()).hexdigest()


def _keep(folder, index, key, result):
    if isinstance(result, str):
        write_text(folder / f"{index}.txt", f"{key}\n{result}\n")
    else:
        write_netcdf(folder / f"{index}.nc", result.to_dataset().assign_attrs(key=key))


def _recall(folder, index, key):
    """The model, or reason of failure, that an earlier run kept for this row; None if there is none that holds."""
    model, reason = folder / f"{index}.nc", folder / f"{index}.txt"
    if model.exists():
        try:
            dataset = read_netcdf(model)
        except BadFile:
            return None
        return from_dataset(dataset) if dataset.attrs.get("key") == key else None
    if reason.exists():
        found, text = reason.read_text(encoding="utf-8").split("\n", 1)
        return text.strip() if found == key else None
    return None
