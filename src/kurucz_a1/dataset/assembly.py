"""Join the batches of a grid in one dataset, one batch in memory at a time."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from kurucz_a1.atmosphere.model import with_labels
from kurucz_a1.dataset.schema import SPLITS, check
from kurucz_a1.dataset.split import split_labels, split_variable
from kurucz_a1.errors import BadFile
from kurucz_a1.grid.batches import check_batch
from kurucz_a1.labels import LABEL_NAMES, Labels, LabelSpace, told
from kurucz_a1.labels.less_sure import caution
from kurucz_a1.netcdf import open_netcdf, read_netcdf, write_netcdf_parts
from kurucz_a1.settings.dataset import TestSet


class _Batch(NamedTuple):
    """What memory holds of a batch."""

    path: Path | str
    rows: Int[np.ndarray, "model"]  # of the table of labels
    labels: dict[str, Float[np.ndarray, "model"]]
    attributes: dict[str, Any]
    variables: set[str]


def assemble(
    batches: Iterable[Path | str],
    output: Path | str,
    *,
    validation: float,
    test: float,
    seed: int,
    test_set: TestSet = "blocks",
    attributes: Mapping[str, Any] | None = None,
    space: LabelSpace | None = None,
) -> dict[str, int]:
    """Write the models of all ``batches``, in the order of their labels, with their split, to ``output``.

    - ``validation``, ``test``, ``seed``, ``test_set``: as in ``split_labels``.
    - ``attributes``: global attributes, as from ``provenance``.
    - ``space``: in which the labels were drawn, kept as the attribute label_box (JSON): an emulator trained on the
      dataset answers in this space.

    Returns the number of models in each set, by its name. Raises BadFile, in one line that names the file, where a
    batch is damaged or holds models of another batch or source, and where there are no models at all.
    """
    summaries = [_summary(path) for path in batches]
    filled = sorted((batch for batch in summaries if batch.rows.size), key=lambda batch: batch.rows[0])
    if not filled:
        raise BadFile("the grid holds no model: every point failed; see the reasons in the grid's failures.csv")
    _check_alike(filled)
    labels = {name: np.concatenate([batch.labels[name] for batch in filled]) for name in LABEL_NAMES}
    names = told(labels)
    split = split_labels({name: labels[name] for name in names}, validation, test, seed, test_set)
    kept = sorted(set.intersection(*(batch.variables for batch in filled)).difference(LABEL_NAMES).union(names))
    described = {**filled[0].attributes, **(attributes or {})}
    described.pop("caution", None)  # of the first batch alone
    if described["source"] == "solver" and (doubt := caution(Labels(**labels))):
        described["caution"] = doubt
    if space is not None:
        described["label_box"] = space.to_json()

    def parts() -> Iterator[xr.Dataset]:
        start = 0
        for batch in filled:
            stop = start + batch.rows.size
            part = with_labels(read_netcdf(batch.path), names)[kept].assign_attrs(described)
            part = part.assign(split=split_variable(split[start:stop], seed, test_set))
            check(part, batch.path)
            yield part
            start = stop

    write_netcdf_parts(output, parts(), "model", split.size)
    return {name: int((split == code).sum()) for code, name in enumerate(SPLITS)}


def _summary(path: Path | str) -> _Batch:
    with open_netcdf(path) as dataset:
        check_batch(dataset, path)
        size = dataset["grid_index"].shape
        return _Batch(
            path=path,
            rows=dataset["grid_index"].values,
            labels={name: np.broadcast_to(value, size) for name, value in Labels.of(dataset).as_dict().items()},
            attributes=dict(dataset.attrs),
            variables=set(map(str, dataset.data_vars)),
        )


def _check_alike(batches: list[_Batch]) -> None:
    """Raise BadFile unless each model of the grid is there once, all from one source and with one solar pattern."""
    for first, second in pairwise(batches):
        if second.rows[0] <= first.rows[-1]:
            raise BadFile(
                f"{first.path} and {second.path} hold the same model of the grid: one is not what its name says; "
                "remove both and run again"
            )
    for name in ("source", "solar_pattern"):
        values = sorted({batch.attributes[name] for batch in batches})
        if len(values) > 1:
            raise BadFile(f"the batches have {name} {' and '.join(values)}: make all of them again in one run")
