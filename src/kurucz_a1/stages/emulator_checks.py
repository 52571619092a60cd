"""The networks measured against their targets: docs/emulator.md."""

import json
from pathlib import Path

import jax
import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import from_dataset
from kurucz_a1.atmosphere.solver.solve import load_opacities
from kurucz_a1.dataset import atlas12_reference_atmospheres, atlas12_reference_dataset, open_dataset
from kurucz_a1.dataset.schema import SPLITS
from kurucz_a1.emulator import load_emulator
from kurucz_a1.evaluation.claims import claims
from kurucz_a1.evaluation.derivative_table import COLUMNS, derivative_table
from kurucz_a1.evaluation.emulator_checks import jacobians
from kurucz_a1.evaluation.emulator_page import page
from kurucz_a1.evaluation.known_stars import known_stars
from kurucz_a1.evaluation.network_checks import check_networks, errors_by_count
from kurucz_a1.evaluation.regions import errors_by_region
from kurucz_a1.evaluation.solved_rows import further_from_atlas12, usual_stars
from kurucz_a1.files import copy_file, write_table, write_text
from kurucz_a1.lines.computed import ABSENT_FROM_ATLAS12
from kurucz_a1.settings import SolverSettings
from kurucz_a1.stages.shared import load_emulators, test_models
from kurucz_a1.validation.decks import is_like_the_solvers, real_decks

LAYERS = 80  # of the ATLAS-12 models that are compared


def by_count(*, emulators: list[Path], table: Path, dataset: Path) -> None:
    """Tabulate the errors of the hydrostatic network by the number of models that it learns from."""
    write_table(table, errors_by_count([load_emulator(path) for path in emulators], test_models(dataset)))


def by_count_of_atlas12(*, emulators: list[Path], table: Path, seed: int) -> None:
    """The same for numbers of the package's ATLAS-12 models.

    seed: that of the training, so that no network has seen the models of the test.
    """
    dataset = atlas12_reference_dataset(seed=seed)
    test = from_dataset(dataset.isel(model=dataset["split"].values == SPLITS.index("test")))
    write_table(table, errors_by_count([load_emulator(path) for path in emulators], test))


def check(
    *,
    dataset: Path,
    emulators: list[Path],
    table: Path,
    drawn: int,
    solver: SolverSettings,
    seed: int,
    opacities: Path | None = None,
) -> None:
    """Tabulate the results of each network, beside those of the solver and ATLAS-12.

    drawn: number of labels to draw in a network's label space; opacities: line opacity table of the run, None for the
    embedded one.
    """
    real = [model for model in atlas12_reference_atmospheres() if model.temperature.size == LAYERS]
    checks = check_networks(
        load_emulators(emulators),
        test_models(dataset),
        jax.tree.map(lambda *leaves: np.stack(leaves), *real),
        drawn=drawn,
        seed=seed,
        options=solver.options(opacities),
        atlas12_options=solver.options(opacities, leave_out=ABSENT_FROM_ATLAS12),
    )
    write_table(table, checks)


def details(*, dataset: Path, description: Path, regions: Path, derivatives: Path) -> None:
    """Tabulate where in its label space the hydrostatic network errs, and by which labels its derivatives do.

    description: its emulator.json. The table of derivatives is empty where the models have none.
    """
    emulator, test = load_emulator(description), test_models(dataset)
    write_table(regions, errors_by_region(test, emulator(emulator.space.fix(test)), emulator.space))
    table = pd.DataFrame(columns=list(COLUMNS))
    if test.label_jacobian is not None:
        names = emulator.space.free
        ranges = np.array([np.ptp(emulator.space[name]) for name in names])
        table = derivative_table(*jacobians(emulator, test), np.asarray(test.log_tau)[0], names, ranges)
    write_table(derivatives, table)


def stars(*, description: Path, table: Path, solver: SolverSettings, opacities: Path | None = None) -> None:
    """Compare derivatives of the hydrostatic network at three known stars with those of the solver.

    description: its emulator.json; opacities: as of ``check``.
    """
    options = solver.options(opacities)
    write_table(table, known_stars(load_emulator(description), options, lambda star: print(f"derivatives: {star}")))


def solved(
    *,
    description: Path,
    table: Path,
    decks: Path | None,
    usual: int,
    solver: SolverSettings,
    seed: int,
    opacities: Path | None = None,
) -> None:
    """Compare the hydrostatic network with models that the solver makes: of ``usual`` stars, and of ATLAS-12's labels.

    description: its emulator.json; decks: folder of ATLAS-12 decks; seed: of the usual stars; opacities: as of
    ``check``.
    """
    emulator, options = load_emulator(description), solver.options(opacities)
    tables = [usual_stars(emulator, options, count=usual, seed=seed)]
    if decks:
        known = [deck for deck in real_decks(decks)[0] if not deck.packaged]
        chosen = [
            (deck.name, deck.model) for deck in known if is_like_the_solvers(deck, load_opacities(options).lines.vturb)
        ]
        tables.append(further_from_atlas12(emulator, chosen, options))
    write_table(table, pd.concat([part for part in tables if len(part)] or tables))


def write_page(
    *,
    checks: list[Path],
    regions: Path,
    derivatives: Path,
    stars: Path,
    png: list[Path],
    tables: list[Path],
    dataset: Path,
    emulators: list[Path],
    document: Path,
    images: list[Path],
    captions: dict[str, str],
    counts: Path | None = None,
    growth: Path | None = None,
) -> None:
    """Write the page ``document`` on the networks, with copies of its figures beside it.

    checks: tables of ``check`` and ``solved``; regions, derivatives, stars, counts, growth: of ``details``, ``stars``,
    ``by_count`` and ``by_count_of_atlas12``; png, images: the figures and their copies; tables: those of the report,
    for the claims of the paper, or none; captions: of the figures, by name.
    """
    figures = []
    for path, copy in zip(png, images, strict=True):
        copy_file(path, copy)
        figures.append((f"images/{document.stem}/{path.name}", captions[path.stem]))
    descriptions = [json.loads(path.read_text(encoding="utf-8")) for path in emulators]
    with open_dataset(dataset, load=False) as data:
        text = page(
            checks=pd.concat(map(pd.read_csv, checks)).fillna({"met": ""}),
            regions=pd.read_csv(regions),
            derivatives=pd.read_csv(derivatives),
            stars=pd.read_csv(stars),
            counts=None if counts is None else pd.read_csv(counts),
            growth=None if growth is None else pd.read_csv(growth),
            claims=claims({path.stem: pd.read_csv(path) for path in tables}) if tables else [],
            emulators={description["kind"]: description for description in descriptions},
            dataset=data,
            figures=figures,
        )
    write_text(document, text)
