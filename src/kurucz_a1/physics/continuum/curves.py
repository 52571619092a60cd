"""Evaluation of the fitted curves behind the continuum opacity (numpy, of frequency only, and their JAX part)."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from numpy.polynomial import chebyshev

from kurucz_a1.files import packaged
from kurucz_a1.types import Scalar


@cache
def load(path: str) -> dict[str, Any]:
    """The packaged json file at ``path`` as a dictionary; its keys `source` cite the literature."""
    return json.loads(packaged(path).read_text(encoding="utf-8"))


def scaled(value: Any, limits: Sequence[float]) -> Any:
    """Map [limits[0], limits[1]] to [-1, 1]; a number or an array of NumPy or JAX."""
    return (2 * value - limits[0] - limits[1]) / (limits[1] - limits[0])


def extended_chebyshev(
    x: Float[np.ndarray, "*points"], coefficients: Float[np.ndarray, "order *series"]
) -> Float[np.ndarray, "..."]:
    """Chebyshev series inside [-1, 1], its tangents outside: smooth to first order and tame everywhere."""
    inside = np.clip(x, -1, 1)
    value = np.tensordot(chebyshev.chebvander(inside, len(coefficients) - 1), coefficients, 1)
    slope = np.tensordot(
        chebyshev.chebvander(inside, len(coefficients) - 2), chebyshev.chebder(np.asarray(coefficients)), 1
    )
    beyond = x - inside
    return value + slope * beyond.reshape(beyond.shape + (1,) * (value.ndim - beyond.ndim))


def chebyshev_basis(x: Float[Array, ""], order: int) -> Float[Array, "polynomial"]:
    """T_0..T_order at x, continued by their tangents outside [-1, 1]: continuous with their first derivative."""
    inside = jnp.clip(x, -1, 1)
    first, second = [jnp.ones_like(x), inside], [jnp.ones_like(x), 2 * inside]
    for _ in range(2, order + 1):
        first.append(2 * inside * first[-1] - first[-2])
        second.append(2 * inside * second[-1] - second[-2])
    # dT_n/dx = n U_(n-1)
    tangents = [jnp.zeros_like(x)] + [n * second[n - 1] for n in range(1, order + 1)]
    return jnp.stack(first) + (x - inside) * jnp.stack(tangents)


def frequency_part(
    frequency: Float[np.ndarray, "nu"], fit: dict[str, Any], low_frequency_slope: float | None = None
) -> Float[np.ndarray, "nu polynomial"]:
    """Coefficients of the Chebyshev series in scaled ln T of a two-dimensional fit.

    Outside the range of the fit in frequency the series continues along its tangent, or below the range with
    d ln y / d ln nu = `low_frequency_slope`.
    """
    log_frequency = np.log(frequency)
    low, high = fit["log_frequency_limits"]
    start = log_frequency if low_frequency_slope is None else np.maximum(log_frequency, low)
    part = extended_chebyshev(scaled(start, (low, high)), np.array(fit["coefficients"]))
    if low_frequency_slope is not None:
        part[:, 0] += low_frequency_slope * np.minimum(log_frequency - low, 0)
    return part


def temperature_part(temperature: Scalar, fit: dict[str, Any]) -> Float[Array, "polynomial"]:
    """The matching Chebyshev polynomials at a temperature in K."""
    order = len(fit["coefficients"][0]) - 1
    return chebyshev_basis(scaled(jnp.log(temperature), fit["log_temperature_limits"]), order)


def piecewise_power_law(
    ratio: Float[np.ndarray, "nu"], x: Sequence[float], y: Sequence[float]
) -> Float[np.ndarray, "nu"]:
    """10**y of the knots (x = log10 ratio, y), zero for ratio < 1, falling as ratio^-3 beyond the last knot."""
    log_ratio = np.log10(np.maximum(ratio, 1e-30))
    values = 10 ** (np.interp(log_ratio, x, y) - 3 * np.maximum(log_ratio - x[-1], 0))
    return np.where(log_ratio >= 0, values, 0.0)
