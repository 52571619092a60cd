"""How smoothly models follow their labels: second differences of ln T along each label."""

import numpy as np
import pandas as pd

from kurucz_a1.labels import LABEL_NAMES, SUN, LabelSpace

WINDOW = 5  # second differences in the running median


def sweep_labels(space: LabelSpace, points=41):
    """``points`` models along each label that is free in the space, the others the Sun's: columns of the labels and
    swept. teff starts and ends where the space allows the Sun's gravity.
    """
    centre = space.fix(SUN).as_dict()
    rows = [
        centre | {label: value, "swept": label}
        for label in space.free
        for value in np.linspace(*space.bounds(label, SUN.teff), points)
    ]
    table = pd.DataFrame(rows, columns=[*LABEL_NAMES, "swept"])
    allowed = space.logg_min(table["teff"]) <= table["logg"] + 1e-9
    return table[allowed].reset_index(drop=True).rename_axis("index")


def excess(values):
    """abs(second difference along the first axis - its running median), shape (points - 2, ...).

    values: (points, depth), nan where there is no model: the second differences that need it are inf.
    """
    second = pd.DataFrame(np.diff(values, 2, axis=0))
    median = second.rolling(WINDOW, center=True, min_periods=1).median()
    return (second - median).abs().fillna(np.inf).to_numpy()


def smoothness_table(labels, models):
    """The excess of second differences of ln T, a DataFrame with one row a label and inner point.

    labels: table of ``sweep_labels``; models: Atmosphere or None of each row. Columns: swept, value (of that label at
    the middle of the three points), excess (the largest over depth; inf beside a missing model), log_tau (where).
    """
    tables = []
    for label, group in labels.groupby("swept", sort=False):
        found = [models[index] for index in group.index]
        depths = next((np.asarray(model.log_tau) for model in found if model is not None), np.array([np.nan]))
        missing = np.full(depths.size, np.nan)
        sizes = excess(np.array([missing if m is None else np.log(np.asarray(m.temperature)) for m in found]))
        columns = {
            "swept": label,
            "value": group[label].to_numpy()[1:-1],
            "excess": sizes.max(axis=1),
            "log_tau": depths[sizes.argmax(axis=1)],
        }
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)
