"""MOOG's fixed columns, the form of linemake."""

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from kurucz_a1.errors import BadFile
from kurucz_a1.lines.air import air_to_vacuum
from kurucz_a1.lines.elements import ISOTOPIC_FRACTION, molecule_name
from kurucz_a1.lines.line_list import LineList, make_line_list
from kurucz_a1.physics.abundances import SYMBOLS


def parse_moog(rows: Iterable[str], path: str | Path = "line list") -> LineList:
    """LineList of rows in MOOG's fixed columns: wavelength, species code, lower energy (eV), log gf, van der Waals.

    Wavelengths are A in air above 2000 A, in vacuum below. A row without a number in its first column is a comment
    if it comes first. The van der Waals column is read where it holds log10 gamma (a negative number).
    Codes are such as 26.1 (Fe II) or 106.00112 (CH with 12C); log gf of an isotope is scaled by its fraction on Earth.
    """
    numbers, codes, van_der_waals = [], [], []
    for index, row in enumerate(rows, start=1):
        if not row.strip():
            continue
        try:
            numbers.append((float(row[:10]), float(row[20:30]), float(row[30:40])))
            float(row[10:20])
        except ValueError:
            if index == 1:
                continue
            raise BadFile(
                f"{path}: line {index} is not a MOOG line (four numbers in columns of 10): {row[:40]!r}"
            ) from None
        codes.append(row[10:20].strip())
        damping = row[40:50].strip()
        van_der_waals.append(float(damping) if re.fullmatch(r"-\d+\.?\d*", damping) else np.nan)
    if not numbers:
        raise BadFile(f"{path}: no spectral line in it")
    known = {}
    for code in set(codes):
        try:
            known[code] = _moog_species(code)
        except (ValueError, KeyError, IndexError):
            raise BadFile(f"{path}: unknown species code or isotope {code!r}") from None
    wavelength, energy, log_gf = np.array(numbers).T
    return make_line_list(
        air_to_vacuum(wavelength),
        [known[code][0] for code in codes],
        [known[code][1] for code in codes],
        energy,
        log_gf + np.array([known[code][2] for code in codes]),
        gamma_vdw=10 ** np.array(van_der_waals),
    )


def _moog_species(code: str) -> tuple[str, int, float]:
    """Name, ion stage and log10 isotopic fraction of a MOOG species code."""
    whole, _, decimals = code.partition(".")
    numbers = (int(whole),) if int(whole) < 100 else (int(whole) // 100, int(whole) % 100)
    if not all(1 <= number <= len(SYMBOLS) for number in numbers):
        raise ValueError(code)
    ion_stage = int(decimals[:1] or 0)
    isotopes = decimals[1:].rstrip()
    if not isotopes.strip("0"):
        return molecule_name(numbers), ion_stage, 0.0
    width = -(-len(isotopes) // len(numbers))
    masses = [int(isotopes[i * width : (i + 1) * width]) for i in range(len(numbers))]
    fractions = [ISOTOPIC_FRACTION[SYMBOLS[z - 1], mass] for z, mass in zip(numbers, masses, strict=True)]
    return molecule_name(numbers), ion_stage, float(np.sum(np.log10(fractions)))
