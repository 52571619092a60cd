"""Kurucz's lists of molecules (``.asc``), 70 columns and four more where a radiative width is given."""

from kurucz_a1.content import Content
from kurucz_a1.lines.elements import ISOTOPIC_FRACTION, log_isotopic_fraction, main_isotope
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.readers.checked import Stated
from kurucz_a1.lines.readers.columns import number, number_or_zero, whole_number
from kurucz_a1.lines.readers.form import Form, most, top_rows
from kurucz_a1.lines.readers.kurucz import Transition, parse_levels
from kurucz_a1.lines.readers.species_codes import moog_species
from kurucz_a1.physics.abundances import SYMBOLS

_SMALLEST_CODE = 101
_BOTH_HEAVY = {(6, 6, 33): (13, 13)}  # both atoms of C2 are 13C


def is_kurucz_molecules(content: Content) -> bool:
    """Whether most rows have wavelength, log gf, two levels and the code of a molecule in Kurucz's columns."""
    return most(top_rows(content), _read_transition)


def parse_kurucz_molecules(content: Content) -> LineList:
    """LineList of Kurucz's lists of molecules: wavelength (nm, F10.4), log gf (F7.3), J, level (cm-1, columns 23-32),
    J, level (38-48), code such as 607 for CN (49-52), labels, isotope (69-70), 100 log of the radiative width (71-74).

    The isotope is the mass number of the atom that it can belong to, the other atom being of its main isotope: 13 is
    13C14N, 15 is 12C15N, 18 is 12C18O; 33 is 13C13C. log gf is scaled by their fractions on Earth; no isotope, no
    scaling. Wavelengths and levels: ``kurucz.parse_levels``.
    """
    return parse_levels(content, _read)


def _read_transition(row: str) -> Stated:
    code = whole_number(row[48:52])
    if code < _SMALLEST_CODE:
        raise ValueError("no code of a molecule in columns 49-52")
    wavelength, first, second = abs(number(row[:10])), number(row[22:32]), number(row[37:48])
    return moog_species(str(code))[0], 0, Transition(wavelength, first, second, number(row[10:17]))


def _read(row: str) -> Stated:
    formula, stage, (wavelength, first, second, log_gf, *_) = _read_transition(row)
    isotope = row[68:70].strip()
    if isotope.strip("0"):
        log_gf += _log_fraction(whole_number(row[48:52]), whole_number(isotope))
    return formula, stage, Transition(wavelength, first, second, log_gf, number_or_zero(row[70:74]) / 100)


def _log_fraction(code: int, isotope: int) -> float:
    """log10 of the fraction of an isotopologue on Earth."""
    atoms = divmod(code, 100)
    symbols = [SYMBOLS[atom - 1] for atom in atoms]
    masses: tuple[int, ...] | None = _BOTH_HEAVY.get((*atoms, isotope))
    if masses is None:
        held = next((k for k, symbol in enumerate(symbols) if (symbol, isotope) in ISOTOPIC_FRACTION), None)
        if held is None:
            raise ValueError(f"isotope {isotope} is of neither {symbols[0]} nor {symbols[1]}, as far as known here,")
        masses = tuple(isotope if k == held else main_isotope(symbol) for k, symbol in enumerate(symbols))
    return log_isotopic_fraction(zip(symbols, masses, strict=True))


FORM = Form("Kurucz (molecules, .asc)", is_kurucz_molecules, parse_kurucz_molecules)
