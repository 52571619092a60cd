"""The tables of docs/emulator.md: every network compared with the solver and ATLAS-12, and effects of its training."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.solver.solve import load_opacities
from kurucz_a1.emulator import Emulator
from kurucz_a1.evaluation import emulator_rows as rows_of
from kurucz_a1.evaluation.emulator_checks import accuracy, jacobians
from kurucz_a1.evaluation.exact_integral import exact_integral
from kurucz_a1.evaluation.flux import flux_errors
from kurucz_a1.evaluation.targets import as_table
from kurucz_a1.labels import Labels
from kurucz_a1.settings import SolverOptions

FEW = 200  # random labels for slow checks
OF_FLUX, OF_JACOBIAN = 20, 100  # largest numbers of models of the test split
FORM_C_TARGETS = {"hydrostatic": {"median": 1e-4}, "pinn": {"median": 0.005}}


def check_networks(
    emulators: Mapping[str, Emulator],
    test: Atmosphere,
    atlas12: Atmosphere,
    *,
    drawn: int,
    seed: int,
    options: SolverOptions,
    atlas12_options: SolverOptions,
) -> pd.DataFrame:
    """Each network on the test split and at random labels in its label space, with the solver and ATLAS-12.

    - ``emulators``: by kind, "hydrostatic" among them.
    - ``test``, ``atlas12``: models of the test split and of ATLAS-12.
    - ``drawn``: number of random labels; ``seed``: of these.
    - ``options``, ``atlas12_options``: with the opacities of each.

    Columns: ``targets.COLUMNS``.
    """
    space = emulators["hydrostatic"].space
    generator = np.random.default_rng(seed)
    many, few = (space.draw(count, generator) for count in (drawn, FEW))
    rows = rows_of.construction_rows(emulators["hydrostatic"], many, few)
    print("emulator checks: drawn labels done", flush=True)
    rows += _rows_on_test_split(emulators, test)
    print("emulator checks: test split done", flush=True)
    rows += _form_c_rows(emulators, test, atlas12, few)
    some = test[: min(OF_FLUX, np.size(test.teff))]
    rows += [
        rows_of.spectrum_row(kind, some, emulator(emulator.space.fix(some))) for kind, emulator in emulators.items()
    ]
    print("emulator checks: spectra done", flush=True)
    rows += _flux_rows(emulators, test, atlas12, options, atlas12_options)
    return as_table(rows)


def _rows_on_test_split(emulators: Mapping[str, Emulator], test: Atmosphere) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [rows_of.identity_row(test.source, test, {}, "test split")]
    for kind, emulator in emulators.items():
        rows += rows_of.accuracy_rows(kind, test, emulator(emulator.space.fix(test)))
    if test.label_jacobian is not None:
        some = test[: min(OF_JACOBIAN, np.size(test.teff))]
        for kind, emulator in emulators.items():
            ranges = np.array([np.ptp(emulator.space[name]) for name in emulator.space.free])
            rows += rows_of.jacobian_rows(kind, some, *jacobians(emulator, some), ranges)
    return rows


def _form_c_rows(
    emulators: Mapping[str, Emulator], test: Atmosphere, atlas12: Atmosphere, few: Labels
) -> list[dict[str, Any]]:
    rows = [
        rows_of.form_c_row(kind, emulator(few), FORM_C_TARGETS.get(kind, {}), rows_of.DRAWN)
        for kind, emulator in emulators.items()
    ]
    exact = _stack([exact_integral(test[k]) for k in range(np.size(test.teff))])
    return [
        *rows,
        rows_of.form_c_row("ATLAS-12", atlas12, {}, "the models of the package"),
        rows_of.form_c_row(test.source, test, {}, "test split"),
        rows_of.form_c_row(f"exact integral of the opacity of {test.source}", exact, {}, "test split"),
    ]


def _flux_rows(
    emulators: Mapping[str, Emulator],
    test: Atmosphere,
    atlas12: Atmosphere,
    options: SolverOptions,
    atlas12_options: SolverOptions,
) -> list[dict[str, Any]]:
    count = min(OF_FLUX, np.size(test.teff))
    chosen = test[:count]
    labels, tables = rows_of.label_table(chosen), load_opacities(options)
    rows: list[dict[str, Any]] = []
    systems = {test.source: chosen}
    systems |= {kind: emulator(emulator.space.fix(chosen)) for kind, emulator in emulators.items()}
    for system, models in systems.items():
        errors = flux_errors(labels, [models[k] for k in range(count)], tables)
        rows.append(rows_of.flux_row(system, errors, "test split"))
        print(f"emulator checks: flux of {system} done", flush=True)
    some = atlas12[np.linspace(0, np.size(atlas12.teff) - 1, count).astype(int)]
    singles = [some[k] for k in range(count)]
    errors = flux_errors(rows_of.label_table(some), singles, load_opacities(atlas12_options))
    return [*rows, rows_of.flux_row("ATLAS-12", errors, "models of the package, opacities of the solver")]


def errors_by_count(emulators: Sequence[Emulator], test: Atmosphere) -> pd.DataFrame:
    """Errors on the models ``test`` by number of training models, in increasing order.

    Columns: models, derivatives (whether it learnt them), tested_on, and <field>_median and <field>_p95, of
    abs(Delta ln).
    """
    rows = []
    for emulator in emulators:
        errors = accuracy(test, emulator(emulator.space.fix(test)))
        made = json.loads(emulator.provenance)
        rows.append(
            {"models": made["models"]["training"], "derivatives": made["with_derivatives"]}
            | {"tested_on": np.size(test.teff)}
            | {f"{name}_median": np.median(size) for name, size in errors.items()}
            | {f"{name}_p95": np.percentile(size, 95, method="higher") for name, size in errors.items()}
        )
    return pd.DataFrame(rows).drop_duplicates(["models", "derivatives"]).sort_values(["derivatives", "models"])


def _stack(models: Sequence[Atmosphere]) -> Atmosphere:
    return jax.tree.map(lambda *leaves: np.stack(leaves), *models)
