"""Turbospectrum's lists: blocks of one absorber each, under two quoted headings.

The first heading is the species code with its isotopes, the ion (1 neutral) and the number of lines; the second a name.
Rows: wavelength (A, air above 2000 A), lower energy (eV), log gf, fdamp, weight of the upper level, radiative width
(s-1), in some lists log10 of the Stark width, then quoted labels (DOC/Readme-Linelist_format of Turbospectrum 2019).
"""

import re
import warnings

import numpy as np

from kurucz_a1.content import Content
from kurucz_a1.errors import LeftOut
from kurucz_a1.lines.air import air_to_vacuum
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.readers.checked import Gathered, Stated, checked
from kurucz_a1.lines.readers.columns import number, power_or_nan, split_van_der_waals, unsoeld_widths
from kurucz_a1.lines.readers.form import Form, is_comment, top_rows
from kurucz_a1.lines.readers.species_codes import turbospectrum_species

_BLOCK = re.compile(r"\s*'\s*([\d.]+)\s*'\s+(\d{1,4})\s+(\d{1,9})\s*(?:[\"'!#].*)?$")
_NEEDED, _WITH_STARK = 6, 7
_SMALLEST_ABO = 20.0
_LARGEST_PLACEHOLDER = 1.0  # s-1: 0 and 1 say that no radiative width is known


def is_turbospectrum(content: Content) -> bool:
    """Whether the heading of a block is followed by a quoted name."""
    rows = top_rows(content)
    return any(_BLOCK.match(rows[k]) and rows[k + 1].lstrip().startswith("'") for k in range(len(rows) - 1))


def parse_turbospectrum(content: Content) -> LineList:
    """LineList of blocks.

    fdamp below zero is log10 of the van der Waals width (s-1 cm3 per hydrogen atom at 10^4 K), from 20 on packed ABO
    data, and between a factor to the width of Unsoeld's approximation, which molecules lack; 0 is unknown.
    Turbospectrum multiplies by the fraction of each isotope that a code names: so does this.
    """
    gathered = Gathered()
    promised: dict[int, int] = {}  # lines, by row of the heading
    held: dict[int, int] = {}
    block: tuple[str, int] | None = None  # code and spectrum; None below a damaged heading
    heading = 0
    for place, row in enumerate(content.rows, start=1):
        if not row.strip() or is_comment(row):
            continue
        if match := _BLOCK.match(row):
            heading, block = place, (match[1], int(match[2]))
            promised[heading], held[heading] = int(match[3]), 0
        elif row.lstrip().startswith("'"):  # the name of the block, or a heading
            block = block if block and place == heading + 1 else None
        else:
            if block:
                held[heading] += 1
            try:
                gathered.add(place, _read_row(row, block))
            except ValueError as error:
                gathered.left.append((place, f"row {place}: {error} in {row.strip()[:60]!r}"))
    _warn_of_counts(content, promised, held)
    wavelength, energy, log_gf, fdamp, radiative, stark = gathered.columns(6)
    vacuum = air_to_vacuum(wavelength)
    factor = (fdamp > 0) & (fdamp < _SMALLEST_ABO)
    widths = split_van_der_waals(np.where(factor, 0.0, fdamp))
    unsoeld = unsoeld_widths(gathered.species, np.array(gathered.stage, dtype=int), energy, vacuum)
    widths["gamma_vdw"] = np.where(factor, fdamp * unsoeld, widths["gamma_vdw"])
    return checked(
        content.path,
        gathered,
        vacuum,
        energy,
        log_gf,
        gamma_rad=np.where(np.abs(radiative) <= _LARGEST_PLACEHOLDER, np.nan, radiative),
        gamma_stark=power_or_nan(stark),
        **widths,
    )


def _read_row(row: str, block: tuple[str, int] | None) -> Stated:
    if block is None:
        raise ValueError("no heading above it that names the absorber,")
    numbers, *labels = row.split("'", 1)
    fields = numbers.replace(",", " ").split()
    if "," in numbers and "." not in fields[0]:
        raise ValueError("a decimal comma, write a point,")
    if len(fields) < _NEEDED:
        raise ValueError("no six numbers (wavelength, energy, log gf, fdamp, weight, radiative width)")
    wavelength, energy, log_gf, fdamp, _, radiative = (number(field) for field in fields[:_NEEDED])
    stark = number(fields[_NEEDED]) if labels and len(fields) == _WITH_STARK else 0.0
    formula, stage, log_fraction = turbospectrum_species(*block)
    return formula, stage, (wavelength, energy, log_gf + log_fraction, fdamp, radiative, stark)


def _warn_of_counts(content: Content, promised: dict[int, int], held: dict[int, int]) -> None:
    """Warn where a block holds another number of lines than its heading says."""
    wrong = [place for place, count in promised.items() if held[place] != count]
    if wrong:
        first = wrong[0]
        others = f" (and {len(wrong) - 1} more blocks)" if len(wrong) > 1 else ""
        warnings.warn(
            f"{content.path}: the heading in row {first} promises {promised[first]} lines, {held[first]} follow{others}"
            "; lines may be missing",
            LeftOut,
            stacklevel=4,
        )


FORM = Form("Turbospectrum", is_turbospectrum, parse_turbospectrum)
