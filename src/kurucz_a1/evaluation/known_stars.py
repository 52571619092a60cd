"""Derivatives of an emulator by its labels at three stars, against those of the solver."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere.solver.jacobian import solve_with_jacobian
from kurucz_a1.emulator import Emulator
from kurucz_a1.evaluation.derivative_table import compare
from kurucz_a1.evaluation.emulator_checks import JACOBIAN_FIELDS
from kurucz_a1.labels import Labels
from kurucz_a1.settings import SolverOptions

#: Where atmojax (leejjoon/atmojax) tells the derivatives of its emulator.
STARS = {
    "Sun": Labels(teff=5772.0, logg=4.44),
    "metal-poor giant": Labels(teff=4650.0, logg=1.3, feh=-2.5),
    "Arcturus": Labels(teff=4286.0, logg=1.66, feh=-0.5, afe=0.3),
}
COLUMNS = ("star", "label", *JACOBIAN_FIELDS)


def known_stars(
    emulator: Emulator, options: SolverOptions, report: Callable[[str], object] | None = None
) -> pd.DataFrame:
    """Relative L2 differences of the derivatives of each of JACOBIAN_FIELDS by the free labels of ``emulator``.

    - ``report``: called with the name of each star.

    Columns: COLUMNS; nan where the effect of the label is below the floor (``derivative_table.Cells``). Other labels
    have the values of the emulator's space; a star outside is left out. Raises NotConverged.
    """
    labels = emulator.space.free
    ranges = np.array([np.ptp(emulator.space[name]) for name in labels])
    tables = []
    for star, values in STARS.items():
        values = emulator.space.fix(values)
        if not emulator.space.contains(values):
            continue
        if report:
            report(star)
        model, exact = solve_with_jacobian(values, by=labels, options=options)
        predicted = emulator.jacobian(values).stacked()
        cells = compare(exact.stacked()[None], predicted[None], model.log_tau, ranges)
        distances = np.where(cells.counts, cells.distance, np.nan)[0].T
        table = pd.DataFrame(distances, columns=list(JACOBIAN_FIELDS))
        tables.append(table.assign(star=star, label=labels))
    return pd.concat(tables)[list(COLUMNS)] if tables else pd.DataFrame(columns=list(COLUMNS))
