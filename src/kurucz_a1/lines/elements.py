"""Names of absorbers: atomic symbols, formulas of molecules, isotopes."""

import re
from collections.abc import Iterable

import numpy as np

from kurucz_a1.files import packaged
from kurucz_a1.physics.abundances import ATOMIC_WEIGHTS, SYMBOLS

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


def is_atom(name: str) -> bool:
    """Whether a name is that of an atom."""
    return name in ATOMIC_NUMBER


def mass(name: str) -> float:
    """Mass of an atom or molecule in atomic mass units (standard atomic weights)."""
    return float(np.sum([ATOMIC_WEIGHTS[ATOMIC_NUMBER[symbol] - 1] for symbol in constituents(name)]))


def molecule_name(atomic_numbers: Iterable[int]) -> str:
    """Formula of an atom or molecule from its atomic numbers: hydrogen last, then oxygen, else by atomic number."""
    order = sorted(atomic_numbers, key=lambda z: (z == 1, z == 8, z))
    symbols = [SYMBOLS[z - 1] for z in order]
    return "".join(
        symbol + (str(symbols.count(symbol)) if symbols.count(symbol) > 1 else "") for symbol in dict.fromkeys(symbols)
    )
