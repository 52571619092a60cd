"""One line for a mistake: which entry, what is wrong, what would be right."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

_UNKNOWN = ("extra_forbidden", "invalid_key")
_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "text",
    "tuple": "a list",
    "model": "a section",
}
_LIMITS = {
    "greater_than_equal": ("ge", "at least"),
    "less_than_equal": ("le", "at most"),
    "greater_than": ("gt", "more than"),
    "less_than": ("lt", "less than"),
}


def explain(error: ValidationError, model: type[BaseModel], section: str) -> str:
    """The most urgent mistake of a section in one line. Unknown names come first: they may cause others.

    - ``model``: of the section; ``section``: its dotted name, empty for the whole configuration.
    """
    details = error.errors(include_url=False)
    return f"config: {_explain(min(details, key=_urgency), model, section)}"


def _urgency(detail: ErrorDetails) -> tuple[Any, ...]:
    """A list with wrong items is also reported as too short; its items come first."""
    return (detail["type"] not in _UNKNOWN, detail["type"] == "too_short", [str(part) for part in detail["loc"]])


def dotted(path: Sequence[str | int]) -> str:
    """A path as text.

    >>> dotted(("grid", "box", "teff", 1))
    'grid.box.teff[1]'
    """
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def entry_paths(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Every entry of a model in dotted form, sections too: ``grid``, ``grid.box``, ``grid.box.teff``, ..."""
    for name, field in model.model_fields.items():
        yield f"{prefix}{name}"
        inner: Any = field.annotation
        if _is_section(inner):
            yield from entry_paths(inner, f"{prefix}{name}.")


def nearest_entry(unknown: str, model: type[BaseModel]) -> str:
    """The dotted entry most like ``unknown`` in its last part, preferably in the same section."""
    section, _, name = unknown.rpartition(".")

    def likeness(path: str) -> float:
        parent, _, last = path.rpartition(".")
        return SequenceMatcher(None, name.lower(), last).ratio() + 0.2 * (parent == section)

    return max(entry_paths(model), key=likeness)


def _explain(detail: ErrorDetails, model: type[BaseModel], section: str) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    annotation, path = _annotation(model, detail["loc"])
    prefix = f"{section}." if section else ""
    if kind in _UNKNOWN:
        unknown = dotted(path)
        return f"unknown key {prefix}{unknown}; did you mean {prefix}{nearest_entry(unknown, model)}?"
    if kind == "value_error":  # of a check of several entries
        return str(context["error"])
    if kind == "missing" and isinstance(path[-1], int):
        path = path[:-1]
    name = prefix + dotted(path) if path else section or "the configuration"
    value = f"{name} is {_shown(detail['input'])}"
    if kind in _LIMITS:
        key, words = _LIMITS[kind]
        return f"{value}; it must be {words} {_number(context[key])}"
    match kind:
        case "finite_number":
            return f"{name} is {detail['input']}; it must be a finite number"
        case "literal_error":
            choices = context["expected"].replace(" or ", ", ").replace("'", "")
            return f"{value}; it must be one of {choices}{', null' if NoneType in get_args(annotation) else ''}"
        case "string_too_short" if context["min_length"] == 1:
            return f"{value}; it must not be empty"
        case "string_too_short":
            return f"{value}; it must have at least {context['min_length']} characters"
        case "missing" if isinstance(detail["loc"][-1], int):
            return f"{value}; it must be a list of {len(get_args(annotation))} numbers"
        case "missing":
            return f"{name} is missing; name it"
        case "too_short" | "too_long":
            return f"{value}; it must be a list of {_quantity(annotation, kind, context)}"
        case "mistake":
            return f"{value}; {detail['msg']}"
    wanted = _KINDS.get(kind.partition("_")[0])
    if wanted is None:
        return f"{value}: {detail['msg']}"
    if "one" in detail["loc"]:
        wanted += " or a list"
    if NoneType in get_args(annotation):
        wanted += " or null"
    return f"{value}; it must be {wanted}"


def _annotation(model: Any, location: tuple[str | int, ...]) -> tuple[Any, list[str | int]]:
    """Type of the entry at a location of pydantic's, and the location without the names of alternatives."""
    path = []
    for part in location:
        if _is_section(model):
            path.append(part)
            model = model.model_fields[part].annotation if part in model.model_fields else None
        elif isinstance(part, int):
            path.append(part)
    return model, path


def _is_section(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _quantity(annotation: Any, kind: str, context: dict[str, Any]) -> str:
    """What the right list holds: "2 numbers", "at least 1 names"."""
    items = get_args(annotation)
    things = "names" if "str" in str(annotation) or "Literal" in str(annotation) else "numbers"
    if items and items[-1] is not Ellipsis and kind == "too_long":
        return f"{context['max_length']} {things}"
    words = "at least" if kind == "too_short" else "at most"
    return f"{words} {context['min_length' if kind == 'too_short' else 'max_length']} {things}"


def _number(limit: Any) -> str:
    return str(int(limit)) if float(limit).is_integer() else str(limit)


def _shown(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, BaseModel):
        return type(value).__name__
    if isinstance(value, dict):
        return "a section"
    return str(list(value)) if isinstance(value, list | tuple) else repr(value)
