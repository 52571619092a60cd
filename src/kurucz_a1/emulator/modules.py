"""The networks in Flax, for training: random initial weights, and dropout.

A saved emulator needs no Flax: ``apply`` of the networks themselves gives the same bits.
"""

import math
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Key

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.emulator.direct import DirectNetwork
from kurucz_a1.emulator.hydrostatic import OUTPUTS, HydrostaticNetwork
from kurucz_a1.emulator.kinds import Network
from kurucz_a1.emulator.layers import LAYER_NORM_EPSILON, Parameters, Variables, gelu
from kurucz_a1.emulator.network import AtmosphereNetwork, pair_dense
from kurucz_a1.extras import needs

with needs("train"):
    import flax.linen as nn


def initialize(network: Network, key: Key[Array, ""], count: int) -> Parameters:
    """Random float32 weights of a ``network`` of ``count`` labels."""
    labels, log_tau = jnp.zeros((1, count), jnp.float32), jnp.zeros((1,), jnp.float32)
    if isinstance(network, HydrostaticNetwork):
        return jax.jit(_label_module(network).init)(key, labels)["params"]
    if isinstance(network, DirectNetwork):
        return jax.jit(DirectModule(network).init)(key, labels)["params"]
    return jax.jit(AtmosphereModule(network).init)(key, labels, log_tau)["params"]


def apply(
    network: Network,
    variables: Variables,
    labels: Float[Array, "... label"],
    log_tau: Float[Array, "... depth"] | None,
    dropout_key: Key[Array, ""] | None = None,
    masks_by_depth: bool = False,
) -> Float[Array, "... point field"]:
    """The normalised fields, as ``network.apply`` gives them; with dropout if ``dropout_key`` is given.

    Of a hydrostatic network it is what that learns instead, in the form of ``hydrostatic.targets_of``.

    - ``masks_by_depth``: for the paper's network, draw a mask of its own for each depth.
    """
    parameters = {"params": variables["params"]}
    if isinstance(network, HydrostaticNetwork):
        output: Any = _label_module(network).apply(parameters, labels)
        return network.targets(output, variables["scales"])
    keys = None if dropout_key is None else {"dropout": dropout_key}
    if isinstance(network, DirectNetwork):
        output = DirectModule(network).apply(parameters, labels, training=keys is not None, rngs=keys)
        return network.fields(output, log_tau)
    module = AtmosphereModule(network, masks_by_depth)
    fields: Any = module.apply(parameters, labels, log_tau, training=keys is not None, rngs=keys)
    return fields


class AtmosphereModule(nn.Module):
    """``AtmosphereNetwork`` with one dropout mask for all depths of a model: a profile and its derivative belong to one
    thinned network; with ``masks_by_depth``, each depth has its own."""

    network: AtmosphereNetwork
    masks_by_depth: bool = False

    @nn.compact
    def __call__(
        self, labels: Float[Array, "... label"], log_tau: Float[Array, "... depth"], training: bool = False
    ) -> Float[Array, "... depth 6"]:
        label_features = LabelEncoder(self.network.label_width)(labels)
        depth_features = DepthEncoder(self.network.depth_width)(log_tau[..., None])
        x = gelu(PairDense(self.network.width)(label_features, depth_features))
        x = self._drop(x, training)
        x = gelu(nn.Dense(self.network.width, param_dtype=jnp.float32)(x))
        x = self._drop(x, training)
        return nn.Dense(len(FIELD_NAMES), param_dtype=jnp.float32)(x)

    def _drop(self, x: Float[Array, "... depth features"], training: bool) -> Float[Array, "... depth features"]:
        rate = self.network.dropout
        if not (self.masks_by_depth and training and rate > 0):
            return nn.Dropout(rate, broadcast_dims=(-2,), deterministic=not training)(x)
        return jnp.where(_many_masks(self.make_rng("dropout"), x.shape, rate), x / (1 - rate), 0.0)


def _many_masks(key: Key[Array, ""], shape: tuple[int, ...], rate: float) -> Bool[Array, "..."]:
    """Masks that are False for a share ``rate`` of the features, to 2^-16.

    Each random number of 64 bits serves four features: with one for each, as in Flax, they took a quarter of the time
    of a training.
    """
    size = math.prod(shape)
    words = jax.random.bits(key, (math.ceil(size / 4),), jnp.uint64)
    features = jax.lax.bitcast_convert_type(words, jnp.uint16).reshape(-1)[:size]
    return features.reshape(shape) >= round(rate * 2**16)


