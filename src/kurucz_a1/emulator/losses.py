"""The paper's loss: weighted errors of the fields, and hydrostatic equilibrium by automatic differentiation.

L = (1 - alpha) L_data + alpha L_physics (Li et al. 2025). Unlike the published code, the equilibrium counts radiation,
the values and the derivative come from one pass (one dropout mask), and validation sees the same loss as training.

A ``profile`` below is any function of normalised log_tau, (depth,) or (model, depth), that returns the normalised
fields (model, depth, 6) with each depth depending on its own log_tau only.
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


class Batch(NamedTuple):
    """Normalised training data: labels (model, 4), log_tau (depth,) or (model, depth), fields (model, depth, 6);
    logg in dex, (model,)."""

    labels: jax.Array
    log_tau: jax.Array
    fields: jax.Array
    logg: jax.Array


class Losses(NamedTuple):
    """Total, data and physics part of a loss, scalars."""

    total: jax.Array
    data: jax.Array
    physics: jax.Array


def data_loss(fields, targets):
    """Sum over the six fields of weight times mean squared error, all normalised, shape (..., 6)."""
    weights = jnp.asarray(FIELD_WEIGHTS, dtype=fields.dtype)
    return jnp.sum(weights * jnp.mean((fields - targets) ** 2, axis=tuple(range(fields.ndim - 1))))


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


def losses(profile, batch, normalization, alpha, with_physics=True):
    """The three losses of a profile on a batch.

    One forward-mode derivative through the log_tau input gives fields and slopes together. With ``with_physics``
    false (alpha must be 0 then) the derivative is not taken and the physics part is zero.
    """
    if with_physics:
        fields, slopes = jax.jvp(profile, (batch.log_tau,), (jnp.ones_like(batch.log_tau),))
        physics = physics_loss(fields, slopes, batch.log_tau, batch.logg, normalization)
    else:
        fields = profile(batch.log_tau)
        physics = jnp.zeros((), fields.dtype)
    data = data_loss(fields, batch.fields)
    alpha = jnp.asarray(alpha).astype(fields.dtype)
    return Losses((1 - alpha) * data + alpha * physics, data, physics)
