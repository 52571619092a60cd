"""What a result is made from: the definitions and packaged data files that it depends on, and a digest of them.

Rules, batches and checkpoints carry the digest, so that a result is made anew when something that it depends on was
edited, and not when anything else was. All is found by reading the source; nothing is imported. Standard library only.

- The unit is a top-level definition (function, class, assignment). Each name that it uses is followed to the definition
  behind it: through imports, re-exports and the tables of names that a package imports on first use (``__getattr__``).
- Where it is unclear which definition of a module is used, all of them count: a module passed to a function, or the
  full name of a module in a string. A module whose name is put together at run time is not seen; name it as well.
- Statements that are neither definition nor import, such as ``jax.config.update(...)``, belong to every definition of
  their module, and those of ``a/__init__.py`` to every definition below ``a``. What ``@solve.defjvp`` decorates belongs
  to ``solve``.
- A data file belongs to the definitions with its path in a string, as seen from the package, such as
  ``packaged("physics/data/solar_patterns.csv")``; a folder, such as "emulator/pretrained", stands for all its files.
- Comments, docstrings, layout and annotations do not count. Of other packages only the names count, not the version.
"""

import ast
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

#: Stands for the statements of a module that are neither definition nor import.
LOOSE = "<module>"
_WHOLE = "*"  # stands for all definitions of a module
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS = (ast.Import, ast.ImportFrom)
_COMPOUND = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match)
_NO_BINDINGS = (ast.Constant, ast.Lambda, *_COMPREHENSIONS)
_IGNORED_FIELDS = {"annotation", "returns", "type_comment", "type_params", "ctx", "kind", "simple"}

Names = tuple[str, ...]  # a name and its attributes: ("np", "linalg", "solve") of np.linalg.solve
Target = tuple[str, Names]  # what an import stands for: a module and a name in it, or () for the module itself


def made_from(*names: str, files: tuple[Path | str, ...] = ()) -> str:
    """Digest of all that definitions or whole modules of this package depend on, 16 hexadecimal digits.

    names: such as "kurucz_a1.stages.grid:draw" or "kurucz_a1.figures.timing"; files: further files that count.
    Raises ValueError for a name that the package does not have.
    """
    return _this_package().digest(*names, files=files)


def sources_of(*names: str) -> list[str]:
    """What ``made_from`` covers, sorted: definitions as "module:name", data files as paths such as
    "kurucz_a1/physics/data/solar_patterns.csv". Raises ValueError for a name that the package does not have."""
    return _this_package().sources(*names)


@cache
def _this_package() -> "Package":
    return Package(Path(__file__).parent)