class LabelEncoder(nn.Module):
    """Dense, LayerNorm, GELU, twice."""

    width: int

    @nn.compact
    def __call__(self, labels: Float[Array, "... label"]) -> Float[Array, "... width"]:
        x = labels
        for _ in range(2):
            x = nn.Dense(self.width, param_dtype=jnp.float32)(x)
            x = gelu(nn.LayerNorm(epsilon=LAYER_NORM_EPSILON, param_dtype=jnp.float32)(x))
        return x


class DepthEncoder(nn.Module):
    """Dense, GELU, twice, with the same weights at every depth."""

    width: int

    @nn.compact
    def __call__(self, log_tau: Float[Array, "... 1"]) -> Float[Array, "... width"]:
        x = gelu(nn.Dense(self.width // 2, param_dtype=jnp.float32)(log_tau))
        return gelu(nn.Dense(self.width, param_dtype=jnp.float32)(x))


class PairDense(nn.Module):
    """``pair_dense``: a Dense layer on the concatenation of label and depth features."""

    features: int

    @nn.compact
    def __call__(
        self, label_features: Float[Array, "... labels"], depth_features: Float[Array, "... depth depths"]
    ) -> Float[Array, "... depth features"]:
        shape = (label_features.shape[-1] + depth_features.shape[-1], self.features)
        weights = {
            "kernel": self.param("kernel", nn.initializers.lecun_normal(), shape, jnp.float32),
            "bias": self.param("bias", nn.initializers.zeros_init(), (self.features,), jnp.float32),
        }
        return pair_dense(label_features, depth_features, weights)


class DirectModule(nn.Module):
    """The layers of ``DirectNetwork``, in float32."""

    network: DirectNetwork

    @nn.compact
    def __call__(self, labels: Float[Array, "... label"], training: bool = False) -> Float[Array, "... output"]:
        x = labels.astype(jnp.float32)
        *hidden, outputs = self.network.widths()
        for width in hidden:
            x = nn.relu(nn.Dense(width, param_dtype=jnp.float32)(x))
            x = nn.Dropout(self.network.dropout, deterministic=not training)(x)
        return nn.Dense(outputs, param_dtype=jnp.float32)(x)


class LabelModule(nn.Module):
    """The network of labels of a gated ``HydrostaticNetwork``, in float32."""

    width: int
    layers: int
    outputs: int

    @nn.compact
    def __call__(self, labels: Float[Array, "... label"]) -> Float[Array, "... output"]:
        x = labels.astype(jnp.float32)
        linear = nn.Dense(self.outputs, use_bias=False, kernel_init=nn.initializers.zeros, name="linear")(x)
        # steep and at many places, as structures change with temperature and gravity
        x = nn.silu(_dense(self.width, 4.0, "input", bias_init=_uniform)(x))
        for number in range(self.layers):
            x = x + GatedLayer(self.width, name=f"layer_{number}")(x)
        return _dense(self.outputs, 0.1, "output")(x) + linear


class GatedLayer(nn.Module):
    """``gated``, at first a small change of its input."""

    width: int

    @nn.compact
    def __call__(self, x: Float[Array, "... width"]) -> Float[Array, "... width"]:
        x = nn.silu(_dense(self.width, 1.0, "value")(x)) * nn.tanh(_dense(self.width, 1.0, "gate")(x))
        return _dense(self.width, 0.1, "output")(x)


def _dense(features: int, variance: float, name: str, **options: Any) -> nn.Dense:
    """A dense layer in float32 whose outputs have at first about ``variance``, for inputs of variance 1."""
    kernel = nn.initializers.variance_scaling(variance, "fan_in", "normal")
    return nn.Dense(features, param_dtype=jnp.float32, kernel_init=kernel, name=name, **options)


def _uniform(key: Key[Array, ""], shape: tuple[int, ...], dtype: Any = jnp.float32) -> Float[Array, "..."]:
    return jax.random.uniform(key, shape, dtype, -1.0, 1.0)


def _label_module(network: HydrostaticNetwork) -> LabelModule:
    return LabelModule(network.width, network.layers, len(OUTPUTS) * network.components)
