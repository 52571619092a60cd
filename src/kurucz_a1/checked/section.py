"""A section of the configuration: an immutable, hashable group of checked entries."""

import json
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from kurucz_a1.checked.messages import explain
from kurucz_a1.checked.values import as_written
from kurucz_a1.errors import BadConfig

# Not Self, which beartype knows only in classes that it decorates as a whole.
_Section = TypeVar("_Section", bound="Section")


class Section(BaseModel):
    """Base of the sections.

    Text is accepted for the number that it spells, as YAML 1.1 reads 1e-3 as text; whole numbers remain integers where
    any number is allowed. A mistake raises BadConfig with one line that names the entry.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    #: dotted name in the configuration
    section: ClassVar[str] = ""
    #: whether the pages on the configuration show it as one entry, and its own entries in the description of that
    whole: ClassVar[bool] = False

    def __init__(self, **entries: Any) -> None:
        try:
            super().__init__(**entries)
        except ValidationError as error:
            raise BadConfig(explain(error, type(self), self.section)) from None

    # Without this pydantic would call __init__ for inner sections too, and lose the path to their mistakes.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    @classmethod
    def read(cls: type[_Section], entries: Any) -> _Section:
        """The section from a dictionary, or from another object of its class. Raises BadConfig."""
        try:
            return cls.model_validate(entries)
        except ValidationError as error:
            raise BadConfig(explain(error, cls, cls.section)) from None

    def changed(self: _Section, **changes: Any) -> _Section:
        """A checked copy with some entries changed."""
        return type(self)(**{**{name: getattr(self, name) for name in type(self).model_fields}, **changes})

    def plain(self, *without: str) -> dict[str, Any]:
        """The entries as plain values, as YAML and JSON hold them, except those named."""
        # pydantic's own mode "json" would turn whole numbers into floats
        return json.loads(json.dumps(self.model_dump(exclude=set(without))))

    @field_validator("*", mode="wrap")
    @classmethod
    def _check(cls, value: Any, check: Callable[[Any], Any]) -> Any:
        return as_written(value, check(value))
