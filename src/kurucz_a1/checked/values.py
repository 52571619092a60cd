"""Checks of single values beyond those of pydantic, for use in annotations."""

from typing import Any

from pydantic import AfterValidator, BeforeValidator, Discriminator, Tag
from pydantic_core import PydanticCustomError

One, Several = Tag("one"), Tag("several")
#: for ``Annotated[Annotated[A, One] | Annotated[tuple[A, ...], Several], ONE_OR_SEVERAL]``
ONE_OR_SEVERAL = Discriminator(lambda value: "several" if isinstance(value, list | tuple) else "one")


def mistake(message: str) -> PydanticCustomError:
    """An error whose line continues with this message after the name and value of the entry."""
    return PydanticCustomError("mistake", "{message}", {"message": message})


def as_written(value: Any, checked: Any) -> Any:
    """The ``checked`` form of a ``value``, with whole numbers kept as integers.

    Raises PydanticCustomError for a value that pydantic would convert silently, and for text that cannot name anything.
    """
    match checked:
        case tuple():
            return tuple(map(as_written, value, checked))
        case bool():
            if not (isinstance(value, bool) or str(value).lower() in ("true", "false")):
                raise mistake("it must be true or false")
        case int() | float():
            if isinstance(value, bool):
                raise mistake(f"it must be a {'whole ' * isinstance(checked, int)}number")
            if isinstance(checked, float) and float(checked).is_integer():
                return _whole(value, checked)
        case str():
            if set("{}") & set(checked) or not checked.isprintable() or checked != checked.strip():
                raise mistake("it must not hold braces or line breaks, nor begin or end with a space")
    return checked


def _whole(value: Any, otherwise: Any) -> Any:
    """``value`` as an integer if it is a whole number or the text of one, else ``otherwise``."""
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            return otherwise
    return value if isinstance(value, int) else otherwise


def _rising(limits: tuple[float, float]) -> tuple[float, float]:
    if not limits[0] < limits[1]:
        raise mistake("the first number must be the smaller one")
    return limits


def _unique(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names):
        raise mistake("it must not name anything twice")
    return names


#: lowest and highest value
RISING = AfterValidator(_rising)
#: names, each once
UNIQUE = AfterValidator(_unique)
#: a choice of whole numbers, which may be given as text
WHOLE = BeforeValidator(lambda value: _whole(value, value))
