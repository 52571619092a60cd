"""Physics and solver tested against real ATLAS-12 models and against themselves: docs/validation.md."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from kurucz_a1.atmosphere import Atmosphere, solve
from kurucz_a1.atmosphere.solver.solve import load_opacities
from kurucz_a1.dataset import provenance
from kurucz_a1.evaluation.flux import flux_errors
from kurucz_a1.evaluation.targets import as_table
from kurucz_a1.files import copy_file, write_table, write_text
from kurucz_a1.grid import run_batch
from kurucz_a1.grid.solver_source import SolverSource
from kurucz_a1.lines.computed import ABSENT_FROM_ATLAS12
from kurucz_a1.lines.opacity_table import load_opacity_table
from kurucz_a1.lines.sampling import BANDS
from kurucz_a1.settings import BoxSettings, SolverSettings, ValidationSettings
from kurucz_a1.spectrum.sed import spectral_energy_distribution
from kurucz_a1.stages.shared import space_of
from kurucz_a1.validation import ranges
from kurucz_a1.validation import summary as rows_of
from kurucz_a1.validation.decks import NamedDeck, is_like_the_solvers, real_decks
from kurucz_a1.validation.document import document as page_text
from kurucz_a1.validation.equilibrium import equilibrium_tables
from kurucz_a1.validation.gas import gas_errors
from kurucz_a1.validation.jacobian import jacobian_errors
from kurucz_a1.validation.models import DEEP_DEPTHS, label_set, solved_models
from kurucz_a1.validation.smoothness import smoothness_table
from kurucz_a1.validation.solar_energy import NOMINAL_SUN, compare_energy, read_calspec
from kurucz_a1.validation.structure import in_space, structure_errors, structure_profiles
from kurucz_a1.validation.table import LineByLineSource, table_errors

PACKAGED, GIVEN = "atlas12", "given"  # samples of the labels of ATLAS-12 models
COUNTED = {"box": "box", "box_deep": "deep", "by_line": "by_line"}  # samples drawn in the box, and their settings


def draw_labels(
    *,
    sample: str,
    labels: Path,
    box: BoxSettings,
    validation: ValidationSettings,
    solver: SolverSettings,
    opacities: Path | None = None,
) -> None:
    """Write the labels of one sample of models: "box", "box_deep", "sweeps", "sweeps_deep", "atlas12", "given" or
    "by_line".

    box: label box of the grid; opacities: line opacity table of the run, None for the embedded one. The samples
    "atlas12" and "given" hold the labels of ATLAS-12 models, those of the package and those of the folder
    ``validation.decks``, at a microturbulence of that table.
    """
    decks = []
    if sample in (PACKAGED, GIVEN):
        vturb = load_opacities(solver.options(opacities)).lines.vturb
        known = real_decks(validation.decks)[0]
        decks = [deck for deck in known if deck.packaged == (sample == PACKAGED) and is_like_the_solvers(deck, vturb)]
    table = label_set(
        sample,
        space=space_of(box),
        count={name: getattr(validation, key) for name, key in COUNTED.items()},
        seed=validation.seed,
        points=validation.sweep,
        decks=decks[: validation.structures],
    )
    write_table(labels, table, index=True)


def solve_sample(
    *,
    sample: str,
    labels: Path,
    models: Path,
    failures: Path,
    line_lists: list[Path],
    solver: SolverSettings,
    opacities: Path | None = None,
) -> None:
    """Solve for the models of one sample; an interrupted run continues.

    line_lists: those of the opacity table, for the sample "by_line", which sums lines at the depths of each model;
    opacities: as in ``draw_labels``.
    """
    options = solver.options(
        opacities,
        leave_out=ABSENT_FROM_ATLAS12 if sample == PACKAGED else (),
        depths=DEEP_DEPTHS if sample.endswith("_deep") else solver.depths,
    )
    by_line = sample == "by_line"
    source = LineByLineSource(line_lists, options) if by_line else SolverSource(options, derivatives=False)
    run_batch(_read_labels(labels), source, models, failures, title=f"validation, {sample}", own_depths=True)


def gas(*, errors: Path, decks: Path | None, solver: SolverSettings, opacities: Path | None = None) -> None:
    """Compare electron density and Rosseland opacity with ATLAS-12's, at the decks' own temperature and pressure.

    decks: folder of ATLAS-12 decks besides those of the package; opacities: as in ``draw_labels``.
    """
    known, left_out = real_decks(decks)
    for file, reason in left_out:
        print(f"left out: {file}: {reason}")
    tables = []
    for packaged in (True, False):
        options = solver.options(opacities, leave_out=ABSENT_FROM_ATLAS12 if packaged else ())
        chosen = [deck for deck in known if deck.packaged == packaged]
        if chosen:
            tables.append(gas_errors(chosen, load_opacities(options)))
    write_table(errors, pd.concat(tables, ignore_index=True))


def structure(*, labels: list[Path], models: list[Path], errors: Path, profiles: Path, decks: Path | None) -> None:
    """Compare the solver's models with ATLAS-12's at the same labels; decks: as in ``gas``.

    labels, models: of one sample or of several; profiles: table of the first alone.
    """
    by_name = {deck.name: deck for deck in real_decks(decks)[0]}
    known: list[NamedDeck] = []
    solved: list[Atmosphere | None] = []
    for of_sample, made in zip(labels, models, strict=True):
        table = _read_labels(of_sample)
        known += [by_name[name] for name in table["deck"]]
        solved += solved_models(made, table)
        if made == models[0]:
            write_table(profiles, structure_profiles(known, solved))
    write_table(errors, structure_errors(known, solved))


def flux(*, labels: Path, models: Path, errors: Path, solver: SolverSettings, opacities: Path | None = None) -> None:
    """Tabulate how constant the flux through the solver's models is, computed anew from temperature and pressure.

    opacities: the table with which the models were made, None for the embedded one.
    """
    table = _read_labels(labels)
    tables = load_opacities(solver.options(opacities))
    report = _reporter("flux", len(table), every=20)
    write_table(errors, flux_errors(table, solved_models(models, table), tables, report))


def equilibrium(*, labels: Path, models: Path, residuals: Path, summary: Path) -> None:
    """Tabulate hydrostatic residuals of the solver's models, and of exact integrals of the same opacities."""
    solved = [model for model in solved_models(models, _read_labels(labels)) if model is not None]
    of_models, overall = equilibrium_tables(solved)
    write_table(residuals, of_models)
    write_table(summary, overall)