class Package:
    """The source of the package in ``folder``, whose name it bears, as it is now: each file is read once."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.name = self.folder.name
        self._modules: dict[str, Module | None] = {}
        self._contents: dict[str, tuple[bytes, frozenset[str]]] = {}
        self._data = self._find_data()

    def digest(self, *names: str, files: tuple[Path | str, ...] = ()) -> str:
        """As ``made_from``."""
        digest = hashlib.sha256()
        for source in self.sources(*names):
            digest.update(source.encode() + b"\0" + self._content(source)[0])
        for file in files:
            digest.update(hashlib.sha256(Path(file).read_bytes()).digest())
        return digest.hexdigest()[:16]

    def sources(self, *names: str) -> list[str]:
        """As ``sources_of``."""
        found: set[str] = set()
        waiting = [source for name in names for source in self._named(name)]
        while waiting:
            source = waiting.pop()
            if source not in found:
                found.add(source)
                waiting.extend(self._content(source)[1])
        return sorted(s for s in found if not s.endswith(f":{_WHOLE}") and self._content(s)[0])

    def module(self, name: str) -> "Module | None":
        """The module of this full name, or None where the package has none."""
        if name not in self._modules:
            self._modules[name] = self._read(name)
        return self._modules[name]

    def _read(self, name: str) -> "Module | None":
        first, *rest = name.split(".")
        if first != self.name:
            return None
        base = self.folder.joinpath(*rest)
        for path in (base / "__init__.py", base.with_name(f"{base.name}.py")):
            if path.is_file():
                return Module(name, path)
        return None

    def _find_data(self) -> dict[str, list[str]]:
        """Data files by the path of the file, and by that of each folder that holds it, as seen from the package."""
        found: dict[str, list[str]] = {}
        for path in sorted(self.folder.rglob("*")):
            place = path.relative_to(self.folder)
            hidden = any(part.startswith((".", "__pycache__")) for part in place.parts)
            if path.suffix in (".py", ".pyc") or hidden or not path.is_file():
                continue
            # A folder's path has a slash, so that a common word is none.
            for key in (place, *(parent for parent in place.parents if len(parent.parts) > 1)):
                found.setdefault(key.as_posix(), []).append(f"{self.name}/{place.as_posix()}")
        return found

    def _named(self, name: str) -> set[str]:
        """Sources behind a name as ``made_from`` takes it."""
        module, _, definition = name.partition(":")
        found = self._resolve(module, tuple(definition.split(".")) if definition else ())
        if not found or (definition and f"{module}:{_WHOLE}" in found):
            raise ValueError(f"{name}: no such {'definition' if found else 'module'} in {self.folder}; mend the name")
        return found

    def _content(self, source: str) -> tuple[bytes, frozenset[str]]:
        """Digest of a source itself, and the sources that it uses."""
        if source not in self._contents:
            module, colon, name = source.partition(":")
            if not colon:
                content = (self.folder.parent / source).read_bytes()
                self._contents[source] = hashlib.sha256(content).digest(), frozenset()
            elif name == _WHOLE:
                self._contents[source] = b"", self._all_of(self.module(module))
            else:
                self._contents[source] = self._definition(self.module(module), name)
        return self._contents[source]

    def _definition(self, module: "Module", name: str) -> tuple[bytes, frozenset[str]]:
        """Content of a definition: what it says, and what the names in it stand for."""
        reader = module.reader(name)
        if not reader.text:
            return b"", frozenset(self._loose_above(module.name))
        meanings, used = [], set(self._loose_above(module.name))
        for names, target in reader.uses:
            found = self._meaning(module, names, target)
            used |= found
            elsewhere = [target] if target else module.imports.get(names[0])
            origins = sorted(source for source in found if not source.endswith(LOOSE)) or elsewhere
            if origins:
                meanings.append(f"{'.'.join(names)} is {origins}")
        for text in reader.strings:
            used.update(self._data.get(text.strip("/"), ()))
            if text.startswith(f"{self.name}.") and all(part.isidentifier() for part in text.split(".")):
                used |= self._resolve(text, ())
        content = "".join(reader.text) + "\n".join(sorted(meanings))
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest(), frozenset(used)

    def _all_of(self, module: "Module") -> frozenset[str]:
        """Sources of a whole module: its definitions, and what it imports for others."""
        found = {f"{module.name}:{name}" for name in module.definitions} | self._loose_above(module.name)
        used = {names[0] for name in module.definitions for names, _ in module.reader(name).uses}
        for name, targets in module.imports.items():
            for target in targets:
                sources = self._resolve(*target)
                # A module that serves the definitions is followed from there, name by name.
                if name not in used or not any(source.endswith(f":{_WHOLE}") for source in sources):
                    found |= sources
        return frozenset(found)

    def _meaning(self, module: "Module", names: Names, target: Target | None) -> set[str]:
        """Sources behind a use in a definition of ``module``."""
        if target is not None:
            return self._resolve(target[0], (*target[1], *names[1:]))
        if module.has(names[0]):
            return self._resolve(module.name, names)
        return {
            source for star in module.stars if self._offers(star, names[0]) for source in self._resolve(star, names)
        }

    def _offers(self, star: str, name: str) -> bool:
        """Whether ``from star import *`` gives a name."""
        module = self.module(star)
        return module is not None and (module.has(name) or any(self._offers(other, name) for other in module.stars))

    def _resolve(self, name: str, names: Names, seen: frozenset[tuple[str, Names]] = frozenset()) -> set[str]:
        """Sources behind ``names``, attributes of attributes, of the module ``name``; empty for another package's."""
        module = self.module(name)
        if module is None:
            return set()
        loose = self._loose_above(name)
        if not names:
            return {f"{name}:{_WHOLE}"} | loose
        first, rest = names[0], names[1:]
        found: set[str] = set()
        if (name, names) not in seen:  # else the module imports the name from itself: it is that of a module below
            seen |= {(name, names)}
            if first in module.definitions:
                found.add(f"{name}:{first}")
            for target, attributes in module.imports.get(first, ()):
                found |= self._resolve(target, (*attributes, *rest), seen)
            if found or module.has(first):
                return found | loose
            found = self._lazy(module, first, seen)
            for star in module.stars:
                found |= self._resolve(star, names, seen) if self._offers(star, first) else set()
            if found:
                return found | loose
        if self.module(f"{name}.{first}") is not None:
            return self._resolve(f"{name}.{first}", rest, seen) | loose
        if first.startswith("__"):  # such as __file__
            return loose
        return {f"{name}:{_WHOLE}"} | loose

    def _lazy(self, module: "Module", name: str, seen: frozenset[tuple[str, Names]]) -> set[str]:
        """Sources behind a name that ``__getattr__`` of the module imports on first use: from the module that a
        dictionary of names has for it, or by an import statement in ``__getattr__`` itself."""
        found: set[str] = set()
        for node in module.definitions.get("__getattr__", ()):
            for table in module.tables:
                if name in table and self.module(table[name]) is not None:
                    found |= self._resolve(table[name], (name,), seen)
            for bound, targets in _Bindings(getattr(node, "body", ()), module).imported.items():
                for target, attributes in targets:
                    inner = self.module(".".join((target, *attributes)))
                    if bound == name:
                        found |= self._resolve(target, attributes, seen)
                    elif inner is not None and inner.has(name):
                        found |= self._resolve(inner.name, (name,), seen)
        return found

    def _loose_above(self, name: str) -> set[str]:
        """Loose statements of a module and of the packages that hold it: they run before anything in it does."""
        parts = name.split(".")
        return {f"{'.'.join(parts[: count + 1])}:{LOOSE}" for count in range(len(parts))}


