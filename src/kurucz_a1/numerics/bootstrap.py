"""How far a percentile of many models could be off: a bootstrap that draws whole models or blocks of them."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

RESAMPLES = 400
CONFIDENCE = 95.0  # per cent
_SEED = 0


def quantile_intervals(
    values: Sequence[Float[np.ndarray, "..."]],
    percents: Sequence[float],
    blocks: Int[np.ndarray, "model"] | None = None,
) -> list[tuple[float, float]]:
    """The 95 % interval of each percentile of all values of all models.

    - ``values``: those of each model, any number; inf counts as the largest.
    - ``blocks``: number of the block that each model belongs to; by default each is its own. Models of one block are
      alike, and are drawn together.

    The values of one model depend on each other, so models are drawn with replacement, not values (Efron & Tibshirani
    1993, An Introduction to the Bootstrap, chapter 8). nan where there are fewer than two blocks.

    >>> models = [np.full(3, float(number)) for number in range(100)]
    >>> low, high = quantile_intervals(models, [50.0])[0]
    >>> bool(35 < low < 49.5 < high < 65)  # the error of a median of 100 evenly spread numbers is 5
    True
    """
    blocks = np.arange(len(values)) if blocks is None else np.unique(blocks, return_inverse=True)[1]
    count = int(blocks.max(initial=-1)) + 1
    if count < 2:
        return [(float("nan"), float("nan"))] * len(percents)
    flat = np.concatenate([np.ravel(own) for own in values])
    owners = np.repeat(blocks, [np.size(own) for own in values])
    order = np.argsort(flat, kind="stable")
    flat, owners = flat[order], owners[order]
    generator = np.random.default_rng(_SEED)
    drawn = np.empty((RESAMPLES, len(percents)))
    for number in range(RESAMPLES):
        weights = generator.multinomial(count, np.full(count, 1.0 / count))
        reached = np.cumsum(weights[owners])
        places = np.searchsorted(reached, np.asarray(percents) / 100.0 * reached[-1])
        drawn[number] = flat[np.minimum(places, flat.size - 1)]
    tail = 0.5 * (100.0 - CONFIDENCE)
    low, high = np.percentile(drawn, [tail, 100.0 - tail], axis=0, method="nearest")
    return list(zip(low.tolist(), high.tolist(), strict=True))


def with_intervals(
    values: Sequence[Float[np.ndarray, "..."]], blocks: Int[np.ndarray, "model"] | None = None
) -> dict[str, float]:
    """The 95 % intervals of the median and the 95th percentile: median_low, median_high, p95_low and p95_high."""
    (median_low, median_high), (p95_low, p95_high) = quantile_intervals(values, [50.0, 95.0], blocks)
    return {"median_low": median_low, "median_high": median_high, "p95_low": p95_low, "p95_high": p95_high}


def error_of_rms_difference(
    first: Float[np.ndarray, "value"],
    second: Float[np.ndarray, "value"],
    blocks: Int[np.ndarray, "value"] | None = None,
) -> float:
    """Standard error of rms(first) - rms(second) of two sets of residuals from the same data.

    Each draw takes the same values, or blocks of them, of both sets, so that what is common to both cancels.

    >>> noise = np.random.default_rng(1).normal(size=1000)
    >>> error_of_rms_difference(noise, 1.01 * noise) < 0.001 < 0.03 < error_of_rms_difference(noise, noise[::-1])
    True
    """
    blocks = np.arange(first.size) if blocks is None else np.unique(blocks, return_inverse=True)[1]
    count = int(blocks.max(initial=-1)) + 1
    sizes, *sums = (np.bincount(blocks, values, count) for values in (np.ones(first.size), first**2, second**2))
    weights = np.random.default_rng(_SEED).multinomial(count, np.full(count, 1.0 / count), RESAMPLES)
    rms = [np.sqrt(weights @ of_blocks / (weights @ sizes)) for of_blocks in sums]
    return float(np.std(rms[0] - rms[1]))
