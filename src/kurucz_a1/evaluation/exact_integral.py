"""Column mass and radiation pressure by an integration that is independent of the solver's."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from scipy.interpolate import CubicSpline

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.numerics.quadrature import gauss_legendre
from kurucz_a1.types import AnyArray

_NODES, _WEIGHTS = gauss_legendre(10)


def integral_over_depth(model: Atmosphere, log_integrand: Float[AnyArray, "depth"]) -> Float[np.ndarray, "depth"]:
    """Integral of exp(``log_integrand``) over column mass from the surface to each depth of a single model.

    dm = tau / kappa dln tau. ln kappa and log_integrand are cubic splines in ln tau through the model's depths,
    integrated by ten Gauss-Legendre points per interval, independently of the solver's quadrature; above the first
    depth both are constant.
    """
    log_tau = np.asarray(model.log_tau, dtype=float) * np.log(10.0)
    logarithm = CubicSpline(log_tau, np.asarray(log_integrand) - np.log(np.asarray(model.rosseland_opacity)))
    width = np.diff(log_tau)
    points = log_tau[:-1, None] + width[:, None] * _NODES
    pieces = width * (np.exp(points + logarithm(points)) @ _WEIGHTS)
    return np.exp(log_tau[0] + logarithm(log_tau[0])) + np.concatenate([[0.0], np.cumsum(pieces)])


def identity(model: Atmosphere) -> Float[np.ndarray, "depth"]:
    """abs(log10 (P + P_rad) / (g m)) of a single model in dex, with m and P_rad from ``integral_over_depth``."""
    mass = integral_over_depth(model, np.zeros(np.size(model.temperature)))
    radiation = integral_over_depth(model, np.log(np.asarray(model.radiative_acceleration)))
    return np.abs(np.log10((np.asarray(model.gas_pressure) + radiation) / (10.0 ** float(model.logg) * mass)))


def exact_integral(model: Atmosphere) -> Atmosphere:
    """The model of the same Rosseland opacity whose column mass and pressure P = g m are exact, without radiation
    pressure."""
    mass = integral_over_depth(model, np.zeros(np.size(model.temperature)))
    return replace(
        model,
        column_mass=jnp.asarray(mass),
        gas_pressure=jnp.asarray(10.0 ** float(model.logg) * mass),
        radiative_acceleration=jnp.zeros_like(jnp.asarray(mass)),
        source="exact",
    )
