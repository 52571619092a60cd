"""Text: columns with or without names, separated by blanks, tabs, commas or semicolons; decimal points or commas."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float

from kurucz_a1.content import Content
from kurucz_a1.numerics.masked import unmasked
from kurucz_a1.spectrum.readers.columns import LOOKED_FOR, Column, flux_rank, is_other_axis, is_wavelength, raw_of
from kurucz_a1.spectrum.readers.raw import Medium, NotASpectrum, Raw
from kurucz_a1.spectrum.readers.wavelengths import medium_of_comment, unit_of_comment

_COMMENT = ("#", "!", "%", ";", "//")
_DATA = re.compile(r"^[\"']?[+-]?(?:\d|[.,]\d)")
_NO_VALUE = {
    "",
    "-",
    "--",
    "nan",
    "+nan",
    "-nan",
    "null",
    "none",
    "indef",
    "n/a",
    "na",
    "inf",
    "+inf",
    "-inf",
    "masked",
}
_DECIMAL_COMMA = re.compile(r"^[+-]?\d*,\d+(?:[eEdD][+-]?\d+)?$")
_LONGEST = 500  # characters of a comment that are looked at
_SAMPLE = 1000  # rows by which separators are told
_MOST_NAMES = 200  # rows before the data that may name the columns
_FEW = 0.05  # share of odd fields that cost no more than their rows
#: A third column without a name is an error where its median is below this share of the flux's.
_LARGEST_ERROR = 0.2


class _Row(NamedTuple):
    number: int
    fields: list[str]


def read_text(content: Content) -> Raw:
    """The spectrum in a text. Raises NotASpectrum where it holds none or where its commas are ambiguous."""
    rows = content.rows or [""]  # where it has no more than the mark of its coding
    if rows[0].lstrip("# ").startswith("%ECSV"):
        return _read_ecsv(content.text)
    if rows[0].lstrip().startswith("<"):
        raise NotASpectrum("a page or table in XML or HTML; save it as FITS, csv or text")
    comments, lines = _split(rows)
    data = [k for k, (_, line) in enumerate(lines) if _DATA.match(line)]
    if len(data) < 2:
        raise NotASpectrum("a text without two rows of numbers")
    separator, decimal_comma = _separator([lines[k][1] for k in data[:_SAMPLE]])
    table = [_Row(number, _fields(line, separator)) for number, line in lines[data[0] :]]
    count = Counter(len(row.fields) for row in table).most_common(1)[0][0]
    before = [line for _, line in lines[: data[0]]]
    polarbase, skipped = _counts(before, table, count)
    table = table[skipped:]
    if count < 2:
        raise NotASpectrum("a text with one column; wavelength and flux are expected")
    names = None if polarbase else _names(before, comments, separator, count)
    if names is None and before and not polarbase and count > 3:
        listed = ", ".join(_fields(before[-1], separator)[:20])
        raise NotASpectrum(f"no spectrum among its columns {listed}; looked for are {LOOKED_FOR}")
    return _raw(table, count, names, comments, decimal_comma, polarbase)


def _split(rows: Sequence[str]) -> tuple[list[str], list[tuple[int, str]]]:
    """Comments without their marks, and all other rows that are not empty, with their numbers."""
    comments, lines = [], []
    for number, row in enumerate(rows, start=1):
        line = row.strip("\x00\x1a \t\f\v") if row[:1] != "\t" else row.rstrip()
        if line.lstrip().startswith(_COMMENT):
            comments.append(re.sub(r" {2,}", "  ", line.lstrip().lstrip("#!%;/ ").strip()[:_LONGEST]))
        elif line.strip():
            for mark in ("#", "!"):
                if mark in line:
                    line = line[: line.index(mark)].rstrip()
            if line:
                lines.append((number, line))
    return comments, lines


def _separator(lines: Sequence[str]) -> tuple[str | None, bool]:
    """The separator of the fields, None for blanks, and whether commas are decimal. Raises NotASpectrum."""
    most = len(lines) / 2
    if sum(",\t" in line for line in lines) > most:
        return ",", False
    for mark in (";", "\t"):
        if sum(mark in line for line in lines) > most:
            return mark, _commas_are_decimal([field for line in lines for field in _fields(line, mark)])
    if sum("," in line for line in lines) <= most:
        return None, False
    fields = [_fields(line, ",") for line in lines]
    if sum(any("," in field for field in row) for row in fields) > most:  # within quotation marks
        return ",", _commas_are_decimal([field for row in fields for field in row])
    if sum(any(len(field.split()) > 1 for field in row) for row in fields) > most:
        return None, _commas_are_decimal([field for line in lines for field in line.split()])
    # only commas: between whole numbers they may be either
    if sum(len(row) > 2 for row in fields) > most and not any("." in line for line in lines):
        raise NotASpectrum(
            "its commas may be decimal commas or separate columns; separate columns by tabs or semicolons"
        )
    return ",", False


def _commas_are_decimal(fields: Sequence[str]) -> bool:
    """Whether the fields have decimal commas. Raises NotASpectrum where many have points as well."""
    with_comma = [field for field in fields if "," in field]
    strange = [field for field in with_comma if not _DECIMAL_COMMA.match(field)]
    with_point = [field for field in fields if "." in field and field.strip("+-")[:1].isdigit()]
    if len(with_comma) < _FEW * len(fields):
        return False  # odd ones cost their rows
    others = [*strange, *with_point]
    if len(others) > _FEW * len(fields):
        raise NotASpectrum(
            f"its numbers have commas ({with_comma[0]}) and also points or more than one comma ({others[0]}); "
            "write them in one way"
        )
    return True


def _fields(line: str, separator: str | None) -> list[str]:
    if separator is None:
        return line.split()
    parts = next(csv.reader([line], delimiter=separator)) if '"' in line else line.split(separator)
    fields = [field.strip().strip("\"'").strip() for field in parts]
    while len(fields) > 1 and not fields[-1] and separator != ",":
        fields.pop()
    return fields


def _counts(before: Sequence[str], table: Sequence[_Row], count: int) -> tuple[bool, int]:
    """Whether the text is one of PolarBase, and how many rows of numbers in front count rows and columns."""
    first, titled = table[0].fields, bool(before and before[0].startswith("***"))
    whole = all(field.isdecimal() for field in first)
    if len(first) == 2 and whole and int(first[1]) == count - 1 and (titled or int(first[0]) == len(table) - 1):
        return titled, 1
    return False, int(len(first) < count and whole)


def _names(before: Sequence[str], comments: Sequence[str], separator: str | None, count: int) -> list[str] | None:
    """Names of the columns, from the last row before the data or a comment in which one names a wavelength."""
    for line in [*reversed(before[-_MOST_NAMES:]), *reversed(comments[-_MOST_NAMES:])]:
        joined = re.sub(r"\s+(?=[\[(])", "", line)
        for mark in dict.fromkeys((separator, ",", "\t", "|", ";", None)):
            names = _fields(joined, mark)
            if len(names) == count and any(map(is_wavelength, names)) and any(flux_rank(n) is not None for n in names):
                return names
            if len(names) == count and line in before and is_other_axis(names[0]):
                raise NotASpectrum(f"its first column is {names[0]}, not a wavelength; looked for are {LOOKED_FOR}")
            if len(names) == count and is_wavelength(names[0]):
                return [names[0], "flux", *(name for name in names[2:])] if flux_rank(names[1]) is None else names
    return None


def _raw(
    table: Sequence[_Row],
    count: int,
    names: Sequence[str] | None,
    comments: Sequence[str],
    decimal_comma: bool,
    polarbase: bool,
) -> Raw:
    full = [row for row in table if len(row.fields) >= count]
    reasons = [(row.number, f"row {row.number}: too few columns") for row in table if len(row.fields) < count]
    columns, failed = [], np.zeros(len(full), dtype=bool)
    for k in range(count):
        words = [row.fields[k] for row in full]
        if decimal_comma:
            words = [word.replace(",", ".") for word in words]
        values, wrong = _numbers(words)
        columns.append(values)
        name = names[k] if names else ""
        needed = k < 2 if not names else is_wavelength(name) or flux_rank(name) is not None
        if needed:
            reasons += [
                (full[j].number, f"row {full[j].number}: {words[j][:30]!r} is no number")
                for j in np.nonzero(wrong & ~failed)[0]
            ]
            failed |= wrong
    axis = next((k for k, name in enumerate(names or ()) if is_wavelength(name)), 0)
    lost = ~np.isfinite(columns[axis]) & ~failed
    reasons += [(full[j].number, f"row {full[j].number}: its wavelength is no number") for j in np.nonzero(lost)[0]]
    keep = ~(failed | lost)
    if keep.sum() < 2 or keep.sum() < 0.5 * len(table):
        first = f"; {min(reasons)[1]}" if reasons else ""
        raise NotASpectrum(f"only {keep.sum()} of {len(table)} rows hold numbers{first}")
    columns = [values[keep] for values in columns]
    media: dict[Medium, str] = {}
    for line in comments:
        medium = medium_of_comment(line)
        if medium:
            media.setdefault(medium, f"its comment {line[:60]!r}")
    if polarbase:
        names, form = ["wavelength (nm)", "flux", *[""] * (count - 3), "error"][:count], "PolarBase"
    else:
        form = "text"
    if names is None:
        names = ["wavelength", "flux", *[""] * (count - 2)]
        if count > 2 and _is_error(columns[2], columns[1]):
            names[2] = "error"
    raw = raw_of([Column(name, values) for name, values in zip(names, columns, strict=True)], form, media)
    if raw is None:
        raise NotASpectrum(f"no spectrum among its columns {', '.join(names[:20])}; looked for are {LOOKED_FOR}")
    units = {unit for line in comments if (unit := unit_of_comment(line))}
    unit = raw.unit or (units.pop() if len(units) == 1 else None)
    reasons.sort()
    return Raw(**{**vars(raw), "unit": unit, "left_out": [reason for _, reason in reasons], "total": len(table)})


def _numbers(words: list[str]) -> tuple[Float[np.ndarray, "row"], np.ndarray]:
    """The numbers of a column, NaN for no value, and which are neither."""
    values = np.array(pd.to_numeric(pd.Series(words, dtype=object), errors="coerce"), dtype=float)
    missing = np.nonzero(~np.isfinite(values))[0]
    wrong = np.zeros(len(words), dtype=bool)
    for k in missing:
        word = words[k].strip().lower()
        if word in _NO_VALUE:
            values[k] = np.nan
            continue
        try:
            values[k] = float(re.sub(r"(?<=[\d.])d(?=[+-]?\d)", "e", word))
        except ValueError:
            wrong[k] = True
        wrong[k] |= not np.isfinite(values[k])
    return values, wrong


def _is_error(third: Float[np.ndarray, "row"], flux: Float[np.ndarray, "row"]) -> bool:
    known = third[np.isfinite(third)]
    return bool(len(known) and np.all(known >= 0) and 0 < np.median(known) < _LARGEST_ERROR * abs(np.nanmedian(flux)))


def _read_ecsv(text: str) -> Raw:
    from astropy.table import Table  # takes long to import

    try:
        table = Table.read(text, format="ascii.ecsv")
        columns = [
            Column(name, unmasked(table[name]), str(table[name].unit or "") or None, str(table[name].description or ""))
            for name in table.colnames
            if table[name].dtype.kind in "biuf"
        ]
    except Exception as error:  # astropy raises many types
        raise NotASpectrum(f"an ECSV table that cannot be read ({str(error).splitlines()[0]})") from error
    raw = raw_of(columns, "ECSV")
    if raw is None:
        listed = ", ".join(column.name for column in columns[:20])
        raise NotASpectrum(f"no spectrum among its columns {listed}; looked for are {LOOKED_FOR}")
    return raw
