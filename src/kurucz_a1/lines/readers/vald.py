"""Extracts of VALD3: "all", "element" and "stellar", in the short and the long form.

A heading names medium and units; the lines follow. The short form has one row per line; the long form four: the second
and third name the levels, blank for hydrogen, the fourth the sources. A quoted name such as 'Fe 1' or 'TiO 1' starts
each line. Below the lines come, in a stellar extract, the model atmosphere and its abundances; then a sentence on
isotopes, and references. Damping: log10 of s-1, of s-1 cm3 per electron and of s-1 cm3 per hydrogen atom at 10^4 K, 0
where unknown; a van der Waals number above zero is ABO theory's cross section (Bohr radii squared) and, after the
point, velocity exponent (Barklem, Piskunov & O'Mara 2000, A&AS 142, 467).
"""

import re
import warnings
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from kurucz_a1.content import Content
from kurucz_a1.errors import BadFile, LeftOut
from kurucz_a1.lines.air import air_to_vacuum
from kurucz_a1.lines.elements import log_isotopic_fraction
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.readers.checked import Gathered, checked
from kurucz_a1.lines.readers.columns import EV_PER_WAVENUMBER, number, power_or_nan, split_van_der_waals
from kurucz_a1.lines.readers.form import SEARCHED_ROWS, Form, is_comment
from kurucz_a1.lines.readers.species_codes import named_species

