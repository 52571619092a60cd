"""MOOG's lists, the form of linemake: columns of ten characters, or numbers between blanks (MOOG's ``freeform``).

Wavelength (A, air above 2000 A), species code, lower energy, log gf, damping, dissociation energy, equivalent width
(mA); what stands beyond column 70 is a remark. The first row is a title, though many lists lack it. Meanings after
MOOG's Inlines.f and Damping.f (Sneden 1973).
"""

import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from kurucz_a1.content import Content
from kurucz_a1.errors import BadFile, LeftOut
from kurucz_a1.lines.air import air_to_vacuum
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.readers.checked import Gathered, Stated, checked, gather
from kurucz_a1.lines.readers.columns import (
    EV_PER_WAVENUMBER,
    number,
    power_of_ten,
    unsoeld_widths,
    widths_of_c6,
)
from kurucz_a1.lines.readers.form import Form, is_comment, most, top_rows
from kurucz_a1.lines.readers.species_codes import moog_species

_WIDTH, _COLUMNS, _NEEDED = 10, 7, 4
_SAMPLE = 1000  # rows, from all over the file, that tell whether it has columns
_AT_ONCE = 10_000  # rows
_HIGHEST_IN_EV = 50.0  # an energy above it says that all of the file are in cm-1
_SHORTEST_IN_ANGSTROM = 30.0  # MOOG can be told that a list is in micrometres
_LARGEST_C6, _LARGEST_GAMMA, _LARGEST_FACTOR = 1e-15, 1e-4, 20.0
_OF_NUMBERS = "+-.0123456789"  # what a number begins with
_JOURNAL_TABLE = "Byte-by-byte Description"


class _Numbers(NamedTuple):
    wavelength: float
    energy: float
    log_gf: float
    log_fraction: float
    damping: float


def is_moog(content: Content) -> bool:
    """Whether most rows are lines in MOOG's columns, or free, not all of hydrogen: a flux of 1.0 is no line of it."""
    rows = top_rows(content)
    if any(_JOURNAL_TABLE in row for row in rows):
        return False
    lines = [rows[1:] or rows, rows]  # the first row may be a title
    read = next((read for read in (_read_fixed, _read_free) for some in lines if most(some, read)), None)
    return read is not None and any(most([row], lambda row: _no_hydrogen(read(row))) for row in rows)


def _no_hydrogen(stated: Stated) -> None:
    """Raise ValueError for a line of hydrogen."""
    if stated[0] == "H":
        raise ValueError("a line of hydrogen")


