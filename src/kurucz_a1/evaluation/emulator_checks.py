"""What an emulator shows on models that it has not seen and at labels drawn in its support, number by number.

Each function gives arrays of sizes, one number a model, or a model and depth, for ``targets.row``.
"""

import jax
import jax.numpy as jnp
import numpy as np

from kurucz_a1.atmosphere.depth import standard_log_tau
from kurucz_a1.atmosphere.fields import FIELD_NAMES, JACOBIAN_LABELS
from kurucz_a1.evaluation.accuracy import relative_errors
from kurucz_a1.evaluation.hydrostatic import hydrostatic_residual
from kurucz_a1.evaluation.statistics import models_of

ACCURACY_BAND = (-5.0, 2.0)  # of log tau
JACOBIAN_BAND = (-3.0, 1.0)
JACOBIAN_FIELDS = ("temperature", "gas_pressure", "column_mass", "electron_density", "rosseland_opacity")
NEGLIGIBLE = 1e-3  # of a field's largest derivative: what is smaller is judged by its absolute error
FINE_STEP = 0.0125  # of log tau


def in_band(log_tau, band):
    """Which of the depths (depth,) lie in the band, a boolean array."""
    return (log_tau >= band[0] - 1e-6) & (log_tau <= band[1] + 1e-6)


def accuracy(truth, prediction):
    """abs(ln(prediction/truth)) of Atmospheres (model, depth) for log tau in ACCURACY_BAND, {field: (model, depth)}."""
    inside = in_band(np.asarray(truth.log_tau)[0], ACCURACY_BAND)
    return {name: np.abs(errors[:, inside]) for name, errors in relative_errors(truth, prediction).items()}


def log_fields_of(emulator):
    """ln of an emulator's six fields (6, depth) as a function of its four labels (4,), to be differentiated."""

    def log_fields(point):
        model = emulator(**dict(zip(JACOBIAN_LABELS, point, strict=True)))
        return jnp.log(jnp.stack([getattr(model, name) for name in FIELD_NAMES]))

    return log_fields


def label_jacobian(emulator, labels):
    """d ln(field)/d label of an emulator at its 80 depths, (model, 6, 4, depth); labels: {label: (model,)}."""
    points = jnp.stack([jnp.asarray(labels[name]) for name in JACOBIAN_LABELS], axis=-1)
    return np.moveaxis(np.asarray(jax.jit(jax.vmap(jax.jacfwd(log_fields_of(emulator))))(points)), -1, 2)


def jacobian_cells(exact, found, log_tau, ranges):
    """Relative L2 over JACOBIAN_BAND of label Jacobians (model, 6, 4, depth): (model, field of JACOBIAN_FIELDS, label).

    log_tau: (depth,); ranges: of the four labels, (4,), by which derivatives are made comparable. A derivative smaller
    than NEGLIGIBLE of the field's largest is judged by its absolute error, in units of that. A cell within 5 % has a
    cosine above 0.9987.
    """
    inside = in_band(np.asarray(log_tau), JACOBIAN_BAND)
    places = [FIELD_NAMES.index(name) for name in JACOBIAN_FIELDS]
    scale = np.asarray(ranges)[:, None]
    exact, found = (np.asarray(values)[:, places][..., inside] * scale for values in (exact, found))
    size = np.linalg.norm(exact, axis=-1)
    floor = NEGLIGIBLE * size.max(axis=(0, 2), keepdims=True)
    return np.linalg.norm(found - exact, axis=-1) / np.maximum(size, floor)


def same_on_other_depths(emulator, labels):
    """Largest relative difference, over fields and common depths, of models asked for on 40 and 800 depths from those
    on 80, (model,)."""
    standard = np.asarray(standard_log_tau())
    whole = _fields(emulator(**labels))
    differences = []
    for count, common in ((40, standard[::2]), (800, standard)):
        # the common depths, and others between them
        between = np.linspace(standard[0], standard[-1], max(count - common.size, 0) + 2)[1:-1]
        log_tau = np.sort(np.concatenate([common, between]))
        asked = _fields(emulator(**labels, log_tau=log_tau))[..., np.searchsorted(log_tau, common)]
        own = whole[..., np.isin(standard, common)]
        differences.append(np.abs(asked / own - 1.0).max(axis=(0, 2)))
    return np.max(differences, axis=0)


def _fields(models):
    return np.stack([np.asarray(getattr(models, name)) for name in FIELD_NAMES])


def residuals(models, form="C"):
    """Hydrostatic residual in dex of each model, first and last depth left out, (model, depth - 2)."""
    return np.stack([hydrostatic_residual(model, form)[1:-1] for model in models_of(models)])


def fine_log_tau():
    """log tau in steps of FINE_STEP between the ends of the 80 depths."""
    standard = np.asarray(standard_log_tau())
    return np.linspace(standard[0], standard[-1], round((standard[-1] - standard[0]) / FINE_STEP) + 1)


def exceptions(models):
    """Which models (model, depth) are not finite and positive, or whose pressure or column mass does not rise inward,
    a boolean array (model,)."""
    fields = _fields(models)
    bad = ~(np.isfinite(fields) & (fields > 0.0)).all(axis=(0, 2))
    for name in ("gas_pressure", "column_mass", "log_tau"):
        bad |= ~(np.diff(np.asarray(getattr(models, name)), axis=-1) > 0.0).all(axis=-1)
    return bad