_HEADING = re.compile(r"\bWL_(\w+)\((\S+?)\).*\b(?:Ex|Excit|E_low)\((\S+?)\)")
_RECORD = re.compile(r"\s*'([A-Za-z]\w*\+*) +(\d+)' *,(.*)")
_ISOTOPE = re.compile(r"\((\d{1,3})\)([A-Z][a-z]?)(\d?)")
_SCALING = re.compile(r"oscillator strengths were (NOT )?scaled by the solar isotopic ratios", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?\d+\.\d*")

# Places of wavelength, lower energy, log gf and the three dampings among the numbers of a line.
_SHORT, _SHORT_STELLAR, _LONG = (0, 1, 2, 3, 4, 5), (0, 1, 3, 4, 5, 6), (0, 2, 1, 9, 10, 11)
_LONG_HEIGHT = 4


class _Heading(NamedTuple):
    """What the heading of the table says about its columns, and its row, from 0."""

    row: int
    is_long: bool
    columns: tuple[int, ...]
    medium: str
    wavelength_unit: str
    energy_unit: str

    @property
    def height(self) -> int:
        """Rows a line."""
        return _LONG_HEIGHT if self.is_long else 1


def is_vald(content: Content) -> bool:
    """Whether one of the first rows is the heading of a VALD3 extract."""
    return content.kind == "text" and any(_HEADING.search(row) for row in content.rows[:SEARCHED_ROWS])


def parse_vald(content: Content) -> LineList:
    """LineList of an extract; log gf is scaled by the fractions of the isotopes on Earth, by VALD or here.

    A record that is damaged, or whose isotopes are unknown, is left out. Raises BadFile for an unknown unit, and where
    the sentence on isotopic ratios is missing.
    """
    heading = _read_heading(content)
    starts = [row for row in range(heading.row + 1, len(content.rows)) if _RECORD.match(content.rows[row])]
    scaled = _is_scaled(content)
    gathered = Gathered(left=_strays(content.rows, heading, starts))
    for start, following in pairwise([*starts, len(content.rows)]):
        try:
            block = content.rows[start : min(start + heading.height, following)]
            gathered.add(start + 1, _read_record(block, heading, scaled))
        except ValueError as error:
            gathered.left.append((start + 1, f"row {start + 1}: {error} in {content.rows[start].strip()[:60]!r}"))
    _warn_of_truncation(content, heading)
    wavelength, energy, log_gf, radiative, stark, collisions = gathered.columns(6)
    return checked(
        content.path,
        gathered,
        _vacuum_angstrom(wavelength, heading),
        energy if heading.energy_unit == "eV" else energy * EV_PER_WAVENUMBER,
        log_gf,
        gamma_rad=power_or_nan(radiative),
        gamma_stark=power_or_nan(stark),
        **split_van_der_waals(collisions),
    )


def _read_heading(content: Content) -> _Heading:
    row, match = next((k, found) for k, text in enumerate(content.rows) if (found := _HEADING.search(text)))
    medium, wavelength_unit, energy_unit = match.groups()
    known = medium in ("air", "vac") and wavelength_unit in ("A", "nm", "cm^-1") and energy_unit in ("eV", "cm^-1")
    if not known:
        raise BadFile(
            f"{content.path}: row {row + 1} names an unknown medium or unit, WL_{medium}({wavelength_unit}) and "
            f"energies in {energy_unit}; ask VALD for air or vacuum, A, nm or cm^-1, and energies in eV or cm^-1"
        )
    if medium == "air" and wavelength_unit == "cm^-1":
        raise BadFile(
            f"{content.path}: row {row + 1} says wavenumbers in air, which could mean two things; ask VALD for vacuum"
        )
    is_long = "E_low" in match.string
    columns = _LONG if is_long else _SHORT_STELLAR if "Vmic" in match.string else _SHORT
    return _Heading(row, is_long, columns, medium, wavelength_unit, energy_unit)


def _read_record(block: Sequence[str], heading: _Heading, scaled: bool) -> tuple[str, int, tuple[float, ...]]:
    """Formula, ion stage, and wavelength, energy, log gf and dampings of the rows of one line."""
    match = _RECORD.match(block[0])
    assert match
    name, spectrum, text = match.groups()
    if len(block) < heading.height or (heading.is_long and not block[-1].lstrip().startswith("'")):
        raise ValueError("a line of the long form has four rows, the last of them quoted; a row is missing")
    fields = text.split(",")
    if len(fields) <= max(heading.columns):
        raise ValueError("numbers are missing that the heading promises")
    wavelength, energy, log_gf, *damping = (number(fields[column]) for column in heading.columns)
    formula, stage = named_species(name, spectrum)
    if not scaled:
        isotopes = _ISOTOPE.findall(block[-1] if heading.is_long else text)
        log_gf += log_isotopic_fraction((symbol, int(a)) for a, symbol, n in isotopes for _ in range(int(n or 1)))
    return formula, stage, (wavelength, energy, log_gf, *damping)


def _strays(rows: Sequence[str], heading: _Heading, starts: Sequence[int]) -> list[tuple[int, str]]:
    """(row, reason) of the rows between the lines, or directly below them, that are damaged lines."""
    if not starts:
        return []
    strays = []
    for start, following in pairwise(starts):
        strays += [row for row in range(start + heading.height, following) if _resembles_line(rows[row])]
    strays += [row for row in range(heading.row + 1, starts[0]) if _resembles_line(rows[row])]
    strays += [row for row in range(starts[-1] + heading.height, len(rows)) if _resembles_line(rows[row])]
    return [(row + 1, f"row {row + 1}: a damaged line, {rows[row].strip()[:60]!r}") for row in strays]


def _resembles_line(row: str) -> bool:
    """Whether a row is full of numbers between commas, as only lines are."""
    return (
        not is_comment(row)
        and row.count(",") >= 5
        and sum(bool(_NUMBER.fullmatch(field.strip())) for field in row.split(",")) >= 4
    )


def _is_scaled(content: Content) -> bool:
    statement = next((match for row in content.rows if (match := _SCALING.search(row))), None)
    if statement is None:
        raise BadFile(
            f"{content.path}: the sentence on isotopic ratios that VALD writes below the lines is missing; the file "
            "may be cut short, get it again"
        )
    return not statement[1]


def _warn_of_truncation(content: Content, heading: _Heading) -> None:
    """Warn where VALD itself cut the extract off."""
    if any("truncated" in row for row in content.rows[: heading.row]):
        warnings.warn(
            f"{content.path}: VALD cut this extract off; lines at its red end are missing", LeftOut, stacklevel=4
        )


def _vacuum_angstrom(wavelength: Float[np.ndarray, "line"], heading: _Heading) -> Float[np.ndarray, "line"]:
    if heading.wavelength_unit == "cm^-1":
        with np.errstate(divide="ignore"):
            return 1e8 / wavelength
    angstrom = 10 * wavelength if heading.wavelength_unit == "nm" else wavelength
    return air_to_vacuum(angstrom) if heading.medium == "air" else angstrom


FORM = Form("VALD3", is_vald, parse_vald)
