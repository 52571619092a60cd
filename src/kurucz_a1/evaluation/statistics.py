"""Order statistics and bookkeeping that the tables share."""

from collections.abc import Sequence

import jax
import numpy as np
from numpy.typing import ArrayLike

from kurucz_a1.atmosphere import Atmosphere


def percentiles(values: ArrayLike) -> dict[str, float]:
    """Median, 90th, 95th and 99th percentile and maximum of an array.

    Each is one of the values, the higher one where a percentile falls between two, so that inf never enters an average.
    An empty array, or one with nan, gives nan.

    >>> percentiles([1.0, 2.0, 3.0, 4.0])["median"]
    3.0
    """
    names = ("median", "p90", "p95", "p99", "max")
    values = np.ravel(np.asarray(values, dtype=float))
    if values.size == 0:
        return dict.fromkeys(names, float("nan"))
    percents = np.percentile(values, [50, 90, 95, 99, 100], method="higher")
    return dict(zip(names, percents.tolist(), strict=True))


def models_of(models: Atmosphere | Sequence[Atmosphere]) -> list[Atmosphere]:
    """Each single model of a set of models, or of a sequence of sets and single models."""
    if not isinstance(models, Atmosphere):
        return [model for entry in models for model in models_of(entry)]
    shape = np.shape(models.temperature)[:-1]
    if not shape:
        return [models]
    on_host = jax.tree.map(np.asarray, models)  # indexing thousands of models is slow on a device
    return [on_host[index] for index in np.ndindex(shape)]
