"""The table of docs/emulator.md: each quantity of each emulator against its target."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.emulator import Emulator
from kurucz_a1.evaluation import emulator_checks as checks
from kurucz_a1.evaluation.derivative_table import compare
from kurucz_a1.evaluation.exact_integral import identity
from kurucz_a1.evaluation.spectra import WINDOW, normalized_flux_differences
from kurucz_a1.evaluation.statistics import models_of
from kurucz_a1.evaluation.targets import case_names, row
from kurucz_a1.labels import Labels
from kurucz_a1.types import AnyArray

# Medians of abs(ln), in per cent; the 95th percentile may be SIX_TIMES the median.
ACCURACY_TARGETS = {
    "temperature": ("T", 0.03),
    "gas_pressure": ("P", 0.15),
    "electron_density": ("n_e", 0.3),
    "column_mass": ("m", 0.15),
    "rosseland_opacity": ("kappa_Ross", 0.3),
    "radiative_acceleration": ("g_rad", np.nan),
}
SIX_TIMES = 6.0
DRAWN = "random labels in its label space"


def _spread(names: Sequence[str], values: Float[np.ndarray, "model ..."]) -> list[str]:
    """The name of its model for each number."""
    return np.repeat(names, np.size(values) // len(names)).tolist()


def _given(**targets: float) -> dict[str, float]:
    return {name: value for name, value in targets.items() if not np.isnan(value)}


def accuracy_rows(kind: str, truth: Atmosphere, prediction: Atmosphere) -> list[dict[str, Any]]:
    """Errors on the test split; those of the hydrostatic network have targets."""
    names, rows = case_names(truth), []
    for field, errors in checks.accuracy(truth, prediction).items():
        symbol, target = ACCURACY_TARGETS[field]
        target = target if kind == "hydrostatic" else np.nan
        quantity = f"{kind}: abs(Delta ln {symbol}), -5 <= log tau <= 2"
        targets = _given(median=target, p95=SIX_TIMES * target)
        rows.append(row(quantity, "test split", "%", 100.0 * errors.ravel(), _spread(names, errors), targets))
    return rows


def jacobian_rows(
    kind: str,
    models: Atmosphere,
    exact: Float[AnyArray, "model 6 label depth"],
    predicted: Float[AnyArray, "model 6 label depth"],
    ranges: Float[np.ndarray, "label"],
) -> list[dict[str, Any]]:
    """Label Jacobians on the test split, of the cells that count (``derivative_table.Cells``).

    - ``exact``, ``predicted``: those of the models, and the emulator's.
    - ``ranges``: of the labels.
    """
    cells = compare(exact, predicted, np.asarray(models.log_tau)[0], ranges)
    of_models = np.repeat(case_names(models), cells.counts[0].size).reshape(cells.counts.shape)
    quantity = f"{kind}: label Jacobian over -3 <= log tau <= 1, by model, label and field: relative L2"
    against = "exact Jacobians of the solver, test split"
    targets = {"median": 0.02, "p95": 0.05} if kind == "hydrostatic" else {}
    return [row(quantity, against, "1", cells.distance[cells.counts], of_models[cells.counts], targets)]


def form_c_row(system: str, models: Atmosphere, targets: Mapping[str, float], against: str) -> dict[str, Any]:
    """Form C of models on their own depths without the end points."""
    values = checks.residuals(models)
    quantity = f"{system}: form C, {np.shape(models.temperature)[-1]} depths"
    return row(quantity, against, "dex", values.ravel(), _spread(case_names(models), values), targets)


def identity_row(system: str, models: Atmosphere, targets: Mapping[str, float], against: str) -> dict[str, Any]:
    """The largest identity I of each model, by integrals of splines through its own depths."""
    sizes = [identity(model).max() for model in models_of(models)]
    quantity = f"{system}: identity I by splines in ln tau, {np.shape(models.temperature)[-1]} depths"
    return row(quantity, against, "dex", sizes, case_names(models), targets)


def construction_rows(emulator: Emulator, labels: Labels, few: Labels) -> list[dict[str, Any]]:
    """Properties of the hydrostatic network by construction, at many ``labels`` or, where slow, at ``few``."""
    models = emulator(labels)
    names = case_names(labels)
    fine = emulator(few, log_tau=checks.fine_log_tau())
    return [
        identity_row("hydrostatic", models, {"worst": 5e-5}, DRAWN),
        row(
            "hydrostatic: models not finite, not positive, or with P or m not rising inward, but P where g_rad > g",
            DRAWN,
            "1",
            checks.exceptions(models).astype(float),
            names,
            {"worst": 0.0},
        ),
        row(
            "hydrostatic: largest difference between 40, 80 and 800 depths at common depths",
            DRAWN,
            "1",
            checks.same_on_other_depths(emulator, few),
            case_names(few),
            {"worst": 1e-4},
        ),
        form_c_row("hydrostatic", fine, {"median": 2e-5, "p95": 3e-4}, DRAWN),
    ]


def spectrum_row(kind: str, models: Atmosphere, prediction: Atmosphere) -> dict[str, Any]:
    """Rms difference of the normalised flux of lines from two structures of each star."""
    low, high = WINDOW
    quantity = f"{kind}: rms difference of the normalised flux, {low:.0f} to {high:.0f} A, the package's lines"
    differences = normalized_flux_differences(models, prediction)
    targets = {"median": 2e-4} if kind == "hydrostatic" else {}
    return row(quantity, "spectra of the models, test split", "1", differences, case_names(models), targets)


def label_table(models: Atmosphere) -> pd.DataFrame:
    """The labels, one row per model."""
    return pd.DataFrame({name: np.asarray(value, dtype=float) for name, value in models.told().items()})


def flux_row(system: str, errors: pd.DataFrame, against: str) -> dict[str, Any]:
    """Row of ``evaluation.flux.flux_errors``: the largest departure of the flux from constancy in each model."""
    quantity = f"{system}: max abs(F/sigma Teff^4 - 1), by the solver's transfer"
    return row(quantity, against, "1", errors["flux_error"], case_names(errors), {})
