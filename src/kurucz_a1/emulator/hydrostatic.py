"""A network whose atmospheres are in hydrostatic equilibrium whatever its weights.

It gives temperature, opacity, electron density and the share of gravity that radiation carries, as values of cubic
splines at ATLAS-12's 80 depths; column mass and gas pressure follow by quadrature (``equilibrium``). So there is no
physics loss and no weight for one. The network proper gives no values but amounts of the principal components of the
models that it learns from: profiles as smooth as these, with nothing of its own from depth to depth.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.special import logit

from kurucz_a1.atmosphere.depth import depth_grid
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.emulator.equilibrium import LARGEST_LOG_SHARE, LN10, Splines, mass_and_pressure
from kurucz_a1.emulator.layers import dense, dense_shapes
from kurucz_a1.labels import LABEL_NAMES
from kurucz_a1.numerics.splines import curvature_matrix, in_cell, locate

#: What the network proper gives: natural logarithms of CGS quantities, and the logit of g_rad/g over GREATEST_SHARE.
OUTPUTS = ("temperature", "rosseland_opacity", "electron_density", "radiative_share")
LOGG = LABEL_NAMES.index("logg")  # among the labels of any network: teff and logg come first
GREATEST_SHARE = 0.99  # of gravity that radiation carries
LARGEST_TARGET = 0.999  # of this, in a model to learn from


@dataclass(frozen=True)
class HydrostaticNetwork:
    """Normalised labels (..., label) and log_tau -> normalised fields (..., depth, 6), as ``AtmosphereNetwork`` does.

    width, layers: of the network of labels; components: principal components of each output. It is called with
    variables {"params": weights, "scales": of ``scales_of``}; log_tau (depth,) or (..., depth) may be None for the 80
    depths.
    """

    width: int = 256
    layers: int = 3
    components: int = 48

    # As in ``AtmosphereNetwork``, with far less to hold of each model; the network of labels itself takes float32.
    models_at_once = 256
    input_precision = jnp.float64

    def sizes(self):
        """The options that make the same network, for a JSON file."""
        return {"width": self.width, "layers": self.layers, "components": self.components}

    def shapes_of_scales(self):
        """Shapes of the constants that ``scales_of`` gives."""
        profiles = {
            "mean": (len(OUTPUTS), nodes().size),
            "components": (len(OUTPUTS), self.components, nodes().size),
        }
        numbers = dict.fromkeys(("logg_middle", "logg_half_width", "log_tau_middle", "log_tau_half_width"), ())
        return profiles | numbers | dict.fromkeys(("fields_middle", "fields_half_width"), (len(FIELD_NAMES),))

    def shapes(self, count: int) -> dict[str, Any]:
        """Shapes of its weights for ``count`` labels."""
        widths = (count, *self.layers * (self.width,), len(OUTPUTS) * self.components)
        return {f"Dense_{number}": dense_shapes(*widths[number : number + 2]) for number in range(self.layers + 1)}

    def apply(
        self, variables: dict[str, Any], labels: Float[Array, "... label"], log_tau: Float[Array, "... depth"] | None
    ) -> Float[Array, "... depth 6"]:
        """The normalised fields."""
        weights = variables["params"]
        x = labels.astype(jnp.float32)
        for number in range(self.layers):  # smooth, as its derivatives are asked for
            x = jax.nn.silu(dense(x, weights[f"Dense_{number}"]))
        return self.fields(dense(x, weights[f"Dense_{self.layers}"]), variables["scales"], labels, log_tau)

    def fields(
        self,
        output: Float[Array, "... output"],
        scales: dict[str, Array],
        labels: Float[Array, "... label"],
        log_tau: Float[Array, "... depth"] | None,
    ) -> Float[Array, "... depth 6"]:
        """The normalised fields that follow from the output of the network of labels."""
        scales = {name: jnp.asarray(value, dtype=labels.dtype) for name, value in scales.items()}
        output = output.astype(labels.dtype).reshape(*labels.shape[:-1], len(OUTPUTS), self.components)
        values = scales["mean"] + jnp.einsum("...qk,qkn->...qn", output, scales["components"])
        log_gravity = LN10 * (scales["logg_middle"] + scales["logg_half_width"] * labels[..., LOGG])
        if log_tau is not None:
            log_tau = scales["log_tau_middle"] + scales["log_tau_half_width"] * log_tau
        fields = profiles(values, jnp.exp(log_gravity), log_tau)
        return (jnp.stack(fields, axis=-1) / LN10 - scales["fields_middle"]) / scales["fields_half_width"]


def nodes():
    """log10 of the optical depths at which the network gives its values, a numpy array (80,)."""
    return depth_grid().log_tau


@lru_cache(maxsize=1)
def _to_curvatures():
    return curvature_matrix(nodes()).T


def profiles(values, gravity, log_tau=None):
    """ln of the six fields in CGS and K, each (..., depth), in the order of FIELD_NAMES.

    values: at the nodes, (..., 4, node), in the order of OUTPUTS; gravity: cm s-2 (...); log_tau: log10 tau, (depth,)
    or (..., depth), None for the nodes.
    """
    opacity, share = OUTPUTS.index("rosseland_opacity"), OUTPUTS.index("radiative_share")
    log_share = jnp.log(GREATEST_SHARE) + jax.nn.log_sigmoid(values[..., share, :])
    values = jnp.concatenate([values[..., :share, :], log_share[..., None, :]], axis=-2)
    curvatures = values @ jnp.asarray(_to_curvatures(), dtype=values.dtype)
    curves = Splines(
        jnp.asarray(nodes(), dtype=values.dtype),
        values[..., opacity, :],
        curvatures[..., opacity, :],
        values[..., share, :],
        curvatures[..., share, :],
    )
    mass, pressure = mass_and_pressure(curves, gravity, log_tau)
    if log_tau is not None:
        cell, place = locate(curves.nodes, jnp.maximum(log_tau, curves.nodes[0]))  # constant above the first
        if cell.ndim > 1:
            cell, place = cell[..., None, :], place[..., None, :]
        values = in_cell(curves.nodes, values, curvatures, cell, place)
    temperature, log_opacity, electron_density, log_share = jnp.moveaxis(values, -2, 0)
    acceleration = jnp.log(gravity)[..., None] + jnp.minimum(log_share, LARGEST_LOG_SHARE)
    return jnp.log(mass), temperature, jnp.log(pressure), electron_density, log_opacity, acceleration


def scales_of(labels, fields, normalization, derivatives=None):
    """Constants of a HydrostaticNetwork with all components, fitted to a training set: a dict of float64 arrays.

    labels: those that the network takes, (model, label); fields: CGS and K, in the order of FIELD_NAMES, (model, 80,
    6); normalization: the Normalization of the same models; derivatives: of ln of the fields by the labels, per K and
    per dex, (model, 6, label, 80), or None. The components are those of the models and of what their derivatives make
    of a change of each label by its half-width; each is as long as what is usual of it.
    """
    by_name = dict(zip(FIELD_NAMES, np.moveaxis(np.asarray(fields, dtype=float), -1, 0), strict=True))
    share = by_name["radiative_acceleration"] / 10.0 ** np.asarray(labels)[:, LOGG, None] / GREATEST_SHARE
    outputs = [np.log(by_name[name]) for name in OUTPUTS[:3]]
    outputs.append(logit(np.minimum(share, LARGEST_TARGET)))
    outputs = np.stack(outputs, axis=1)
    mean = outputs.mean(axis=0)
    rows = outputs - mean
    if derivatives is not None:
        rows = np.concatenate([rows, _changes(labels, derivatives, share)])
    return {
        "mean": mean,
        "components": np.stack([_components(rows[:, k]) for k in range(len(OUTPUTS))]),
        "logg_middle": np.asarray(normalization.labels.middle[LOGG]),
        "logg_half_width": np.asarray(normalization.labels.half_width[LOGG]),
        "log_tau_middle": np.asarray(normalization.log_tau.middle),
        "log_tau_half_width": np.asarray(normalization.log_tau.half_width),
        "fields_middle": np.asarray(normalization.fields.middle),
        "fields_half_width": np.asarray(normalization.fields.half_width),
    }


def _changes(labels, derivatives, share):
    """Of the four outputs, by derivatives, for half the range of each label: (labels x models, 4, 80)."""
    by_name = dict(zip(FIELD_NAMES, np.moveaxis(np.asarray(derivatives, dtype=float), 1, 0), strict=True))
    of_share = by_name["radiative_acceleration"].copy()
    of_share[:, LOGG] -= LN10
    # of a logit: that of the logarithm over what is left, none where the target is cut off
    of_share *= np.where(share < LARGEST_TARGET, 1.0 / (1.0 - np.minimum(share, LARGEST_TARGET)), 0.0)[:, None, :]
    changes = np.stack([*(by_name[name] for name in OUTPUTS[:3]), of_share], axis=2)  # (model, label, output, depth)
    changes = changes * (0.5 * np.ptp(labels, axis=0))[:, None, None]
    return changes.reshape(-1, *changes.shape[2:])


def _components(rows):
    """Principal components (80, 80) of profiles (row, 80), the largest first, each times its root mean square."""
    _, sizes, directions = np.linalg.svd(rows, full_matrices=False)
    found = np.zeros((nodes().size, nodes().size))
    found[: sizes.size] = directions * (sizes / np.sqrt(len(rows)))[:, None]
    return found
