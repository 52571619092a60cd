"""Physical quantities to the range -1..1 and back, as in the paper: n = 2 (t - min)/(max - min) - 1.

t is log10 of the quantity, but for log g, [Fe/H], [alpha/Fe] and log tau, which are logarithms already: the depth input
is log10 tau itself, never the logarithm of an optical depth that may be zero.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.errors import BadFile
from kurucz_a1.labels import BY_NAME

GAS_PRESSURE = FIELD_NAMES.index("gas_pressure")
ROSSELAND_OPACITY = FIELD_NAMES.index("rosseland_opacity")
RADIATIVE_ACCELERATION = FIELD_NAMES.index("radiative_acceleration")


class Range(NamedTuple):
    """Smallest and largest t of a set of quantities, float64 arrays of shape (quantity,) or ()."""

    minimum: jax.Array
    maximum: jax.Array

    @property
    def half_width(self):
        """Change of t for a change of n by one; 1 for a quantity that does not vary."""
        half = 0.5 * (self.maximum - self.minimum)
        return jnp.where(half > 0, half, 1.0)

    @property
    def middle(self):
        """The t that is normalised to zero."""
        return 0.5 * (self.maximum + self.minimum)

    def normalize(self, t):
        """t -> n, same shape."""
        return (t - self.middle) / self.half_width

    def restore(self, n):
        """n -> t, same shape."""
        return self.middle + self.half_width * n


class Normalization(NamedTuple):
    """Ranges of the labels that a network takes (teff as log10), of log_tau, and of log10 of the six depth fields."""

    labels: Range
    log_tau: Range
    fields: Range


def label_inputs(names, values, library=jnp):
    """t of the labels ``names``, shape (..., label), from their values, which broadcast against each other.

    library: jax.numpy, or numpy for arrays of ever other sizes, for each of which JAX would compile anew.
    """
    inputs = (library.log10(x) if BY_NAME[name].logarithmic else x for name, x in zip(names, values, strict=True))
    return library.stack(library.broadcast_arrays(*inputs), axis=-1)


def fit_normalization(names, labels, log_tau, fields, first=0):
    """The Normalization of a training set.

    names: of the labels that the network takes; labels: their values, shape (model, label); log_tau: any shape; fields:
    the six quantities in CGS and K in the order of FIELD_NAMES, shape (model, depth, 6); first: number of the first
    model, for messages. Raises BadFile if a field is not positive and finite: its logarithm would not exist. Radiative
    acceleration is positive in every model where radiation flows outward; a zero or negative value is a broken model,
    and dropping that model is for the user to decide.
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


def join(first, second):
    """The Normalization of two training sets together."""
    ranges = (
        Range(jnp.minimum(one.minimum, other.minimum), jnp.maximum(one.maximum, other.maximum))
        for one, other in zip(first, second, strict=True)
    )
    return Normalization(*ranges)


def _range(values, axis):
    return Range(jnp.asarray(values.min(axis), dtype=jnp.float64), jnp.asarray(values.max(axis), dtype=jnp.float64))


def to_json(normalization, names):
    """The numbers as nested dictionaries keyed by quantity, for a JSON file; names: of the labels."""
    tree = {}
    for group, keys in {"labels": names, "fields": FIELD_NAMES}.items():
        low, high = (np.asarray(x).tolist() for x in getattr(normalization, group))
        tree[group] = {key: [a, b] for key, a, b in zip(keys, low, high, strict=True)}
    tree["log_tau"] = [float(normalization.log_tau.minimum), float(normalization.log_tau.maximum)]
    return tree


def from_json(tree, names):
    """The Normalization of the labels ``names`` that ``to_json`` wrote. Raises KeyError or ValueError if the tree is
    not of that form."""

    def group(name, keys):
        pairs = np.array([tree[name][key] for key in keys], dtype=np.float64)
        if pairs.shape != (len(keys), 2) or not np.isfinite(pairs).all():
            raise ValueError(f"normalization of {name} must be pairs of finite numbers")
        return Range(jnp.asarray(pairs[:, 0]), jnp.asarray(pairs[:, 1]))

    low, high = tree["log_tau"]
    log_tau = Range(jnp.asarray(low, dtype=jnp.float64), jnp.asarray(high, dtype=jnp.float64))
    return Normalization(group("labels", names), log_tau, group("fields", FIELD_NAMES))
