"""Models that the solver made for a table of labels, in the order of the table."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from kurucz_a1.atmosphere import Atmosphere, from_dataset
from kurucz_a1.grid import draw_labels, read_batch
from kurucz_a1.labels import LabelSpace
from kurucz_a1.validation.decks import NamedDeck
from kurucz_a1.validation.smoothness import sweep_labels
from kurucz_a1.validation.structure import deck_labels

DEEP_DEPTHS = 152  # of the sets whose name ends in _deep: the lowest third of the depths four times as dense


def label_set(
    name: str,
    *,
    space: LabelSpace,
    count: Mapping[str, int],
    seed: int,
    points: int,
    decks: Sequence[NamedDeck],
) -> pd.DataFrame:
    """The table of labels of a set of models, with the labels (and more) and the index "index".

    - ``name``: box, box_deep or by_line (random labels in the box), sweeps or sweeps_deep, or one of ATLAS-12 models.
    - ``space``: that of the grid.
    - ``count``: number of labels in each random set, which holds the first labels of "box".
    - ``seed``: of the random labels.
    - ``points``: models per sweep.
    - ``decks``: models of ATLAS-12 to repeat.
    """
    if name in ("box", "box_deep", "by_line"):
        return draw_labels(space, count["box"], seed).head(count[name])
    if name in ("sweeps", "sweeps_deep"):
        return sweep_labels(space, points)
    return deck_labels(decks)


def solved_models(path: Path | str, labels: pd.DataFrame) -> list[Atmosphere | None]:
    """The single models in the batch file ``path`` in the order of ``labels``, None for a missing model."""
    dataset = read_batch(path)
    models = from_dataset(dataset)
    place = {int(index): k for k, index in enumerate(dataset["grid_index"].values)}
    return [models[place[index]] if index in place else None for index in labels.index.tolist()]
