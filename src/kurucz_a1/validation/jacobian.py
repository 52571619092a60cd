"""The exact label derivatives of models against central differences of models solved at shifted labels."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from jaxtyping import Float

from kurucz_a1.atmosphere import Atmosphere, NotConverged
from kurucz_a1.atmosphere.solver.jacobian import POLISHING_STEPS, TOLERANCE, differentiate
from kurucz_a1.atmosphere.solver.matter import Opacities
from kurucz_a1.atmosphere.solver.newton import Structure
from kurucz_a1.atmosphere.solver.solve import converged, finished, load_opacities
from kurucz_a1.labels import BY_NAME, LABEL_NAMES, Labels
from kurucz_a1.settings import SolverOptions

FIELDS = ("temperature", "gas_pressure", "electron_density", "column_mass")
# Steps are Label.difference. The rounding error is inversely proportional to the step: line opacity is in single
# precision. Differences over a whole and a half step are combined so that the truncation error is of fourth order
# (Richardson). Steps of 3 K and 0.006 dex give a truncation error of 0.006 in a star of 7132 K, where convection just
# reaches a steep cell; half of these give a rounding error of 0.001 in one of 4705 K.
TIGHT = 3e-7  # of ln T, as far as rounding allows


def jacobian_errors(
    labels: pd.DataFrame,
    options: SolverOptions,
    report: Callable[[int], object] | None = None,
    by: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Relative L2 distance over depth between exact derivatives and differences, one row per model, label and field.

    - ``labels``: table with the labels.
    - ``report``: called with the number of finished models.
    - ``by``: names of labels, by default ``Opacities.labels``.

    Columns: the labels, by, field (of FIELDS, whose logarithm is differentiated), and
    relative_l2, inf where a model or its derivative did not converge.
    """
    tables = load_opacities(options)
    names = tables.labels if by is None else tables.check_names(by)
    rows = []
    for number, row in enumerate(labels[[name for name in LABEL_NAMES if name in labels]].to_dict("records"), start=1):
        try:
            distances = _distances(Labels(**row), options, tables, names)
        except NotConverged:
            distances = {(label, field): np.inf for label in names for field in FIELDS}
        rows += [row | {"by": by, "field": field, "relative_l2": size} for (by, field), size in distances.items()]
        if report:
            report(number)
    return pd.DataFrame(rows)


def _distances(
    labels: Labels, options: SolverOptions, tables: Opacities, by: tuple[str, ...]
) -> dict[tuple[str, str], float]:
    """Relative L2 of one model by label and field. Raises NotConverged."""
    structure, _ = converged(labels, options, polishing_steps=POLISHING_STEPS)
    _, jacobian, error = differentiate(structure, labels, tables, by)
    if not error < TOLERANCE:
        raise NotConverged("the label derivatives have not settled")
    distances = {}
    for index, label in enumerate(by):
        whole, half = (
            _differences(labels, label, share * BY_NAME[label].difference, structure, options) for share in (1.0, 0.5)
        )
        for field in FIELDS:
            difference = (4.0 * half[field] - whole[field]) / 3.0
            exact = np.asarray(getattr(jacobian, field)[index])
            distances[label, field] = float(np.linalg.norm(exact - difference) / np.linalg.norm(difference))
    return distances


def _differences(
    labels: Labels, label: str, step: float, start: Structure, options: SolverOptions
) -> dict[str, Float[np.ndarray, "depth"]]:
    """The central differences of the logarithm of each field over ``step`` of one label."""
    ahead, behind = (
        _solved_again(replace(labels, **{label: getattr(labels, label) + sign * step}), start, options)
        for sign in (1.0, -1.0)
    )
    ratios = {field: np.asarray(getattr(ahead, field)) / np.asarray(getattr(behind, field)) for field in FIELDS}
    return {field: np.log(ratio) / (2.0 * step) for field, ratio in ratios.items()}


def _solved_again(labels: Labels, start: Structure, options: SolverOptions) -> Atmosphere:
    """The model at ``labels``, converged as far as rounding allows."""
    return finished(converged(labels, options.changed(tolerance=TIGHT), start=start), labels)
