"""The batches of a grid become one dataset, one batch in memory at a time."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from kurucz_a1.dataset.schema import SPLITS, check
from kurucz_a1.dataset.split import split_labels, split_variable
from kurucz_a1.errors import BadFile
from kurucz_a1.grid.batches import check_batch
from kurucz_a1.labels import LABEL_NAMES
from kurucz_a1.netcdf import open_netcdf, read_netcdf, write_netcdf_parts


class _Batch(NamedTuple):
    """What of a batch is held in memory: its place in the grid, its labels, its attributes and what else it holds."""

    path: str
    index: np.ndarray
    labels: dict
    attributes: dict
    variables: set


def assemble(batches, output, *, validation, test, seed, attributes=None, space=None):
    """Write all models in the batch files ``batches``, in the order of their labels, with their split, to ``output``.

    validation, test, seed: of ``split_labels``; attributes: global attributes, as from ``provenance``; space: the
    LabelSpace in which the labels were drawn, kept as the attribute label_box (JSON): the range for which an emulator
    trained on the dataset answers. Returns the number of models in each set, {name: number}.

    Raises BadFile, in one line that names the file, where a batch is damaged, holds models of another one or of another
    source, and where no model was made at all.
    """
    found = [_look_at(path) for path in batches]
    filled = sorted((batch for batch in found if batch.index.size), key=lambda batch: batch.index[0])
    if not filled:
        raise BadFile("the grid holds no model: every point failed; see the reasons in the grid's failures.csv")
    _check_alike(filled)
    labels = {name: np.concatenate([batch.labels[name] for batch in filled]) for name in LABEL_NAMES}
    split = split_labels(labels, validation, test, seed)
    kept = sorted(set.intersection(*(batch.variables for batch in filled)))
    described = filled[0].attributes | (attributes or {})
    if space is not None:
        described["label_box"] = space.to_json()

    def parts():
        start = 0
        for batch in filled:
            stop = start + batch.index.size
            part = read_netcdf(batch.path)[kept].assign_attrs(described)
            part = part.assign(split=split_variable(split[start:stop], seed))
            check(part, batch.path)
            yield part
            start = stop

    write_netcdf_parts(output, parts(), "model", split.size)
    return {name: int((split == code).sum()) for code, name in enumerate(SPLITS)}


def _look_at(path):
    with open_netcdf(path) as dataset:
        check_batch(dataset, path)
        return _Batch(
            path=path,
            index=dataset["grid_index"].values,
            labels={name: dataset[name].values for name in LABEL_NAMES},
            attributes=dict(dataset.attrs),
            variables=set(dataset.data_vars),
        )


def _check_alike(batches):
    """Each model of the grid once, all from one source and with one pattern of abundances."""
    for first, second in pairwise(batches):
        if second.index[0] <= first.index[-1]:
            raise BadFile(
                f"{first.path} and {second.path} hold the same model of the grid: one is not what its name says; "
                "remove both and run again"
            )
    for name in ("source", "solar_pattern"):
        values = sorted({batch.attributes[name] for batch in batches})
        if len(values) > 1:
            raise BadFile(f"the batches have {name} {' and '.join(values)}: make all of them again in one run")
