"""A network whose atmospheres are in hydrostatic equilibrium whatever its weights.

It gives temperature, opacity, electron density and the share of gravity that radiation carries, as values of cubic
splines at ATLAS-12's 80 depths; column mass and gas pressure follow by quadrature (``equilibrium``). So there is no
physics loss and no weight for one. The network proper gives amounts of the principal components of the models that it
learns from, so that its profiles are as smooth as theirs.
"""

from dataclasses import dataclass
from functools import lru_cache

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.special import logit

from kurucz_a1.atmosphere.depth import depth_grid
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.emulator.equilibrium import LARGEST_LOG_SHARE, LN10, Splines, mass_and_pressure
from kurucz_a1.emulator.layers import Parameters, Shapes, Variables, dense, dense_shapes
from kurucz_a1.emulator.normalization import Normalization
from kurucz_a1.labels import LABEL_NAMES
from kurucz_a1.numerics.splines import curvature_matrix, in_cell, locate
from kurucz_a1.types import AnyArray

#: Outputs of the network proper: natural logarithms of CGS quantities, and the logit of g_rad/g over GREATEST_SHARE.
OUTPUTS = ("temperature", "rosseland_opacity", "electron_density", "radiative_share")
LOGG = LABEL_NAMES.index("logg")  # among the labels of any network: teff and logg come first
GREATEST_SHARE = 0.99  # of gravity that radiation carries
LARGEST_TARGET = 0.999  # of GREATEST_SHARE, in a model to learn from

Scales = dict[str, Float[AnyArray, "..."]]


@dataclass(frozen=True)
class HydrostaticNetwork:
    """The network of normalised labels and log_tau that gives normalised fields, as ``AtmosphereNetwork`` does.

    - ``width``, ``layers``: of the network of labels.
    - ``components``: principal components of each output.

    Its constants ("scales") are those of ``scales_of``; log_tau None stands for the 80 depths.
    """

    width: int = 256
    layers: int = 3
    components: int = 48

    # As in ``AtmosphereNetwork``, with far less memory a model; the network of labels itself takes float32.
    models_at_once = 256
    input_precision = jnp.float64
    at_nodes = True

    def sizes(self) -> dict[str, int | float]:
        """The options that make the same network, for a JSON file."""
        return {"width": self.width, "layers": self.layers, "components": self.components}

    def depth_input(self, log_tau: Float[Array, "*points"]) -> Float[Array, "*points"]:
        """log_tau itself."""
        return log_tau

    def shapes_of_scales(self) -> Shapes:
        """Shapes of the constants that ``scales_of`` gives."""
        profiles: Shapes = {
            "mean": (len(OUTPUTS), nodes().size),
            "components": (len(OUTPUTS), self.components, nodes().size),
        }
        numbers: Shapes = dict.fromkeys(("logg_middle", "logg_half_width", "log_tau_middle", "log_tau_half_width"), ())
        return profiles | numbers | dict.fromkeys(("fields_middle", "fields_half_width"), (len(FIELD_NAMES),))

    def shapes(self, count: int) -> Parameters:
        """Shapes of its weights for ``count`` labels."""
        widths = (count, *self.layers * (self.width,), len(OUTPUTS) * self.components)
        return {f"Dense_{number}": dense_shapes(*widths[number : number + 2]) for number in range(self.layers + 1)}

    def apply(
        self, variables: Variables, labels: Float[Array, "... label"], log_tau: Float[Array, "... depth"] | None
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
        scales: Scales,
        labels: Float[Array, "... label"],
        log_tau: Float[Array, "... depth"] | None,
    ) -> Float[Array, "... depth 6"]:
        """The normalised fields that follow from the output of the network of labels."""
        constants = {name: jnp.asarray(value, dtype=labels.dtype) for name, value in scales.items()}
        output = output.astype(labels.dtype).reshape(*labels.shape[:-1], len(OUTPUTS), self.components)
        values = constants["mean"] + jnp.einsum("...qk,qkn->...qn", output, constants["components"])
        log_gravity = LN10 * (constants["logg_middle"] + constants["logg_half_width"] * labels[..., LOGG])
        if log_tau is not None:
            log_tau = constants["log_tau_middle"] + constants["log_tau_half_width"] * log_tau
        fields = profiles(values, jnp.exp(log_gravity), log_tau)
        return (jnp.stack(fields, axis=-1) / LN10 - constants["fields_middle"]) / constants["fields_half_width"]


