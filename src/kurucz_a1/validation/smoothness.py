"""Smoothness of models along each label: second differences of ln T."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from jaxtyping import Float

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.labels import LABEL_NAMES, SUN, LabelSpace, told_table

WINDOW = 5  # second differences in the running median


def sweep_labels(space: LabelSpace, points: int = 41) -> pd.DataFrame:
    """``points`` models along each free label of the space, with the Sun's other labels: columns of the labels and
    swept. teff is limited to values at which the space allows the Sun's gravity.
    """
    centre = space.fix(SUN).as_dict()
    rows = [
        centre | {label: value, "swept": label}
        for label in space.free
        for value in np.linspace(*space.bounds(label, SUN.teff), points)
    ]
    table = told_table(pd.DataFrame(rows, columns=[*LABEL_NAMES, "swept"]))
    allowed = space.logg_min(table["teff"]) <= table["logg"] + 1e-9
    return table[allowed].reset_index(drop=True).rename_axis("index")


def excess(values: Float[np.ndarray, "point depth"]) -> Float[np.ndarray, "point-2 depth"]:
    """abs(second difference along the first axis - its running median); inf where a value is nan for a missing model.

    >>> excess(np.arange(5.0)[:, None] ** 2).ravel().tolist()
    [0.0, 0.0, 0.0]
    """
    second = pd.DataFrame(np.diff(values, 2, axis=0))
    median = second.rolling(WINDOW, center=True, min_periods=1).median()
    return (second - median).abs().fillna(np.inf).to_numpy()


def smoothness_table(labels: pd.DataFrame, models: Sequence[Atmosphere | None]) -> pd.DataFrame:
    """The excess of second differences of ln T, one row per label and inner point.

    - ``labels``: table of ``sweep_labels``.
    - ``models``: the single model of each row, or None.

    Columns: swept, value (of that label at the middle of the three points), excess (the largest over depth; inf beside
    a missing model), log_tau (its depth).
    """
    tables = []
    for label, group in labels.groupby("swept", sort=False):
        sweep = [models[index] for index in group.index]
        depths = next((np.asarray(model.log_tau) for model in sweep if model is not None), np.array([np.nan]))
        missing = np.full(depths.size, np.nan)
        sizes = excess(np.array([missing if m is None else np.log(np.asarray(m.temperature)) for m in sweep]))
        columns = {
            "swept": label,
            "value": group[label].to_numpy()[1:-1],
            "excess": sizes.max(axis=1),
            "log_tau": depths[sizes.argmax(axis=1)],
        }
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)
