"""What parts of this package are made from, and that no packaged data file is missed."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jax
import pytest
from edits import changed_by, digests

import kurucz_a1
from kurucz_a1.made_from import Package

SOURCE = Path(kurucz_a1.__file__).parent
NOT_READ = {"README.md", "py.typed"}
PLACES = {
    "solver": "kurucz_a1:solve",
    "solver's models": "kurucz_a1.grid.solver_source:SolverSource",
    "ATLAS-12's models": "kurucz_a1.grid.atlas12_source:Atlas12Source",
    "drawn labels": "kurucz_a1.grid:draw_labels",
    "training": "kurucz_a1.emulator:train",
    "emulator": "kurucz_a1:load_emulator",
    "spectrum": "kurucz_a1:synthesize",
    "lines": "kurucz_a1.spectrum.package_lines:read_package_lines",
    "figure of times": "kurucz_a1.figures:draw kurucz_a1.figures.timing",
    "figure of the network": "kurucz_a1.figures:draw kurucz_a1.figures.architecture",
}
SOLVING = {"solver", "solver's models"}
FIGURES = {"figure of times", "figure of the network"}


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("source") / "kurucz_a1"
    shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def data_files(folder: Path) -> set[str]:
    files = {path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")}
    return {path.relative_to(folder.parent).as_posix() for path in files if path.name not in NOT_READ}


def test_every_data_file_is_seen_by_the_definitions_that_read_it():
    """Reads are recorded while they happen, in a process in which nothing was read before."""
    script = Path(__file__).with_name("reads.py")
    environment = os.environ | {"PYTHONPATH": str(SOURCE.parent)}
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    reads = json.loads(done.stdout.splitlines()[-1])
    assert {file for file, _, _ in reads} == data_files(SOURCE)
    package = Package(SOURCE)
    for file, module, reader in reads:
        names = [reader] if isinstance(reader, str) else at_line(package, module, reader)
        assert names and all(file in package.sources(f"{module}:{name}") for name in names), (file, module, reader)


def at_line(package: Package, module: str, line: int) -> list[str]:
    """Definitions of a module at a line, their decorators included."""
    return [
        name
        for name, nodes in package.module(module).definitions.items()
        if any(first_line(node) <= line <= node.end_lineno for node in nodes)
    ]


def first_line(node: ast.stmt) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", ()))])


def gas():
    """Fractions and derivatives of a gas."""
    from kurucz_a1.physics.abundances import eos_fractions, number_fractions
    from kurucz_a1.physics.equation_of_state import gas_state

    fractions = eos_fractions(number_fractions())
    jax.jacfwd(lambda temperature: gas_state(temperature, 1e5, fractions))(5000.0)


def emulator():
    """A model atmosphere of the packaged emulator, its derivatives, and how well it is in equilibrium."""
    model = kurucz_a1.load_emulator()(teff=5777.0, logg=4.44)
    kurucz_a1.hydrostatic_residual(model)


def reference():
    """The models that come with the package as a source of models."""
    from kurucz_a1.grid.reference_source import ReferenceSource

    source = ReferenceSource()
    source.make_model(source.labels(None, 1, 0).iloc[0].to_dict(), {})


@pytest.mark.parametrize(
    ("action", "names"),
    [
        (gas, ["kurucz_a1.physics.equation_of_state:gas_state", "kurucz_a1.physics.abundances"]),
        (emulator, ["kurucz_a1:load_emulator", "kurucz_a1:hydrostatic_residual"]),
        (reference, ["kurucz_a1.grid.reference_source:ReferenceSource"]),
    ],
)
def test_every_function_that_runs_is_seen(action, names):
    action()  # imports what it needs
    jax.clear_caches()
    ran = set()

    def note(frame, event, argument):
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(str(SOURCE)):
            ran.add((frame.f_globals["__name__"], code.co_qualname.partition(".")[0], code.co_firstlineno))

    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(None)
    package = Package(SOURCE)
    # The way to a public name is no part of what it does.
    ran = {(module, line) for module, name, line in ran if name != "__getattr__" and "made_from" not in module}
    sources = set(package.sources(*names))
    assert len(ran) > 5
    for module, line in ran:
        assert any(f"{module}:{name}" in sources for name in at_line(package, module, line)), (module, line)


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        ("physics/transfer.py", "import jax.numpy as jnp", "import numpy as jnp", SOLVING | {"spectrum"}),
        ("physics/equation_of_state.py", "def _solve_jvp(", "@print\ndef _solve_jvp(", SOLVING | {"spectrum"}),
        ("figures/timing.py", "draw(", "draw(*, ", {"figure of times"}),
        (
            "figures/style.py",
            "def paper_style() -> Iterator[None]:",
            "def paper_style() -> Iterator[None]:\n    print()",
            FIGURES,
        ),
        (
            "physics/data/solar_patterns.csv",
            "#",
            "##",
            # the elements of the gas are labels, which an emulator has
            SOLVING | {"ATLAS-12's models", "spectrum", "training", "lines", "emulator"},
        ),
        ("physics/data/continuum_free_free.json", "{", " {", SOLVING | {"spectrum"}),
        ("physics/data/continuum_collision_induced.json", "{", " {", SOLVING | {"spectrum"}),
        ("physics/data/hydrogen_oscillator_strengths.csv", "#", "##", {"spectrum"}),
        ("spectrum/data/solar_lines.csv", "#", "##", {"lines"}),
        ("spectrum/data/lines_6430_6450.csv", "#", "##", {"lines"}),
        ("spectrum/data/telluric_intervals.csv", "#", "##", set()),
        ("emulator/pretrained/emulator.json", "{", " {", {"emulator"}),
        ("__init__.py", '"highest"', '"high"', set(PLACES)),
    ],
)
def test_an_edit_changes_what_uses_it(copy, file, old, new, changed):
    assert changed_by(copy, PLACES, file, old, new) == changed


def test_docstrings_comments_and_annotations_change_nothing(copy):
    before = digests(copy, PLACES)
    for path in sorted(copy.rglob("*.py")):
        path.write_text(said_otherwise(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert digests(copy, PLACES) == before
    shutil.rmtree(copy)
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))


def said_otherwise(text: str) -> str:
    """A module with other docstrings and layout, without comments and the annotations of functions."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and ast.get_docstring(node):
            node.body[0].value.value = "Says something else."
    return ast.unparse(tree)
