"""The solver and the networks compared with real ATLAS-12 models of the same labels."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
import pandas as pd
import xarray as xr
from jaxtyping import Float

from kurucz_a1.atmosphere import Atmosphere, NotConverged, solve
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.atmosphere.solver.solve import load_opacities
from kurucz_a1.dataset.schema import SPLITS
from kurucz_a1.evaluation.statistics import models_of
from kurucz_a1.labels import LABEL_NAMES, Labels, told_table
from kurucz_a1.numerics.bootstrap import with_intervals
from kurucz_a1.numerics.splines import log_spline
from kurucz_a1.settings import SolverOptions

# The layers whose numbers depend neither on ATLAS-12's surface boundary nor on the gas below the last layer.
LOG_TAU_RANGE = (-4.0, 1.5)
TOLERANCE = {"teff": 1.0}

_Model = TypeVar("_Model")


def unseen(models: Sequence[Atmosphere], dataset: xr.Dataset) -> list[Atmosphere]:
    """The models whose labels no model of the dataset's training and validation split has."""
    seen = dataset.isel(model=dataset["split"].values != SPLITS.index("test"))
    labels = np.stack(np.broadcast_arrays(*Labels.of(seen).as_dict().values()), axis=-1)
    own = [np.array([float(getattr(model, name)) for name in LABEL_NAMES]) for model in models]
    return [
        model
        for model, point in zip(models, own, strict=True)
        if not np.any(np.all(np.abs(labels - point) < 1e-6, axis=1))
    ]


def sample(models: Sequence[_Model], most: int) -> list[_Model]:
    """At most ``most`` of the models, evenly spread over the sequence; the last one is always among them.

    >>> sample(["a", "b", "c", "d", "e"], 3)
    ['a', 'c', 'e']
    """
    if len(models) <= most:
        return list(models)
    places = np.linspace(len(models) - 1, 0, most).round().astype(int)
    return [models[place] for place in sorted(places)]


def solved_models(
    models: Sequence[Atmosphere], chosen: Sequence[Atmosphere], options: SolverOptions
) -> list[Atmosphere | None]:
    """The solver's models at the labels of ``models``; None if not converged, or for a model that is not in ``chosen``.

    A microturbulence that the opacity table of ``options`` does not hold is replaced by the nearest that it holds.
    """
    done, tables = 0, load_opacities(options)
    solved: list[Atmosphere | None] = [None] * len(models)
    for place, model in enumerate(models):
        if not any(model is other for other in chosen):
            continue
        try:
            solved[place] = solve(tables.nearest(model), options=options)
        except NotConverged as error:
            print(f"left out: {error}")
        done += 1
        print(f"ATLAS-12 comparison: {done} of {len(chosen)} models solved", flush=True)
    return solved


def at_depths(model: Atmosphere, log_tau: Float[np.ndarray, "depth"]) -> dict[str, Float[np.ndarray, "depth"]]:
    """The six fields of one model at ``log_tau``, by cubic splines of their logarithms.

    Raises ValueError if ``log_tau`` extends more than 0.1 beyond the model.
    """
    own = np.asarray(model.log_tau)
    if log_tau.min() < own[0] - 0.1 or log_tau.max() > own[-1] + 0.1:
        raise ValueError(f"log_tau {log_tau.min():g}..{log_tau.max():g} leaves the model's {own[0]:g}..{own[-1]:g}")
    fields = {name: np.maximum(np.asarray(getattr(model, name)), 1e-30) for name in FIELD_NAMES}
    return {name: np.exp(log_spline(own, values)(log_tau)) for name, values in fields.items()}


def atlas12_tables(
    reference: Sequence[Atmosphere], predictions: Mapping[str, Sequence[Atmosphere | None]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Predicted models against ATLAS-12 models of the same labels, on the ATLAS-12 layers in -4 <= log tau <= 1.5.

    - ``reference``: single ATLAS-12 models.
    - ``predictions``: one entry per reference model from each system, None where it has no model; on any depths.

    Returns two tables:

    - comparison, one row per model and system: system, the labels, layers, and rms and median of the size of the
      errors in ln units: temperature_rms, temperature_median, gas_pressure_rms, ... for all six fields;
    - summary, one row per set, system and field: set ("all" models of the system, or those "common" to all systems),
      system, field, models, over models the median rms with its 95 % interval (median_low, median_high), and the worst
      (largest) rms.
    """
    rows, in_all = [], []
    made_by_all = [all(model is not None for model in models) for models in zip(*predictions.values(), strict=True)]
    for system, models in predictions.items():
        for truth, model, is_common in zip(reference, models, made_by_all, strict=True):
            if model is None:
                continue
            in_all.append(is_common)
            log_tau = np.asarray(truth.log_tau)
            log_tau = log_tau[(log_tau >= LOG_TAU_RANGE[0]) & (log_tau <= LOG_TAU_RANGE[1])]
            true, predicted = at_depths(truth, log_tau), at_depths(model, log_tau)
            labels = truth.floats()
            row = {"system": system, **labels, "layers": len(np.asarray(truth.log_tau))}
            for field in FIELD_NAMES:
                error = np.log(predicted[field] / true[field])
                row[f"{field}_rms"] = float(np.sqrt(np.mean(error**2)))
                row[f"{field}_median"] = float(np.median(np.abs(error)))
            rows.append(row)
    columns = ["system", *LABEL_NAMES, "layers", *(f"{f}_{s}" for f in FIELD_NAMES for s in ("rms", "median"))]
    comparison = told_table(pd.DataFrame(rows, columns=columns))
    summaries = []
    for name, chosen in (("all", comparison), ("common", comparison[np.array(in_all, dtype=bool)])):
        for system, group in chosen.groupby("system", sort=False):
            for field in FIELD_NAMES:
                rms = group[f"{field}_rms"]
                interval = with_intervals(list(rms.to_numpy()[:, None]))
                summaries.append(
                    {"set": name, "system": system, "field": field, "models": len(group), "median": rms.median()}
                    | {end: interval[end] for end in ("median_low", "median_high")}
                    | {"worst": rms.max()}
                )
    names = ["set", "system", "field", "models", "median", "median_low", "median_high", "worst"]
    return comparison, pd.DataFrame(summaries, columns=names)


def profile_table(models: Mapping[str, Atmosphere]) -> pd.DataFrame:
    """Profiles of single models of several systems: columns system, log_tau and the six fields."""
    return pd.concat(
        [
            pd.DataFrame({"system": system, **{n: np.asarray(getattr(m, n)) for n in ("log_tau", *FIELD_NAMES)}})
            for system, m in models.items()
        ],
        ignore_index=True,
    )


def find_model(models: Sequence[Atmosphere], labels: Labels | Mapping[str, float]) -> Atmosphere:
    """The model with the given labels and the most layers.

    - ``models``: single models or sets of models.
    - ``labels``: all labels, or values of some; the model has them within 1 K and 0.01 dex or km/s.

    Raises ValueError if there is none.
    """

    values = labels.as_dict() if isinstance(labels, Labels) else labels

    def is_close(model: Atmosphere) -> bool:
        return all(abs(float(getattr(model, k)) - v) <= TOLERANCE.get(k, 0.01) for k, v in values.items())

    close = [model for model in models_of(models) if is_close(model)]
    if not close:
        sought = labels.told() if isinstance(labels, Labels) else values
        raise ValueError(f"no model with {', '.join(f'{k}={v:g}' for k, v in sought.items())} among {len(models)}")
    return max(close, key=lambda model: len(np.asarray(model.log_tau)))
