"""Accuracy, equilibrium and speed of the networks, the solver and ATLAS-12."""

from pathlib import Path
from typing import Any

import numpy as np

from kurucz_a1.atmosphere import from_dataset
from kurucz_a1.dataset import atlas12_reference_atmospheres, open_dataset
from kurucz_a1.dataset.schema import SPLITS
from kurucz_a1.dataset.split import block_numbers
from kurucz_a1.emulator import Emulator
from kurucz_a1.evaluation.accuracy import accuracy_tables
from kurucz_a1.evaluation.atlas12_comparison import (
    atlas12_tables,
    find_model,
    profile_table,
    sample,
    solved_models,
    unseen,
)
from kurucz_a1.evaluation.claims import AS_PUBLISHED
from kurucz_a1.evaluation.hydrostatic_tables import hydrostatic_tables, with_gradient_of
from kurucz_a1.evaluation.reference_set import reference_section
from kurucz_a1.evaluation.sweeps import label_sweeps
from kurucz_a1.evaluation.timing import solver_seconds, timing_table
from kurucz_a1.files import write_table, write_text
from kurucz_a1.grid.reference import atlas12_runs
from kurucz_a1.labels import SUN
from kurucz_a1.lines.computed import ABSENT_FROM_ATLAS12
from kurucz_a1.report.pages import fill
from kurucz_a1.settings import DatasetSettings, SolverSettings
from kurucz_a1.stages.shared import (
    load_emulators,
    load_systems,
    predict,
    test_models,
)

DRAWN = 2000  # models of each network, as in the paper's histogram
WITH_CO = "solver with CO"
LAYERS = 80  # of the reference models that lie at random labels


def hydrostatic(*, dataset: Path, emulators: list[Path], residuals: Path, summary: Path, seed: int) -> None:
    """Tabulate the hydrostatic residuals of ATLAS-12, the solver, networks and baselines, each by its own fields.

    The exception is the bar that the paper calls ATLAS-12, with the pressure gradient of the network without the
    physics loss.
    """
    systems = load_systems(dataset, emulators)
    test, reference = test_models(dataset), atlas12_reference_atmospheres()
    at_test = {kind: system(system.space.fix(test)) for kind, system in systems.items()}
    at_reference = {
        kind: [model for model in predict(system, reference) if model is not None] for kind, system in systems.items()
    }
    space = systems["pinn"].space
    drawn = space.draw(DRAWN, np.random.default_rng(seed))
    in_box = {kind: system(drawn) for kind, system in systems.items()}
    with open_dataset(dataset, load=False) as data:
        grid = from_dataset(data.drop_vars("label_jacobian", errors="ignore").load())
    label_sets: dict[str, dict[str, Any]] = {
        "test": {test.source: test, **at_test},
        "box": {grid.source: grid, **in_box},
        "ATLAS-12": {"ATLAS-12": reference, **{kind: models for kind, models in at_reference.items() if models}},
    }
    mlp = systems.get("mlp")
    inside = [model for model in reference if space.contains(model)]
    if isinstance(mlp, Emulator) and inside:
        # the first depth of some models lies 1e-4 dex above that of the network
        depths = [np.clip(model.log_tau, *mlp.log_tau_range) for model in inside]
        at_own_depths = [mlp(model.labels, log_tau=own) for model, own in zip(inside, depths, strict=True)]
        label_sets["ATLAS-12"][AS_PUBLISHED] = with_gradient_of(inside, at_own_depths)
    of_models, of_sets = hydrostatic_tables(label_sets)
    write_table(residuals, of_models)
    write_table(summary, of_sets)


def accuracy(*, dataset: Path, emulators: list[Path], by_depth: Path, summary: Path, shares: DatasetSettings) -> None:
    """Tabulate the errors of the networks and baselines on the test split, by depth and overall.

    shares: of the splits, which give the blocks of label space that the intervals come from.
    """
    test = test_models(dataset)
    with open_dataset(dataset, load=False) as data:
        blocks = block_numbers(data, shares.validation, shares.test)[data["split"].values == SPLITS.index("test")]
    predictions = {kind: system(system.space.fix(test)) for kind, system in load_systems(dataset, emulators).items()}
    depths, overall = accuracy_tables(test, predictions, blocks)
    write_table(by_depth, depths)
    write_table(summary, overall)


def atlas12(
    *,
    dataset: Path,
    emulators: list[Path],
    comparison: Path,
    summary: Path,
    sun: Path,
    solver: SolverSettings,
    most: int,
    opacities: Path | None = None,
) -> None:
    """Compare the solver, networks and baselines with real ATLAS-12 models of the same labels, the Sun among them.

    most: largest number of ATLAS-12 models to solve for; opacities: line opacity table of the run, None for the
    embedded one.
    """
    systems = load_systems(dataset, emulators)
    space = systems["pinn"].space
    real = atlas12_reference_atmospheres()
    solar = find_model(real, SUN)
    with open_dataset(dataset, load=False) as data:
        unknown = unseen(real, data)
    reference = [model for model in unknown if model is not solar and space.contains(model)] + [solar]
    # The models with all 80 layers lie at random labels, a sample of the box; the others on a regular grid.
    to_solve = sample([model for model in reference if model.temperature.size == LAYERS], most)
    # without the lines that ATLAS-12 had not, and with all lines as in the models that the networks learn from
    predictions = {
        "solver": solved_models(reference, to_solve, solver.options(opacities, leave_out=ABSENT_FROM_ATLAS12)),
        WITH_CO: solved_models(reference, to_solve, solver.options(opacities)),
    }
    predictions |= {kind: predict(system, reference) for kind, system in systems.items()}
    of_models, of_systems = atlas12_tables(reference, predictions)
    write_table(comparison, of_models)
    write_table(summary, of_systems)
    # the Sun is the last of the reference models
    suns = {"ATLAS-12": solar} | {
        system: models[-1] for system, models in predictions.items() if models[-1] is not None and system != WITH_CO
    }
    write_table(sun, profile_table(suns))


def sweeps(*, emulators: list[Path], sweeps: Path) -> None:
    """Tabulate profiles of the PINN while one label varies."""
    write_table(sweeps, label_sweeps(load_emulators(emulators)["pinn"]))


def timing(
    *,
    dataset: Path,
    emulators: list[Path],
    timing: Path,
    counts: list[int],
    solver: SolverSettings,
    opacities: Path | None = None,
    solved: int = 5,
) -> None:
    """Time the networks for growing numbers of models (``counts``), and the solver for ``solved`` models.

    opacities: as in ``atlas12``.
    """
    test = test_models(dataset)
    labels = [test[number].labels for number in range(min(solved, np.size(test.teff)))]
    seconds = solver_seconds(labels, solver.options(opacities))
    write_table(timing, timing_table(load_emulators(emulators), counts, seconds))


def reference_table(*, section: Path, page: Path) -> None:
    """Write cost and quality of the package's ATLAS-12 models to ``section`` and into ``page``."""
    text = reference_section(atlas12_reference_atmospheres(), atlas12_runs())
    write_text(page, fill(page.read_text(encoding="utf-8"), {"reference_set": text}))
    write_text(section, text + "\n")
