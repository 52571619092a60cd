"""The table of docs/emulator.md: what each emulator shows, against its target."""

import numpy as np
import pandas as pd

from kurucz_a1.evaluation import emulator_checks as checks
from kurucz_a1.evaluation.exact_integral import identity
from kurucz_a1.evaluation.statistics import models_of
from kurucz_a1.evaluation.targets import row
from kurucz_a1.labels import Labels

# Of abs(ln), in per cent: the median; the 95th percentile may be FOUR_TIMES that.
ACCURACY_TARGETS = {
    "temperature": ("T", 0.05),
    "gas_pressure": ("P", 0.5),
    "electron_density": ("n_e", 0.5),
    "column_mass": ("m", 0.3),
    "rosseland_opacity": ("kappa_Ross", 0.5),
    "radiative_acceleration": ("g_rad", np.nan),
}
FOUR_TIMES = 4.0


def names_of(models):
    """A short name of each model of an Atmosphere (model, depth), of Labels (model,) or of a table of labels."""
    stars = Labels.of(models)
    columns = [np.asarray(getattr(stars, name)) for name in ("teff", "logg", "feh", "afe")]
    return [f"{t:.0f} K, log g {g:.2f}, [M/H] {m:.2f}, [a/M] {a:.2f}" for t, g, m, a in zip(*columns, strict=True)]


def _spread(names, values):
    """One name for each number of ``values`` (model, ...)."""
    return np.repeat(names, np.size(values) // len(names)).tolist()


def _given(**targets):
    return {name: value for name, value in targets.items() if not np.isnan(value)}


def accuracy_rows(kind, truth, prediction):
    """Errors on the test split; those of the hydrostatic network have targets."""
    names, rows = names_of(truth), []
    for field, errors in checks.accuracy(truth, prediction).items():
        symbol, target = ACCURACY_TARGETS[field]
        target = target if kind == "hydrostatic" else np.nan
        quantity = f"{kind}: abs(Delta ln {symbol}), -5 <= log tau <= 2"
        targets = _given(median=target, p95=FOUR_TIMES * target)
        rows.append(row(quantity, "test split", "%", 100.0 * errors.ravel(), _spread(names, errors), targets))
    return rows


def jacobian_rows(kind, models, exact, found, ranges):
    """Label Jacobians on the test split.

    models: Atmosphere (model, depth); exact: their label Jacobian; found: the emulator's; ranges: of the labels.
    """
    distance = checks.jacobian_cells(exact, found, np.asarray(models.log_tau)[0], ranges)
    quantity = f"{kind}: label Jacobian over -3 <= log tau <= 1, by model, label and field: relative L2"
    against = "exact ones of the solver, test split"
    targets = {"median": 0.02, "p95": 0.05} if kind == "hydrostatic" else {}
    return [row(quantity, against, "1", distance.ravel(), _spread(names_of(models), distance), targets)]


def form_c_row(system, models, targets, against):
    """Form C of models on their own depths, nothing but the end points left out."""
    values = checks.residuals(models)
    quantity = f"{system}: form C, {np.shape(models.temperature)[-1]} depths"
    return row(quantity, against, "dex", values.ravel(), _spread(names_of(models), values), targets)


def construction_rows(emulator, labels, few):
    """What holds of the hydrostatic network by its construction; labels, few: Labels (model,), many and fewer."""
    models = emulator(labels)
    names = names_of(labels)
    sizes = [identity(model).max() for model in models_of(models)]
    drawn = "labels drawn in its support"
    fine = emulator(few, log_tau=checks.fine_log_tau())
    return [
        row("hydrostatic: identity I by splines in ln tau, 80 depths", drawn, "dex", sizes, names, {"worst": 5e-5}),
        row(
            "hydrostatic: not finite, not positive, or P or m not rising inward",
            drawn,
            "1",
            checks.exceptions(models).astype(float),
            names,
            {"worst": 0.0},
        ),
        row(
            "hydrostatic: asked for on 40, 80 and 800 depths, largest difference at the common ones",
            drawn,
            "1",
            checks.same_on_other_depths(emulator, few),
            names_of(few),
            {"worst": 1e-4},
        ),
        form_c_row("hydrostatic", fine, {"median": 2e-5, "p95": 3e-4}, drawn),
    ]


def label_table(models):
    """The five labels of an Atmosphere (model, depth), a DataFrame with one row a model."""
    return pd.DataFrame({name: np.asarray(value, dtype=float) for name, value in models.labels.as_dict().items()})


def flux_row(system, errors, against):
    """Largest departure of the flux from constancy of each model, of ``evaluation.flux.flux_errors``."""
    quantity = f"{system}: max abs(F/sigma Teff^4 - 1), by the solver's transfer"
    return row(quantity, against, "1", errors["flux_error"], names_of(errors), {})
