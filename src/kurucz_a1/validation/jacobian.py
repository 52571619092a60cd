"""The exact label derivatives of models against central differences of models that were solved again."""

from dataclasses import replace

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import NotConverged
from kurucz_a1.atmosphere.solver.jacobian import POLISHING_STEPS, TOLERANCE, differentiate
from kurucz_a1.atmosphere.solver.solve import converged_structure, finished, load_opacities
from kurucz_a1.labels import BY_NAME, LABEL_NAMES, Labels

FIELDS = ("temperature", "gas_pressure", "electron_density", "column_mass")
# Steps are Label.difference. Rounding goes with the inverse of a step: line opacity is in single precision. Differences
# over a whole and a half step are combined so that truncation goes with its fourth power (Richardson). Between the two:
# steps of 3 K and 0.006 dex are off by 0.006 for truncation in a star of 7132 K, where convection just reaches a steep
# cell; steps of half that by 0.001 for rounding in one of 4705 K.
TIGHT = 3e-7  # of ln T, what that rounding allows


def jacobian_errors(labels, options, report=None):
    """Relative L2 distance over depth of exact derivatives from differences, a DataFrame.

    labels: table with the five labels; options: SolverOptions; report: called with the number of models done. One row a
    model, label and field: the labels, by (one of ``Opacities.labels``), field (of FIELDS, its logarithm is meant), and
    relative_l2, inf where a model or its derivative was not found.
    """
    tables = load_opacities(options)
    rows = []
    for number, row in enumerate(labels[list(LABEL_NAMES)].to_dict("records"), start=1):
        try:
            found = _distances(Labels(**row), options, tables)
        except NotConverged:
            found = {(label, field): np.inf for label in tables.labels for field in FIELDS}
        rows += [row | {"by": by, "field": field, "relative_l2": size} for (by, field), size in found.items()]
        if report:
            report(number)
    return pd.DataFrame(rows)


def _distances(labels, options, tables):
    """{(label, field): relative L2} of one model. Raises NotConverged."""
    structure = converged_structure(labels, options, polishing_steps=POLISHING_STEPS)
    _, jacobian, change, _ = differentiate(structure, labels, tables)
    if not float(change) < TOLERANCE:
        raise NotConverged("the label derivatives have not settled")
    found = {}
    for index, label in enumerate(tables.labels):
        whole, half = (
            _differences(labels, label, share * BY_NAME[label].difference, structure, options, tables)
            for share in (1.0, 0.5)
        )
        for field in FIELDS:
            difference = (4.0 * half[field] - whole[field]) / 3.0
            exact = np.asarray(getattr(jacobian, field)[index])
            found[label, field] = float(np.linalg.norm(exact - difference) / np.linalg.norm(difference))
    return found


def _differences(labels, label, step, start, options, tables):
    """{field: (depth,)} the central differences of logarithms over ``step`` of one label."""
    ahead, behind = (
        _solved_again(replace(labels, **{label: getattr(labels, label) + sign * step}), start, options, tables)
        for sign in (1.0, -1.0)
    )
    ratios = {field: np.asarray(getattr(ahead, field)) / np.asarray(getattr(behind, field)) for field in FIELDS}
    return {field: np.log(ratio) / (2.0 * step) for field, ratio in ratios.items()}


def _solved_again(labels, start, options, tables):
    """The Atmosphere at ``labels``, converged as far as rounding allows."""
    return finished(converged_structure(labels, options.changed(tolerance=TIGHT), start=start), labels, tables)
