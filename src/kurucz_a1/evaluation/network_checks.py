"""The tables of docs/emulator.md: every network beside the solver and ATLAS-12, and what changes with its training."""

import json

import jax
import numpy as np
import pandas as pd

from kurucz_a1.atmosphere.solver.solve import load_opacities
from kurucz_a1.evaluation import emulator_rows as rows_of
from kurucz_a1.evaluation.emulator_checks import accuracy, label_jacobian, residuals
from kurucz_a1.evaluation.exact_integral import exact_integral
from kurucz_a1.evaluation.flux import flux_errors
from kurucz_a1.evaluation.targets import as_table

FEW = 200  # drawn labels, where many would take long
DRAWN_FOR_WEIGHTS = 500
OF_FLUX, OF_JACOBIAN = 20, 100  # most models of the test split
FORM_C_TARGETS = {"hydrostatic": {"median": 1e-4}, "pinn": {"median": 0.005}}
DRAWN = "labels drawn in its support"


def check_networks(emulators, test, atlas12, *, drawn, seed, options, atlas12_options):
    """What each network shows on the test split and at labels drawn in its support, beside the solver and ATLAS-12.

    emulators: {kind: Emulator}, "hydrostatic" among them; test, atlas12: Atmospheres (model, depth) of the test split
    and of ATLAS-12; drawn: how many labels are drawn; options, atlas12_options: SolverOptions with the opacities of
    each. Returns a DataFrame with the columns of ``targets.COLUMNS``.
    """
    space = emulators["hydrostatic"].space
    generator = np.random.default_rng(seed)
    many, few = (space.draw(count, generator) for count in (drawn, FEW))
    rows = rows_of.construction_rows(emulators["hydrostatic"], many, few)
    print("emulator checks: drawn labels done", flush=True)
    rows += _rows_on_test_split(emulators, test, many)
    print("emulator checks: test split done", flush=True)
    rows += _form_c_rows(emulators, test, atlas12, few)
    rows += _flux_rows(emulators, test, atlas12, options, atlas12_options)
    return as_table(rows)


def _rows_on_test_split(emulators, test, many):
    rows = []
    for kind, emulator in emulators.items():
        rows += rows_of.accuracy_rows(kind, test, emulator(emulator.space.fix(test)))
    if test.label_jacobian is not None:
        some = test[: min(OF_JACOBIAN, len(test.teff))]
        for kind, emulator in emulators.items():
            names = emulator.space.free
            exact = some.label_jacobian[:, :, [some.jacobian_labels.index(name) for name in names]]
            ranges = np.array([np.ptp(getattr(many, name)) for name in names])
            rows += rows_of.jacobian_rows(kind, some, exact, label_jacobian(emulator, some), ranges)
    return rows


def _form_c_rows(emulators, test, atlas12, few):
    rows = [
        rows_of.form_c_row(kind, emulator(few), FORM_C_TARGETS.get(kind, {}), DRAWN)
        for kind, emulator in emulators.items()
    ]
    exact = _stack([exact_integral(test[k]) for k in range(len(test.teff))])
    return [
        *rows,
        rows_of.form_c_row("ATLAS-12", atlas12, {}, "the models of the package"),
        rows_of.form_c_row(test.source, test, {}, "test split"),
        rows_of.form_c_row(f"exact integral of the opacity of {test.source}", exact, {}, "test split"),
    ]


def _flux_rows(emulators, test, atlas12, options, atlas12_options):
    count = min(OF_FLUX, len(test.teff))
    chosen = test[:count]
    labels, tables, rows = rows_of.label_table(chosen), load_opacities(options), []
    systems = {test.source: chosen}
    systems |= {kind: emulator(emulator.space.fix(chosen)) for kind, emulator in emulators.items()}
    for system, models in systems.items():
        errors = flux_errors(labels, [models[k] for k in range(count)], tables)
        rows.append(rows_of.flux_row(system, errors, "test split"))
        print(f"emulator checks: flux of {system} done", flush=True)
    some = atlas12[np.linspace(0, len(atlas12.teff) - 1, count).astype(int)]
    models = [some[k] for k in range(count)]
    errors = flux_errors(rows_of.label_table(some), models, load_opacities(atlas12_options))
    return [*rows, rows_of.flux_row("ATLAS-12", errors, "models of the package, opacities of the solver")]


def errors_by_weight(emulators, test, seed):
    """Errors on the test split and hydrostatic residuals by weight of the physics loss, a DataFrame.

    emulators: {weight: Emulator}; test: Atmosphere (model, depth); seed: of the labels drawn in each support.
    """
    rows = []
    for alpha, emulator in emulators.items():
        errors = accuracy(test, emulator(emulator.space.fix(test)))
        drawn = emulator.space.draw(DRAWN_FOR_WEIGHTS, np.random.default_rng(seed))
        values = residuals(emulator(drawn))
        rows.append(
            {"alpha": alpha}
            | {f"{name}_median": np.median(size) for name, size in errors.items()}
            | {"form_c_median": np.median(values), "form_c_p95": np.percentile(values, 95, method="higher")}
        )
    return pd.DataFrame(rows)


def errors_by_count(emulators, test):
    """Errors on the models ``test``, an Atmosphere (model, depth), by number of models that an emulator learnt from.

    emulators: a sequence of Emulator. Returns a DataFrame, sorted by that number.
    """
    rows = []
    for emulator in emulators:
        errors = accuracy(test, emulator(emulator.space.fix(test)))
        rows.append(
            {"models": json.loads(emulator.provenance)["models"]["training"], "tested_on": len(test.teff)}
            | {f"{name}_median": np.median(size) for name, size in errors.items()}
            | {f"{name}_p95": np.percentile(size, 95, method="higher") for name, size in errors.items()}
        )
    return pd.DataFrame(rows).drop_duplicates("models").sort_values("models")


def _stack(models):
    return jax.tree.map(lambda *leaves: np.stack(leaves), *models)
