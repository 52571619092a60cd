"""Hydrostatic residuals of the solver's models, and of exact integrals measured in the same way."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.evaluation.exact_integral import exact_integral, identity
from kurucz_a1.evaluation.hydrostatic_tables import STATISTICS, hydrostatic_tables
from kurucz_a1.evaluation.statistics import percentiles
from kurucz_a1.labels import LABEL_NAMES, told_table


def equilibrium_tables(models: Sequence[Atmosphere]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Form C of the solver's models and of exact integrals of the same opacities, and the identity of the models.

    - ``models``: single models.

    Returns two tables without the first and last depth of each model:

    - by model: system ("solver" or "exact"), the labels, and form_c_median, form_c_p95, form_c_max (dex), and for
      the solver's models identity_median, identity_p95, identity_max of ``identity``;
    - pooled over depths and models: system, form ("C" or "identity"), models, median, p90, p95, p99, max.
    """
    kept = ["system", *LABEL_NAMES, *(f"{form}_{name}" for form in ("form_c", "identity") for name in STATISTICS)]
    if not models:
        return told_table(pd.DataFrame(columns=kept)), pd.DataFrame(
            columns=["system", "form", "models", *percentiles([])]
        )
    residuals, summary = hydrostatic_tables(
        {"box": {"solver": models, "exact": [exact_integral(model) for model in models]}}
    )
    of_models = [identity(model)[1:-1] for model in models]
    for name in STATISTICS:
        values = [percentiles(values)[name] for values in of_models]
        residuals.loc[residuals["system"] == "solver", f"identity_{name}"] = values
    pooled = {"system": "solver", "form": "identity", "models": len(models)} | percentiles(np.concatenate(of_models))
    summary = pd.concat([summary[summary["form"] == "C"].drop(columns="label_set"), pd.DataFrame([pooled])])
    return residuals[[name for name in kept if name in residuals]], summary
