"""A plain network of the labels that gives all fields at the 80 depths at once, a baseline of the authors' code.

Three layers of width W, 2W, 2W with ReLU (kuruczone/model.py:59-101 of github.com/jiadonglee/kurucz-a1, revision
3b3a12a). Theirs repeats the labels and log tau at every depth as its input; on a common depth grid that is the labels.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kurucz_a1.atmosphere.depth import depth_grid
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.emulator.layers import Shapes, Variables, dense, dense_shapes
from kurucz_a1.numerics.splines import curvature_matrix, in_cell, locate

DEPTHS = depth_grid().log_tau.size


@dataclass(frozen=True)
class DirectNetwork:
    """The network of normalised labels that gives normalised fields, as ``AtmosphereNetwork`` does.

    - ``width``: of the first layer.
    - ``dropout``: share of the features that a training step leaves out.

    log_tau None stands for the 80 depths; at others the fields are cubic splines.
    """

    width: int = 256
    dropout: float = 0.01

    models_at_once = 256
    input_precision = jnp.float32
    at_nodes = True

    def sizes(self) -> dict[str, int | float]:
        """The options that make the same network, for a JSON file."""
        return {"width": self.width, "dropout": self.dropout}

    def depth_input(self, log_tau: Float[Array, "*points"]) -> Float[Array, "*points"]:
        """log_tau itself."""
        return log_tau

    def widths(self) -> tuple[int, ...]:
        """Features of each layer."""
        return self.width, 2 * self.width, 2 * self.width, DEPTHS * len(FIELD_NAMES)

    def shapes(self, count: int) -> dict[str, Any]:
        """Shapes of its weights for ``count`` labels."""
        widths = (count, *self.widths())
        return {f"Dense_{number}": dense_shapes(*widths[number : number + 2]) for number in range(len(self.widths()))}

    def shapes_of_scales(self) -> Shapes:
        """Shapes of its constants: it has none."""
        return {}

    def apply(
        self, variables: Variables, labels: Float[Array, "... label"], log_tau: Float[Array, "... depth"] | None
    ) -> Float[Array, "... depth 6"]:
        """The normalised fields, without dropout."""
        weights = variables["params"]
        x, last = labels, len(self.widths()) - 1
        for number in range(last):
            x = jax.nn.relu(dense(x, weights[f"Dense_{number}"]))
        return self.fields(dense(x, weights[f"Dense_{last}"]), log_tau)

    def fields(
        self, output: Float[Array, "... output"], log_tau: Float[Array, "... depth"] | None
    ) -> Float[Array, "... depth 6"]:
        """The normalised fields that follow from the output of the last layer."""
        values = output.reshape(*output.shape[:-1], DEPTHS, len(FIELD_NAMES))
        if log_tau is None:
            return values
        # The depths are equidistant, and normalised to -1..1.
        nodes = np.linspace(-1.0, 1.0, DEPTHS)
        values = jnp.moveaxis(values, -1, -2)
        curvatures = values @ jnp.asarray(curvature_matrix(nodes).T, dtype=values.dtype)
        cell, share = locate(jnp.asarray(nodes, dtype=values.dtype), log_tau)
        if cell.ndim > 1:
            cell, share = cell[..., None, :], share[..., None, :]
        between = in_cell(jnp.asarray(nodes, dtype=values.dtype), values, curvatures, cell, share)
        return jnp.moveaxis(between, -1, -2)
