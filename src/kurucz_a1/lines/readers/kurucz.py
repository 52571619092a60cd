"""Kurucz's 160-column form, that of gfall."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kurucz_a1.errors import BadFile
from kurucz_a1.lines.air import AIR_LIMIT, air_to_vacuum
from kurucz_a1.lines.line_list import LineList, make_line_list
from kurucz_a1.lines.readers.columns import EV_PER_WAVENUMBER, power_or_nan
from kurucz_a1.physics.abundances import SYMBOLS

SHORTEST_ROW = 98  # characters up to the damping columns; the rest may be blank and stripped
# Wavelength over that of the level difference: 1 in vacuum, 0.99968..0.99973 in air.
_LARGEST_IN_AIR = 0.99986


def parse_kurucz(rows: Iterable[str], path: str | Path = "line list") -> LineList:
    """LineList of rows in Kurucz's 160-column form; wavelengths nm, in air above 200 nm; levels in cm-1.

    A list in vacuum (gfallvac) is recognised by its levels. The fractions of hyperfine components and of isotopes
    (Earth's, as the list has them) are put into log gf. Lines of ions beyond the second stage are left out. A damping
    of 0 means that the list gives none. Raises BadFile for a row that is not of this form.
    """
    numbers, species, stage = [], [], []
    for index, row in enumerate(rows, start=1):
        if not row.strip():
            continue
        if row[20:21] == ".":  # some lists lack the first column
            row = " " + row
        try:
            number, ion = int(row[18:21]), int(row[22:24])
            if ion > 2:
                continue
            log_gf = float(row[11:18]) + _number(row[109:115]) + _number(row[118:124])
            levels = float(row[24:36]), float(row[52:64])
            damping = [_number(row[80:86]), _number(row[86:92]), _number(row[92:98])]
            numbers.append((10 * float(row[:11]), log_gf, *levels, *damping))
            species.append(SYMBOLS[number - 1])
        except (ValueError, IndexError):
            raise BadFile(
                f"{path}: row {index} is not in Kurucz's 160-column form, {row[:40]!r}; mend the row or take it out"
            ) from None
        stage.append(ion)
    if not numbers:
        raise BadFile(f"{path}: no spectral line in it")
    columns = np.array(numbers).T
    wavelength, log_gf, first, second = columns[:4]
    in_vacuum = _is_vacuum(wavelength, first, second)
    return make_line_list(
        wavelength if in_vacuum else air_to_vacuum(wavelength),
        species,
        stage,
        np.minimum(np.abs(first), np.abs(second)) * EV_PER_WAVENUMBER,
        log_gf,
        **dict(zip(("gamma_rad", "gamma_stark", "gamma_vdw"), map(power_or_nan, columns[4:]), strict=True)),
    )


def _number(field: str) -> float:
    """The number in a field; blank is 0, as Fortran reads it."""
    return float(field) if field.strip() else 0.0


def _is_vacuum(
    wavelength: Float[np.ndarray, "line"], first: Float[np.ndarray, "line"], second: Float[np.ndarray, "line"]
) -> bool:
    """Whether wavelengths (A) are those of the level differences (cm-1); levels below zero are predicted ones."""
    telling = (wavelength > AIR_LIMIT) & (first >= 0) & (second >= 0) & (first != second)
    if not telling.any():
        return False
    ratio = wavelength[telling] * np.abs(first[telling] - second[telling]) / 1e8
    return bool(np.median(ratio) > _LARGEST_IN_AIR)
