"""Training, validation and test set as blocks of label space.

Models of neighbouring labels are nearly the same model, so a random split, of a regular grid above all, tests on what
was trained on. Here label space is cut into blocks (a k-d tree) and whole blocks go to one set.
"""

import numpy as np

from kurucz_a1.dataset.schema import SPLITS
from kurucz_a1.errors import BadConfig
from kurucz_a1.labels import LABEL_NAMES

_BLOCKS_PER_SET = 5
_LARGEST_BLOCK = 256


def split_labels(labels, validation, test, seed):
    """0 (train), 1 (validation) or 2 (test) for each model, an int8 array (model,).

    labels: mapping of all labels, each (model,); validation, test: shares of the models. Blocks hold at
    most a fifth of the smaller share, so the shares come out within a few per cent of the models, and each set that is
    asked for has at least one model where there are enough. Models with equal labels are in the same block.

    Raises BadConfig for shares that leave no training set, or labels too alike to be split.
    """
    if not (validation >= 0 and test >= 0 and validation + test < 1):
        raise BadConfig(
            f"dataset.validation {validation} and dataset.test {test} must be shares that add up to less than 1"
        )
    points = _scaled(np.stack([np.asarray(labels[name], dtype=float) for name in LABEL_NAMES], axis=-1))
    count = len(points)
    split = np.zeros(count, dtype=np.int8)
    wanted = {SPLITS.index("validation"): validation * count, SPLITS.index("test"): test * count}
    wanted = {code: number for code, number in wanted.items() if number > 0}
    if not wanted:
        return split
    size = min(min(wanted.values()) / _BLOCKS_PER_SET, _LARGEST_BLOCK)
    blocks = _blocks(points, np.arange(count), max(size, 1.0))
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


def add_split(dataset, validation, test, seed):
    """The Dataset with the variable ``split`` of ``split_labels``."""
    return dataset.assign(split=split_variable(split_labels(dataset, validation, test, seed), seed))


def split_variable(split, seed):
    """The variable of a dataset for an array of ``split_labels``, with the attributes that explain it."""
    attributes = {
        "long_name": "set that the model belongs to, by blocks of label space",
        "flag_values": np.arange(len(SPLITS), dtype=np.int8),
        "flag_meanings": " ".join(SPLITS),
        "seed": int(seed),
    }
    return "model", split, attributes


def fewer_to_train(dataset, count, seed):
    """The Dataset with ``count`` of its training models, or all where there are no more; the other sets stay whole.

    The same seed gives nested sets: the models of a smaller count are among those of a larger one.
    """
    split = dataset["split"].values
    training = np.flatnonzero(split == SPLITS.index("train"))
    chosen = np.random.default_rng(seed).permutation(training)[:count]
    kept = np.union1d(chosen, np.flatnonzero(split != SPLITS.index("train")))
    return dataset.isel(model=kept)


def _scaled(points):
    """Each label scaled to 0..1 over the models; a label that does not vary is 0 everywhere."""
    low, high = points.min(axis=0, initial=np.inf), points.max(axis=0, initial=-np.inf)
    return (points - low) / np.where(high > low, high - low, 1.0)


def _blocks(points, members, size):
    """Index arrays of the leaves of a k-d tree: cut at the median of the widest label until ``size`` is reached."""
    if len(members) <= size:
        return [members]
    mine = points[members]
    for axis in np.argsort(-np.ptp(mine, axis=0), kind="stable"):
        cut = _cut(mine[:, axis])
        if cut is not None:
            below = mine[:, axis] < cut
            return _blocks(points, members[below], size) + _blocks(points, members[~below], size)
    return [members]


def _cut(values):
    """The value nearest to the median that parts ``values`` in two, equal ones together; None if all are equal."""
    distinct, first = np.unique(np.sort(values), return_index=True)
    if len(distinct) < 2:
        return None
    return distinct[1:][np.argmin(np.abs(first[1:] - len(values) / 2))]
