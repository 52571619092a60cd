"""pyproject.toml declares what the package imports: the core what all need, each extra what only some uses need."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions, version
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "src" / "kurucz_a1"
METADATA = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = METADATA["optional-dependencies"]
# Snakemake finds these by itself.
PLUGINS = {"snakemake-executor-plugin-slurm", "snakemake-interface-common"}
# Installed by another distribution, always.
PART_OF = {"pydantic_core": "pydantic"}


def declared(extra: str | None = None) -> set[str]:
    """Names of the distributions of the core, or of an extra with those that it includes."""
    found = set()
    for requirement in map(Requirement, METADATA["dependencies"] if extra is None else EXTRAS[extra]):
        if requirement.name == METADATA["name"]:
            found |= set().union(*map(declared, requirement.extras))
        else:
            found.add(requirement.name.lower())
    return found


def imports(tree: ast.AST, extra: str | None = None) -> Iterator[tuple[str, str | None]]:
    """Modules that code imports anywhere, with the extra of the ``with needs(...)`` around the import, or None."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, extra) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or "", extra
        elif isinstance(node, ast.With):
            yield from imports(node, next(filter(None, (_extra(item.context_expr) for item in node.items)), extra))
        else:
            yield from imports(node, extra)


def _extra(context: ast.expr) -> str | None:
    named = isinstance(context, ast.Call) and isinstance(context.func, ast.Name) and context.func.id == "needs"
    return ast.literal_eval(context.args[0]) if named else None


def third_party(*folders: Path) -> set[tuple[str, str | None, str]]:
    """(distribution, extra, file) of every import of a package that is not ours and not Python's."""
    ours = {"kurucz_a1", "workflow", "__future__"} | {path.stem for folder in folders for path in folder.rglob("*.py")}
    distributions = packages_distributions()
    return {
        (PART_OF.get(name, distributions.get(name, [name])[0].lower()), extra, path.relative_to(PROJECT).as_posix())
        for folder in folders
        for path in folder.rglob("*.py")
        for name, extra in (
            (module.partition(".")[0], extra) for module, extra in imports(ast.parse(path.read_text(encoding="utf-8")))
        )
        if name not in ours | sys.stdlib_module_names
    }


IMPORT_ALL = """
import importlib, pkgutil, sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in sys.argv[1].split(","):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
import kurucz_a1

for name in kurucz_a1.__all__:  # the core
    getattr(kurucz_a1, name)
importlib.import_module("kurucz_a1.__main__")
for module in pkgutil.walk_packages(kurucz_a1.__path__, "kurucz_a1.", onerror=lambda name: None):
    try:
        importlib.import_module(module.name)
    except kurucz_a1.errors.MissingExtra as error:
        print(module.name, error)
"""


@pytest.fixture(scope="module")
def without_extras() -> dict[str, str]:
    """What each module says that cannot be imported where only the core is installed; public names can."""
    extras = declared("all") - declared()
    names = [name for name, owners in packages_distributions().items() if owners[0].lower() in extras]
    command = [sys.executable, "-c", IMPORT_ALL, ",".join(names)]
    done = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": str(PROJECT / "src")})
    assert done.returncode == 0, done.stderr
    return dict(line.split(maxsplit=1) for line in done.stdout.splitlines())


def test_every_import_is_declared(without_extras: dict[str, str]) -> None:
    """In the core, or in the extra of the block around it; modules that cannot be imported without an extra say so."""
    undeclared = {
        (name, extra, file)
        for name, extra, file in third_party(PACKAGE)
        if name not in declared() | (declared(extra) if extra else set())
        and not (extra is None and name in declared("all") and _module(file).startswith(tuple(without_extras)))
    }
    assert undeclared == set(), "declare it, or import it within `with needs(extra):`"


def _module(file: str) -> str:
    return file.removeprefix("src/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def test_nothing_else_is_declared() -> None:
    in_package = {name for name, _, _ in third_party(PACKAGE)}
    in_workflow = {name for name, _, _ in third_party(PROJECT / "workflow")} | {"snakemake"}
    assert declared() - in_package == set()
    assert declared("all") - in_package - in_workflow == PLUGINS


def test_versions_that_the_tests_run_with_are_allowed() -> None:
    for requirement in map(Requirement, [*METADATA["dependencies"], *chain(*EXTRAS.values())]):
        if requirement.name != METADATA["name"]:
            assert requirement.specifier.contains(version(requirement.name)), requirement


def test_a_missing_package_is_told_with_its_extra(without_extras: dict[str, str]) -> None:
    form = re.compile(r"(\S+) is not installed; pip install 'kurucz-a1-workflow\[(\w+)\]'")
    told = {form.fullmatch(message).groups() for message in without_extras.values()}
    assert ("flax", "train") in told and ("matplotlib", "report") in told
    assert {extra for _, extra in told} <= EXTRAS.keys()


def test_one_version_everywhere(project: Path) -> None:
    from kurucz_a1 import __version__

    assert METADATA["dynamic"] == ["version"]  # read from the package
    citation = (project / "CITATION.cff").read_text(encoding="utf-8")
    assert re.findall(r"^version: (\S+)$", citation, flags=re.MULTILINE) == [__version__]
    changes = (project / "CHANGELOG.md").read_text(encoding="utf-8")
    # The newest release is the version of the package; what came after it has none yet.
    assert re.findall(r"^## (\S+)", changes, flags=re.MULTILINE)[:2] == ["Unreleased", __version__]


def test_the_command_is_that_of_the_module() -> None:
    assert METADATA["scripts"] == {"kurucz-a1": "kurucz_a1.__main__:main"}
