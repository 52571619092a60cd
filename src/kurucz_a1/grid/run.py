"""Make the models of one batch of labels, so that it can be stopped at any moment and taken up again."""

import hashlib
import inspect
import json
import shutil
from dataclasses import replace
from pathlib import Path
from types import FunctionType

import numpy as np

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.errors import OutsideSupport
from kurucz_a1.files import write_text
from kurucz_a1.grid.batches import write_batch, write_failures, write_tries
from kurucz_a1.grid.depths import on_standard_depths
from kurucz_a1.grid.memory import keep, recall
from kurucz_a1.grid.progress import progress
from kurucz_a1.grid.source import Source
from kurucz_a1.labels import LABEL_NAMES
from kurucz_a1.made_from import made_from

# What is done with a model of any source.
_OF_EVERY_MODEL = ("kurucz_a1.grid.run:_make", "kurucz_a1.grid.memory:keep", "kurucz_a1.grid.memory:recall")
_DEPTHS = (
    "standard log tau; models on other depths were interpolated by cubic splines of the logarithms, "
    "models that do not span the standard depths left out"
)


def run_batch(
    labels,
    source,
    output,
    failures,
    *,
    tries=None,
    decks=None,
    attributes=None,
    code=None,
    title=None,
    own_depths=False,
):
    """Make a model for each row of ``labels`` and write them to the netCDF file ``output``.

    labels: DataFrame with the columns of ``draw_labels`` (a slice of the grid's table), perhaps without a row;
    source: a Source; output, failures: paths of the batch and of the csv table of points without a model, with the
    reason; tries, decks: paths of a csv table of the runs of another program and of the decks that it left, one after
    another in one file, for a source that has them; attributes: for the batch file; code: a digest of the program, so
    that models of an older one are made anew, by default that of ``code_of``; title: how the progress calls the batch;
    own_depths: keep the depths of the source.

    Each finished point is kept at once in the folder ``output`` + ".partial", unless it is at hand anyway; a run
    that is interrupted or killed leaves nothing half-written, and the next one goes on where it stopped, with the same
    result. The folder is removed at the end. A point that has no model does not stop the others. Models are put on
    the 80 standard depths, unless they keep their own, which must be as many for all.

    Returns (number of models, number of failures). Raises BadFile where nothing can be written; errors in the
    configuration of the source come through.
    """
    output = Path(output)
    partial = output.with_name(output.name + ".partial")
    if code is None and not source.at_hand:
        code = code_of(source)
    rows = labels.to_dict("index")
    results, models, made = {}, {}, 0
    with progress(title or output.stem, len(labels)) as report:
        for index in source.order(labels):
            key = _key(index, rows[index], source, code)
            result = None if source.at_hand else recall(partial, index, key)
            if result is None:
                result = _make(source, rows[index], models, own_depths)
                made += 1
                if not source.at_hand:
                    keep(partial, index, key, result)
            results[index] = result
            if result.model is not None:
                models[index] = result.model
            report(len(models), len(results) - len(models), made)
    results = {index: results[index] for index in rows}
    models = {index: result.model for index, result in results.items() if result.model is not None}
    failed = [
        {"index": index, **{name: rows[index][name] for name in LABEL_NAMES}, "reason": result.reason}
        for index, result in results.items()
        if result.model is None
    ]
    write_failures(failures, failed)
    if tries is not None:
        write_tries(tries, results)
    if decks is not None:
        write_text(decks, "".join(result.deck for result in results.values()))
    described = {
        "grid_source": json.dumps(source.description, sort_keys=True),
        "depths": "those of the source" if own_depths else _DEPTHS,
    }
    write_batch(output, models, described | (attributes or {}))
    shutil.rmtree(partial, ignore_errors=True)
    return len(models), len(failed)


def _make(source, row, made, own_depths):
    """The Result for a row, its model on the standard depths, or its own."""
    result = source.make_model(row, made)
    if result.model is None:
        return replace(result, reason=" ".join(result.reason.split()))
    try:
        model = result.model if own_depths else on_standard_depths(result.model)
    except OutsideSupport as error:
        return replace(result, model=None, reason=" ".join(str(error).split()))
    # What leaves here is trained on: a single bad number must not.
    for name in FIELD_NAMES:
        values = np.asarray(getattr(model, name))
        if not (np.all(np.isfinite(values)) and np.all(values > 0)):
            return replace(result, model=None, reason=f"{name} is not positive and finite at every depth")
    if model.label_jacobian is not None and not np.all(np.isfinite(model.label_jacobian)):
        return replace(result, model=None, reason="the label derivatives are not finite")
    if not np.all(np.diff(model.column_mass) > 0):
        return replace(result, model=None, reason="column_mass does not increase inward")
    return replace(result, model=model)


def code_of(source: Source) -> str:
    """Digest of the code and data files that the models of a source depend on.

    It covers the source's classes and the functions and objects that it holds: of this package what they use, of
    others' code the file that they are written in. Code without a file, such as that typed at a prompt, is not seen.
    """
    held = list(vars(source).values())
    kinds = {*type(source).__mro__, *filter(inspect.isfunction, held)}
    ours = {kind for kind in {*kinds, *map(type, held)} if kind.__module__.partition(".")[0] == "kurucz_a1"}
    names = {f"{kind.__module__}:{kind.__qualname__.partition('.')[0]}" for kind in ours}
    files = {file for kind in kinds - ours - {object} if (file := _file_of(kind))}
    return made_from(*_OF_EVERY_MODEL, *names, files=tuple(sorted(files)))


def _file_of(kind: type | FunctionType) -> str | None:
    try:
        return inspect.getsourcefile(kind)
    except TypeError:
        return None


def _key(index, row, source, code):
    """A digest of all that the model of a row follows from."""
    what = json.dumps([index, row, source.description, code], sort_keys=True, default=str)
    return hashlib.sha256(what.encode()).hexdigest()
