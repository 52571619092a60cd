"""Tables whose first row names the columns: csv with commas, semicolons or tabs."""

import csv
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from kurucz_a1.content import Content
from kurucz_a1.errors import BadFile
from kurucz_a1.lines.readers.form import is_comment

_SEPARATORS = ("\t", ";", ",")
_NEAR = 0.75  # of the letters two names share
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")


class NamedTable(NamedTuple):
    """A table as text: ``names`` of the columns, the ``separator``, and the row in which they stand."""

    names: list[str]
    separator: str
    row: int


def read_names(content: Content) -> NamedTable | None:
    """The names in the first row that is neither blank nor a comment; None where none of the separators is in it."""
    if content.kind != "text":
        return None
    for place, row in enumerate(content.rows, start=1):
        if row.strip() and not is_comment(row):
            return _names_of(row, place)
    return None


def _names_of(row: str, place: int) -> NamedTable | None:
    separator = max(_SEPARATORS, key=row.count)
    try:
        names = [name.strip() for name in _split(row, separator)]
    except ValueError:
        return None
    return NamedTable(names, separator, place) if len(names) > 1 else None


def rows_below(content: Content, table: NamedTable) -> Iterator[tuple[int, str]]:
    """(row number, row) of the table, without blank rows and comments; a remark behind # is cut."""
    for place, row in enumerate(content.rows, start=1):
        if place > table.row and row.strip() and not is_comment(row):
            yield place, row if '"' in row else row.partition("#")[0]


def fields_of(row: str, table: NamedTable) -> dict[str, str]:
    """The fields of a row by name; decimal commas become points where the separator is another.

    Raises ValueError for another number of fields than names.
    """
    fields = [field.strip() for field in _split(row, table.separator)]
    if len(fields) != len(table.names):
        hint = ", write decimal points," if table.separator == "," and len(fields) > len(table.names) else ""
        raise ValueError(f"{len(fields)} fields where the heading has {len(table.names)}{hint}")
    if table.separator != ",":
        fields = [field.replace(",", ".") if _DECIMAL_COMMA.fullmatch(field) else field for field in fields]
    return dict(zip(table.names, fields, strict=True))


def refuse_misspelt(content: Content, names: Sequence[str], optional: Sequence[str]) -> None:
    """Raise BadFile where a column that may be left out is missing, and another has nearly its name."""
    for missing in set(optional) - set(names):
        near = get_close_matches(missing, set(names) - set(optional), n=1, cutoff=_NEAR)
        if near:
            raise BadFile(f"{content.path}: the column {near[0]!r} is not known; did you mean {missing!r}?")


def _split(row: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([row], delimiter=separator, skipinitialspace=True), [])
    except csv.Error as error:
        raise ValueError(f"no row of a csv table ({error})") from None
