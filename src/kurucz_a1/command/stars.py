"""The labels of stars: options of the command line, and tables of many stars."""

import argparse
import csv
import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kurucz_a1.content import read_content
from kurucz_a1.errors import BadConfig, BadFile
from kurucz_a1.label_entries import ABUNDANCES, BY_NAME, LABELS, REQUIRED, Label, of_abundances


class Star(NamedTuple):
    """The labels given for one star.

    - ``where``: its place in a table, for messages; empty for the star of the command line.
    - ``values``: {name: value} of the labels that are given, K, dex and km/s; None where they are bad.
    - ``complaint``: what is wrong with them.
    """

    where: str
    values: dict[str, float] | None
    complaint: str = ""


def finite(text: str) -> float:
    """A finite number for argparse.

    >>> finite("5.777e3")
    5777.0
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text!r} is not a finite number")
    return value


def not_negative(text: str) -> float:
    """A number for argparse, zero or more."""
    value = finite(text)
    if value < 0.0:
        raise argparse.ArgumentTypeError(f"{text} is negative")
    return value


def positive(text: str) -> float:
    """A number above zero for argparse."""
    value = finite(text)
    if value <= 0.0:
        raise argparse.ArgumentTypeError(f"{text} is not positive")
    return value


def abundance(text: str) -> tuple[str, float]:
    """Name of the label and value of an abundance for argparse.

    >>> abundance("C=-0.2")
    ('c_m', -0.2)
    """
    symbol, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is no abundance: write the element and [X/M], as C=-0.2")
    try:
        ((name, number),) = of_abundances({symbol.strip(): finite(value)}).items()
    except BadConfig as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return name, number


def add_label_options(parser: argparse.ArgumentParser, title: str) -> None:
    """Add one option for each label, and one for the abundances of elements, in a group of the help with this title."""
    group = parser.add_argument_group(title)
    for label in LABELS:
        if label.element:
            continue
        default = "" if label.default is None else f"; by default {label.default:g}"
        flags = dict.fromkeys([f"--{label.name}", f"--{label.name.replace('_', '-')}"])
        told = f"{label.long_name}{_unit(label)}{default}"
        group.add_argument(*flags, dest=label.name, type=finite, metavar="X", help=told)
    group.add_argument(
        "--abundance",
        type=abundance,
        action="append",
        default=[],
        metavar="X=DEX",
        help="[X/M] of an element, by number on top of [M/H] and [alpha/M], dex, as C=-0.2; may be repeated; elements: "
        + ", ".join(ABUNDANCES),
    )


def _unit(label: Label) -> str:
    units = {"km s-1": "km/s", "dex(cm s-2)": "dex"}.get(label.units, label.units)
    return "" if units == "1" else f", {units}"


def given_labels(options: argparse.Namespace) -> dict[str, float]:
    """{name: value} of the labels that the command line gives."""
    values = {label.name: getattr(options, label.name) for label in LABELS if not label.element}
    given = {name: value for name, value in values.items() if value is not None}
    names = [name for name, _ in options.abundance]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        options.usage(f"--abundance {BY_NAME[twice].element} is given twice: leave one out")
    return given | dict(options.abundance)


def missing_labels(values: dict[str, float]) -> list[str]:
    """The labels that must be given and are not."""
    return [name for name in REQUIRED if name not in values]


def read_stars(path: str, given: dict[str, float]) -> tuple[list[Star], list[str]]:
    """The stars in a csv table, one a row, and the names of the columns that are not used.

    - ``path``: a table with a heading; columns are labels by name, in any order and case, abundances also as ``[C/M]``;
      ``#`` begins a comment.
    - ``given``: labels of all stars that have no column.

    A row with a bad number becomes a Star with a complaint. Raises BadFile where the file is no such table, a label
    that must be given has neither a column nor a value in ``given``, or one has both.
    """
    rows = _rows(path)
    _, heading = next(rows, (0, []))
    names = [_label_name(name) for name in heading]
    missing = missing_labels(dict.fromkeys(names, 0.0) | given)
    if missing:
        raise BadFile(
            f"{path}: no column {missing[0]} in its heading ({', '.join(heading)[:60]}); give one, or --{missing[0]}"
        )
    twice = [name for name in names if name in given or (name in BY_NAME and names.count(name) > 1)]
    if twice:
        raise BadFile(f"{path}: {twice[0]} is given twice, the table has a column of it; leave one out")
    stars = [_star(f"{path}, line {line}", names, cells, given) for line, cells in rows]
    if not stars:
        raise BadFile(f"{path}: a heading and no star; write one row a star")
    return stars, [name for name in heading if _label_name(name) not in BY_NAME]


def _label_name(column: str) -> str:
    """The name of the label in a column with this heading."""
    symbol = column.removeprefix("[").removesuffix("/M]")
    return ABUNDANCES[symbol] if column == f"[{symbol}/M]" and symbol in ABUNDANCES else column.lower()


def _rows(path: str) -> Iterator[tuple[int, list[str]]]:
    content = read_content(Path(path), "a csv table of labels")
    if content.kind != "text":
        raise BadFile(f"{path}: {content.kind}, not a csv table of labels")
    for number, row in enumerate(content.rows, start=1):
        if row.strip() and not row.startswith("#"):
            yield number, [cell.strip() for cell in next(csv.reader([row]))]


def _star(where: str, names: list[str], cells: list[str], given: dict[str, float]) -> Star:
    if len(cells) != len(names):
        return Star(where, None, f"{len(cells)} cells, the heading has {len(names)}")
    values = dict(given)
    for name, cell in zip(names, cells, strict=True):
        if name in BY_NAME:
            try:
                values[name] = finite(cell)
            except argparse.ArgumentTypeError:
                return Star(where, None, f"{name} is {cell!r}, not a number")
    return Star(where, values)


def file_name(values: dict[str, float]) -> str:
    """A name for the file of a star: its labels, rounded, without those that have their defaults.

    >>> file_name({"teff": 5777.0, "logg": 4.44, "feh": -0.29998, "afe": 0.0})
    'teff5777_logg4.44_feh-0.3'
    """
    rounded = {name: round(value, BY_NAME[name].digits) for name, value in values.items()}
    told = {name: value for name, value in rounded.items() if value != BY_NAME[name].default}
    return "_".join(f"{name}{value:.10g}" for name, value in told.items())
