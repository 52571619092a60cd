"""The solver's models against ATLAS-12's at the same labels."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from jaxtyping import Bool

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.evaluation.atlas12_comparison import at_depths, atlas12_tables
from kurucz_a1.labels import LABEL_NAMES, Labels, LabelSpace, told_table
from kurucz_a1.validation.decks import NamedDeck

# Unit of the table, and its factor from ln.
UNITS = {
    "temperature": ("%", 100.0),
    "gas_pressure": ("dex", 1.0 / np.log(10.0)),
    "electron_density": ("dex", 1.0 / np.log(10.0)),
    "rosseland_opacity": ("dex", 1.0 / np.log(10.0)),
}


def deck_labels(decks: Sequence[NamedDeck]) -> pd.DataFrame:
    """Labels of decks for the solver: columns of the labels and deck, index "index"."""
    rows = [{**deck.model.floats(), "deck": deck.name} for deck in decks]
    return told_table(pd.DataFrame(rows, columns=[*LABEL_NAMES, "deck"])).rename_axis("index")


def in_space(space: LabelSpace, table: pd.DataFrame) -> Bool[np.ndarray, "model"]:
    """Whether each row of a table of labels lies in the label space of the grid."""
    labels = Labels.of(dict(table))
    nearest = space.nearest(labels)
    # labels read from a deck are rounded
    close = [np.abs(getattr(nearest, name) - getattr(labels, name)) <= 2e-3 for name in space.free]
    return np.logical_and.reduce(close)


def structure_errors(decks: Sequence[NamedDeck], models: Sequence[Atmosphere | None]) -> pd.DataFrame:
    """rms over -4 <= log tau <= 1.5 of the difference from ATLAS-12, one row per deck.

    - ``models``: the solver's single model for each deck, or None.

    Columns: deck, the labels, and temperature (%), gas_pressure, electron_density, rosseland_opacity (dex); inf
    without a model.
    """
    table = deck_labels(decks).reset_index(drop=True)
    solved = [k for k, model in enumerate(models) if model is not None]
    comparison, _ = atlas12_tables([decks[k].model for k in solved], {"solver": [models[k] for k in solved]})
    for field, (_, factor) in UNITS.items():
        table[field] = np.inf
        table.loc[solved, field] = factor * comparison[f"{field}_rms"].to_numpy()
    return table


def structure_profiles(decks: Sequence[NamedDeck], models: Sequence[Atmosphere | None]) -> pd.DataFrame:
    """Differences from ATLAS-12 on the deck's own layers: deck, log_tau, and the four fields (%, dex; signed).

    - ``models``: the solver's single model for each deck, or None.
    """
    tables = []
    for deck, model in zip(decks, models, strict=True):
        if model is None:
            continue
        log_tau = np.asarray(deck.model.log_tau)
        log_tau = log_tau[(log_tau >= float(model.log_tau[0])) & (log_tau <= float(model.log_tau[-1]))]
        true, solved = at_depths(deck.model, log_tau), at_depths(model, log_tau)
        errors = {field: factor * np.log(solved[field] / true[field]) for field, (_, factor) in UNITS.items()}
        tables.append(pd.DataFrame({"deck": deck.name, "log_tau": log_tau, **errors}))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["deck", "log_tau", *UNITS])
