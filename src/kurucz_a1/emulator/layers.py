"""Layers of the networks: functions of an input and the layer's weights, and the weights that a training begins with.

Plain functions, so that a saved emulator needs no library of networks.
"""

import hashlib

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Key

LAYER_NORM_EPSILON = 1e-5


def random_dense(key: Key[Array, ""], inputs: int, outputs: int, *place: str) -> dict[str, Array]:
    """Return float32 weights of a dense layer: a kernel by LeCun's rule and a bias of zeros.

    key: of the whole network; place: names of the layer and of what holds it, from the outside in.
    """
    kernel = jax.nn.initializers.lecun_normal()(key_at(key, *place), (inputs, outputs), jnp.float32)
    return {"kernel": kernel, "bias": jnp.zeros(outputs, jnp.float32)}


def dense(x: Float[Array, "... inputs"], weights: dict[str, Array]) -> Float[Array, "... outputs"]:
    """Apply a dense layer."""
    return x @ weights["kernel"] + weights["bias"]


def unit_layer_norm(width: int) -> dict[str, Array]:
    """Return the float32 weights of a layer normalisation that scales by one."""
    return {"scale": jnp.ones(width, jnp.float32), "bias": jnp.zeros(width, jnp.float32)}


def layer_norm(x: Float[Array, "... width"], weights: dict[str, Array]) -> Float[Array, "... width"]:
    """Normalise the last axis to mean 0 and variance 1, then scale and shift (Ba, Kiros & Hinton 2016)."""
    squares = jnp.square(x)
    mean = jnp.mean(x, axis=-1, keepdims=True)
    # rounding may leave the difference below zero
    variance = jnp.maximum(0.0, jnp.mean(squares, axis=-1, keepdims=True) - jnp.square(mean))
    deviation = x - mean
    return deviation * (jax.lax.rsqrt(variance + LAYER_NORM_EPSILON) * weights["scale"]) + weights["bias"]


def gelu(x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """Return the exact (erf) GELU."""
    return jax.nn.gelu(x, approximate=False)


def dropout(
    x: Float[Array, "model depth width"], rate: float, key: Key[Array, ""], place: str
) -> Float[Array, "model depth width"]:
    """Set features to zero with probability ``rate`` and scale the others up; one mask serves all depths of a model."""
    if not rate:
        return x
    kept = jax.random.bernoulli(key_at(key, place), 1.0 - rate, (*x.shape[:-2], 1, x.shape[-1]))
    return jnp.where(kept, x / (1.0 - rate), 0.0)


def key_at(key: Key[Array, ""], *place: str) -> Key[Array, ""]:
    """Return a key of its own for each place in a network.

    Names and numbers are folded into the key as Flax's linen modules do, from which these layers were taken over: the
    same seed gives the same weights and masks as it did there.
    """
    name = "".join(place).encode() + b"\x01"  # the first draw there
    return jax.random.fold_in(key, int.from_bytes(hashlib.sha1(name).digest()[:4], "big"))
