"""Scores of several seeds as a value and its error, and the choice of the weight of the physics loss."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from kurucz_a1.evaluation.hydrostatic_tables import FLAWS, MEASURES
from kurucz_a1.trials.scores import FIELDS, STATISTICS

SIGMAS = 4.0  # between the ends of a 95 % interval
# A weight may cost this much accuracy.
LARGEST_COST = 1.1
ERRORS_APART = 2.0
BY = ["group", "trial", "kind", "alpha", "derivatives"]


class Estimate(NamedTuple):
    """A mean over seeds and its standard error: scatter of the seeds and bootstrap error in quadrature."""

    value: float
    error: float


def estimate(scores: pd.DataFrame, column: str) -> Estimate:
    """The Estimate of one column of the scores of several seeds.

    - ``scores``: one row a seed.

    The scatter of the seeds is that of one seed, not of their mean: a reader trains one network.
    """
    values = scores[column].to_numpy(dtype=float)
    scatter = values.std(ddof=1) if len(values) > 1 else 0.0
    of_models = 0.0
    if f"{column}_low" in scores:
        of_models = float(((scores[f"{column}_high"] - scores[f"{column}_low"]) / SIGMAS).mean())
    return Estimate(float(values.mean()), float(np.hypot(scatter, of_models)))


def summarize(scores: pd.DataFrame) -> pd.DataFrame:
    """One row per trial, with or without derivatives: BY, seeds, and for each score its value, its {score}_error and
    {score}_scatter, the scatter of single seeds.

    - ``scores``: one row a network, of those that were chosen.
    """
    columns = [f"test_{field}_{name}" for field in FIELDS for name in STATISTICS]
    columns += [f"{measure.columns}_{name}" for measure in MEASURES for name in STATISTICS]
    columns += [f"validation_{field}_median" for field in FIELDS]
    rows = []
    for key, group in scores.groupby(BY, sort=False, dropna=False):
        row: dict[str, Any] = dict(zip(BY, key, strict=True)) | {"seeds": len(group)}
        for column in [*columns, *FLAWS]:
            value, error = estimate(group, column)
            scatter = group[column].std(ddof=1) if len(group) > 1 else 0.0
            row |= {column: value, f"{column}_error": error, f"{column}_scatter": scatter}
        rows.append(row)
    return pd.DataFrame(rows)


def chosen_weight(summary: pd.DataFrame) -> float:
    """The weight of the physics loss by the rule of docs/claims.md.

    - ``summary``: of ``summarize``; rows of the group "alpha" count.

    Of the weights whose validation errors of T and P are at most LARGEST_COST times the smallest, those whose share of
    models with falling pressure is within two standard errors of the smallest, and of these the one with the smallest
    form C.
    """
    scan = summary[summary["group"] == "alpha"]
    errors = scan[[f"validation_{field}_median" for field in ("temperature", "gas_pressure")]]
    scan = scan[(errors <= LARGEST_COST * errors.min()).all(axis=1)]
    fewest = scan.loc[scan["pressure_falls"].idxmin()]
    within = scan["pressure_falls"] <= fewest["pressure_falls"] + ERRORS_APART * fewest["pressure_falls_error"]
    return float(scan.loc[scan[within]["form_c_median"].idxmin(), "alpha"])
