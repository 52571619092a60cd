"""Hydrostatic residuals of the solver's models, and what their measurement gives for an exact integral."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pandas as pd
from scipy.interpolate import CubicSpline

from kurucz_a1.evaluation.hydrostatic_tables import STATISTICS, hydrostatic_tables
from kurucz_a1.evaluation.statistics import percentiles
from kurucz_a1.labels import LABEL_NAMES

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)


def integral_over_depth(model, log_integrand):
    """Integral of exp(``log_integrand``) over column mass from the surface to each depth (depth,), independent of the
    solver's quadrature.

    dm = tau / kappa dln tau. ln kappa and log_integrand (depth,) are cubic splines in ln tau through the model's
    depths, integrated by ten Gauss-Legendre points an interval; above the first depth both are constant.
    """
    log_tau = np.asarray(model.log_tau, dtype=float) * np.log(10.0)
    logarithm = CubicSpline(log_tau, np.asarray(log_integrand) - np.log(np.asarray(model.rosseland_opacity)))
    half = 0.5 * np.diff(log_tau)
    points = log_tau[:-1, None] + half[:, None] * (1.0 + _NODES)
    pieces = half * (np.exp(points + logarithm(points)) @ _WEIGHTS)
    return np.exp(log_tau[0] + logarithm(log_tau[0])) + np.concatenate([[0.0], np.cumsum(pieces)])


def identity(model):
    """abs(log10 (P + P_rad) / (g m)) in dex at each depth (depth,), m and P_rad from ``integral_over_depth``."""
    mass = integral_over_depth(model, np.zeros(np.size(model.temperature)))
    radiation = integral_over_depth(model, np.log(np.asarray(model.radiative_acceleration)))
    return np.abs(np.log10((np.asarray(model.gas_pressure) + radiation) / (10.0 ** float(model.logg) * mass)))


def exact_integral(model):
    """The Atmosphere (depth,) of the same Rosseland opacity whose column mass and pressure P = g m are exact, with no
    radiation pressure."""
    mass = integral_over_depth(model, np.zeros(np.size(model.temperature)))
    return replace(
        model,
        column_mass=jnp.asarray(mass),
        gas_pressure=jnp.asarray(10.0 ** float(model.logg) * mass),
        radiative_acceleration=jnp.zeros_like(jnp.asarray(mass)),
        source="exact",
    )


def equilibrium_tables(models):
    """Form C of the solver's models and of exact integrals of the same opacities, and the identity of the models.

    models: sequence of Atmospheres (depth,). Returns two DataFrames, the first and last depth of each model left out:

    - by model: system ("solver" or "exact"), the five labels, and form_c_median, form_c_p95, form_c_max (dex), and for
      the solver's models identity_median, identity_p95, identity_max of ``identity``;
    - pooled over depths and models: system, form ("C" or "identity"), models, median, p90, p95, p99, max.
    """
    kept = ["system", *LABEL_NAMES, *(f"{form}_{name}" for form in ("form_c", "identity") for name in STATISTICS)]
    if not models:
        return pd.DataFrame(columns=kept), pd.DataFrame(columns=["system", "form", "models", *percentiles([])])
    residuals, summary = hydrostatic_tables(
        {"box": {"solver": models, "exact": [exact_integral(model) for model in models]}}
    )
    of_models = [identity(model)[1:-1] for model in models]
    for name in STATISTICS:
        values = [percentiles(values)[name] for values in of_models]
        residuals.loc[residuals["system"] == "solver", f"identity_{name}"] = values
    pooled = {"system": "solver", "form": "identity", "models": len(models)} | percentiles(np.concatenate(of_models))
    summary = pd.concat([summary[summary["form"] == "C"].drop(columns="label_set"), pd.DataFrame([pooled])])
    return residuals[kept], summary
