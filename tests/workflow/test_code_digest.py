"""The digest covers the code that a script runs, no more and no less."""

import pytest
from workflow.support import code_digest as digesting


def names(script, *modules):
    found = digesting.code_files(script, *modules)
    return {path.relative_to(digesting.SOURCE).as_posix() for path in found if path.is_relative_to(digesting.SOURCE)}


def test_training_and_solving_do_not_depend_on_each_other():
    training, grid = names("train_emulator"), names("grid_solver")
    assert "kurucz_a1/emulator/training.py" in training
    assert "kurucz_a1/atmosphere/solver/newton.py" in grid
    others = ("kurucz_a1/emulator/", "kurucz_a1/atlas12/", "kurucz_a1/grid/reference/")
    assert not any(name.startswith(others) for name in grid)
    assert not any(name.startswith(("kurucz_a1/spectrum/", "kurucz_a1/figures/")) for name in training | grid)


def test_the_solver_depends_on_its_tables():
    assert any(name.startswith("kurucz_a1/lines/data/") for name in names("grid_solver"))


def test_figures_depend_on_their_own_module_only():
    timing = names("figure", "kurucz_a1.figures.timing")
    assert "kurucz_a1/figures/timing.py" in timing
    assert "kurucz_a1/figures/solar_spectrum.py" not in timing


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A small package of the same name with one script; returns a function that writes one of its files."""
    monkeypatch.setattr(digesting, "SOURCE", tmp_path / "src")
    monkeypatch.setattr(digesting, "SCRIPTS", tmp_path / "scripts")

    def write(name, text=""):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        digesting.code_digest.cache_clear()
        digesting._imports.cache_clear()

    write("src/kurucz_a1/__init__.py", "_PUBLIC = {'solve': 'kurucz_a1.solver'}\n")
    write("src/kurucz_a1/solver.py", "from kurucz_a1.physics.gas import state\n")
    write("src/kurucz_a1/physics/__init__.py")
    write("src/kurucz_a1/physics/gas.py", "def state():\n    from . import table\n")
    write("src/kurucz_a1/physics/table.py")
    write("src/kurucz_a1/physics/data/table.csv", "1\n")
    write("src/kurucz_a1/other/__init__.py")
    write("src/kurucz_a1/other/module.py")
    write("scripts/run.py", "from kurucz_a1 import solve\n")
    return write


def test_imports_are_followed_to_public_names_functions_and_data(package):
    assert names("run") == {
        "kurucz_a1/__init__.py",
        "kurucz_a1/solver.py",
        "kurucz_a1/physics/__init__.py",
        "kurucz_a1/physics/gas.py",
        "kurucz_a1/physics/table.py",
        "kurucz_a1/physics/data/table.csv",
    }


@pytest.mark.parametrize("edited", ["solver.py", "physics/table.py", "physics/data/table.csv"])
def test_an_edit_changes_the_digest(package, edited):
    before = digesting.code_digest("run")
    package(f"src/kurucz_a1/{edited}", "2\n")
    assert digesting.code_digest("run") != before


def test_an_edit_elsewhere_does_not(package):
    before = digesting.code_digest("run")
    package("src/kurucz_a1/other/module.py", "2\n")
    assert digesting.code_digest("run") == before
