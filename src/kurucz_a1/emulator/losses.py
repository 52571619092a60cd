"""What the networks are trained for: errors of the fields, hydrostatic equilibrium, and derivatives by the labels.

The paper's loss is (1 - alpha) L_data + alpha L_physics (Li et al. 2025). Unlike in the published code, the equilibrium
counts radiation, the values and the derivative come from one pass (one dropout mask), and validation sees the same loss
as training. Here a multiple of L_derivatives can be added (Sobolev training: Czarnecki et al. 2017, arXiv:1706.04859).

A ``profile`` below is any function of normalised labels (model, label) and log_tau, (depth,), (model, depth) or None,
that returns the normalised fields (model, depth, 6) with each depth depending on its own log_tau only.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp

from kurucz_a1.emulator.normalization import GAS_PRESSURE, RADIATIVE_ACCELERATION, ROSSELAND_OPACITY

# RHOX, T, P, XNE, ABROSS, ACCRAD: the published weights of the squared errors.
FIELD_WEIGHTS = (5.0, 5.0, 5.0, 1.0, 5.0, 1.0)
# The equilibrium is asked for at these depths (both ends included), as published.
PHYSICS_DEPTHS = (2, 59)
SIGN_WEIGHT = 0.1
# Below this ratio of pressure gradient to weight the logarithm goes over into a continuation (see soft_log10).
SOFTENING = 0.01
# float32 holds 1e38; no profile worth a gradient is this far from equilibrium.
LARGEST_EXPONENT = 15.0


# In what errors of ln of the six fields are measured where none of them is to count for more than it must, and those of
# label derivatives, as a share of their size: what an emulator is hoped to reach.
FIELD_TOLERANCES = (3e-3, 5e-4, 5e-3, 5e-3, 5e-3, 1e-2)
DERIVATIVE_TOLERANCE = 0.02


class Batch(NamedTuple):
    """Normalised training data: labels (model, label), log_tau (depth,) or (model, depth), fields (model, depth, 6);
    logg in dex, (model,); derivatives of the fields by the labels, (model, 6, label, depth), or None."""

    labels: jax.Array
    log_tau: jax.Array
    fields: jax.Array
    logg: jax.Array
    derivatives: jax.Array | None = None


class Losses(NamedTuple):
    """Total, data, physics and derivative part of a loss, scalars."""

    total: jax.Array
    data: jax.Array
    physics: jax.Array
    derivatives: jax.Array


class Weights(NamedTuple):
    """alpha of the physics loss and the weight of the loss in the derivatives; derivative_floor: size, for each field
    (6,), below which a derivative by any label need not be more exact."""

    alpha: jax.Array
    derivatives: jax.Array
    derivative_floor: jax.Array


def data_loss(fields, targets):
    """Sum over the six fields of weight times mean squared error, all normalised, shape (..., 6)."""
    weights = jnp.asarray(FIELD_WEIGHTS, dtype=fields.dtype)
    return jnp.sum(weights * jnp.mean((fields - targets) ** 2, axis=tuple(range(fields.ndim - 1))))


def robust(errors):
    """Mean of a size that goes as the square of small errors and as large ones themselves: sqrt(1 + e^2) - 1.

    A model atmosphere has a few depths, where convection sets in, that no smooth network follows: squared, they would
    rule the training.
    """
    return jnp.mean(jnp.sqrt(1.0 + errors**2) - 1.0)


def tolerance_loss(fields, targets, normalization):
    """``robust`` errors of ln of the fields, in units of FIELD_TOLERANCES; fields normalised, (..., 6)."""
    scale = jnp.log(10.0) * normalization.fields.half_width / jnp.asarray(FIELD_TOLERANCES)
    return robust((fields - targets) * scale.astype(fields.dtype))


def derivative_loss(found, wanted, floor):
    """``robust`` errors of the label derivatives (model, 6, label, depth), in units of DERIVATIVE_TOLERANCE of their
    size.

    That is the mean over depth of the derivative of this model and field by this label, or ``floor`` (6,) where that is
    more: small derivatives are to be as good as large ones.
    """
    size = jnp.maximum(jnp.mean(jnp.abs(wanted), axis=-1), floor[:, None])
    return robust((found - wanted) / (DERIVATIVE_TOLERANCE * size[..., None]))


def with_label_derivatives(profile, labels):
    """Fields (model, depth, 6) of a function of the labels (model, label), and derivatives (model, 6, label, depth)."""

    def along(direction):
        return jax.jvp(profile, (labels,), (jnp.broadcast_to(direction, labels.shape),))

    directions = jnp.eye(labels.shape[-1], dtype=labels.dtype)
    fields, derivatives = jax.vmap(along, out_axes=(None, 0))(directions)
    return fields, jnp.transpose(derivatives, (1, 3, 0, 2))


def soft_log10(ratio):
    """log10 of a ratio near one, continued smoothly through zero to negative ratios.

    Exactly 0 at ratio 1, within 5e-5 of log10 above 1; falls monotonically, as -log10 |ratio|, for negative ratios.
    A logarithm proper has no value where the gas pressure of an untrained network falls inward faster than radiation
    pressure rises; this has, and its slope shows the way back.
    """
    return (jnp.arcsinh(ratio / (2 * SOFTENING)) - jnp.arcsinh(0.5 / SOFTENING)) / jnp.log(10.0).astype(ratio.dtype)


def hydrostatic_balance(log_tau, logg, log_pressure, pressure_slope, log_opacity, log_radiative_acceleration):
    """How well gas and radiation pressure carry the weight of the gas, both arrays shaped like the arguments.

    Hydrostatic equilibrium is dP_gas/dm = g - g_rad; with dtau = kappa dm, d(P_gas + P_rad)/dtau = g / kappa. All
    arguments are log10 of CGS quantities, ``pressure_slope`` is dlog10(P_gas)/dlog10(tau).
    Returns (ratio, slope): d(P_gas + P_rad)/dtau over g/kappa, 1 in equilibrium; and tau/P_gas times
    d(P_gas + P_rad)/dtau, negative where the total pressure falls inward. This form needs no logarithm of g - g_rad,
    so it holds where radiation outweighs gravity.
    """
    log_scale = log_opacity + log_pressure - log_tau - logg
    gas = _power(log_scale) * pressure_slope
    radiation = _power(log_radiative_acceleration - logg)
    slope = pressure_slope + _power(log_radiative_acceleration - log_opacity + log_tau - log_pressure)
    return gas + radiation, slope


def _power(exponent):
    limit = jnp.asarray(LARGEST_EXPONENT, dtype=exponent.dtype)
    return 10.0 ** jnp.clip(exponent, -limit, limit)


def hydrostatic_terms(fields, slopes, log_tau, logg, normalization):
    """``hydrostatic_balance`` of normalised fields (model, depth, 6) and their derivatives by normalised log_tau."""
    dtype = fields.dtype
    logarithms = normalization.fields.restore(fields).astype(dtype)
    stretch = normalization.fields.half_width[GAS_PRESSURE] / normalization.log_tau.half_width
    return hydrostatic_balance(
        normalization.log_tau.restore(log_tau).astype(dtype),
        logg[:, None],
        logarithms[..., GAS_PRESSURE],
        slopes[..., GAS_PRESSURE] * stretch.astype(dtype),
        logarithms[..., ROSSELAND_OPACITY],
        logarithms[..., RADIATIVE_ACCELERATION],
    )


def physics_loss(fields, slopes, log_tau, logg, normalization):
    """Mean squared hydrostatic residual (dex^2) on the inner depths, plus a penalty on pressure falling inward.

    The residual is log10 d(P_gas + P_rad)/dtau - log10 g/kappa. The penalty asks for the sign of the true gradient,
    which is positive whatever g/kappa is.
    """
    ratio, slope = hydrostatic_terms(fields, slopes, log_tau, logg, normalization)
    first, last = PHYSICS_DEPTHS
    ratio, slope = ratio[:, first : last + 1], slope[:, first : last + 1]
    return jnp.mean(soft_log10(ratio) ** 2) + SIGN_WEIGHT * jnp.mean(jax.nn.relu(-slope))


def losses(profile, batch, normalization, weights, *, with_physics=True, with_derivatives=False, tolerant=False):
    """The Losses of a profile on a batch.

    weights: Weights. With ``with_physics`` one forward-mode derivative through the log_tau input gives fields and
    slopes together; without (alpha must be 0 then) it is not taken and the physics part is zero. ``with_derivatives``:
    likewise for the labels. tolerant: take ``tolerance_loss`` for the paper's squared errors.
    """

    def of_labels(labels):
        return profile(labels, batch.log_tau)

    zero = jnp.zeros((), batch.fields.dtype)
    physics = derivatives = zero
    if with_physics:
        depths = batch.log_tau
        fields, slopes = jax.jvp(lambda log_tau: profile(batch.labels, log_tau), (depths,), (jnp.ones_like(depths),))
        physics = physics_loss(fields, slopes, depths, batch.logg, normalization)
    if with_derivatives:
        fields, found = with_label_derivatives(of_labels, batch.labels)
        derivatives = derivative_loss(found, batch.derivatives, weights.derivative_floor)
    if not (with_physics or with_derivatives):
        fields = of_labels(batch.labels)
    data = tolerance_loss(fields, batch.fields, normalization) if tolerant else data_loss(fields, batch.fields)
    alpha = weights.alpha.astype(fields.dtype)
    total = (1 - alpha) * data + alpha * physics + weights.derivatives.astype(fields.dtype) * derivatives
    return Losses(total, data, physics, derivatives)
