"""Physical quantities to the range -1..1 and back, as in the paper: n = 2 (t - min)/(max - min) - 1.

t is log10 of the quantity, except for log g, [Fe/H], [alpha/Fe] and log tau, which are logarithms already: the depth
input is log10 tau itself, never the logarithm of an optical depth that may be zero.
"""

from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.errors import BadFile
from kurucz_a1.labels import BY_NAME
from kurucz_a1.types import AnyArray, Real

GAS_PRESSURE = FIELD_NAMES.index("gas_pressure")
ROSSELAND_OPACITY = FIELD_NAMES.index("rosseland_opacity")
RADIATIVE_ACCELERATION = FIELD_NAMES.index("radiative_acceleration")


class Range(NamedTuple):
    """Smallest and largest t of one quantity or of several."""

    minimum: Float[Array, "*quantity"]
    maximum: Float[Array, "*quantity"]

    @property
    def half_width(self) -> Float[Array, "*quantity"]:
        """Change of t for a change of n by one; 1 for a quantity that does not vary."""
        half = 0.5 * (self.maximum - self.minimum)
        return jnp.where(half > 0, half, 1.0)

    @property
    def middle(self) -> Float[Array, "*quantity"]:
        """The t that is normalised to zero."""
        return 0.5 * (self.maximum + self.minimum)

    def normalize(self, t: Real) -> Float[Array, "..."]:
        """t -> n."""
        return jnp.subtract(t, self.middle) / self.half_width

    def restore(self, n: Real) -> Float[Array, "..."]:
        """n -> t."""
        return self.middle + self.half_width * n


class Normalization(NamedTuple):
    """Ranges of the labels of a network (teff as log10), of log_tau, and of log10 of the six fields."""

    labels: Range
    log_tau: Range
    fields: Range


def label_inputs(
    names: Sequence[str], values: Iterable[Real], library: ModuleType = jnp
) -> Float[AnyArray, "... label"]:
    """t of the labels ``names`` from their values, which broadcast against each other.

    - ``library``: jax.numpy, or numpy for arrays of many sizes, for each of which JAX would compile anew.
    """
    inputs = (library.log10(x) if BY_NAME[name].logarithmic else x for name, x in zip(names, values, strict=True))
    return library.stack(library.broadcast_arrays(*inputs), axis=-1)


def fit_normalization(
    names: Sequence[str],
    labels: Float[np.ndarray, "model label"],
    log_tau: Float[np.ndarray, "..."],
    fields: Float[np.ndarray, "model depth 6"],
    first: int = 0,
) -> Normalization:
    """The Normalization of a training set.

    - ``names``: of the labels that the network takes; ``labels``: their values.
    - ``fields``: CGS and K, in the order of FIELD_NAMES.
    - ``first``: number of the first model, for messages.

    Raises BadFile for a field that is not positive and finite, as it has no logarithm. Radiative acceleration is
    positive wherever radiation flows outward; a model with any other value is broken, and leaving it out is the user's
    decision.
    """
    labels, log_tau, fields = np.asarray(labels), np.asarray(log_tau), np.asarray(fields)
    for index, name in enumerate(FIELD_NAMES):
        good = np.isfinite(fields[..., index]) & (fields[..., index] > 0)
        if not good.all():
            bad = np.flatnonzero(~good.all(axis=-1))
            raise BadFile(
                f"dataset: {name} is not positive and finite in {bad.size} models (first: model {first + bad[0]}); "
                "its logarithm is needed, leave these models out"
            )
    inputs = label_inputs(names, np.moveaxis(labels, -1, 0), library=np)
    for index, name in enumerate(names):
        if not np.isfinite(inputs[:, index]).all():
            raise BadFile(f"dataset: label {name} is not finite in every model; leave these models out")
    logarithms = np.log10(fields)
    return Normalization(
        labels=_range(inputs, axis=0),
        log_tau=_range(log_tau, axis=None),
        fields=_range(logarithms, axis=(0, 1)),
    )


def join(first: Normalization, second: Normalization) -> Normalization:
    """The Normalization of two training sets together."""
    ranges = (
        Range(jnp.minimum(a.minimum, b.minimum), jnp.maximum(a.maximum, b.maximum))
        for a, b in zip(first, second, strict=True)
    )
    return Normalization(*ranges)


def _range(values: Float[AnyArray, "..."], axis: int | tuple[int, ...] | None) -> Range:
    return Range(jnp.asarray(values.min(axis), dtype=jnp.float64), jnp.asarray(values.max(axis), dtype=jnp.float64))


def to_json(normalization: Normalization, names: Sequence[str]) -> dict[str, Any]:
    """The ranges by quantity, for a JSON file; ``names``: of the labels."""
    tree: dict[str, Any] = {}
    groups: dict[str, Sequence[str]] = {"labels": names, "fields": FIELD_NAMES}
    for group, keys in groups.items():
        low, high = (np.asarray(x).tolist() for x in getattr(normalization, group))
        tree[group] = {key: [a, b] for key, a, b in zip(keys, low, high, strict=True)}
    tree["log_tau"] = [float(normalization.log_tau.minimum), float(normalization.log_tau.maximum)]
    return tree


def from_json(tree: dict[str, Any], names: Sequence[str]) -> Normalization:
    """The Normalization of the labels ``names`` that ``to_json`` wrote.

    Raises KeyError or ValueError for a tree of another form.
    """

    def group(name: str, keys: Sequence[str]) -> Range:
        pairs = np.array([tree[name][key] for key in keys], dtype=np.float64)
        if pairs.shape != (len(keys), 2) or not np.isfinite(pairs).all():
            raise ValueError(f"normalization of {name} must be pairs of finite numbers")
        return Range(jnp.asarray(pairs[:, 0]), jnp.asarray(pairs[:, 1]))

    low, high = tree["log_tau"]
    log_tau = Range(jnp.asarray(low, dtype=jnp.float64), jnp.asarray(high, dtype=jnp.float64))
    return Normalization(group("labels", names), log_tau, group("fields", FIELD_NAMES))