def smoothness(*, labels: Path, models: Path, excess: Path) -> None:
    """Tabulate second differences of ln T along each label."""
    table = _read_labels(labels)
    write_table(excess, smoothness_table(table, solved_models(models, table)))


def line_table(*, labels: Path, exact: Path, models: Path, errors: Path) -> None:
    """Compare models from the opacity table with models from its lines (``exact``)."""
    table = _read_labels(labels)
    write_table(errors, table_errors(table, solved_models(exact, table), solved_models(models, table)))


def jacobian(
    *, labels: Path, errors: Path, at_most: int, solver: SolverSettings, opacities: Path | None = None
) -> None:
    """Compare exact label derivatives with differences of models, for the first ``at_most`` labels.

    opacities: as in ``draw_labels``.
    """
    table = _read_labels(labels).head(at_most)
    report = _reporter("label derivatives", len(table))
    write_table(errors, jacobian_errors(table, solver.options(opacities), report))


def solar_energy(*, observed: Path, energy: Path, solver: SolverSettings, opacities: Path | None = None) -> None:
    """Compare the solver's Sun with the energy distribution of a CALSPEC file; opacities: as in ``draw_labels``."""
    table = load_opacity_table(opacities, frequencies=BANDS)
    options = solver.options(opacities)
    sun = solve(load_opacities(options).nearest(NOMINAL_SUN), options=options)
    write_table(energy, compare_energy(spectral_energy_distribution(sun, table=table), *read_calspec(observed)))


