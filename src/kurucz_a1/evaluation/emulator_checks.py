"""Checks of an emulator on models that it has not seen and at random labels in its label space.

Each function returns an array of sizes, one per model, or per model and depth, for ``targets.row``.
"""

import numpy as np
from jaxtyping import Bool, Float

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.depth import standard_log_tau
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.emulator import Emulator
from kurucz_a1.evaluation.accuracy import relative_errors
from kurucz_a1.evaluation.hydrostatic import hydrostatic_residual
from kurucz_a1.evaluation.statistics import models_of
from kurucz_a1.labels import Labels

ACCURACY_BAND = (-5.0, 2.0)  # of log tau
JACOBIAN_BAND = (-3.0, 1.0)
JACOBIAN_FIELDS = ("temperature", "gas_pressure", "column_mass", "electron_density", "rosseland_opacity")
FINE_STEP = 0.0125  # of log tau


def in_band(log_tau: Float[np.ndarray, "depth"], band: tuple[float, float]) -> Bool[np.ndarray, "depth"]:
    """Mask of the depths in the band."""
    return (log_tau >= band[0] - 1e-6) & (log_tau <= band[1] + 1e-6)


def accuracy(truth: Atmosphere, prediction: Atmosphere) -> dict[str, Float[np.ndarray, "model depth"]]:
    """abs(ln(prediction/truth)) of each field of several models, for log tau in ACCURACY_BAND."""
    inside = in_band(np.asarray(truth.log_tau)[0], ACCURACY_BAND)
    return {name: np.abs(errors[:, inside]) for name, errors in relative_errors(truth, prediction).items()}


def jacobians(
    emulator: Emulator, models: Atmosphere
) -> tuple[Float[np.ndarray, "model 6 label depth"], Float[np.ndarray, "model 6 label depth"]]:
    """Label Jacobians of models that have them, and those of an emulator, both by its free labels."""
    columns = [models.jacobian_labels.index(name) for name in emulator.space.free]
    predicted = emulator.jacobian(emulator.space.fix(models)).stacked()
    return np.asarray(models.label_jacobian)[:, :, columns], np.asarray(predicted)


def same_on_other_depths(emulator: Emulator, labels: Labels) -> Float[np.ndarray, "model"]:
    """Largest relative difference, over fields and common depths, between models on 40 or 800 depths and on 80."""
    standard = np.asarray(standard_log_tau())
    whole = _fields(emulator(labels))
    differences = []
    for count, common in ((40, standard[::2]), (800, standard)):
        # the common depths, and others between them
        between = np.linspace(standard[0], standard[-1], max(count - common.size, 0) + 2)[1:-1]
        log_tau = np.sort(np.concatenate([common, between]))
        other = _fields(emulator(labels, log_tau=log_tau))[..., np.searchsorted(log_tau, common)]
        own = whole[..., np.isin(standard, common)]
        differences.append(np.abs(other / own - 1.0).max(axis=(0, 2)))
    return np.max(differences, axis=0)


def _fields(models: Atmosphere) -> Float[np.ndarray, "6 model depth"]:
    return np.stack([np.asarray(getattr(models, name)) for name in FIELD_NAMES])


def residuals(models: Atmosphere, form: str = "C") -> Float[np.ndarray, "model depth"]:
    """Hydrostatic residuals of several models without their first and last depths, dex."""
    return np.stack([hydrostatic_residual(model, form)[1:-1] for model in models_of(models)])


def fine_log_tau() -> Float[np.ndarray, "depth"]:
    """log tau in steps of FINE_STEP between the ends of the 80 depths."""
    standard = np.asarray(standard_log_tau())
    return np.linspace(standard[0], standard[-1], round((standard[-1] - standard[0]) / FINE_STEP) + 1)


def exceptions(models: Atmosphere) -> Bool[np.ndarray, "model"]:
    """Mask of the models that are not finite and positive, whose column mass does not rise inward, or whose gas
    pressure does not though radiation pushes less than gravity pulls at both ends of the layer."""
    fields = _fields(models)
    bad = ~(np.isfinite(fields) & (fields > 0.0)).all(axis=(0, 2))
    gravity = 10.0 ** np.asarray(models.logg)[..., None]
    pushed = np.asarray(models.radiative_acceleration) > gravity
    for name, excused in (("gas_pressure", pushed[..., 1:] | pushed[..., :-1]), ("column_mass", False)):
        rises = np.diff(np.asarray(getattr(models, name)), axis=-1) > 0.0
        bad |= ~(rises | excused).all(axis=-1)
    return bad
