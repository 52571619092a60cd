"""Hydrostatic residuals of sets of models: one row a model, and one row a set."""

import numpy as np
import pandas as pd

from kurucz_a1.evaluation.hydrostatic import FORMS, hydrostatic_residual
from kurucz_a1.evaluation.statistics import models_of, percentiles

STATISTICS = ("median", "p95", "max")


def hydrostatic_tables(label_sets):
    """Hydrostatic residuals (dex) in the forms C and I, each model judged by its own fields.

    label_sets: {label set: {system: models}}, for example
    ``{"test": {"solver": ..., "pinn": ...}, "ATLAS-12": {"ATLAS-12": ..., "pinn": ...}}``; models is an Atmosphere of
    shape (depth,) or (model, depth), or a sequence of these with any numbers of depths.

    The first and last depth of each model are left out. Returns two DataFrames:

    - residuals, one row a model: label_set, system, the five labels, and for each form its median, 95th percentile and
      maximum over depth (form_c_median, form_c_p95, form_c_max, form_i_median, ...). form_c_median is the number of
      the paper's histogram, with radiation counted;
    - summary, one row a set, system and form: label_set, system, form, models, and median, p90, p95, p99, max over
      all depths of all models.

    A residual without a value (pressure falling inward) counts as inf.
    """
    rows, summaries = [], []
    for label_set, systems in label_sets.items():
        for system, models in systems.items():
            pooled = {form: [] for form in FORMS}
            for model in models_of(models):
                row = {"label_set": label_set, "system": system, **model.floats()}
                for form in FORMS:
                    inner = np.asarray(hydrostatic_residual(model, form))[1:-1]
                    pooled[form].append(inner)
                    found = percentiles(inner)
                    row |= {f"form_{form.lower()}_{name}": found[name] for name in STATISTICS}
                rows.append(row)
            for form, values in pooled.items():
                start = {"label_set": label_set, "system": system, "form": form, "models": len(values)}
                summaries.append(start | percentiles(np.concatenate(values)))
    return pd.DataFrame(rows), pd.DataFrame(summaries)
