"""Kurucz's 160-column form, that of gfall."""

from kurucz_a1.content import Content
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.readers.checked import Stated
from kurucz_a1.lines.readers.columns import number, number_or_zero
from kurucz_a1.lines.readers.form import Form, most, top_rows
from kurucz_a1.lines.readers.kurucz import Transition, parse_levels
from kurucz_a1.lines.readers.species_codes import element_of

_AUTOIONISING = slice(141, 144)


def is_kurucz_atoms(content: Content) -> bool:
    """Whether most rows have wavelength, log gf, element code and two levels in Kurucz's columns."""
    return most(top_rows(content), _read_transition)


def parse_kurucz_atoms(content: Content) -> LineList:
    """LineList of rows in Kurucz's 160-column form; rows may end after the damping, and lack the first column.

    The fractions of hyperfine components and of isotopes (Earth's, as the list has them) are put into log gf. A damping
    of 0 means that the list gives none. Autoionising lines are left out: their columns hold Shore's parameters in place
    of widths. Wavelengths and levels: ``kurucz.parse_levels``.
    """
    return parse_levels(content, _read)


def _with_first_column(row: str) -> str:
    return " " + row if row[20:21] == "." else row


def _read_transition(row: str) -> Stated:
    """What a row states up to its levels."""
    row = _with_first_column(row)
    if row[21:22] != ".":
        raise ValueError("no element code in columns 19-24")
    element, stage = element_of(row[18:21], row[22:24])
    return element, stage, Transition(number(row[:11]), number(row[24:36]), number(row[52:64]), number(row[11:18]))


def _read(row: str) -> Stated:
    element, stage, numbers = _read_transition(row)
    wavelength, first, second, log_gf, *_ = numbers
    row = _with_first_column(row)
    if row[_AUTOIONISING] == "AUT":
        raise ValueError("an autoionising line (AUT), whose damping columns hold Shore's profile and no widths,")
    log_gf += number_or_zero(row[109:115]) + number_or_zero(row[118:124])
    damping = (number_or_zero(row[start : start + 6]) for start in (80, 86, 92))
    return element, stage, Transition(wavelength, first, second, log_gf, *damping)


FORM = Form("Kurucz (gfall, 160 columns)", is_kurucz_atoms, parse_kurucz_atoms)
