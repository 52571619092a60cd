"""Make the models of one batch of labels; a run can be stopped at any moment and continued."""

import hashlib
import inspect
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.errors import OutsideSupport
from kurucz_a1.files import write_text
from kurucz_a1.grid.batches import write_batch, write_failures, write_tries
from kurucz_a1.grid.depths import on_standard_depths
from kurucz_a1.grid.memory import keep, recall
from kurucz_a1.grid.progress import progress
from kurucz_a1.grid.source import Result, Row, Source
from kurucz_a1.labels import LABEL_NAMES
from kurucz_a1.made_from import made_from

# What handles the models of every source.
_OF_EVERY_MODEL = ("kurucz_a1.grid.run:_make", "kurucz_a1.grid.memory:keep", "kurucz_a1.grid.memory:recall")
_DEPTHS = (
    "standard log tau; models on other depths were interpolated by cubic splines of the logarithms, "
    "models that do not span the standard depths left out"
)


def run_batch(
    labels: pd.DataFrame,
    source: Source,
    output: Path | str,
    failures: Path | str,
    *,
    tries: Path | str | None = None,
    decks: Path | str | None = None,
    attributes: Mapping[str, Any] | None = None,
    code: str | None = None,
    title: str | None = None,
    own_depths: bool = False,
) -> tuple[int, int]:
    """Make a model for each row of ``labels``; returns the numbers of models and of failures.

    - ``labels``: rows of the table of ``draw_labels``; there may be none.
    - ``output``: netCDF file of the batch; ``failures``: csv table of the points without a model, with the reason.
    - ``tries``: csv table of the runs of another program; ``decks``: file of the decks that it wrote.
    - ``attributes``: for the batch file.
    - ``code``: digest of the program; models of another one are made again. By default that of ``code_of``.
    - ``title``: name of the batch in the progress, by default that of ``output``.
    - ``own_depths``: keep the depths of the source, equally many for all models. By default models are interpolated to
      the 80 standard depths.

    Each point is kept at once in the folder ``output`` + ".partial", unless the source is ``at_hand``. A run that is
    interrupted or killed leaves nothing half-written; the next one continues with the same result and removes the
    folder. A point without a model does not stop the others. Raises BadFile where nothing can be written, and what the
    source raises for a bad configuration.
    """
    output = Path(output)
    partial = output.with_name(output.name + ".partial")
    if code is None and not source.at_hand:
        code = code_of(source)
    rows: dict[int, Row] = labels.to_dict("index")
    results: dict[int, Result] = {}
    models: dict[int, Atmosphere] = {}
    made = 0
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
        {
            "index": index,
            **{name: rows[index][name] for name in LABEL_NAMES if name in rows[index]},
            "reason": result.reason,
        }
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
    write_batch(output, models, {**described, **(attributes or {})})
    shutil.rmtree(partial, ignore_errors=True)
    return len(models), len(failed)


def _make(source: Source, row: Row, made: Mapping[int, Atmosphere], own_depths: bool) -> Result:
    """The Result for a row, its model on the standard depths or its own."""
    result = source.make_model(row, made)
    if result.model is None:
        return replace(result, reason=" ".join(result.reason.split()))
    try:
        model = result.model if own_depths else on_standard_depths(result.model)
    except OutsideSupport as error:
        return replace(result, model=None, reason=" ".join(str(error).split()))
    # A network is trained on these models: a single bad number would spoil it.
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

    It covers the source's classes and the functions and objects that it holds: of this package all that they use, of
    other code the file that holds them. Code without a file, such as that typed at a prompt, is not covered.
    """
    held = list(vars(source).values())
    kinds: set[Any] = {*type(source).__mro__, *filter(inspect.isfunction, held)}
    ours = {kind for kind in {*kinds, *map(type, held)} if kind.__module__.partition(".")[0] == "kurucz_a1"}
    names = {f"{kind.__module__}:{kind.__qualname__.partition('.')[0]}" for kind in ours}
    files = {file for kind in kinds - ours - {object} if (file := _file_of(kind))}
    return made_from(*_OF_EVERY_MODEL, *names, files=tuple(sorted(files)))


def _file_of(kind: type | FunctionType) -> str | None:
    try:
        return inspect.getsourcefile(kind)
    except TypeError:
        return None


def _key(index: int, row: Row, source: Source, code: str | None) -> str:
    """A digest of all that the model of a row depends on."""
    what = json.dumps([index, row, source.description, code], sort_keys=True, default=str)
    return hashlib.sha256(what.encode()).hexdigest()