def parse_moog(content: Content) -> LineList:
    """LineList of MOOG's columns.

    A negative wavelength belongs to the blend above it and is positive. Energies are in eV, or in cm-1 if one of them
    is above 50. Damping, if negative, is a logarithm; then below 1e-15 it is C6 (cm6 s-1), below 1e-4 the width per
    hydrogen atom at 10^4 K, and above it a factor to C6 of Unsoeld's approximation. log gf of an isotope is scaled by
    its fraction on Earth. Dissociation energies and equivalent widths are not kept; a line whose width is negative is
    left out, as MOOG leaves it out.
    """
    rows = [(place, row) for place, row in enumerate(content.rows, start=1) if row.strip() and not is_comment(row)]
    sample = [row for _, row in rows[:: 1 + len(rows) // _SAMPLE]]
    fixed, free = (sum(most([row], read) for row in sample) for read in (_read_fixed, _read_free))
    read = _read_fixed if 2 * fixed >= free else _read_free
    if rows and rows[0][0] == 1 and not most([rows[0][1]], read) and not _resembles_line(rows[0][1]):
        rows = rows[1:]  # the title
    gathered = _gather_columns(rows) if read is _read_fixed else gather(rows, read)
    wavelength, energy, log_gf, log_fraction, damping = gathered.columns(len(_Numbers._fields))
    wavelength = np.abs(wavelength)
    if len(wavelength) and np.median(wavelength) < _SHORTEST_IN_ANGSTROM:
        raise BadFile(
            f"{content.path}: half of its wavelengths are below {_SHORTEST_IN_ANGSTROM:g} A; if they are in "
            "micrometres, write them in A"
        )
    gathered, kept = _in_one_unit(gathered, energy)
    wavelength, energy, log_gf, log_fraction, damping = (
        column[kept] for column in (wavelength, energy, log_gf, log_fraction, damping)
    )
    if (energy > _HIGHEST_IN_EV).any():
        energy = energy * EV_PER_WAVENUMBER
    vacuum = air_to_vacuum(wavelength)
    return checked(
        content.path,
        gathered,
        vacuum,
        energy,
        _logarithms(log_gf, content) + log_fraction,
        gamma_vdw=van_der_waals_widths(content.path, gathered, damping, energy, vacuum),
    )


def _read_fixed(row: str) -> Stated:
    fields = [row[k : k + _WIDTH] for k in range(0, _WIDTH * _COLUMNS, _WIDTH)]
    return _stated(fields[:_NEEDED], _before_remark(fields[_NEEDED:]))


def _gather_columns(rows: list[tuple[int, str]]) -> Gathered:
    """What ``gather`` makes of rows in fixed columns, but thousands at once where none is damaged or has a remark."""
    gathered = Gathered()
    for start in range(0, len(rows), _AT_ONCE):
        chunk = rows[start : start + _AT_ONCE]
        gathered.extend(_read_at_once(chunk) or gather(chunk, _read_fixed))
    return gathered


def _read_at_once(rows: list[tuple[int, str]]) -> Gathered | None:
    """The rows' columns converted as a whole; None where a row needs to be looked at."""
    starts = range(0, _WIDTH * _COLUMNS, _WIDTH)
    columns = [[row[start : start + _WIDTH].strip() for _, row in rows] for start in starts]
    columns[_NEEDED:] = [[field or "0" for field in column] for column in columns[_NEEDED:]]
    codes = columns.pop(1)
    if any("_" in row[: _WIDTH * _COLUMNS] for _, row in rows):
        return None  # Python takes it for part of a number
    try:
        wavelength, energy, log_gf, damping, _, width = (list(map(float, column)) for column in columns)
        species = [moog_species(code) for code in codes]
    except ValueError:
        return None
    if min(width) < 0:
        return None
    fractions = [fraction for _, _, fraction in species]
    return Gathered(
        place=[place for place, _ in rows],
        species=[formula for formula, _, _ in species],
        stage=[stage for _, stage, _ in species],
        numbers=list(zip(wavelength, energy, log_gf, fractions, damping, strict=True)),
    )


def _read_free(row: str) -> Stated:
    separator = "," if "," in row else None
    fields = [field.strip() for field in row.split(separator)]
    of_tabs = [field.strip() for field in row.rstrip("\r\n").split("\t")]
    if len(of_tabs) >= _NEEDED and not any(" " in field for field in of_tabs[:_NEEDED]):
        fields = of_tabs  # of which some may be empty
    if separator == "," and "." not in fields[0]:
        raise ValueError("a decimal comma, write a point,")
    behind = fields[_NEEDED:_COLUMNS]
    numbers = _before_remark(behind)
    is_whole = len(behind) == _COLUMNS - _NEEDED and behind[-1][:1] in _OF_NUMBERS
    if numbers[0] > _LARGEST_GAMMA and not is_whole:
        numbers[0] = np.nan  # a factor to Unsoeld's width, or an equivalent width: only all seven numbers tell
    return _stated(fields[:_NEEDED], numbers)


def _before_remark(fields: list[str]) -> list[float]:
    """The three numbers behind log gf, 0 where there is none; a field that begins with a letter begins a remark."""
    numbers = [0.0, 0.0, 0.0]
    for place, field in enumerate(fields):
        if text := field.strip():
            if text[0] not in _OF_NUMBERS:
                break
            numbers[place] = number(text)
    return numbers


def _stated(fields: list[str], behind: list[float]) -> Stated:
    if len(fields) < _NEEDED:
        raise ValueError("no four numbers (wavelength, species, energy, log gf)")
    wavelength, energy, log_gf = number(fields[0]), number(fields[2]), number(fields[3])
    formula, stage, log_fraction = moog_species(fields[1].strip())
    damping, _, width = behind
    if width < 0:
        raise ValueError("a negative equivalent width, for which MOOG takes no line,")
    return formula, stage, _Numbers(wavelength, energy, log_gf, log_fraction, damping)


def _resembles_line(row: str) -> bool:
    """Whether three of the first four words of a row are numbers: a line that is damaged, and no title."""
    words = row.split()[:_NEEDED]
    return sum(most([word], number) for word in words) >= _NEEDED - 1


def _in_one_unit(gathered: Gathered, energy: Float[np.ndarray, "line"]) -> tuple[Gathered, list[int]]:
    """The lines, and their indices, without those whose energies are above 50 where most others are below."""
    high = energy > _HIGHEST_IN_EV
    everything = list(range(len(energy)))
    if not high.any() or 2 * high.sum() >= (energy != 0).sum():
        return gathered, everything
    kept = [k for k in everything if not high[k]]
    left = [
        (gathered.place[k], f"row {gathered.place[k]}: an energy of {energy[k]:g}, where most of the list are in eV")
        for k in np.flatnonzero(high)
    ]
    of = Gathered(left=[*gathered.left, *left])
    for k in kept:
        of.add(gathered.place[k], (gathered.species[k], gathered.stage[k], gathered.numbers[k]))
    return of, kept


def _logarithms(values: Float[np.ndarray, "line"], content: Content) -> Float[np.ndarray, "line"]:
    """The column of log gf; where it cannot be one, as no value is below zero and one is below 0.001, gf.

    MOOG takes it for log gf unless its parameter ``gfstyle`` says otherwise, which a list does not state.
    """
    small = (values > 0) & (values < 1e-3)
    if not small.any() or (values < 0).any():
        return values
    warnings.warn(f"{content.path}: its fourth column has no negative number: read as gf, not log gf", LeftOut, 4)
    with np.errstate(divide="ignore"):
        return np.log10(values)


def van_der_waals_widths(
    path: Path,
    gathered: Gathered,
    damping: Float[np.ndarray, "line"],
    energy: Float[np.ndarray, "line"],
    vacuum: Float[np.ndarray, "line"],
) -> Float[np.ndarray, "line"]:
    """Widths (s-1 cm3 per hydrogen atom at 10^4 K) of MOOG's damping column; NaN where it takes Unsoeld's.

    - ``energy``: of the lower level, eV; ``vacuum``: wavelength, A.

    A number that MOOG would take for a factor beyond 20 is dropped, with a warning, and so is one that may be an
    equivalent width, NaN here.
    """
    unclear = np.flatnonzero(np.isnan(damping))
    if unclear.size:
        warnings.warn(
            f"{path}: the fifth number of {unclear.size} lines, the first in row {gathered.place[unclear[0]]}, may be "
            "a damping or an equivalent width and is not read; give all seven numbers of MOOG, or columns of ten",
            LeftOut,
            stacklevel=4,
        )
    value = np.where(damping < 0, power_of_ten(np.minimum(damping, 0)), damping)
    is_c6 = (value > 0) & (value < _LARGEST_C6)
    is_gamma = (value >= _LARGEST_C6) & (value < _LARGEST_GAMMA)
    is_factor = (damping >= _LARGEST_GAMMA) & (damping <= _LARGEST_FACTOR)
    widths = np.where(is_gamma, value, np.nan)
    if is_c6.any():
        names = [gathered.species[k] for k in np.flatnonzero(is_c6)]
        widths[is_c6] = widths_of_c6(value[is_c6], names)
    if is_factor.any():
        chosen = np.flatnonzero(is_factor)
        unsoeld = unsoeld_widths(
            [gathered.species[k] for k in chosen],
            np.array([gathered.stage[k] for k in chosen]),
            energy[chosen],
            vacuum[chosen],
        )
        widths[chosen] = value[chosen] ** 0.4 * unsoeld
    strange = np.flatnonzero((value > 0) & ~(is_c6 | is_gamma | is_factor))
    if strange.size:
        first = strange[0]
        warnings.warn(
            f"{path}: the damping of {strange.size} lines is left out and estimated; row "
            f"{gathered.place[first]}: {damping[first]:g} is no damping that MOOG knows",
            LeftOut,
            stacklevel=4,
        )
    return widths


FORM = Form("MOOG or linemake", is_moog, parse_moog)