def nodes() -> Float[np.ndarray, "80"]:
    """log10 of the optical depths at which the network gives its values."""
    return depth_grid().log_tau


@lru_cache(maxsize=1)
def _to_curvatures() -> Float[np.ndarray, "node node"]:
    return curvature_matrix(nodes()).T


def profiles(
    values: Float[Array, "... 4 node"], gravity: Float[Array, "..."], log_tau: Float[Array, "... depth"] | None = None
) -> tuple[Float[Array, "... depth"], ...]:
    """ln of the six fields in CGS and K, in the order of FIELD_NAMES.

    - ``values``: at the nodes, in the order of OUTPUTS.
    - ``gravity``: cm s-2.
    - ``log_tau``: log10 tau, None for the nodes.
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


def scales_of(
    labels: Float[np.ndarray, "model label"],
    fields: Float[np.ndarray, "model 80 6"],
    normalization: Normalization,
    derivatives: Float[np.ndarray, "model 6 label 80"] | None = None,
) -> dict[str, Float[np.ndarray, "..."]]:
    """Constants of a HydrostaticNetwork with all components, float64, fitted to a training set.

    - ``labels``: those that the network takes.
    - ``fields``: CGS and K, in the order of FIELD_NAMES.
    - ``normalization``: that of the same models.
    - ``derivatives``: of ln of the fields by the labels, per unit of the label.

    The components are those of the models and of their changes, by the derivatives, with each label by its half-width.
    Each has the length of its root mean square.
    """
    by_name = dict(zip(FIELD_NAMES, np.moveaxis(np.asarray(fields, dtype=float), -1, 0), strict=True))
    share = by_name["radiative_acceleration"] / 10.0 ** np.asarray(labels)[:, LOGG, None] / GREATEST_SHARE
    outputs = [np.log(by_name[name]) for name in OUTPUTS[:3]]
    outputs.append(logit(np.minimum(share, LARGEST_TARGET)))
    stacked = np.stack(outputs, axis=1)
    mean = stacked.mean(axis=0)
    rows = stacked - mean
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


def _changes(
    labels: Float[np.ndarray, "model label"],
    derivatives: Float[np.ndarray, "model 6 label 80"],
    share: Float[np.ndarray, "model 80"],
) -> Float[np.ndarray, "model_label 4 80"]:
    """Changes of the outputs, by derivatives, for half the range of each label."""
    by_name = dict(zip(FIELD_NAMES, np.moveaxis(np.asarray(derivatives, dtype=float), 1, 0), strict=True))
    of_share = by_name["radiative_acceleration"].copy()
    of_share[:, LOGG] -= LN10
    # of a logit: that of the logarithm over one minus the share, zero where the target is cut off
    of_share *= np.where(share < LARGEST_TARGET, 1.0 / (1.0 - np.minimum(share, LARGEST_TARGET)), 0.0)[:, None, :]
    changes = np.stack([*(by_name[name] for name in OUTPUTS[:3]), of_share], axis=2)  # (model, label, output, depth)
    changes = changes * (0.5 * np.ptp(labels, axis=0))[:, None, None]
    return changes.reshape(-1, *changes.shape[2:])


def _components(rows: Float[np.ndarray, "row 80"]) -> Float[np.ndarray, "80 80"]:
    """Principal components of profiles, the largest first, each times its root mean square."""
    _, sizes, directions = np.linalg.svd(rows, full_matrices=False)
    components = np.zeros((nodes().size, nodes().size))
    components[: sizes.size] = directions * (sizes / np.sqrt(len(rows)))[:, None]
    return components
