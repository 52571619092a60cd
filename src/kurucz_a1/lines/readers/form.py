"""What a form of line list is to the readers."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from kurucz_a1.content import Content
from kurucz_a1.lines.line_list import LineList

SEARCHED_ROWS = 200  # at the top of a file, where its form shows


class Form(NamedTuple):
    """One form of line list.

    - ``name``: for messages.
    - ``matches``: whether a file's content is of this form; raises nothing.
    - ``parse``: the LineList of such a file; raises BadFile, and warns with LeftOut of lines that it leaves out.
    """

    name: str
    matches: Callable[[Content], bool]
    parse: Callable[[Content], LineList]


def top_rows(content: Content) -> list[str]:
    """The first rows of a text that are neither blank nor comments; none where the content is no text."""
    if content.kind != "text":
        return []
    rows = (row for row in content.rows[:SEARCHED_ROWS] if row.strip())
    return [row for row in rows if not is_comment(row)]


def is_comment(row: str) -> bool:
    """Whether a row is a comment in all forms of text."""
    return row.lstrip()[:1] in ("#", "!")


def most(rows: Sequence[str], reads: Callable[[str], object]) -> bool:
    """Whether at least half of the rows, and at least one, are read without ValueError."""
    count = 0
    for row in rows:
        try:
            reads(row)
        except ValueError:
            continue
        count += 1
    return count > 0 and 2 * count >= len(rows)
