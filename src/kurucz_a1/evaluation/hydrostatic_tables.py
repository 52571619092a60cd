"""Hydrostatic residuals of sets of models: tables with one row per model and one row per set."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.evaluation.hydrostatic import hydrostatic_residual, in_trained, is_unphysical, pressure_falls
from kurucz_a1.evaluation.statistics import models_of, percentiles
from kurucz_a1.labels import told_table
from kurucz_a1.numerics.bootstrap import with_intervals

STATISTICS = ("median", "p95", "max")
FLAWS = {"pressure_falls": pressure_falls, "unphysical": is_unphysical}


class Measure(NamedTuple):
    """A form of the residual, its depths ("all" inner ones or "trained"), and how its columns begin."""

    form: str
    depths: str
    columns: str


MEASURES = (
    Measure("C", "all", "form_c"),
    Measure("C", "trained", "form_c_trained"),
    Measure("I", "all", "form_i"),
    Measure("published", "trained", "published"),
)


def columns_of(form: str, depths: str) -> str:
    """How the columns of a form of the residual begin, at "all" or the "trained" depths."""
    return next(measure.columns for measure in MEASURES if (measure.form, measure.depths) == (form, depths))


def hydrostatic_tables(
    label_sets: Mapping[str, Mapping[str, Atmosphere | Sequence[Atmosphere]]],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hydrostatic residuals (dex) by MEASURES, each model judged by its own fields.

    - ``label_sets``: the models of each system by label set, for example
      ``{"test": {"solver": ..., "pinn": ...}, "ATLAS-12": {"ATLAS-12": ..., "pinn": ...}}``; single models, sets of
      models, or a sequence of these with any numbers of depths.

    The first and last depth of each model are left out. Returns two tables:

    - residuals, one row per model: label_set, system, the labels, for each measure its median, 95th percentile and
      maximum over depth (form_c_median, form_c_p95, form_c_max, form_c_trained_median, ..., form_i_median, ...,
      published_median, ...), and pressure_falls and unphysical, 1 or 0. published_median is the number in the paper's
      histogram;
    - summary, one row per set, system and measure: label_set, system, form, depths, models, pressure_falls and
      unphysical (shares of the models), and median, p90, p95, p99, max over all depths of all models with
      ``bootstrap.with_intervals``.

    A residual without a value (pressure falling inward) counts as inf.
    """
    rows, summaries = [], []
    for label_set, systems in label_sets.items():
        for system, models in systems.items():
            pooled: dict[Measure, list[np.ndarray]] = {measure: [] for measure in MEASURES}
            flaws: dict[str, list[int]] = {name: [] for name in FLAWS}
            for model in models_of(models):
                row = {"label_set": label_set, "system": system, **model.floats()}
                for measure, values in residuals_by_measure(model).items():
                    pooled[measure].append(values)
                    statistics = percentiles(values)
                    row |= {f"{measure.columns}_{name}": statistics[name] for name in STATISTICS}
                for name, is_bad in FLAWS.items():
                    flaws[name].append(int(is_bad(model)))
                    row[name] = flaws[name][-1]
                rows.append(row)
            for measure, sets in pooled.items():
                values = np.concatenate(sets) if sets else np.empty(0)
                summaries.append(
                    {
                        "label_set": label_set,
                        "system": system,
                        "form": measure.form,
                        "depths": measure.depths,
                        "models": len(sets),
                        **{name: float(np.mean(found)) if found else np.nan for name, found in flaws.items()},
                        **percentiles(values),
                        **with_intervals(sets),
                    }
                )
    return told_table(pd.DataFrame(rows)), pd.DataFrame(summaries)


def residuals_by_measure(model: Atmosphere) -> dict[Measure, np.ndarray]:
    """The residuals of one model, at the depths of each of MEASURES."""
    trained = in_trained(np.asarray(model.log_tau))
    by_form = {form: np.asarray(hydrostatic_residual(model, form)) for form in {measure.form for measure in MEASURES}}
    return {
        measure: by_form[measure.form][trained] if measure.depths == "trained" else by_form[measure.form][1:-1]
        for measure in MEASURES
    }


def with_gradient_of(models: Sequence[Atmosphere], others: Sequence[Atmosphere]) -> list[Atmosphere]:
    """The ``models`` with pressure from the ``others``, on the same depths.

    This makes the bar that Li et al. (2025) call ATLAS-12: the pressure gradient is that of their network without the
    physics loss, the opacity ATLAS-12's (plot_hydro.ipynb, cell 5, of their revision 021e888).
    """
    return [
        replace(other, rosseland_opacity=model.rosseland_opacity) for model, other in zip(models, others, strict=True)
    ]
