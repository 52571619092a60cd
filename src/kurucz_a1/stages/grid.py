"""Labels of the grid, and its model atmospheres, batch by batch."""

from pathlib import Path
from typing import Any

import pandas as pd

from kurucz_a1.dataset import provenance
from kurucz_a1.files import write_table
from kurucz_a1.grid import Source, draw_labels, read_failures, read_tries, run_batch
from kurucz_a1.grid.archive import write_archive
from kurucz_a1.grid.archive_source import ArchiveSource
from kurucz_a1.grid.atlas12_source import Atlas12Source
from kurucz_a1.grid.corpus_source import CorpusSource
from kurucz_a1.grid.deck_source import DeckSource
from kurucz_a1.grid.guesses import emulator_guess, solver_guess
from kurucz_a1.grid.reference import atlas12_reference_atmospheres
from kurucz_a1.grid.reference_source import ReferenceSource
from kurucz_a1.grid.solver_source import SolverSource
from kurucz_a1.labels import LABEL_NAMES, REQUIRED
from kurucz_a1.physics.abundances import check_hydrogen
from kurucz_a1.settings import Atlas12Settings, GridSettings, SolverSettings
from kurucz_a1.stages.shared import space_of


def draw(*, labels: Path, grid: GridSettings, seed: int) -> None:
    """Draw the labels of the grid in its box: ``labels``, a csv table with one row a model.

    Raises BadConfig where the highest abundances of the box leave no hydrogen.
    """
    space = space_of(grid.box)
    check_hydrogen(space.highest())
    write_table(labels, draw_labels(space, grid.count, seed, grid.spacing), index=True)


def find(*, labels: Path, grid: GridSettings, seed: int, corpus: Path | None = None) -> None:
    """List the labels of models that exist already: those of a corpus, of a folder of decks or archives, or of the
    package.

    corpus: the file of a published corpus, for that source. Raises BadFile or BadConfig where there are no models.
    """
    source: Source
    if corpus is not None:
        source = CorpusSource(corpus)
    elif grid.source == "decks":
        source = DeckSource(grid.decks, grid.solar_pattern)
    elif grid.source == "archive":
        source = ArchiveSource(grid.archive)
    else:
        source = ReferenceSource()
    write_table(labels, source.labels(space_of(grid.box), grid.count, seed), index=True)


def solver_batch(
    *,
    labels: Path,
    models: Path,
    failures: Path,
    tries: Path,
    decks: Path,
    batch: int,
    batch_size: int,
    solver: SolverSettings,
    opacities: Path | None = None,
) -> None:
    """Make one batch of the grid with the embedded solver, from the line opacity table ``opacities`` if there is one.
    The models hold derivatives by the labels that the grid varies.

    labels: table of all labels of the grid; models, failures, tries, decks: output files, see ``grid.run_batch``;
    batch: number of the batch; batch_size: labels in each.
    """
    table = pd.read_csv(labels, index_col="index")
    varied = [name for name in LABEL_NAMES if name in REQUIRED or (name in table and table[name].nunique() > 1)]
    guess = None
    if solver.start is not None:
        from kurucz_a1.emulator import load_emulator

        guess = emulator_guess(load_emulator() if solver.start == "package" else load_emulator(solver.start))
    source = SolverSource(solver.options(opacities), derivatives=varied, guess=guess, guesser=solver.start)
    _make_batch(source, labels, models, failures, tries, decks, batch, batch_size)


