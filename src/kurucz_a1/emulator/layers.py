"""Layers of the networks as functions of an input and the layer's weights, so that a saved emulator needs no Flax.

``modules`` has the same layers in Flax, for training; both give the same bits.
"""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

LAYER_NORM_EPSILON = 1e-5

Shapes = dict[str, tuple[int, ...]]
#: Weights of a network: arrays by layer and name, in nested dicts.
Parameters = dict[str, Any]
#: Weights ("params") and constants ("scales") of a network.
Variables = dict[str, Any]


def dense(x: Float[Array, "... inputs"], weights: dict[str, Array]) -> Float[Array, "... outputs"]:
    """Apply a dense layer."""
    return x @ weights["kernel"] + weights["bias"]


def dense_shapes(inputs: int, outputs: int) -> Shapes:
    """Return the shapes of the weights of a dense layer."""
    return {"kernel": (inputs, outputs), "bias": (outputs,)}


def gated(x: Float[Array, "... width"], weights: Parameters) -> Float[Array, "... width"]:
    """Apply a gated layer: a dense layer of the product of two others, one by silu, the gate by tanh.

    Without the tanh (Shazeer 2020, arXiv:2002.05202) each layer squares large numbers, and long trainings diverge.
    """
    return dense(jax.nn.silu(dense(x, weights["value"])) * jnp.tanh(dense(x, weights["gate"])), weights["output"])


def layer_norm(x: Float[Array, "... width"], weights: dict[str, Array]) -> Float[Array, "... width"]:
    """Normalise the last axis to mean 0 and variance 1, then scale and shift (Ba, Kiros & Hinton 2016)."""
    squares = jnp.square(x)
    mean = jnp.mean(x, axis=-1, keepdims=True)
    # rounding may leave the difference below zero
    variance = jnp.maximum(0.0, jnp.mean(squares, axis=-1, keepdims=True) - jnp.square(mean))
    deviation = x - mean
    return deviation * (jax.lax.rsqrt(variance + LAYER_NORM_EPSILON) * weights["scale"]) + weights["bias"]


def layer_norm_shapes(width: int) -> Shapes:
    """Return the shapes of the weights of a layer normalisation."""
    return {"scale": (width,), "bias": (width,)}


def gelu(x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """Return the exact (erf) GELU."""
    return jax.nn.gelu(x, approximate=False)
