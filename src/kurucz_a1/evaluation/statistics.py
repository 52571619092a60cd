"""Order statistics and bookkeeping that the tables share."""

import jax
import numpy as np


def percentiles(values):
    """Median, 90th, 95th and 99th percentile and maximum of an array, as a dict.

    Each is one of the values, the higher one where a percentile falls between two: inf stays inf, and no average with
    inf arises. An array without values, or with nan in it, gives nan.
    """
    names = ("median", "p90", "p95", "p99", "max")
    values = np.ravel(np.asarray(values, dtype=float))
    if values.size == 0:
        return dict.fromkeys(names, float("nan"))
    found = np.percentile(values, [50, 90, 95, 99, 100], method="higher")
    return dict(zip(names, found.tolist(), strict=True))


def models_of(models):
    """Each single model, with arrays of shape (depth,), of an Atmosphere or a sequence of Atmospheres."""
    if not hasattr(models, "temperature"):
        return [model for entry in models for model in models_of(entry)]
    shape = np.shape(models.temperature)[:-1]
    if shape:
        models = jax.tree.map(np.asarray, models)  # indexing thousands of models is slow on a device
    return [models[index] for index in np.ndindex(shape)] if shape else [models]