def atlas12_batch(
    *,
    labels: Path,
    models: Path,
    failures: Path,
    tries: Path,
    decks: Path,
    batch: int,
    batch_size: int,
    scratch: Path,
    atlas12: Atlas12Settings,
    solver: SolverSettings,
    opacities: Path | None = None,
) -> None:
    """Make one batch of the grid with the user's ATLAS-12; scratch: folder for its runs. Others as ``solver_batch``."""
    if atlas12.start == "neighbour":
        guess = None
    elif atlas12.start == "solver":
        guess = solver_guess(solver.options(opacities))
    else:
        from kurucz_a1.emulator import load_emulator

        guess = emulator_guess(load_emulator(atlas12.start))
    source = Atlas12Source(
        **atlas12.plain("start", "batch"),
        starts=atlas12_reference_atmospheres(),
        guess=guess,
        guesser=atlas12.start,
        scratch=scratch / f"{batch:04d}",
    )
    _make_batch(source, labels, models, failures, tries, decks, batch, batch_size)


def corpus_batch(
    *,
    labels: Path,
    corpus: Path,
    models: Path,
    failures: Path,
    tries: Path,
    decks: Path,
    batch: int,
    batch_size: int,
) -> None:
    """Read one batch of the models in the file of a published corpus. Others as ``solver_batch``."""
    _make_batch(CorpusSource(corpus), labels, models, failures, tries, decks, batch, batch_size)


def deck_batch(
    *,
    labels: Path,
    models: Path,
    failures: Path,
    tries: Path,
    decks: Path,
    batch: int,
    batch_size: int,
    grid: GridSettings,
) -> None:
    """Read one batch of the decks in the folder or archive ``grid.decks``. Others as ``solver_batch``."""
    _make_batch(DeckSource(grid.decks, grid.solar_pattern), labels, models, failures, tries, decks, batch, batch_size)


def archive_batch(
    *,
    labels: Path,
    models: Path,
    failures: Path,
    tries: Path,
    decks: Path,
    batch: int,
    batch_size: int,
    grid: GridSettings,
) -> None:
    """Read one batch of the models in the archives of the folder ``grid.archive``. Others as ``solver_batch``."""
    _make_batch(ArchiveSource(grid.archive), labels, models, failures, tries, decks, batch, batch_size)


def reference_batch(
    *,
    labels: Path,
    models: Path,
    failures: Path,
    tries: Path,
    decks: Path,
    batch: int,
    batch_size: int,
) -> None:
    """Take one batch of the ATLAS-12 models that come with the package. Others as ``solver_batch``."""
    _make_batch(ReferenceSource(), labels, models, failures, tries, decks, batch, batch_size)


def _make_batch(
    source: Source,
    labels: Path,
    models: Path,
    failures: Path,
    tries: Path,
    decks: Path,
    batch: int,
    batch_size: int,
) -> None:
    first = batch * batch_size
    run_batch(
        pd.read_csv(labels, index_col="index").iloc[first : first + batch_size],
        source,
        models,
        failures,
        tries=tries,
        decks=decks,
        title=f"batch {batch:04d}",
    )


def pack(*, batches: list[Path], archive: Path, grid: GridSettings, configuration: dict[str, Any]) -> None:
    """Keep the models of some batches with their derivatives in a small file, ``archive``, of which others can train.

    The batches must be those of one run of the embedded solver. configuration: the part to keep as provenance.
    """
    attributes = {"label_box": space_of(grid.box).to_json(), **provenance(configuration, grid.source)}
    count = write_archive(archive, batches, attributes)
    print(f"archive: {count} models, {archive.stat().st_size / count / 1000:.1f} kB each")


def collect(*, labels: Path, batch_failures: list[Path], batch_tries: list[Path], failures: Path, tries: Path) -> None:
    """Join the tables of failures and of runs of all batches, and report how many models there are."""
    asked = len(pd.read_csv(labels))
    all_failures, all_tries = read_failures(batch_failures), read_tries(batch_tries)
    write_table(failures, all_failures)
    write_table(tries, all_tries)
    failed = len(all_failures)
    print(f"grid: {asked - failed} of {asked} models made, {failed} failed ({100 * failed / asked:.1f} %)")
    if len(all_tries):
        print(f"grid: {len(all_tries)} runs, {all_tries['seconds'].sum() / 3600:.2f} hours of one processor")
