"""A digest of the code that a script runs, for rules to carry as a parameter.

Snakemake reruns a rule whose script changed, but does not see the package that the script imports. The digest does:
it follows the imports from the script through ``src/`` and covers each module found and the data files beside it, so
that an edit reruns just the stages that use what was edited.
"""

import ast
import hashlib
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SCRIPTS = PROJECT / "workflow" / "scripts"
SOURCE = PROJECT / "src"
PACKAGE = "kurucz_a1"


@cache
def code_digest(script, *modules):
    """Hexadecimal digest of the package code behind ``workflow/scripts/<script>.py`` and further named modules.

    script: None for the modules alone.
    """
    digest = hashlib.sha256()
    for path in code_files(script, *modules):
        digest.update(path.name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def code_files(script, *modules):
    """The files that the script needs besides itself, sorted: modules of ``src/`` with the data files beside them, and
    what it shares with other scripts (but ``stage``, which has no part in any number)."""
    found, waiting = set(), [*modules, *(_imports(SCRIPTS / f"{script}.py", "") if script else [])]
    while waiting:
        module = waiting.pop()
        path = _file_of(module)
        if path is None or path in found:
            continue
        found.add(path)
        waiting.extend(_imports(path, module if path.name == "__init__.py" else module.rpartition(".")[0]))
        # Importing a.b.c runs a and a.b too.
        waiting.extend(module.rsplit(".", depth)[0] for depth in range(1, module.count(".") + 1))
    return sorted(found | {data for path in found if path.parent != SCRIPTS for data in _data_beside(path)})


def _file_of(module):
    """Source file of a module of the package or beside the script, or None if the name is something else."""
    if module.partition(".")[0] != PACKAGE:
        sibling = SCRIPTS / f"{module}.py"
        return sibling if module != "stage" and sibling.is_file() else None
    base = SOURCE.joinpath(*module.split("."))
    for path in (base / "__init__.py", base.with_suffix(".py")):
        if path.is_file():
            return path
    return None


@cache
def _imports(path, package):
    """Names that may be modules and that the file imports anywhere, from inside functions too."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
        if isinstance(node, ast.Import):
            names.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                parents = package.rsplit(".", node.level - 1)[0] if node.level > 1 else package
                origin = f"{parents}.{origin}".rstrip(".")
            names.append(origin)
            names.extend(f"{origin}.{alias.name}" for alias in node.names)
            names.extend(_lazy(origin, [alias.name for alias in node.names]))
    return names


def _lazy(package, names):
    """Modules behind the public names that the package imports on first use."""
    if package != PACKAGE:
        return []
    tree = ast.parse((SOURCE / PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    public = next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "_PUBLIC"
    )
    return [public[name] for name in names if name in public]


def _data_beside(path):
    """Data files of the module's folder, and of ``data/`` in it: tables that its code reads."""
    for folder in (path.parent, path.parent / "data"):
        if folder.is_dir():
            for file in folder.iterdir():
                if file.is_file() and file.suffix != ".py" and not file.name.startswith("."):
                    yield file
