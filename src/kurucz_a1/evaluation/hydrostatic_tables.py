"""Hydrostatic residuals of sets of models: tables with one row per model and one row per set."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.evaluation.hydrostatic import FORMS, hydrostatic_residual
from kurucz_a1.evaluation.statistics import models_of, percentiles

STATISTICS = ("median", "p95", "max")


def hydrostatic_tables(
    label_sets: Mapping[str, Mapping[str, Atmosphere | Sequence[Atmosphere]]],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hydrostatic residuals (dex) in the forms C and I, each model judged by its own fields.

    - ``label_sets``: the models of each system by label set, for example
      ``{"test": {"solver": ..., "pinn": ...}, "ATLAS-12": {"ATLAS-12": ..., "pinn": ...}}``; single models, sets of
      models, or a sequence of these with any numbers of depths.

    The first and last depth of each model are left out. Returns two tables:

    - residuals, one row per model: label_set, system, the labels, and for each form its median, 95th percentile
      and maximum over depth (form_c_median, form_c_p95, form_c_max, form_i_median, ...). form_c_median, radiation
      included, is the number in the paper's histogram;
    - summary, one row per set, system and form: label_set, system, form, models, and median, p90, p95, p99, max over
      all depths of all models.

    A residual without a value (pressure falling inward) counts as inf.
    """
    rows, summaries = [], []
    for label_set, systems in label_sets.items():
        for system, models in systems.items():
            pooled: dict[str, list[np.ndarray]] = {form: [] for form in FORMS}
            for model in models_of(models):
                row = {"label_set": label_set, "system": system, **model.floats()}
                for form in FORMS:
                    inner = np.asarray(hydrostatic_residual(model, form))[1:-1]
                    pooled[form].append(inner)
                    statistics = percentiles(inner)
                    row |= {f"form_{form.lower()}_{name}": statistics[name] for name in STATISTICS}
                rows.append(row)
            for form, values in pooled.items():
                start = {"label_set": label_set, "system": system, "form": form, "models": len(values)}
                summaries.append(start | percentiles(np.concatenate(values)))
    return pd.DataFrame(rows), pd.DataFrame(summaries)
