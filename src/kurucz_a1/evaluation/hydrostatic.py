"""Departure of a model atmosphere from hydrostatic equilibrium, by its own numbers."""

import numpy as np
from jaxtyping import Bool, Float

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.numerics.quadrature import integral_over_mass
from kurucz_a1.numerics.splines import log_spline

FORMS = ("C", "I", "published")
# log tau of the depths 2 to 59 of 80, where the published loss acts and the published measure is taken
TRAINED = (-6.625, 0.5)
_Profile = Float[np.ndarray, "depth"]


def hydrostatic_residual(atmosphere: Atmosphere, form: str = "C") -> Float[np.ndarray, "*model depth"]:
    """Departure from hydrostatic equilibrium at each depth, dex.

    P is gas pressure, P_rad the integral of the radiative acceleration over column mass m, both from the atmosphere's
    own fields:

    - ``form="C"``: abs(log10 d(P + P_rad)/dtau - (log g - log10 kappa)), with the derivative of a cubic spline of
      ln(P + P_rad) in ln tau. At the first and last depth the spline extrapolates its slope: leave them out of
      statistics.
    - ``form="I"``: abs(log10 (P + P_rad)/(g m)).
    - ``form="published"``: form C with P_rad left out, as Li et al. (2025, arXiv:2507.06357) measure it; they take its
      median over TRAINED.

    Form C differentiates: a spline over 80 depths gives a median of 2.5e-5 and a 95th percentile of 1.5e-3 dex for an
    exact solution with a real opacity profile, so a tail there may measure the differentiation. Form I integrates and
    has no such floor.

    The residual is inf where total pressure falls inward or is not positive, and nan where the atmosphere is not finite
    or has no positive column mass. Column mass need not increase.

    Raises ValueError for another form.

    >>> from kurucz_a1 import load_emulator
    >>> sun = load_emulator()(teff=5777.0, logg=4.44)
    >>> bool(hydrostatic_residual(sun, "I").max() < 1e-3)
    True
    """
    if form not in FORMS:
        raise ValueError(f"form {form!r}: choose one of {', '.join(FORMS)}")
    names = ("log_tau", "column_mass", "gas_pressure", "rosseland_opacity", "radiative_acceleration")
    shape = np.shape(atmosphere.temperature)
    fields = [np.broadcast_to(np.asarray(getattr(atmosphere, name), dtype=float), shape) for name in names]
    gravity = 10.0 ** np.broadcast_to(np.asarray(atmosphere.logg, dtype=float), shape[:-1])
    residual = np.empty(shape)
    for index in np.ndindex(shape[:-1]):
        log_tau, mass, pressure, opacity, push = (values[index] for values in fields)
        total = pressure if form == "published" else pressure + _radiation_pressure(mass, push)
        if form == "I":
            residual[index] = _absolute_log10(total / (gravity[index] * mass))
        else:
            residual[index] = _gradient_against_weight(float(gravity[index]), log_tau, total, opacity)
    return residual


def is_unphysical(atmosphere: Atmosphere) -> Bool[np.ndarray, "*model"]:
    """Whether fields are not finite, or but for the radiative acceleration not positive, or total pressure or column
    mass do not increase inward.
    """
    shape = np.shape(atmosphere.temperature)
    fields = [np.broadcast_to(np.asarray(getattr(atmosphere, name)), shape) for name in FIELD_NAMES]
    bad = pressure_falls(atmosphere)
    for name, values in zip(FIELD_NAMES, fields, strict=True):
        bad |= ~np.all(np.isfinite(values) & ((values > 0) | (name == "radiative_acceleration")), axis=-1)
    mass = fields[FIELD_NAMES.index("column_mass")]
    return np.asarray(bad | ~np.all(np.diff(mass, axis=-1) > 0, axis=-1))


def pressure_falls(atmosphere: Atmosphere) -> Bool[np.ndarray, "*model"]:
    """Whether total pressure falls, or stays, from one depth to the next; also where it is not finite.

    Total pressure is that of gas and radiation, as in ``hydrostatic_residual``.
    """
    shape = np.shape(atmosphere.temperature)
    names = ("column_mass", "gas_pressure", "radiative_acceleration")
    mass, pressure, push = (np.broadcast_to(np.asarray(getattr(atmosphere, name)), shape) for name in names)
    falls = np.empty(shape[:-1], dtype=bool)
    for index in np.ndindex(shape[:-1]):
        falls[index] = not np.all(np.diff(pressure[index] + _radiation_pressure(mass[index], push[index])) > 0)
    return falls


def in_trained(log_tau: Float[np.ndarray, "depth"]) -> Bool[np.ndarray, "depth"]:
    """Mask of the depths in TRAINED, the first and last of the model left out."""
    log_tau = np.asarray(log_tau)
    inside = (log_tau > TRAINED[0] - 1e-6) & (log_tau < TRAINED[1] + 1e-6)
    inside[[0, -1]] = False
    return inside


def _gradient_against_weight(gravity: float, log_tau: _Profile, total: _Profile, opacity: _Profile) -> _Profile:
    """abs(log10 d(total)/dtau - log10 gravity/opacity)."""
    if not np.all(np.isfinite(total) & np.isfinite(log_tau)):
        return np.full_like(total, np.nan)
    if np.any(total <= 0):
        return np.full_like(total, np.inf)
    log_tau = log_tau * np.log(10.0)
    slope = log_spline(log_tau, total)(log_tau, 1)
    return _absolute_log10(total * np.exp(-log_tau) * slope * opacity / gravity)


def _radiation_pressure(column_mass: _Profile, radiative_acceleration: _Profile) -> _Profile:
    """Radiation pressure at each layer, dyn cm-2."""
    if not np.all(np.isfinite(column_mass) & np.isfinite(radiative_acceleration) & (column_mass > 0)):
        return np.full_like(column_mass, np.nan)
    return integral_over_mass(column_mass, radiative_acceleration)


def _absolute_log10(ratio: _Profile) -> _Profile:
    """abs(log10 ratio): inf where the ratio is not positive, nan where it is nan."""
    positive = ratio > 0
    result = np.abs(np.log10(np.where(positive, ratio, 1.0)))
    return np.where(positive, result, np.where(np.isnan(ratio), np.nan, np.inf))
