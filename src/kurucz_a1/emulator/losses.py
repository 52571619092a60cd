"""What the networks are trained for: errors of the fields, hydrostatic equilibrium, and derivatives by the labels.

The paper's loss is (1 - alpha) L_data + alpha L_physics (Li et al. 2025). Unlike in the published code, the equilibrium
includes radiation, the values and the derivative come from one pass (one dropout mask), and validation has the loss of
training, unless the mistakes of that code are named (``published``). Here a multiple of L_derivatives can be added
(Sobolev training: Czarnecki et al. 2017, arXiv:1706.04859).
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from kurucz_a1.emulator.normalization import GAS_PRESSURE, RADIATIVE_ACCELERATION, ROSSELAND_OPACITY, Normalization
from kurucz_a1.emulator.published import NO_MISTAKES, SMALLEST, Mistakes, pressure_gradient_loss
from kurucz_a1.types import AnyArray

# RHOX, T, P, XNE, ABROSS, ACCRAD: the published weights of the squared errors.
FIELD_WEIGHTS = (5.0, 5.0, 5.0, 1.0, 5.0, 1.0)
# The residual counts at these depths (both ends included), as published.
PHYSICS_DEPTHS = (2, 59)
SIGN_WEIGHT = 0.1
# Below this ratio of pressure gradient to weight the logarithm is continued (see soft_log10).
SOFTENING = 0.01
# float32 holds 1e38; no profile worth a gradient is this far from equilibrium.
LARGEST_EXPONENT = 15.0
# Unit of the errors of label derivatives, as a share of their size: the accuracy that an emulator should reach.
DERIVATIVE_TOLERANCE = 0.02
# A change of ln of the six fields by half the range of a label that need not be more exact than this unit of it.
LEAST_CHANGES = (3e-3, 5e-4, 5e-3, 5e-3, 5e-3, 1e-2)
# Derivatives that change a field by less than its tolerance count by this: they have no effect, but are most of all.
WEIGHT_BELOW_TOLERANCE = 0.2


Depths = Float[Any, "depth"] | Float[Any, "model depth"]
#: Normalised fields as a function of normalised labels and log_tau, with each depth depending on its own log_tau only.
Profile = Callable[[Float[Array, "model label"], Depths | None], Float[Array, "model depth field"]]


class Batch(NamedTuple):
    """Training models, normalised except for logg, as arrays of JAX, of NumPy or in files.

    - ``fields``: the six, or of a hydrostatic network ``hydrostatic.targets_of``.
    - ``log_tau``: None for the nodes of a hydrostatic network.
    """

    labels: Float[Any, "model label"]
    log_tau: Depths | None
    fields: Float[Any, "model depth field"]
    logg: Float[Any, "model"]  # dex
    derivatives: Float[Any, "model field label depth"] | None = None  # of the fields by the labels


class Losses(NamedTuple):
    """A loss and its parts, once or for each step."""

    total: Float[Array, "*step"]
    data: Float[Array, "*step"]
    physics: Float[Array, "*step"]
    derivatives: Float[Array, "*step"]


class Weights(NamedTuple):
    """Weights of the physics loss (alpha) and of the loss in the derivatives."""

    alpha: Float[Array, ""]
    derivatives: Float[Array, ""]


class DepthWeights(NamedTuple):
    """How much errors of fields and of their derivatives count at each depth, each 1 in the mean."""

    fields: Float[Any, "depth"]
    derivatives: Float[Any, "depth"]


def data_loss(fields: Float[Array, "*points 6"], targets: Float[AnyArray, "*points 6"]) -> Float[Array, ""]:
    """Sum over the normalised fields of weight times mean squared error."""
    weights = jnp.asarray(FIELD_WEIGHTS, dtype=fields.dtype)
    return jnp.sum(weights * jnp.mean((fields - targets) ** 2, axis=tuple(range(fields.ndim - 1))))


def robust(errors: Float[Array, "*points"]) -> Float[Array, "*points"]:
    """sqrt(1 + e^2) - 1, quadratic in small errors and linear in large ones.

    No smooth network follows a model at the few depths where convection sets in; squared, their errors would rule the
    training.
    """
    return jnp.sqrt(1.0 + errors**2) - 1.0


def derivative_loss(
    derivatives: Float[Array, "model field label depth"],
    targets: Float[AnyArray, "model field label depth"],
    floor: Float[AnyArray, "field"],
    depth_weights: Float[AnyArray, "depth"] | float = 1.0,
    weight_below_floor: float = 1.0,
) -> Float[Array, ""]:
    """Mean of ``robust`` errors of label derivatives, in units of DERIVATIVE_TOLERANCE of their size.

    The size is the mean over depth of the derivative of this model and field by this label, or ``floor`` where that is
    larger, so that small derivatives become as good as large ones. Those smaller than the floor count by
    ``weight_below_floor``.
    """
    size = jnp.mean(jnp.abs(targets), axis=-1)
    unit = DERIVATIVE_TOLERANCE * jnp.maximum(size, floor[:, None])
    weights = jnp.where(size < floor[:, None], weight_below_floor, 1.0).astype(targets.dtype)
    return jnp.mean(robust((derivatives - targets) / unit[..., None]) * depth_weights * weights[..., None])


def with_label_derivatives(
    profile: Callable[[Float[Array, "model label"]], Float[Array, "model depth field"]],
    labels: Float[Array, "model label"],
    chosen: Int[AnyArray, "model some"],
) -> tuple[Float[Array, "model depth field"], Float[Array, "model field some depth"]]:
    """Fields that are a function of the labels, and their derivatives by the labels of numbers ``chosen``."""

    def along(label: Int[AnyArray, "model"]) -> tuple[Array, Array]:
        return jax.jvp(profile, (labels,), (jax.nn.one_hot(label, labels.shape[-1], dtype=labels.dtype),))

    fields, derivatives = jax.vmap(along, in_axes=1, out_axes=(None, 0))(jnp.asarray(chosen))
    return fields, jnp.transpose(derivatives, (1, 3, 0, 2))


def soft_log10(ratio: Float[Array, "*points"]) -> Float[Array, "*points"]:
    """log10 of a ratio near one, continued smoothly through zero to negative ratios.

    Exactly 0 at ratio 1, within 5e-5 of log10 above 1; falls monotonically, as -log10 |ratio|, for negative ratios.
    Where the gas pressure of an untrained network falls inward faster than radiation pressure rises, a logarithm has
    no value; this function has one, and its slope leads back.
    """
    return (jnp.arcsinh(ratio / (2 * SOFTENING)) - jnp.arcsinh(0.5 / SOFTENING)) / jnp.log(10.0).astype(ratio.dtype)


def hydrostatic_balance(
    log_tau: Float[Array, "..."],
    logg: Float[AnyArray, "..."],
    log_pressure: Float[Array, "..."],
    pressure_slope: Float[Array, "..."],
    log_opacity: Float[Array, "..."],
    log_radiative_acceleration: Float[Array, "..."] | None,
) -> tuple[Float[Array, "..."], Float[Array, "..."]]:
    """How well gas and radiation pressure carry the weight of the gas; the arguments broadcast.

    Hydrostatic equilibrium is dP_gas/dm = g - g_rad; with dtau = kappa dm, d(P_gas + P_rad)/dtau = g / kappa. All
    arguments are log10 of CGS quantities, ``pressure_slope`` is dlog10(P_gas)/dlog10(tau).
    Returns (ratio, slope): d(P_gas + P_rad)/dtau over g/kappa, 1 in equilibrium; and tau/P_gas times
    d(P_gas + P_rad)/dtau, negative where the total pressure falls inward. This form needs no logarithm of g - g_rad,
    so it holds where radiation outweighs gravity. Without a radiative acceleration, both are those of the gas alone.
    """
    log_scale = log_opacity + log_pressure - log_tau - logg
    gas = _power(log_scale) * pressure_slope
    if log_radiative_acceleration is None:
        return gas, pressure_slope
    radiation = _power(log_radiative_acceleration - logg)
    slope = pressure_slope + _power(log_radiative_acceleration - log_opacity + log_tau - log_pressure)
    return gas + radiation, slope


def _power(exponent: Float[Array, "*points"]) -> Float[Array, "*points"]:
    limit = jnp.asarray(LARGEST_EXPONENT, dtype=exponent.dtype)
    return 10.0 ** jnp.clip(exponent, -limit, limit)


def hydrostatic_terms(
    fields: Float[Array, "model depth 6"],
    slopes: Float[Array, "model depth 6"],
    log_tau: Depths,
    logg: Float[AnyArray, "model"],
    normalization: Normalization,
    with_radiation: bool = True,
) -> tuple[Float[Array, "model depth"], Float[Array, "model depth"]]:
    """``hydrostatic_balance`` of normalised fields and their derivatives by normalised log_tau."""
    dtype = fields.dtype
    logarithms = normalization.fields.restore(fields).astype(dtype)
    stretch = normalization.fields.half_width[GAS_PRESSURE] / normalization.log_tau.half_width
    return hydrostatic_balance(
        normalization.log_tau.restore(log_tau).astype(dtype),
        logg[:, None],
        logarithms[..., GAS_PRESSURE],
        slopes[..., GAS_PRESSURE] * stretch.astype(dtype),
        logarithms[..., ROSSELAND_OPACITY],
        logarithms[..., RADIATIVE_ACCELERATION] if with_radiation else None,
    )


def physics_loss(
    fields: Float[Array, "model depth 6"],
    slopes: Float[Array, "model depth 6"],
    log_tau: Depths,
    logg: Float[AnyArray, "model"],
    normalization: Normalization,
    mistakes: Mistakes = NO_MISTAKES,
) -> Float[Array, ""]:
    """Mean squared hydrostatic residual (dex^2) on the inner depths, plus a penalty on pressure falling inward.

    The residual is log10 d(P_gas + P_rad)/dtau - log10 g/kappa. The penalty asks for the sign of the true gradient,
    which is positive whatever g/kappa is. ``mistakes`` change both as in the authors' code.
    """
    with_radiation = "radiation_left_out" not in mistakes
    ratio, slope = hydrostatic_terms(fields, slopes, log_tau, logg, normalization, with_radiation)
    first, last = PHYSICS_DEPTHS
    inner = ratio[:, first : last + 1]
    if "wrong_signs" not in mistakes:
        return jnp.mean(soft_log10(inner) ** 2) + SIGN_WEIGHT * jnp.mean(jax.nn.relu(-slope[:, first : last + 1]))
    log_opacity = normalization.fields.restore(fields).astype(fields.dtype)[..., ROSSELAND_OPACITY]
    wanted = jax.lax.stop_gradient(jnp.sign(logg[:, None] - log_opacity))
    residual = jnp.log10(jnp.maximum(jnp.abs(inner), SMALLEST))
    return jnp.mean(residual**2) + SIGN_WEIGHT * jnp.mean(jax.nn.relu(-slope * wanted))


def losses(
    profile: Profile,
    batch: Batch,
    normalization: Normalization,
    weights: Weights,
    *,
    with_physics: bool = True,
    with_derivatives: bool = False,
    depth_weights: DepthWeights | None = None,
    mistakes: Mistakes = NO_MISTAKES,
    second: Profile | None = None,
    with_gradient: bool = True,
    chosen: Int[AnyArray, "model some"] | None = None,
) -> Losses:
    """The Losses of a profile on a batch.

    - ``with_physics``: take one forward-mode derivative through the log_tau input, which gives fields and slopes
      together; without it alpha must be 0, and the physics part is zero.
    - ``with_derivatives``: likewise for the labels.
    - ``depth_weights``: fields are given in units of their tolerances; take ``robust`` errors, weighted by depth, for
      the paper's squared ones.
    - ``mistakes``: of the published physics loss, to repeat.
    - ``second``: the profile with other dropout masks, from which the physics loss takes pressure.
    - ``with_gradient``: False for the physics loss of the authors' validation.
    - ``chosen``: numbers of the labels whose derivatives count, for each model; None for all.
    """

    def of_labels(labels: Float[Array, "model label"]) -> Float[Array, "model depth field"]:
        return profile(labels, batch.log_tau)

    physics = derivatives = jnp.zeros((), batch.fields.dtype)
    if with_physics:
        assert batch.log_tau is not None
        depths = batch.log_tau

        def along_depth(profile: Profile) -> tuple[Array, Array]:
            return jax.jvp(lambda log_tau: profile(batch.labels, log_tau), (depths,), (jnp.ones_like(depths),))

        if not with_gradient:
            fields = of_labels(batch.labels)
            physics = pressure_gradient_loss(fields, depths, normalization)
        elif second is None:
            fields, slopes = along_depth(profile)
            physics = physics_loss(fields, slopes, depths, batch.logg, normalization, mistakes)
        else:
            fields, (others, slopes) = of_labels(batch.labels), along_depth(second)
            mixed = others.at[..., ROSSELAND_OPACITY].set(fields[..., ROSSELAND_OPACITY])
            physics = physics_loss(mixed, slopes, depths, batch.logg, normalization, mistakes)
    if with_derivatives:
        assert batch.derivatives is not None
        targets = batch.derivatives
        if chosen is None:
            chosen = jnp.broadcast_to(jnp.arange(batch.labels.shape[-1]), batch.labels.shape)
        else:
            targets = jnp.take_along_axis(targets, chosen[:, None, :, None], axis=2)
        fields, of_batch = with_label_derivatives(of_labels, batch.labels, chosen)
        if depth_weights is None:
            floor = jnp.asarray(LEAST_CHANGES) / (jnp.log(10.0) * normalization.fields.half_width)
            derivatives = derivative_loss(of_batch, targets, floor.astype(targets.dtype))
        else:  # the floor is the tolerance itself
            floor = jnp.ones(targets.shape[1], targets.dtype)
            by_depth = jnp.asarray(depth_weights.derivatives, targets.dtype)
            derivatives = derivative_loss(of_batch, targets, floor, by_depth, WEIGHT_BELOW_TOLERANCE)
    if not (with_physics or with_derivatives):
        fields = of_labels(batch.labels)
    if depth_weights is None:
        data = data_loss(fields, batch.fields)
    else:
        by_depth = jnp.asarray(depth_weights.fields, fields.dtype)
        data = jnp.mean(robust(fields - batch.fields) * by_depth[:, None])
    alpha = weights.alpha.astype(fields.dtype)
    total = (1 - alpha) * data + alpha * physics + weights.derivatives.astype(fields.dtype) * derivatives
    return Losses(total, data, physics, derivatives)
