"""A network whose atmospheres are in hydrostatic equilibrium whatever its weights.

It gives temperature, opacity, electron density and the share of the weight that radiation carries, as values of cubic
splines at ATLAS-12's 80 depths; column mass follows by quadrature, gas pressure and radiative acceleration from the
share (``equilibrium``). So there is no physics loss and no weight for one. The network proper gives amounts of the
principal components of the models that it learns from, so that its profiles are as smooth as theirs. It is a residual
network of gated layers (Shazeer 2020, arXiv:2002.05202), which multiply: what an element does depends on the star.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float
from scipy.special import logit

from kurucz_a1.atmosphere.depth import depth_grid
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.emulator.equilibrium import LN10, balanced, column_mass
from kurucz_a1.emulator.layers import Parameters, Shapes, Variables, dense, dense_shapes, gated
from kurucz_a1.emulator.losses import DepthWeights
from kurucz_a1.emulator.normalization import Normalization
from kurucz_a1.labels import LABEL_NAMES
from kurucz_a1.numerics.splines import curvature_matrix, in_cell, locate, slope_in_cell, slope_matrix
from kurucz_a1.types import AnyArray

#: Outputs of the network proper: natural logarithms of CGS quantities, and the logit of the share of radiation in
#: the pressure, P_rad/(g m).
OUTPUTS = ("temperature", "rosseland_opacity", "electron_density", "radiation")
#: Units of the errors of OUTPUTS that make all count alike: the accuracy that an emulator should reach.
TOLERANCES = np.array([5e-4, 5e-3, 5e-3, 5e-3])
LEAST_PRESSURE, LARGEST_PRESSURE = 1e-10, 0.999  # share of radiation in the pressure of a model to learn from
LOGG = LABEL_NAMES.index("logg")  # among the labels of any network: teff and logg come first

Scales = dict[str, Float[AnyArray, "..."]]


@dataclass(frozen=True)
class HydrostaticNetwork:
    """The network of normalised labels and log_tau that gives normalised fields, as ``AtmosphereNetwork`` does.

    - ``width``, ``layers``: of the network of labels.
    - ``components``: principal components of each output.

    Its constants ("scales") are those of ``scales_of``; log_tau None stands for the 80 depths.
    """

    width: int = 144
    layers: int = 6
    components: int = 80

    # As in ``AtmosphereNetwork``, with far less memory a model; the network of labels itself takes float32.
    models_at_once = 256
    input_precision = jnp.float64
    at_nodes = True

    def sizes(self) -> dict[str, int | float]:
        """The options that make the same network, for a JSON file."""
        return asdict(self)

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
        outputs = len(OUTPUTS) * self.components
        layer = dict.fromkeys(("value", "gate", "output"), dense_shapes(self.width, self.width))
        return {
            "input": dense_shapes(count, self.width),
            **{f"layer_{number}": layer for number in range(self.layers)},
            "output": dense_shapes(self.width, outputs),
            "linear": {"kernel": (count, outputs)},
        }

    def apply(
        self, variables: Variables, labels: Float[Array, "... label"], log_tau: Float[Array, "... depth"] | None
    ) -> Float[Array, "... depth 6"]:
        """The normalised fields."""
        return self.fields(self.output(variables["params"], labels), variables["scales"], labels, log_tau)

    def output(self, weights: Parameters, labels: Float[Array, "... label"]) -> Float[Array, "... output"]:
        """The output of the network of labels, float32: amounts of the components."""
        x = labels.astype(jnp.float32)
        linear = x @ weights["linear"]["kernel"]
        x = jax.nn.silu(dense(x, weights["input"]))
        for number in range(self.layers):
            x = x + gated(x, weights[f"layer_{number}"])
        return dense(x, weights["output"]) + linear

    def fields(
        self,
        output: Float[Array, "... output"],
        scales: Scales,
        labels: Float[Array, "... label"],
        log_tau: Float[Array, "... depth"] | None,
    ) -> Float[Array, "... depth 6"]:
        """The normalised fields that follow from the output of the network of labels."""
        constants = {name: jnp.asarray(value, dtype=labels.dtype) for name, value in scales.items()}
        values = constants["mean"] + self.departures(output.astype(labels.dtype), constants)
        log_gravity = LN10 * (constants["logg_middle"] + constants["logg_half_width"] * labels[..., LOGG])
        if log_tau is not None:
            log_tau = constants["log_tau_middle"] + constants["log_tau_half_width"] * log_tau
        fields = profiles(values, jnp.exp(log_gravity), log_tau)
        return (jnp.stack(fields, axis=-1) / LN10 - constants["fields_middle"]) / constants["fields_half_width"]

    def departures(
        self, output: Float[Array, "... output"], scales: Mapping[str, Float[AnyArray, "..."]]
    ) -> Float[Array, "... 4 node"]:
        """OUTPUTS at the nodes, less their means, from the output of the network of labels."""
        amounts = output.reshape(*output.shape[:-1], len(OUTPUTS), self.components)
        return jnp.einsum("...qk,qkn->...qn", amounts, scales["components"])

    def targets(self, output: Float[Array, "model output"], scales: Scales) -> Float[Array, "model node 4"]:
        """What training compares with ``targets_of``, float32."""
        components = jnp.asarray(scales["components"] / TOLERANCES[:, None, None], dtype=jnp.float32)
        return jnp.moveaxis(self.departures(output, {"components": components}), -2, -1)


def depth_weights() -> DepthWeights:
    """What errors count at the nodes: most where lines and the continuum form.

    Unweighted, the layers above log tau = -3 hold most of the loss of a trained network.
    """
    log_tau = nodes()

    def inside(lowest: float, highest: float) -> Bool[np.ndarray, "80"]:
        return (log_tau >= lowest) & (log_tau <= highest)

    fields = np.where(inside(-5.0, 2.0), 1.0, 0.1)
    derivatives = np.where(inside(-3.0, 1.0), 1.0, np.where(inside(-5.0, 2.0), 0.3, 0.03))
    return DepthWeights(fields / fields.mean(), derivatives / derivatives.mean())


def nodes() -> Float[np.ndarray, "80"]:
    """log10 of the optical depths at which the network gives its values."""
    return depth_grid().log_tau


@lru_cache(maxsize=1)
def _to_curvatures() -> Float[np.ndarray, "node node"]:
    return curvature_matrix(nodes()).T


@lru_cache(maxsize=1)
def _to_slopes() -> Float[np.ndarray, "node node"]:
    return slope_matrix(nodes()).T


def profiles(
    values: Float[Array, "... 4 node"], gravity: Float[Array, "..."], log_tau: Float[Array, "... depth"] | None = None
) -> tuple[Float[Array, "... depth"], ...]:
    """ln of the six fields in CGS and K, in the order of FIELD_NAMES.

    - ``values``: at the nodes, in the order of OUTPUTS.
    - ``gravity``: cm s-2.
    - ``log_tau``: log10 tau, None for the nodes.
    """
    opacity, radiation = OUTPUTS.index("rosseland_opacity"), OUTPUTS.index("radiation")
    curvatures = values @ jnp.asarray(_to_curvatures(), dtype=values.dtype)
    points = jnp.asarray(nodes(), dtype=values.dtype)
    mass = column_mass(points, values[..., opacity, :], curvatures[..., opacity, :], log_tau)
    if log_tau is None:
        log_tau, slope = points, values[..., radiation, :] @ jnp.asarray(_to_slopes(), dtype=values.dtype)
    else:
        inside = jnp.maximum(log_tau, points[0])  # constant above the first
        cell, place = locate(points, inside)
        own = (values[..., radiation, :], curvatures[..., radiation, :])
        slope = jnp.where(log_tau < points[0], 0.0, slope_in_cell(points, *own, cell, place))
        if cell.ndim > 1:
            cell, place = cell[..., None, :], place[..., None, :]
        values = in_cell(points, values, curvatures, cell, place)
    temperature, log_opacity, electron_density, balance = jnp.moveaxis(values, -2, 0)
    log_mass = jnp.log(mass)
    pressure, acceleration = balanced(log_mass, log_opacity, balance, slope, log_tau, gravity)
    return log_mass, temperature, pressure, electron_density, log_opacity, acceleration


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
    values, share = outputs_of(labels, fields)
    mean = values.mean(axis=0)
    rows = values - mean
    if derivatives is not None:
        # of the outputs, for half the range of each label
        changes = derivatives_of_outputs(derivatives, share) * (0.5 * np.ptp(labels, axis=0))[:, None]
        rows = np.concatenate([rows, np.moveaxis(changes, 1, 2).reshape(-1, *mean.shape)])
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


def outputs_of(
    labels: Float[np.ndarray, "model label"], fields: Float[np.ndarray, "model 80 6"]
) -> tuple[Float[np.ndarray, "model 4 80"], Float[np.ndarray, "model 80"]]:
    """OUTPUTS of models, and the share of radiation in the pressure."""
    by_name = dict(zip(FIELD_NAMES, np.moveaxis(np.asarray(fields, dtype=float), -1, 0), strict=True))
    weight = 10.0 ** np.asarray(labels)[:, LOGG, None] * by_name["column_mass"]
    share = np.clip(1.0 - by_name["gas_pressure"] / weight, LEAST_PRESSURE, LARGEST_PRESSURE)
    return np.stack([*(np.log(by_name[name]) for name in OUTPUTS[:3]), logit(share)], axis=1), share


def derivatives_of_outputs(
    derivatives: Float[np.ndarray, "model 6 label 80"], share: Float[np.ndarray, "model 80"]
) -> Float[np.ndarray, "model 4 label 80"]:
    """Derivatives of OUTPUTS by the labels from those of ln of the fields and the share of ``outputs_of``."""
    by_name = dict(zip(FIELD_NAMES, np.moveaxis(np.asarray(derivatives, dtype=float), 1, 0), strict=True))
    of_gas = by_name["gas_pressure"] - by_name["column_mass"]  # of ln of the share of gas, 1 - share
    of_gas[:, LOGG] -= LN10
    inside = (share > LEAST_PRESSURE) & (share < LARGEST_PRESSURE)
    of_balance = np.where(inside, -1.0 / share, 0.0)[:, None, :] * of_gas
    return np.stack([*(by_name[name] for name in OUTPUTS[:3]), of_balance], axis=1)


def targets_of(
    labels: Float[np.ndarray, "model label"],
    fields: Float[np.ndarray, "model 80 6"],
    derivatives: Float[np.ndarray, "model 6 label 80"] | None,
    scales: Mapping[str, Float[AnyArray, "..."]],
    per_input: Float[np.ndarray, "model label"],
) -> tuple[Float[np.ndarray, "model 80 4"], Float[np.ndarray, "model 4 label 80"] | None]:
    """What a network is to learn of models: OUTPUTS less their means in units of TOLERANCES, and their derivatives.

    - ``derivatives``: of ln of the fields by the labels, per unit of the label.
    - ``per_input``: change of each label for a change of the normalised input by one.
    """
    values, share = outputs_of(labels, fields)
    targets = np.moveaxis(values - scales["mean"], 1, 2) / TOLERANCES
    if derivatives is None:
        return targets, None
    by_input = derivatives_of_outputs(derivatives, share) * per_input[:, None, :, None]
    return targets, by_input / TOLERANCES[:, None, None]


def _components(rows: Float[np.ndarray, "row 80"]) -> Float[np.ndarray, "80 80"]:
    """Principal components of profiles, the largest first, each times its root mean square."""
    _, sizes, directions = np.linalg.svd(rows, full_matrices=False)
    components = np.zeros((nodes().size, nodes().size))
    components[: sizes.size] = directions * (sizes / np.sqrt(len(rows)))[:, None]
    return components
