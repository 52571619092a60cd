"""Rows of docs/emulator.md on models that the solver makes for it: of usual stars, and of ATLAS-12's labels."""

from collections.abc import Callable, Sequence

import jax
import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import Atmosphere, NotConverged, solve, stack
from kurucz_a1.emulator import Emulator
from kurucz_a1.evaluation.atlas12_comparison import atlas12_tables
from kurucz_a1.evaluation.emulator_checks import accuracy
from kurucz_a1.evaluation.emulator_rows import ACCURACY_TARGETS
from kurucz_a1.evaluation.targets import as_table, row
from kurucz_a1.labels import Labels, LabelSpace
from kurucz_a1.settings import SolverOptions

#: Where most stars of surveys are: the box of the networks before the range was widened (config/grid5000.yaml).
USUAL = LabelSpace.from_box(
    {
        "teff": (4500.0, 8000.0),
        "logg_min_at_cool_edge": 1.0,
        "logg_min_at_hot_edge": 3.2,
        "logg_max": 5.0,
        "feh": (-2.0, 0.4),
        "afe": (-0.1, 0.5),
    }
)
#: Targets of the medians of abs(ln) there, in per cent: twice the errors that a network of this box alone, with these
#: four labels, had on 469 models of its own grid after learning from 4,062 of them.
USUAL_TARGETS = {
    "temperature": 0.014,
    "gas_pressure": 0.056,
    "electron_density": 0.134,
    "column_mass": 0.056,
    "rosseland_opacity": 0.128,
}
ATLAS12_TARGET = 0.1  # per cent by which T may be further from ATLAS-12 than the solver's is

Report = Callable[[str], object]


def usual_stars(
    emulator: Emulator, options: SolverOptions, *, count: int, seed: int, report: Report = print
) -> pd.DataFrame:
    """Errors at ``count`` random labels of USUAL, of solar composition but for [M/H] and [alpha/M].

    - ``seed``: of the labels; those outside the space of ``emulator`` are left out.
    - ``report``: called with a line for each model.

    Columns: ``targets.COLUMNS``; no row where no label lies inside.
    """
    drawn = USUAL.draw(count, np.random.default_rng(seed))
    inside = np.flatnonzero(emulator.space.contains(emulator.space.fix(drawn)))
    models = []
    for place in inside:
        star = emulator.space.fix(jax.tree.map(lambda values, k=place: float(values[k]), drawn))
        model = _solved(star, options, report)
        models += [model] if model else []
    if not models:
        return as_table([])
    truth = stack(models)
    rows = []
    for field, errors in accuracy(truth, emulator(truth.labels)).items():
        if field in USUAL_TARGETS:
            cases = np.repeat(truth.labels.names(), errors.shape[1]).tolist()
            quantity = f"hydrostatic: abs(Delta ln {ACCURACY_TARGETS[field][0]}), -5 <= log tau <= 2, usual stars"
            against = "4500 to 8000 K, abundances of the Sun but [M/H], [alpha/M]"
            rows.append(row(quantity, against, "%", 100.0 * errors.ravel(), cases, {"median": USUAL_TARGETS[field]}))
    return as_table(rows)


def further_from_atlas12(
    emulator: Emulator, decks: Sequence[tuple[str, Atmosphere]], options: SolverOptions, *, report: Report = print
) -> pd.DataFrame:
    """How much further from ATLAS-12 the temperature of ``emulator`` is than the solver's, both at the deck's labels.

    - ``decks``: name and single model, of the physics of the solver; those outside the space are left out.
    - ``report``: as of ``usual_stars``.

    The number of a deck is the difference of the rms of Delta ln T over -4 <= log tau <= 1.5, negative where the
    emulator is nearer. Columns: ``targets.COLUMNS``; no row without a deck.
    """
    names: list[str] = []
    real: list[Atmosphere] = []
    predictions: dict[str, list[Atmosphere | None]] = {"emulator": [], "solver": []}
    for name, deck in decks:
        own = deck.floats()
        labels = emulator.space.fix(emulator.space.nearest(Labels(**own)))
        close = all(abs(value - own[label]) <= 2e-3 for label, value in labels.floats().items())  # decks are rounded
        model = _solved(labels, options, report) if close else None
        if model:
            names.append(name)
            real.append(deck)
            predictions["emulator"].append(emulator(labels))
            predictions["solver"].append(model)
    if not names:
        return as_table([])
    rms = atlas12_tables(real, predictions)[0].groupby("system")["temperature_rms"]
    further = 100.0 * (rms.get_group("emulator").to_numpy() - rms.get_group("solver").to_numpy())
    quantity = "hydrostatic: rms of Delta ln T from ATLAS-12, -4 <= log tau <= 1.5, less that of the solver"
    against = "real ATLAS-12 models inside, converged, of the solver's physics"
    return as_table([row(quantity, against, "%", further, names, {"worst": ATLAS12_TARGET})])


def _solved(labels: Labels, options: SolverOptions, report: Report) -> Atmosphere | None:
    try:
        model = solve(labels, options=options)
    except NotConverged as error:
        report(f"left out: {error}")
        return None
    report(f"solved: {labels.name}")
    return model
