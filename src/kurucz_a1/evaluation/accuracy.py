"""Accuracy of predicted models against true ones at the same labels and depths."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float, Int

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.evaluation.statistics import percentiles
from kurucz_a1.numerics.bootstrap import with_intervals


def relative_errors(truth: Atmosphere, prediction: Atmosphere) -> dict[str, Float[np.ndarray, "*model depth"]]:
    """ln(prediction / truth) of the six fields: a relative error, symmetric in sign.

    - ``truth``, ``prediction``: models of the same labels on the same log_tau.

    Raises ValueError if shapes or depths differ.
    """
    if np.shape(truth.temperature) != np.shape(prediction.temperature):
        shapes = f"{np.shape(truth.temperature)} and {np.shape(prediction.temperature)}"
        raise ValueError(f"truth and prediction have shapes {shapes}; evaluate both at the same labels and depths")
    if not np.allclose(truth.log_tau, prediction.log_tau, atol=1e-6):
        raise ValueError("truth and prediction stand on different log_tau; evaluate both at the same depths")
    # Radiative acceleration may vanish in principle; a floor far below any real value keeps its logarithm.
    logarithm = {
        model: {name: np.log(np.maximum(np.asarray(getattr(model_fields, name)), 1e-30)) for name in FIELD_NAMES}
        for model, model_fields in (("truth", truth), ("prediction", prediction))
    }
    return {name: logarithm["prediction"][name] - logarithm["truth"][name] for name in FIELD_NAMES}


def accuracy_tables(
    truth: Atmosphere, predictions: Mapping[str, Atmosphere], blocks: Int[np.ndarray, "model"] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Relative errors ln(prediction / truth) of the six fields.

    - ``truth``: models on one depth grid, a leading axis of models.
    - ``predictions``: the same models by each system.
    - ``blocks``: number of the block of label space of each model, for the intervals.

    Returns two tables:

    - by_depth, one row per system, field and depth: system, field, log_tau, and over the models the p05, p16, median,
      p84 and p95 of the signed error, and abs_p05, abs_median, abs_p95 of its size;
    - summary, one row per system and field: system, field, models, and over all models and depths rms, bias (mean), and
      median, p90, p95, p99, max of the size of the error, and ``bootstrap.with_intervals`` of it.
    """
    log_tau = np.asarray(truth.log_tau)
    log_tau = log_tau if log_tau.ndim == 1 else log_tau[0]
    rows, summaries = [], []
    for system, prediction in predictions.items():
        for field, error in relative_errors(truth, prediction).items():
            signed = np.percentile(error, [5, 16, 50, 84, 95], axis=0)
            size = np.percentile(np.abs(error), [5, 50, 95], axis=0)
            columns = dict(zip(("p05", "p16", "median", "p84", "p95"), signed, strict=True))
            columns |= dict(zip(("abs_p05", "abs_median", "abs_p95"), size, strict=True))
            rows.append(pd.DataFrame({"system": system, "field": field, "log_tau": log_tau, **columns}))
            start = {"system": system, "field": field, "models": error.shape[0]}
            moments = {"rms": float(np.sqrt(np.mean(error**2))), "bias": float(np.mean(error))}
            summaries.append(start | moments | percentiles(np.abs(error)) | with_intervals(list(np.abs(error)), blocks))
    return pd.concat(rows, ignore_index=True), pd.DataFrame(summaries)
