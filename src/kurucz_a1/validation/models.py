"""Models that the solver made for a table of labels, in the order of the table."""

from kurucz_a1.atmosphere import from_dataset
from kurucz_a1.grid import draw_labels, read_batch
from kurucz_a1.validation.smoothness import sweep_labels
from kurucz_a1.validation.structure import deck_labels

DEEP_DEPTHS = 152  # of the sets whose name ends in _deep: the lowest third of the depths four times as dense


def label_set(name, *, space, count, seed, points, decks):
    """The table of labels of a set of models, a DataFrame with the five labels (and more), index "index".

    name: box, box_deep or by_line (labels drawn in the box), sweeps or sweeps_deep, or atlas12; space: the grid's
    LabelSpace; count: {name: labels of a set}, of which the first of "box" serve; seed: of the drawing; points: models
    a sweep; decks: NamedDecks to match.
    """
    if name in ("box", "box_deep", "by_line"):
        return draw_labels(space, count["box"], seed).head(count[name])
    if name in ("sweeps", "sweeps_deep"):
        return sweep_labels(space, points)
    return deck_labels(decks)


def solved_models(path, labels):
    """The models in the batch file ``path`` in the order of ``labels``: Atmosphere (depth,), None where none is."""
    dataset = read_batch(path)
    models = from_dataset(dataset)
    place = {int(index): k for k, index in enumerate(dataset["grid_index"].values)}
    return [models[place[index]] if index in place else None for index in labels.index.tolist()]
