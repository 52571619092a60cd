"""What Kurucz's lists of atoms and of molecules share: wavelengths in nm that follow from two levels in cm-1."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from kurucz_a1.content import Content
from kurucz_a1.lines.air import AIR_LIMIT, air_to_vacuum
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.readers.checked import Gathered, Stated, checked, gather
from kurucz_a1.lines.readers.columns import EV_PER_WAVENUMBER, power_or_nan
from kurucz_a1.lines.readers.form import is_comment

# Wavelength over that of the level difference: 1 in vacuum, 0.99968..0.99973 in air; each with its rounding.
_IN_AIR, _IN_VACUUM = (0.99964, 0.99977), (0.99996, 1.00004)
_LARGEST_DISCREPANCY = 0.25  # Kurucz's own differ by 14 % at most: beyond it a number is damaged


class Transition(NamedTuple):
    """The numbers of a row: wavelength (nm), two levels (cm-1, below zero if predicted), log gf with its fractions, and
    the logarithms of three damping constants, 0 where unknown."""

    wavelength: float
    first: float
    second: float
    log_gf: float
    radiative: float = 0.0
    stark: float = 0.0
    van_der_waals: float = 0.0


def parse_levels(content: Content, read: Callable[[str], Stated]) -> LineList:
    """LineList of rows that ``read`` turns into a formula, an ion stage and a Transition.

    Wavelengths are in air above 200 nm, unless most levels say that the list is in vacuum. The lower level is the one
    nearer to zero. A row whose wavelength contradicts its levels is left out.
    """
    rows = [(place, row) for place, row in enumerate(content.rows, start=1) if row.strip() and not is_comment(row)]
    gathered = gather(rows, read)
    wavelength, first, second, _, *_ = gathered.columns(len(Transition._fields))
    gathered = _without(gathered, _contradictory(10 * wavelength, first, second))
    wavelength, first, second, log_gf, *damping = gathered.columns(len(Transition._fields))
    wavelength = 10 * wavelength
    in_air = not _is_vacuum(wavelength, first, second)
    names = ("gamma_rad", "gamma_stark", "gamma_vdw")
    return checked(
        content.path,
        gathered,
        air_to_vacuum(wavelength) if in_air else wavelength,
        np.minimum(np.abs(first), np.abs(second)) * EV_PER_WAVENUMBER,
        log_gf,
        **dict(zip(names, map(power_or_nan, damping), strict=True)),
    )


def _contradictory(
    wavelength: Float[np.ndarray, "line"], first: Float[np.ndarray, "line"], second: Float[np.ndarray, "line"]
) -> Bool[np.ndarray, "line"]:
    difference = np.abs(np.abs(first) - np.abs(second))
    return (difference > 0) & (np.abs(wavelength * difference / 1e8 - 1) > _LARGEST_DISCREPANCY)


def _without(gathered: Gathered, wrong: Bool[np.ndarray, "line"]) -> Gathered:
    """The lines that are not ``wrong``; the others are left out."""
    if not wrong.any():
        return gathered
    kept = Gathered(left=list(gathered.left))
    for place, name, stage, numbers, bad in zip(
        gathered.place, gathered.species, gathered.stage, gathered.numbers, wrong, strict=True
    ):
        if bad:
            kept.left.append((place, f"row {place}: the wavelength {numbers[0]:g} nm contradicts the two levels"))
        else:
            kept.add(place, (name, stage, numbers))
    return kept


def _is_vacuum(
    wavelength: Float[np.ndarray, "line"], first: Float[np.ndarray, "line"], second: Float[np.ndarray, "line"]
) -> bool:
    """Whether more wavelengths (A) above 2000 A are those of their levels (cm-1) in vacuum than in air."""
    ratio = wavelength * np.abs(np.abs(first) - np.abs(second)) / 1e8
    votes = [
        int(((wavelength > AIR_LIMIT) & (ratio > low) & (ratio < high)).sum()) for low, high in (_IN_VACUUM, _IN_AIR)
    ]
    return votes[0] > votes[1]
