"""The solver's models against ATLAS-12's at the same labels."""

import numpy as np
import pandas as pd

from kurucz_a1.evaluation.atlas12_comparison import at_depths, atlas12_tables
from kurucz_a1.labels import LABEL_NAMES, Labels

# ln -> unit of the table
UNITS = {
    "temperature": ("%", 100.0),
    "gas_pressure": ("dex", 1.0 / np.log(10.0)),
    "electron_density": ("dex", 1.0 / np.log(10.0)),
    "rosseland_opacity": ("dex", 1.0 / np.log(10.0)),
}


def deck_labels(decks):
    """Labels of decks to be solved for, a DataFrame with columns of the five labels and deck, index "index"."""
    rows = [{**deck.model.floats(), "deck": deck.name} for deck in decks]
    return pd.DataFrame(rows, columns=[*LABEL_NAMES, "deck"]).rename_axis("index")


def in_space(space, table):
    """Whether each row of a table of labels lies in the LabelSpace of the grid, (model,) bool."""
    labels = Labels.of(table)
    nearest = space.nearest(labels)
    # labels read from a deck carry its rounding
    close = [np.abs(getattr(nearest, name) - getattr(labels, name)) <= 2e-3 for name in space.free]
    return np.logical_and.reduce(close)


def structure_errors(decks, models):
    """rms over -4 <= log tau <= 1.5 of the difference from ATLAS-12, a DataFrame with one row a deck.

    decks: NamedDecks; models: the solver's Atmosphere for each, or None. Columns: deck, the five labels, and
    temperature (%), gas_pressure, electron_density, rosseland_opacity (dex): inf where there is no model.
    """
    table = deck_labels(decks).reset_index(drop=True)
    solved = [k for k, model in enumerate(models) if model is not None]
    comparison, _ = atlas12_tables([decks[k].model for k in solved], {"solver": [models[k] for k in solved]})
    for field, (_, factor) in UNITS.items():
        table[field] = np.inf
        table.loc[solved, field] = factor * comparison[f"{field}_rms"].to_numpy()
    return table


def structure_profiles(decks, models):
    """Differences from ATLAS-12 on the deck's own layers: deck, log_tau, and the four fields (%, dex; signed)."""
    tables = []
    for deck, model in zip(decks, models, strict=True):
        if model is None:
            continue
        log_tau = np.asarray(deck.model.log_tau)
        log_tau = log_tau[(log_tau >= float(model.log_tau[0])) & (log_tau <= float(model.log_tau[-1]))]
        true, found = at_depths(deck.model, log_tau), at_depths(model, log_tau)
        errors = {field: factor * np.log(found[field] / true[field]) for field, (_, factor) in UNITS.items()}
        tables.append(pd.DataFrame({"deck": deck.name, "log_tau": log_tau, **errors}))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["deck", "log_tau", *UNITS])
