"""The paper's network: a label encoder, an optical-depth encoder and a head, pointwise in depth.

Li, Jian, Ting & Green 2025, arXiv:2507.06357, section 3 (sizes as in their published code): with label width E and
depth width D it has 244,102 parameters for E=128, D=64 and 6,707,206 for E=D=512.
"""

import flax.linen as nn
import jax
import jax.numpy as jnp

from kurucz_a1.atmosphere.fields import FIELD_NAMES

LAYER_NORM_EPSILON = 1e-5


def gelu(x):
    """The exact (erf) GELU."""
    return nn.gelu(x, approximate=False)


class LabelEncoder(nn.Module):
    """Dense, LayerNorm, GELU, twice: (..., label) -> (..., width)."""

    width: int

    @nn.compact
    def __call__(self, labels):
        x = labels
        for _ in range(2):
            x = nn.Dense(self.width, param_dtype=jnp.float32)(x)
            x = gelu(nn.LayerNorm(epsilon=LAYER_NORM_EPSILON, param_dtype=jnp.float32)(x))
        return x


class DepthEncoder(nn.Module):
    """Dense, GELU, twice, with the same weights at every depth: (..., 1) -> (..., width)."""

    width: int

    @nn.compact
    def __call__(self, log_tau):
        x = gelu(nn.Dense(self.width // 2, param_dtype=jnp.float32)(log_tau))
        return gelu(nn.Dense(self.width, param_dtype=jnp.float32)(x))


class PairDense(nn.Module):
    """A Dense layer on the concatenation of (..., E) label and (..., depth, D) depth features.

    The kernel is that of Dense on the concatenated vector; the product is taken in two parts, so that the labels'
    part is computed once a model and the depth part once for all models on a common depth grid.
    """

    features: int

    @nn.compact
    def __call__(self, label_features, depth_features):
        label_width, depth_width = label_features.shape[-1], depth_features.shape[-1]
        shape = (label_width + depth_width, self.features)
        kernel = self.param("kernel", nn.initializers.lecun_normal(), shape, jnp.float32)
        bias = self.param("bias", nn.initializers.zeros_init(), (self.features,), jnp.float32)
        label_part = label_features @ kernel[:label_width] + bias
        return label_part[..., None, :] + depth_features @ kernel[label_width:]


class AtmosphereNetwork(nn.Module):
    """Normalised labels (..., label) and log_tau (depth,) or (..., depth) -> normalised fields (..., depth, 6).

    One dropout mask serves all depths of a model, so that a profile and its derivative belong to one thinned network.
    """

    label_width: int = 128
    depth_width: int = 64
    dropout: float = 0.01

    # Models evaluated at once: their activations then stay in the processor's cache instead of filling the memory.
    models_at_once = 16
    # Of its inputs when it is used: the error is far below that of the training (tests/emulator/test_saved.py).
    input_precision = jnp.float32

    def sizes(self):
        """The options that make the same network, for a JSON file."""
        return {"label_width": self.label_width, "depth_width": self.depth_width, "dropout": self.dropout}

    def shapes_of_scales(self):
        """It needs no constants beside its weights."""
        return {}

    @nn.compact
    def __call__(self, labels, log_tau, training=False):
        width = 2 * (self.label_width + self.depth_width)
        label_features = LabelEncoder(self.label_width)(labels)
        depth_features = DepthEncoder(self.depth_width)(log_tau[..., None])
        x = gelu(PairDense(width)(label_features, depth_features))
        x = nn.Dropout(self.dropout, broadcast_dims=(-2,), deterministic=not training)(x)
        x = gelu(nn.Dense(width, param_dtype=jnp.float32)(x))
        x = nn.Dropout(self.dropout, broadcast_dims=(-2,), deterministic=not training)(x)
        return nn.Dense(len(FIELD_NAMES), param_dtype=jnp.float32)(x)


def initialize(network, key, count):
    """Random float32 parameters of a ``network`` of ``count`` labels."""
    labels, log_tau = jnp.zeros((1, count), jnp.float32), jnp.zeros((1,), jnp.float32)
    return jax.jit(network.init)(key, labels, log_tau)["params"]


def count_parameters(parameters):
    """How many numbers a parameter tree holds."""
    return sum(leaf.size for leaf in jax.tree.leaves(parameters))
