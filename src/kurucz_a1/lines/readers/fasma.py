"""FASMA's list: MOOG's numbers in columns that the first row names (``#wl elem excit loggf vdwaals Do``)."""

from kurucz_a1.content import Content
from kurucz_a1.lines.air import air_to_vacuum
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.readers.checked import Stated, checked, gather
from kurucz_a1.lines.readers.columns import number, number_or_zero
from kurucz_a1.lines.readers.form import Form, is_comment
from kurucz_a1.lines.readers.moog import van_der_waals_widths
from kurucz_a1.lines.readers.named_columns import refuse_misspelt
from kurucz_a1.lines.readers.species_codes import moog_species

_NEEDED = {"wl", "elem", "excit", "loggf"}


def is_fasma(content: Content) -> bool:
    """Whether the first row that is not blank names FASMA's columns."""
    return content.kind == "text" and set(_names(content)) >= _NEEDED


def parse_fasma(content: Content) -> LineList:
    """LineList of FASMA's columns, in the order of their names: wl (A, air), elem (MOOG's code), excit (eV), loggf,
    vdwaals (MOOG's damping, 0 unknown); others are ignored."""
    names = _names(content)
    refuse_misspelt(content, names, ("vdwaals",))
    start = next(place for place, row in enumerate(content.rows, start=1) if row.strip())
    rows = [
        (k, row) for k, row in enumerate(content.rows, start=1) if k > start and row.strip() and not is_comment(row)
    ]
    gathered = gather(rows, lambda row: _read_row(row, names))
    wavelength, energy, log_gf, damping = gathered.columns(4)
    vacuum = air_to_vacuum(wavelength)
    widths = van_der_waals_widths(content.path, gathered, damping, energy, vacuum)
    return checked(content.path, gathered, vacuum, energy, log_gf, gamma_vdw=widths)


def _names(content: Content) -> list[str]:
    return next((row for row in content.rows if row.strip()), "").lstrip("# ").split()


def _read_row(row: str, names: list[str]) -> Stated:
    fields = dict(zip(names, row.split(), strict=False))
    if len(fields) < len(_NEEDED) or not set(fields) >= _NEEDED:
        raise ValueError("numbers are missing")
    formula, stage, log_fraction = moog_species(fields["elem"])
    numbers = number(fields["wl"]), number(fields["excit"]), number(fields["loggf"]) + log_fraction
    return formula, stage, (*numbers, number_or_zero(fields.get("vdwaals", "")))


FORM = Form("FASMA", is_fasma, parse_fasma)