class Module:
    """The statements of a module, by the names that they define."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        self.definitions: dict[str, list[ast.stmt]] = {}
        self.imports: dict[str, list[Target]] = {}
        self.stars: list[str] = []
        self.tables: list[dict[str, str]] = []
        self._inside = name.partition(".")[0] + "."  # begins the names of the package's modules
        self._loose: list[ast.stmt] = []
        self._readers: dict[str, Reader] = {}
        for statement in ast.parse(path.read_bytes(), filename=str(path)).body:
            self._add(statement)

    def has(self, name: str) -> bool:
        """Whether the module defines or imports a name."""
        return name in self.definitions or name in self.imports

    def reader(self, name: str) -> "Reader":
        """What a definition, or LOOSE, says."""
        if name not in self._readers:
            self._readers[name] = Reader(self, self._loose if name == LOOSE else self.definitions[name])
        return self._readers[name]

    def origin(self, node: ast.ImportFrom) -> str:
        """Full name of the module that ``from ... import`` names."""
        if not node.level:
            return node.module or ""
        base = self.package.rsplit(".", node.level - 1)[0] if node.level > 1 else self.package
        return f"{base}.{node.module}" if node.module else base

    def _add(self, node: ast.stmt) -> None:
        bindings = _Bindings([node], self)
        for name, targets in bindings.imported.items():
            self.imports.setdefault(name, []).extend(targets)
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            self.stars.append(self.origin(node))
        if isinstance(node, _IMPORTS) or _is_main(node):
            return
        for name in bindings.defined:
            self.definitions.setdefault(name, []).append(node)
        for root in filter(None, map(_owner, getattr(node, "decorator_list", ()))):
            if root in self.definitions:  # such as @solve.defjvp
                self.definitions[root].append(node)
            elif any(target.startswith(self._inside) for target, _ in self.imports.get(root, ())):
                self._loose.append(node)
        targets = [*getattr(node, "targets", ()), getattr(node, "target", None)]
        changes = any(isinstance(inner, ast.Attribute | ast.Subscript) for t in targets if t for inner in ast.walk(t))
        if changes or isinstance(node, _COMPOUND) or not bindings.defined:
            self._loose.append(node)
        if table := _table(node):
            self.tables.append(table)


class Reader:
    """What statements say, as text without layout, docstrings and annotations, and what they use.

    uses: names that do not belong to the statements themselves, each with what an import within makes of it, or None;
    strings: their constants.
    """

    def __init__(self, module: Module, statements: list[ast.stmt]) -> None:
        self.text: list[str] = []
        self.uses: set[tuple[Names, Target | None]] = set()
        self.strings: set[str] = set()
        self._module = module
        self._statements(statements, ())

    def _statements(self, statements: list[ast.stmt], scopes: tuple[dict, ...]) -> None:
        for node in statements:
            constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)  # docstrings too
            if not (constant or isinstance(node, _IMPORTS) or _is_type_checking(node)):
                self._node(node, scopes)

    def _node(self, node: ast.AST, scopes: tuple[dict, ...]) -> None:
        if isinstance(node, ast.Name | ast.Attribute):
            self._name(node, scopes)
        elif isinstance(node, _FUNCTIONS):
            self._function(node, scopes)
        elif isinstance(node, _COMPREHENSIONS):
            self._comprehension(node, scopes)
        elif isinstance(node, ast.ClassDef):
            self._fields(node, (_ClassScope(_Bindings(node.body, self._module).imported), *scopes))
        elif isinstance(node, ast.AnnAssign) and not (scopes and isinstance(scopes[0], _ClassScope)):
            if node.value is not None:
                self._fields(ast.Assign(targets=[node.target], value=node.value), scopes)
        else:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                self.strings.add(node.value)
            self._fields(node, scopes)

    def _fields(self, node: ast.AST, scopes: tuple[dict, ...]) -> None:
        self.text.append(f"{type(node).__name__}(")
        for name in node._fields:
            value = getattr(node, name, None)
            if name in _IGNORED_FIELDS or value is None or value == []:
                continue
            self.text.append(f"{name}=")
            if not isinstance(value, list):
                self._value(value, scopes)
            elif isinstance(value[0], ast.stmt):
                self._statements(value, scopes)
            else:
                for item in value:
                    self._value(item, scopes)
                    self.text.append(",")
        self.text.append(")")

    def _value(self, value: object, scopes: tuple[dict, ...]) -> None:
        if isinstance(value, ast.AST):
            self._node(value, scopes)
        else:
            self.text.append(repr(value))

    def _name(self, node: ast.Name | ast.Attribute, scopes: tuple[dict, ...]) -> None:
        attributes: list[str] = []
        base: ast.expr = node
        while isinstance(base, ast.Attribute):
            attributes.insert(0, base.attr)
            base = base.value
        if not isinstance(base, ast.Name):
            self.text.append(f"{'.'.join(attributes)} of ")
            self._node(base, scopes)
            return
        names = (base.id, *attributes)
        self.text.append(f"{'.'.join(names)} ")
        if isinstance(base.ctx, ast.Load):
            targets = next((scope[base.id] for scope in scopes if base.id in scope), [None])
            self.uses.update((names, target) for target in targets)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scopes: tuple[dict, ...]) -> None:
        arguments = node.args
        self.text.append(f"{type(node).__name__} {getattr(node, 'name', '')}(")
        for part in (*getattr(node, "decorator_list", ()), *arguments.defaults, *arguments.kw_defaults):
            self._value(part, scopes)
            self.text.append(",")
        kinds = (arguments.posonlyargs, arguments.args, arguments.kwonlyargs, [arguments.vararg], [arguments.kwarg])
        names = [[argument.arg for argument in kind if argument] for kind in kinds]
        self.text.append(f"{names}{len(arguments.defaults)}:")
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        bindings = _Bindings(body, self._module)
        scope = dict.fromkeys((name for kind in names for name in kind), ()) | dict.fromkeys(bindings.defined, ())
        scope = {name: found for name, found in (scope | bindings.imported).items() if name not in bindings.outer}
        inside = (scope, *(outer for outer in scopes if not isinstance(outer, _ClassScope)))
        if isinstance(node, ast.Lambda):
            self._node(node.body, inside)
        else:
            self._statements(node.body, inside)
        self.text.append(")")

    def _comprehension(self, node: ast.expr, scopes: tuple[dict, ...]) -> None:
        generators = node.generators
        self.text.append(f"{type(node).__name__}(")
        self._node(generators[0].iter, scopes)  # the only part outside the comprehension's scope
        inside = (dict.fromkeys(_Bindings([each.target for each in generators], self._module).defined, ()), *scopes)
        for number, generator in enumerate(generators):
            self.text.append(f" for {generator.is_async}")
            for part in (generator.target, *([generator.iter] if number else []), *generator.ifs):
                self._node(part, inside)
                self.text.append(",")
        for name in ("elt", "key", "value"):
            if hasattr(node, name):
                self._node(getattr(node, name), inside)
                self.text.append(",")
        self.text.append(")")


class _ClassScope(dict):
    """Imports in the body of a class, which its methods do not see."""


class _Bindings:
    """What statements bind, leaving out what is inside another function, class or comprehension.

    defined: names that they define or assign; imported: what import statements bind, with what each name stands for;
    outer: names declared global or nonlocal.
    """

    def __init__(self, nodes: Iterable[ast.AST], module: "Module") -> None:
        self.defined: list[str] = []
        self.imported: dict[str, list[Target]] = {}
        self.outer: set[str] = set()
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Name):
                if not isinstance(node.ctx, ast.Load):
                    self.defined.append(node.id)
            elif isinstance(node, _DEFINITIONS):
                self.defined.append(node.name)
            elif isinstance(node, _IMPORTS):
                self._import(node, module)
            elif not isinstance(node, _NO_BINDINGS):
                self._other(node)
                waiting.extend(ast.iter_child_nodes(node))

    def _other(self, node: ast.AST) -> None:
        if isinstance(node, ast.Global | ast.Nonlocal):
            self.outer.update(node.names)
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            self.defined.append(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            self.defined.append(node.rest)

    def _import(self, node: ast.Import | ast.ImportFrom, module: "Module") -> None:
        for alias in node.names:
            bound = alias.asname or alias.name
            target = (alias.name, ())
            if isinstance(node, ast.ImportFrom):
                target = (module.origin(node), (alias.name,))
            elif not alias.asname:
                bound = alias.name.partition(".")[0]
                target = (bound, ())
            if alias.name != "*":
                self.imported.setdefault(bound, []).append(target)


def _owner(decorator: ast.expr) -> str | None:
    """The name of the object of which a decorator is a method, or None: what it decorates may be kept there."""
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    if not isinstance(node, ast.Attribute):
        return None
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _is_main(node: ast.stmt) -> bool:
    """Whether a statement is ``if __name__ == "__main__"``, which does not run on import."""
    return isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"


def _is_type_checking(node: ast.stmt) -> bool:
    """Whether a statement is ``if TYPE_CHECKING``, which serves annotations alone."""
    return isinstance(node, ast.If) and "TYPE_CHECKING" in (
        getattr(node.test, "id", ""),
        getattr(node.test, "attr", ""),
    )


def _table(node: ast.stmt) -> dict[str, str]:
    """The pairs of texts in a dictionary that a statement assigns."""
    if not (isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict)):
        return {}
    pairs = [(k, v) for k, v in zip(node.value.keys, node.value.values, strict=True) if isinstance(k, ast.Constant)]
    return {key.value: value.value for key, value in pairs if isinstance(value, ast.Constant)}
