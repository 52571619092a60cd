"""The paper's network: a label encoder, an optical-depth encoder and a head, pointwise in depth.

Li, Jian, Ting & Green 2025, arXiv:2507.06357, section 3 (sizes as in their published code): with label width E and
depth width D it has 244,102 parameters for E=128, D=64 and 6,707,206 for E=D=512.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.emulator.layers import (
    Parameters,
    Shapes,
    Variables,
    dense,
    dense_shapes,
    gelu,
    layer_norm,
    layer_norm_shapes,
)
from kurucz_a1.emulator.published import SMALLEST


@dataclass(frozen=True)
class AtmosphereNetwork:
    """The network of normalised labels and log_tau that gives normalised fields.

    - ``label_width``, ``depth_width``: E and D.
    - ``dropout``: share of the features that a training step leaves out.
    - ``first_log_tau``: the log_tau from which optical depth is counted, for a network with the published mistake
      "zero_optical_depth".
    """

    label_width: int = 128
    depth_width: int = 64
    dropout: float = 0.01
    first_log_tau: float | None = None

    # Models evaluated at once: their activations then stay in the processor's cache instead of filling the memory.
    models_at_once = 16
    # Of the inputs in use: the error is far below that of the training (tests/emulator/test_saved.py).
    input_precision = jnp.float32
    # Whether its fields at the 80 depths are what it gives, those at other depths being interpolated.
    at_nodes = False

    @property
    def width(self) -> int:
        """Features of the head."""
        return 2 * (self.label_width + self.depth_width)

    def sizes(self) -> dict[str, int | float]:
        """The options that make the same network, for a JSON file."""
        sizes = {"label_width": self.label_width, "depth_width": self.depth_width, "dropout": self.dropout}
        return sizes if self.first_log_tau is None else sizes | {"first_log_tau": self.first_log_tau}

    def depth_input(self, log_tau: Float[Array, "*points"]) -> Float[Array, "*points"]:
        """What the network takes for log_tau, before it is normalised."""
        if self.first_log_tau is None:
            return log_tau
        below = jnp.maximum(10.0**log_tau - 10.0**self.first_log_tau, 0.0)
        return jnp.log10(below + SMALLEST)

    def shapes(self, count: int) -> dict[str, Any]:
        """Shapes of its weights for ``count`` labels."""
        return {
            "LabelEncoder_0": {
                "Dense_0": dense_shapes(count, self.label_width),
                "LayerNorm_0": layer_norm_shapes(self.label_width),
                "Dense_1": dense_shapes(self.label_width, self.label_width),
                "LayerNorm_1": layer_norm_shapes(self.label_width),
            },
            "DepthEncoder_0": {
                "Dense_0": dense_shapes(1, self.depth_width // 2),
                "Dense_1": dense_shapes(self.depth_width // 2, self.depth_width),
            },
            "PairDense_0": dense_shapes(self.label_width + self.depth_width, self.width),
            "Dense_0": dense_shapes(self.width, self.width),
            "Dense_1": dense_shapes(self.width, len(FIELD_NAMES)),
        }

    def shapes_of_scales(self) -> Shapes:
        """Shapes of its constants: it has none."""
        return {}

    def apply(
        self, variables: Variables, labels: Float[Array, "... label"], log_tau: Float[Array, "... depth"]
    ) -> Float[Array, "... depth 6"]:
        """The normalised fields, without dropout."""
        weights = variables["params"]
        x = pair_dense(
            _encode_labels(labels, weights["LabelEncoder_0"]),
            _encode_depths(log_tau[..., None], weights["DepthEncoder_0"]),
            weights["PairDense_0"],
        )
        return dense(gelu(dense(gelu(x), weights["Dense_0"])), weights["Dense_1"])


def _encode_labels(labels: Float[Array, "... label"], weights: Parameters) -> Float[Array, "... width"]:
    """Dense, LayerNorm, GELU, twice."""
    x = labels
    for number in range(2):
        x = gelu(layer_norm(dense(x, weights[f"Dense_{number}"]), weights[f"LayerNorm_{number}"]))
    return x


def _encode_depths(log_tau: Float[Array, "... 1"], weights: Parameters) -> Float[Array, "... width"]:
    """Dense, GELU, twice, with the same weights at every depth."""
    return gelu(dense(gelu(dense(log_tau, weights["Dense_0"])), weights["Dense_1"]))


def pair_dense(
    label_features: Float[Array, "... labels"],
    depth_features: Float[Array, "... depth depths"],
    weights: dict[str, Array],
) -> Float[Array, "... depth features"]:
    """Apply a dense layer to the concatenation of label and depth features.

    The product is taken in two parts, so that the labels' part is computed once a model and the depth part once for
    all models on a common depth grid.
    """
    kernel, width = weights["kernel"], label_features.shape[-1]
    label_part = label_features @ kernel[:width] + weights["bias"]
    return label_part[..., None, :] + depth_features @ kernel[width:]


def count_parameters(parameters: Parameters) -> int:
    """The number of weights."""
    return sum(leaf.size for leaf in jax.tree.leaves(parameters))
