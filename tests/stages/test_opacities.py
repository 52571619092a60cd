"""Every stage that solves, or uses the solver's opacities, takes the opacity table of the run."""

import inspect
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kurucz_a1.grid import run_batch
from kurucz_a1.grid.reference_source import ReferenceSource
from kurucz_a1.settings import BoxSettings, SolverSettings, ValidationSettings
from kurucz_a1.stages import validation

SOLVER = SolverSettings(frequencies=300)
MODULES = [path.stem for path in Path(validation.__file__).parent.glob("*.py") if path.stem != "__init__"]


def test_whoever_takes_the_settings_of_the_solver_takes_the_table():
    lacking = []
    for name in MODULES:
        module = import_module(f"kurucz_a1.stages.{name}")
        for function in vars(module).values():
            if inspect.isfunction(function) and function.__module__ == module.__name__:
                arguments = inspect.signature(function).parameters
                # pages only say which settings were used
                if "solver" in arguments and "opacities" not in arguments and function.__name__ != "write_page":
                    lacking.append(f"{name}.{function.__name__}")
    assert lacking == []


@pytest.fixture(scope="module")
def atlas12_models(tmp_path_factory):
    """Labels and models of two ATLAS-12 models of the package, in the files of a sample."""
    folder = tmp_path_factory.mktemp("models")
    source = ReferenceSource()
    labels = source.labels(None, 2, 1)
    labels.to_csv(folder / "labels.csv")
    run_batch(labels, source, folder / "models.nc", folder / "failures.csv")
    return {"labels": folder / "labels.csv", "models": folder / "models.nc"}


def test_labels_to_match_are_of_its_microturbulence(opacities, tmp_path):
    def microturbulence(table):
        validation.draw_labels(
            sample="atlas12",
            labels=tmp_path / "labels.csv",
            box=BoxSettings(),
            validation=ValidationSettings(),
            solver=SOLVER,
            opacities=table,
        )
        return set(pd.read_csv(tmp_path / "labels.csv")["vturb"])

    assert microturbulence(None) == {1.0, 1.7, 2.0}  # of all models: the embedded table holds 0 to 5 km/s
    assert 2.0 not in microturbulence(opacities)


def test_flux_and_gas_are_computed_with_it(opacities, atlas12_models, tmp_path, monkeypatch):
    def flux_error(table):
        validation.flux(**atlas12_models, errors=tmp_path / "flux.csv", solver=SOLVER, opacities=table)
        return pd.read_csv(tmp_path / "flux.csv")["flux_error"].max()

    # the same bits, were the same table used twice
    assert flux_error(opacities) != flux_error(None)

    decks = [deck for deck in validation.real_decks()[0] if deck.model.temperature.size == 80]
    decks = [next(deck for deck in decks if deck.model.vturb == 2.0)]
    monkeypatch.setattr(validation, "real_decks", lambda folder: (decks, []))

    def opacity(table):
        validation.gas(errors=tmp_path / "gas.csv", decks=None, solver=SOLVER, opacities=table)
        return pd.read_csv(tmp_path / "gas.csv")["rosseland_opacity"]

    assert np.isfinite(opacity(None)).all()
    assert opacity(opacities).isna().all()  # not compared, as the table is of another microturbulence


def test_models_derivatives_and_the_sun_are_solved_with_it(opacities, atlas12_models, tmp_path, monkeypatch):
    """The solver is replaced, as compiling it takes a minute; what it would be asked for is looked at."""
    asked = []

    def solved(source, row, made):
        asked.append(source.options)
        raise KeyboardInterrupt

    def derivatives(labels, options, report):
        asked.append(options)
        return labels

    def sun(labels, *, options):
        asked.append(options)
        assert labels.vturb == 1.0
        return "the Sun"

    def distribution(model, table):
        assert table.vturb == 1.0
        return "its energy"

    monkeypatch.setattr(validation.SolverSource, "make_model", solved)
    monkeypatch.setattr(validation, "jacobian_errors", derivatives)
    monkeypatch.setattr(validation, "solve", sun)
    monkeypatch.setattr(validation, "spectral_energy_distribution", distribution)
    monkeypatch.setattr(validation, "read_calspec", lambda path: ())
    monkeypatch.setattr(validation, "compare_energy", lambda *arguments: pd.DataFrame())
    labels = atlas12_models["labels"]
    for sample in ("box", "box_deep", "atlas12"):
        with pytest.raises(KeyboardInterrupt):
            validation.solve_sample(
                sample=sample,
                labels=labels,
                models=tmp_path / "models.nc",
                failures=tmp_path / "failures.csv",
                line_lists=[],
                solver=SOLVER,
                opacities=opacities,
            )
    validation.jacobian(labels=labels, errors=tmp_path / "jacobian.csv", at_most=1, solver=SOLVER, opacities=opacities)
    validation.solar_energy(observed=labels, energy=tmp_path / "energy.csv", solver=SOLVER, opacities=opacities)
    assert {options.opacity_table for options in asked} == {str(opacities)} and len(asked) == 5
    assert [options.leave_out for options in asked[:3]] == [(), (), ("CO", "H2O", "TiO")]
    assert [options.depths for options in asked[:3]] == [80, validation.DEEP_DEPTHS, 80]
