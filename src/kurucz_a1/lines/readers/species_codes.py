"""Names of absorbers as line lists write them: formulas, numerals and number codes, with isotopes."""

import re
from functools import lru_cache

from kurucz_a1.lines.elements import ATOMIC_NUMBER, canonical_name, is_atom, log_isotopic_fraction, molecule_name
from kurucz_a1.physics.abundances import SYMBOLS

_NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI")
_HIGHEST_MOLECULAR_ION = 2


@lru_cache(maxsize=4096)
def named_species(name: str, spectrum: str = "1") -> tuple[str, int]:
    """(formula, ion stage) of a name such as "Fe" or "CH+" and a spectrum number, arabic or roman, 1 for neutral.

    Raises ValueError where it names no absorber.
    """
    formula = canonical_name(name.rstrip("+"))
    charge = len(name) - len(name.rstrip("+"))
    if spectrum in _NUMERALS:
        number = _NUMERALS.index(spectrum) + 1
    elif spectrum.isascii() and spectrum.isdigit() and len(spectrum) < 4:
        number = int(spectrum)
    else:
        number = 0
    if formula is None or number < 1 or not _exists(formula, number - 1 + charge):
        raise ValueError(f"unknown species '{name} {spectrum}'")
    return formula, number - 1 + charge


@lru_cache(maxsize=4096)
def moog_species(code: str) -> tuple[str, int, float]:
    """(formula, ion stage, log10 of the isotopic fraction) of MOOG's code: 26.1 is Fe II, 106.00113 is 13CH.

    After the point come the ion stage and the mass numbers, three digits for an atom and two for each atom of a
    molecule (Inlines.f); a mass number of 0 leaves the isotope open. Raises ValueError.
    """
    match = re.fullmatch(r"(\d{1,10})(?:\.(\d*))?", code)
    if not match:
        raise ValueError(f"{code!r} is no species code")
    numbers, decimals = _pairs(match[1], code), match[2] or ""
    stage, isotopes = int(decimals[:1] or 0), decimals[1:]
    formula = _formula(numbers, stage, code)
    if not isotopes.strip("0"):
        return formula, stage, 0.0
    width = 3 if len(numbers) == 1 else 2
    if len(numbers) == 1 and len(isotopes) <= 2:
        masses, rest = [int(isotopes)], ""
    else:
        padded = isotopes.ljust(width * len(numbers), "0")
        masses = [int(padded[k * width : (k + 1) * width]) for k in range(len(numbers))]
        rest = padded[width * len(numbers) :]
    if rest.strip("0"):
        raise ValueError(f"the isotopes of the species code {code!r} are not two digits an atom")
    return formula, stage, _log_fraction(numbers, masses)


@lru_cache(maxsize=4096)
def element_of(number: str, stage: str) -> tuple[str, int]:
    """(symbol, ion stage) of an atomic number and an ion stage in columns of their own. Raises ValueError."""
    numeral, ion = number.strip(), stage.strip()
    if not (numeral.isascii() and numeral.isdigit() and ion.isascii() and ion.isdigit() and len(numeral) < 3):
        raise ValueError(f"'{number}.{stage}' is no element code")
    return _formula(_pairs(numeral, numeral), int(ion), f"{numeral}.{ion}"), int(ion)


@lru_cache(maxsize=4096)
def turbospectrum_species(code: str, spectrum: int) -> tuple[str, int, float]:
    """(formula, ion stage, log10 of the isotopic fraction) of Turbospectrum's code: 607.012014 is 12C14N.

    After the point come three digits of mass number an atom, 000 where any isotope is meant; ``spectrum`` is 1 for
    neutral. Raises ValueError.
    """
    match = re.fullmatch(r"(\d{1,10})(?:\.(\d*))?", code)
    if not match or spectrum < 1:
        raise ValueError(f"{code!r} with ion {spectrum} is no species")
    numbers, isotopes = _pairs(match[1].lstrip("0"), code), match[2] or ""
    formula = _formula(numbers, spectrum - 1, code)
    if isotopes.rstrip("0") and len(isotopes.rstrip("0")) > 3 * len(numbers):
        raise ValueError(f"the isotopes of the species code {code!r} are not three digits an atom")
    padded = isotopes.ljust(3 * len(numbers), "0")
    masses = [int(padded[3 * k : 3 * k + 3]) for k in range(len(numbers))]
    return formula, spectrum - 1, _log_fraction(numbers, masses)


def _pairs(digits: str, code: str) -> list[int]:
    """Atomic numbers of a code, two digits each."""
    padded = digits if len(digits) % 2 == 0 else "0" + digits
    numbers = [int(padded[k : k + 2]) for k in range(0, len(padded), 2)]
    if not numbers or not all(1 <= number <= len(SYMBOLS) for number in numbers):
        raise ValueError(f"unknown species code {code!r}")
    return numbers


def _formula(numbers: list[int], stage: int, code: str) -> str:
    formula = canonical_name(molecule_name(numbers))
    if formula is None or not _exists(formula, stage):
        raise ValueError(f"unknown species code {code!r}")
    return formula


def _exists(formula: str, stage: int) -> bool:
    """Whether an atom has the electrons to lose and leaves one that makes lines."""
    return stage < ATOMIC_NUMBER[formula] if is_atom(formula) else stage <= _HIGHEST_MOLECULAR_ION


def _log_fraction(numbers: list[int], masses: list[int]) -> float:
    return log_isotopic_fraction(
        (SYMBOLS[number - 1], mass) for number, mass in zip(numbers, masses, strict=True) if mass
    )
