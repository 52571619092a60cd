"""Training, validation and test set as blocks of label space.

Models with neighbouring labels are nearly the same model, so a random split, above all of a regular grid, tests what
was trained on. Here label space is cut into blocks (a k-d tree), each of which belongs to one set.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from kurucz_a1.dataset.schema import SPLITS
from kurucz_a1.errors import BadConfig
from kurucz_a1.labels import LABEL_NAMES
from kurucz_a1.settings.dataset import TestSet

_BLOCKS_PER_SET = 5
_LARGEST_BLOCK = 256


def split_labels(
    labels: Mapping[Any, Any], validation: float, test: float, seed: int, test_set: TestSet = "blocks"
) -> Int[np.ndarray, "model"]:
    """0 (train), 1 (validation) or 2 (test) for each model.

    - ``labels``: labels by name, in one array over the models each.
    - ``validation``, ``test``: shares of the models; a set with a share has at least one model.
    - ``seed``: of the choice of blocks.
    - ``test_set``: "blocks", or "last" for the last models, which cover the whole space too where the labels are
      points of a sequence that does (``LabelSpace.sobol``), and are made after those that a smaller set had.

    Blocks hold at most a fifth of the smaller share, so the shares are met within a few per cent of the models. Models
    with equal labels are in the same block.

    Raises BadConfig for shares that leave no training set, or labels too alike to be split.

    >>> stars = {name: np.linspace(0.0, 1.0, 100) for name in LABEL_NAMES}
    >>> np.bincount(split_labels(stars, validation=0.1, test=0.2, seed=1)).tolist()
    [70, 10, 20]
    """
    if not (validation >= 0 and test >= 0 and validation + test < 1):
        raise BadConfig(
            f"dataset.validation {validation} and dataset.test {test} must be shares that add up to less than 1"
        )
    count = np.size(labels["teff"])
    if test_set == "last":
        last = max(round(test * count), 1)
        first = {name: np.asarray(labels[name])[: count - last] for name in LABEL_NAMES if name in labels}
        rest = split_labels(first, validation * count / (count - last), 0.0, seed)
        return np.append(rest, np.full(last, SPLITS.index("test"), dtype=np.int8))
    split = np.zeros(count, dtype=np.int8)
    wanted = {SPLITS.index("validation"): validation * count, SPLITS.index("test"): test * count}
    wanted = {code: number for code, number in wanted.items() if number > 0}
    if not wanted:
        return split
    blocks = _label_blocks(labels, min(wanted.values()))
    if len(blocks) <= len(wanted):
        raise BadConfig(f"{count} models make {len(blocks)} blocks of label space, too few to split: make more models")
    order = np.random.default_rng(seed).permutation(len(blocks))
    position = 0
    for rank, (code, number) in enumerate(wanted.items()):
        taken = 0
        # Each set takes at least one block and stops where one more would take it further from its share.
        while position < len(blocks) - (len(wanted) - rank):
            block = blocks[order[position]]
            if taken and taken + len(block) / 2 > number:
                break
            split[block] = code
            taken += len(block)
            position += 1
    return split


def block_numbers(labels: Mapping[Any, Any], validation: float, test: float) -> Int[np.ndarray, "model"]:
    """Number of the block of label space of each model; arguments as in ``split_labels``."""
    shares = [share for share in (validation, test) if share > 0]
    numbers = np.zeros(np.size(labels["teff"]), dtype=int)
    for number, block in enumerate(_label_blocks(labels, min(shares) * numbers.size)):
        numbers[block] = number
    return numbers


def _label_blocks(labels: Mapping[Any, Any], smaller: float) -> list[Int[np.ndarray, "..."]]:
    """Index arrays of the blocks of label space; ``smaller``: models of the smaller set."""
    columns = [np.asarray(labels[name], dtype=float) for name in LABEL_NAMES if name in labels]
    points = _scaled(np.stack(columns, axis=-1))
    size = min(smaller / _BLOCKS_PER_SET, _LARGEST_BLOCK)
    return _blocks(points, np.arange(len(points)), max(size, 1.0))


def add_split(dataset: xr.Dataset, validation: float, test: float, seed: int) -> xr.Dataset:
    """The Dataset with the variable ``split`` by blocks; arguments and errors are those of ``split_labels``."""
    return dataset.assign(split=split_variable(split_labels(dataset, validation, test, seed), seed))


def split_variable(
    split: Int[np.ndarray, "model"], seed: int, test_set: TestSet = "blocks"
) -> tuple[str, np.ndarray, dict[str, Any]]:
    """The variable of a dataset for an array of ``split_labels``, with the attributes that explain it."""
    attributes = {
        "long_name": "set that the model belongs to",
        "flag_values": np.arange(len(SPLITS), dtype=np.int8),
        "flag_meanings": " ".join(SPLITS),
        "seed": int(seed),
        "test_set": test_set,
    }
    return "model", split, attributes


def fewer_to_train(dataset: xr.Dataset, count: int, seed: int) -> xr.Dataset:
    """The Dataset with at most ``count`` of its training models and all others.

    The same seed gives nested sets: the models of a smaller count are among those of a larger one.
    """
    split = dataset["split"].values
    training = np.flatnonzero(split == SPLITS.index("train"))
    chosen = np.random.default_rng(seed).permutation(training)[:count]
    kept = np.union1d(chosen, np.flatnonzero(split != SPLITS.index("train")))
    return dataset.isel(model=kept)


def _scaled(points: Float[np.ndarray, "model label"]) -> Float[np.ndarray, "model label"]:
    """Each label scaled to 0..1 over the models; a label that does not vary is 0."""
    low, high = points.min(axis=0, initial=np.inf), points.max(axis=0, initial=-np.inf)
    return (points - low) / np.where(high > low, high - low, 1.0)


def _blocks(
    points: Float[np.ndarray, "model label"], members: Int[np.ndarray, "member"], size: float
) -> list[Int[np.ndarray, "..."]]:
    """Index arrays of the leaves of a k-d tree: cut at the median of the widest label until ``size`` is reached."""
    if len(members) <= size:
        return [members]
    own = points[members]
    for axis in np.argsort(-np.ptp(own, axis=0), kind="stable"):
        cut = _cut(own[:, axis])
        if cut is not None:
            below = own[:, axis] < cut
            return _blocks(points, members[below], size) + _blocks(points, members[~below], size)
    return [members]


def _cut(values: Float[np.ndarray, "member"]) -> float | None:
    """The value nearest to the median that divides ``values``, equal ones together; None if all are equal."""
    distinct, first = np.unique(np.sort(values), return_index=True)
    if len(distinct) < 2:
        return None
    return distinct[1:][np.argmin(np.abs(first[1:] - len(values) / 2))]