def write_page(
    *,
    gas: Path,
    structure: Path,
    flux: Path,
    jacobian: Path,
    equilibrium: list[Path],
    equilibrium_summary: list[Path],
    smoothness: list[Path],
    sample_failures: list[Path],
    png: list[Path],
    summary: Path,
    failures: Path,
    document: Path,
    images: list[Path],
    samples: list[str],
    box: BoxSettings,
    decks: Path | None,
    seed: int,
    solver: SolverSettings,
    captions: dict[str, str],
    table: Path | None = None,
    energy: Path | None = None,
) -> None:
    """Write all measurements to one table and one page, with copies of its figures beside it.

    Of equilibrium, equilibrium_summary and smoothness the first has the depths of the configuration, the second
    more. sample_failures: failures of each of ``samples``; summary, failures, document, images: output files; captions:
    of the figures, by name; table, energy: errors of the opacity table and of the Sun, where they were measured.
    """
    of_gas, of_structure, of_flux = (pd.read_csv(path) for path in (gas, structure, flux))
    by_model, pooled, excess = (
        [pd.read_csv(path) for path in paths] for paths in (equilibrium, equilibrium_summary, smoothness)
    )
    deep = f"the same on {DEEP_DEPTHS} depths"
    packaged, given = of_structure[of_structure["packaged"]], of_structure[~of_structure["packaged"]]
    inside = packaged[in_space(space_of(box), packaged)]
    rows = [
        *rows_of.gas_rows(of_gas),
        *ranges.opacity_rows(of_gas[~of_gas["packaged"]]),
        *rows_of.structure_rows(inside, "ATLAS-12 models in the box of the grid"),
        *rows_of.structure_rows(packaged, "all ATLAS-12 models of the package"),
        *([ranges.share_row(given)] if len(given) else []),
        *ranges.structure_rows(given),
        *rows_of.table_rows(None if table is None else pd.read_csv(table)),
        rows_of.flux_row(of_flux),
        *rows_of.equilibrium_rows(by_model[0], pooled[0]),
        *rows_of.equilibrium_rows(by_model[1], pooled[1], deep),
        *rows_of.jacobian_rows(pd.read_csv(jacobian)),
        *rows_of.smoothness_rows(excess[0]),
        *rows_of.smoothness_rows(excess[1], deep),
        *rows_of.solar_rows(None if energy is None else pd.read_csv(energy)),
    ]
    measured = as_table(rows)
    failed = pd.concat(
        [
            pd.read_csv(path).assign(set=name).astype({"reason": str})
            for name, path in zip(samples, sample_failures, strict=True)
        ]
    )
    left_out = [entry for entry in real_decks(decks)[1] if not entry[1].startswith("the same model")]
    figures = []
    for path, copy in zip(png, images, strict=True):
        copy_file(path, copy)
        figures.append((f"images/{path.name}", captions[path.stem]))
    commit = provenance({}, "solver")["git_commit"]
    made = (
        f"Revision `{commit[:10]}`, {solver.frequencies} frequencies, {solver.depths} depths, "
        f"{of_gas['deck'].nunique()} decks of ATLAS-12, {len(of_structure)} of them solved for, {len(of_flux)} labels "
        f"drawn in the box of the grid with seed {seed}."
    )
    write_table(summary, measured)
    write_table(failures, failed)
    write_text(document, page_text(measured, made=made, figures=figures, failures=failed, left_out=left_out))


def _read_labels(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, index_col="index")


def _reporter(what: str, count: int, every: int = 1) -> Callable[[int], None]:
    """A function that prints the progress after each ``every`` models and after the last of ``count``."""

    def report(done: int) -> None:
        if done % every == 0 or done == count:
            print(f"{what}: {done} of {count} models", flush=True)

    return report
