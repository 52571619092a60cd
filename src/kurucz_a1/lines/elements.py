"""Names of absorbers: atomic symbols, formulas of molecules, isotopes."""

import re
from collections.abc import Iterable

import numpy as np

from kurucz_a1.files import packaged
from kurucz_a1.physics.abundances import ATOMIC_WEIGHTS, SYMBOLS

LONGEST_NAME = 8  # characters of a formula in a LineList
_USUAL = {"OH2": "H2O"}
_FORMULA = re.compile(r"(?:[A-Z][a-z]?[2-9]?)+")
ATOMIC_NUMBER = {symbol: number for number, symbol in enumerate(SYMBOLS, start=1)}


def _isotopic_fractions() -> dict[tuple[str, int], float]:
    text = packaged("lines/data/isotopic_fractions.csv").read_text(encoding="utf-8")
    rows = [row.split(",") for row in text.splitlines() if row and not row.startswith("#")][1:]
    return {(symbol, int(mass)): float(fraction) for symbol, mass, fraction in rows}


#: Number fraction of an isotope on Earth by (symbol, mass number).
ISOTOPIC_FRACTION = _isotopic_fractions()


def constituents(name: str) -> tuple[str, ...]:
    """Sorted tuple of the symbols in an atom's or molecule's name: "OH" and "HO" are both ("H", "O")."""
    parts = re.findall(r"([A-Z][a-z]?)(\d*)", name)
    return tuple(sorted(symbol for symbol, count in parts for _ in range(int(count or 1))))


def canonical_name(name: str) -> str | None:
    """The formula as LineList writes it ("OH" for "HO"), or None where it names no elements or more than fit there."""
    if not _FORMULA.fullmatch(name) or not set(symbols := constituents(name)) <= set(ATOMIC_NUMBER):
        return None
    formula = molecule_name([ATOMIC_NUMBER[symbol] for symbol in symbols])
    return formula if len(formula) <= LONGEST_NAME else None


def log_isotopic_fraction(isotopes: Iterable[tuple[str, int]]) -> float:
    """log10 of the fraction of a molecule's atoms that are these isotopes on Earth, each (symbol, mass number).

    Raises ValueError for an isotope whose fraction is not known here.
    """
    total = 0.0
    for symbol, mass_number in isotopes:
        if (symbol, mass_number) not in ISOTOPIC_FRACTION:
            raise ValueError(f"the isotope ({mass_number}){symbol} is one whose fraction is not known here")
        total += float(np.log10(ISOTOPIC_FRACTION[symbol, mass_number]))
    return total


def main_isotope(symbol: str) -> int:
    """Mass number of an element's most abundant isotope on Earth. Raises ValueError where none is known here."""
    known = {number: fraction for (name, number), fraction in ISOTOPIC_FRACTION.items() if name == symbol}
    if not known:
        raise ValueError(f"the fractions of the isotopes of {symbol} are not known here")
    return max(known, key=lambda number: known[number])


def is_atom(name: str) -> bool:
    """Whether a name is that of an atom."""
    return name in ATOMIC_NUMBER


def mass(name: str) -> float:
    """Mass of an atom or molecule in atomic mass units (standard atomic weights)."""
    return float(np.sum([ATOMIC_WEIGHTS[ATOMIC_NUMBER[symbol] - 1] for symbol in constituents(name)]))


def molecule_name(atomic_numbers: Iterable[int]) -> str:
    """Formula of an atom or molecule from its atomic numbers: hydrogen last, then oxygen, else by atomic number; water
    is H2O."""
    order = sorted(atomic_numbers, key=lambda z: (z == 1, z == 8, z))
    symbols = [SYMBOLS[z - 1] for z in order]
    formula = "".join(
        symbol + (str(symbols.count(symbol)) if symbols.count(symbol) > 1 else "") for symbol in dict.fromkeys(symbols)
    )
    return _USUAL.get(formula, formula)
