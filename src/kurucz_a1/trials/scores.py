"""What a trained network shows: errors on models that it has not seen, and how physical its models are."""

from collections.abc import Callable
from typing import Any

import numpy as np

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.evaluation.accuracy import relative_errors
from kurucz_a1.evaluation.hydrostatic_tables import FLAWS, MEASURES, residuals_by_measure
from kurucz_a1.evaluation.statistics import models_of, percentiles
from kurucz_a1.labels import Labels
from kurucz_a1.numerics.bootstrap import with_intervals

FIELDS = ("temperature", "gas_pressure", "electron_density", "column_mass", "rosseland_opacity")
STATISTICS = ("median", "p95")

System = Callable[[Labels], Atmosphere]


def scores(
    system: System,
    fix: Callable[[Labels], Labels],
    *,
    validation: Atmosphere,
    test: Atmosphere,
    drawn: Labels,
) -> dict[str, Any]:
    """Numbers of one network or baseline.

    - ``fix``: gives labels the values that are fixed in the system's space.
    - ``validation``, ``test``: models (model, depth) that the system has not learnt from; the former serve choices, the
      latter results.
    - ``drawn``: random labels.

    Keys: {split}_{field}_{statistic} for abs(ln(predicted/true)) over all depths and models, of FIELDS and STATISTICS;
    {measure}_{statistic} (dex) for the residuals of ``hydrostatic_tables.MEASURES`` at the random labels; both also
    with _low and _high, the 95 % interval of a bootstrap over models; and the FLAWS, shares of the random labels.
    """
    row: dict[str, Any] = {}
    for split, truth in (("validation", validation), ("test", test)):
        errors = relative_errors(truth, system(fix(truth)))
        for field in FIELDS:
            row |= _statistics(f"{split}_{field}", list(np.abs(errors[field])))
    models = models_of(system(drawn))
    residuals = [residuals_by_measure(model) for model in models]
    for measure in MEASURES:
        row |= _statistics(measure.columns, [of_model[measure] for of_model in residuals])
    return row | {name: float(np.mean([is_bad(model) for model in models])) for name, is_bad in FLAWS.items()}


def _statistics(start: str, values: list[np.ndarray]) -> dict[str, float]:
    percents, intervals = percentiles(np.concatenate(values)), with_intervals(values)
    return {
        **{f"{start}_{name}": percents[name] for name in STATISTICS},
        **{f"{start}_{name}": value for name, value in intervals.items()},
    }
