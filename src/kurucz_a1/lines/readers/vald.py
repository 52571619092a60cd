"""Extracts of VALD3: "all", "element" and "stellar", in the short and the long form.

A heading names medium and units; the lines follow. The short form has one row per line; the long form four: the second
and third name the levels, the fourth the sources. A quoted name such as 'Fe 1' or 'TiO 1' starts each line. Below the
lines come, in a stellar extract, the model atmosphere and its abundances; then a sentence on isotopes, and references.
Damping: log10 of s-1, of s-1 cm3 per electron and of s-1 cm3 per hydrogen atom at 10^4 K, 0 where unknown; a van der
Waals number above 1 is ABO theory's cross section (Bohr radii squared) and, after the point, velocity exponent
(Barklem, Piskunov & O'Mara 2000, A&AS 142, 467).
"""

import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from kurucz_a1.errors import BadFile
from kurucz_a1.lines.air import air_to_vacuum
from kurucz_a1.lines.elements import ATOMIC_NUMBER, ISOTOPIC_FRACTION, constituents, molecule_name
from kurucz_a1.lines.line_list import LineList, make_line_list
from kurucz_a1.lines.readers.columns import EV_PER_WAVENUMBER, power_or_nan, split_van_der_waals

_HEADING = re.compile(r"\bWL_(\w+)\((\S+?)\).*\b(?:Ex|Excit|E_low)\((\S+?)\)")
_RECORD = re.compile(r"\s*'([A-Z]\w*\+?) +(\d+)' *,(.*)")
_ISOTOPE = re.compile(r"\((\d{1,3})\)([A-Z][a-z]?)(\d*)")
_SCALING = re.compile(r"oscillator strengths were (NOT )?scaled by the solar isotopic ratios", re.IGNORECASE)

# Places of wavelength, lower energy, log gf and the three dampings among the numbers of a line.
_SHORT, _SHORT_STELLAR, _LONG = (0, 1, 2, 3, 4, 5), (0, 1, 3, 4, 5, 6), (0, 2, 1, 9, 10, 11)


_Rows = Sequence[tuple[int, str]]  # number and text of each


class _Heading(NamedTuple):
    """What the heading of the table says about its columns."""

    is_long: bool
    columns: tuple[int, ...]
    medium: str
    wavelength_unit: str
    energy_unit: str


class _Record(NamedTuple):
    """One line of the list: row of the file, name, spectrum number (1 neutral), the six numbers, its sources."""

    row: int
    name: str
    spectrum: int
    numbers: list[float]
    sources: str


def is_vald(rows: Sequence[str]) -> bool:
    """Whether one of the first rows is the heading of a VALD3 extract."""
    return any(_HEADING.search(row) for row in rows[:200])


def parse_vald(rows: Sequence[str], path: str | Path = "line list") -> LineList:
    """LineList of the rows of a VALD3 extract, with the units of its heading.

    Where VALD did not scale the oscillator strengths by isotopic ratios, each line is scaled by the fraction on Earth
    of the isotopes that its sources name, such as (48)TiO. Lines of ions beyond the second stage and of molecular ions
    are left out. Warns where VALD says that it cut the extract off. Raises BadFile for what is not a whole extract.
    """
    content = [(number, row) for number, row in enumerate(rows, start=1) if row.strip() and row.strip()[0] != "#"]
    matches = ((place, match) for place, (_, row) in enumerate(content) if (match := _HEADING.search(row)))
    top, match = next(matches, (0, None))
    if match is None:
        raise BadFile(
            f"{path}: no heading with WL_air or WL_vac, so not a VALD3 extract; save VALD's answer as it came"
        )
    heading = _read_heading(content[top][0], match, path)
    records, rest = _read_records(content[top + 1 :], heading, path)
    _check_whole(content[:top], rest, path)
    species = _species(records, path)
    records = [record for record in records if species[record.name, record.spectrum] is not None]
    if not records:
        raise BadFile(f"{path}: no spectral line in it")
    names, stages = zip(*(species[record.name, record.spectrum] for record in records), strict=True)
    wavelength, energy, log_gf, radiative, stark, collisions = np.array([record.numbers for record in records]).T
    gamma_vdw, sigma, alpha = split_van_der_waals(collisions)
    return make_line_list(
        _vacuum_angstrom(wavelength, heading),
        names,
        stages,
        energy if heading.energy_unit == "eV" else energy * EV_PER_WAVENUMBER,
        log_gf + _isotopic_scaling(records, rest, path),
        gamma_rad=power_or_nan(radiative),
        gamma_stark=power_or_nan(stark),
        gamma_vdw=gamma_vdw,
        abo_sigma=sigma,
        abo_alpha=alpha,
    )


