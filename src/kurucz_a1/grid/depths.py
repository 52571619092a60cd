"""Put a model atmosphere on the 80 standard depths."""

from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from scipy.interpolate import CubicSpline

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.depth import standard_log_tau
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.errors import OutsideSupport
from kurucz_a1.numerics.splines import log_spline

# ATLAS-12 with 80 layers works on the standard depths. Optical depths computed from its printed numbers, which have
# four digits and are sparse where opacity rises steeply, differ from them by up to 0.03 dex (median 0.001).
_SAME_DEPTHS = 0.05
_END_SLACK = 0.01


def on_standard_depths(atmosphere: Atmosphere) -> Atmosphere:
    """One Atmosphere on the 80 standard ``log_tau``.

    A model on these depths within 0.05 dex keeps its numbers, with the standard ``log_tau``. Others are interpolated by
    cubic splines of the logarithm of each quantity in ``log_tau``, column mass included, so that dtau = kappa dm holds
    as well as before. ``extra`` is left out.

    Raises OutsideSupport where the model does not reach from log_tau -6.875 to 3.
    """
    standard = np.asarray(standard_log_tau())
    own = np.asarray(atmosphere.log_tau, dtype=float)
    atmosphere = replace(atmosphere, extra={})
    if own.shape == standard.shape and np.max(np.abs(own - standard)) <= _SAME_DEPTHS:
        return replace(atmosphere, log_tau=jnp.asarray(standard))
    if own[0] > standard[0] + _END_SLACK or own[-1] < standard[-1] - _END_SLACK:
        raise OutsideSupport(
            f"the model spans log tau {own[0]:.2f} to {own[-1]:.2f}, "
            f"the standard depths need {standard[0]:.3f} to {standard[-1]:.0f}; leave it out"
        )
    fields = {name: np.asarray(getattr(atmosphere, name), dtype=float) for name in FIELD_NAMES}
    interpolated: dict[str, Any] = {
        name: jnp.asarray(_interpolate(own, values, standard)) for name, values in fields.items()
    }
    if atmosphere.label_jacobian is not None:
        derivatives = CubicSpline(own, np.asarray(atmosphere.label_jacobian), axis=-1)(standard)
        interpolated["label_jacobian"] = jnp.asarray(derivatives)
    return replace(atmosphere, log_tau=jnp.asarray(standard), **interpolated)


def _interpolate(
    log_tau: Float[np.ndarray, "depth"], values: Float[np.ndarray, "depth"], target: Float[np.ndarray, "target"]
) -> Float[np.ndarray, "target"]:
    if np.all(values > 0):
        return np.exp(log_spline(log_tau, values)(target))
    return CubicSpline(log_tau, values)(target)
