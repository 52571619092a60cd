"""Models that the solver made for a table of labels, in the order of the table."""

from kurucz_a1.atmosphere import from_dataset
from kurucz_a1.grid import draw_labels, read_batches
from kurucz_a1.validation.smoothness import sweep_labels
from kurucz_a1.validation.structure import deck_labels

SETS = ("box", "atlas12", "sweeps")


def label_set(name, *, box, count, seed, points, decks):
    """The table of labels of one of SETS, a DataFrame with the five labels (and more), index "index".

    box: the grid's label box; count, seed: labels drawn in it; points: models a sweep; decks: NamedDecks to match.
    """
    if name == "box":
        return draw_labels(box, count, seed)
    if name == "sweeps":
        return sweep_labels(box, points)
    return deck_labels(decks)


def solved_models(path, labels):
    """The models in the batch file ``path`` in the order of ``labels``: Atmosphere (80,), None where there is none."""
    dataset = read_batches([path])
    models = from_dataset(dataset)
    place = {int(index): k for k, index in enumerate(dataset["grid_index"].values)}
    return [models[place[index]] if index in place else None for index in labels.index.tolist()]