def _read_heading(number: int, match: re.Match[str], path: str | Path) -> _Heading:
    medium, wavelength_unit, energy_unit = match.groups()
    text = match.string
    known = medium in ("air", "vac") and wavelength_unit in ("A", "nm", "cm^-1") and energy_unit in ("eV", "cm^-1")
    if not known:
        raise BadFile(
            f"{path}: row {number} names an unknown medium or unit, WL_{medium}({wavelength_unit}) and energies in "
            f"{energy_unit}; ask VALD for air or vacuum, A, nm or cm^-1, and energies in eV or cm^-1"
        )
    if medium == "air" and wavelength_unit == "cm^-1":
        raise BadFile(f"{path}: row {number} says wavenumbers in air, which could mean two things; ask VALD for vacuum")
    is_long = "E_low" in text
    columns = _LONG if is_long else _SHORT_STELLAR if "Vmic" in text else _SHORT
    return _Heading(is_long, columns, medium, wavelength_unit, energy_unit)


def _read_records(content: _Rows, heading: _Heading, path: str | Path) -> tuple[list[_Record], _Rows]:
    """The records at the top of ``content``, (row number, row) pairs, and the pairs below them."""
    records, place, height = [], 0, 4 if heading.is_long else 1
    while place < len(content) and (match := _RECORD.match(content[place][1])):
        number, row = content[place]
        name, spectrum, text = match.groups()
        fields = text.split(",")
        try:
            numbers = [float(fields[column]) for column in heading.columns]
        except (ValueError, IndexError):
            raise BadFile(
                f"{path}: row {number} lacks numbers that its heading promises, {row.strip()[:60]!r}; "
                "mend the row or take the line out"
            ) from None
        block = [row for _, row in content[place : place + height]]
        if len(block) < height or any(_RECORD.match(row) for row in block[1:]) or block[-1].strip()[0] != "'":
            raise BadFile(f"{path}: row {number}: a line of the long form has four rows; mend the file or get it again")
        sources = block[-1] if heading.is_long else text
        records.append(_Record(number, name, int(spectrum), numbers, sources))
        place += height
    return records, content[place:]


def _check_whole(above: _Rows, below: _Rows, path: str | Path) -> None:
    """Raise BadFile if there are lines below the end of the table; warn if VALD itself cut the extract off."""
    stray = next((number for number, row in below if _RECORD.match(row)), None)
    if stray is not None:
        raise BadFile(
            f"{path}: row {below[0][0]} ends the table, {below[0][1].strip()[:40]!r}, but row {stray} is a line again; "
            "mend the row, or give extracts one by one"
        )
    if any("truncated" in row for _, row in above):
        warnings.warn(f"{path}: VALD cut this extract off; lines at its red end are missing", stacklevel=3)


def _species(records: list[_Record], path: str | Path) -> dict[tuple[str, int], tuple[str, int] | None]:
    """{(name, spectrum): (our name, ion stage), or None for a species to leave out}."""
    known = {}
    for record in records:
        key = record.name, record.spectrum
        if key in known:
            continue
        symbols = constituents(record.name)
        if record.spectrum < 1 or not symbols or not set(symbols) <= set(ATOMIC_NUMBER):
            raise BadFile(
                f"{path}: row {record.row} names an unknown species, '{record.name} {record.spectrum}'; take it out"
            )
        left_out = record.name.endswith("+") or record.spectrum > (3 if len(symbols) == 1 else 1)
        known[key] = None if left_out else (molecule_name([ATOMIC_NUMBER[s] for s in symbols]), record.spectrum - 1)
    return known


def _vacuum_angstrom(wavelength: Float[np.ndarray, "line"], heading: _Heading) -> Float[np.ndarray, "line"]:
    if heading.wavelength_unit == "cm^-1":
        return 1e8 / wavelength
    angstrom = 10 * wavelength if heading.wavelength_unit == "nm" else wavelength
    return air_to_vacuum(angstrom) if heading.medium == "air" else angstrom


def _isotopic_scaling(records: list[_Record], below: _Rows, path: str | Path) -> Float[np.ndarray, "line"]:
    """What to add to log gf, by record: 0, or where VALD did not scale, log10 of the fractions of the isotopes."""
    statement = next((match for _, row in below if (match := _SCALING.search(row))), None)
    if statement is None:
        raise BadFile(
            f"{path}: the sentence on isotopic ratios that VALD writes below the lines is missing; the file may be cut "
            "short, get it again"
        )
    if not statement[1]:
        return np.zeros(len(records))
    return np.array([_log_fraction(record, path) for record in records])


def _log_fraction(record: _Record, path: str | Path) -> float:
    total = 0.0
    for mass, symbol, count in _ISOTOPE.findall(record.sources):
        try:
            total += int(count or 1) * np.log10(ISOTOPIC_FRACTION[symbol, int(mass)])
        except KeyError:
            raise BadFile(
                f"{path}: row {record.row} names the isotope ({mass}){symbol}, whose fraction is not known here; "
                "ask VALD to scale by isotopic ratios"
            ) from None
    return total
