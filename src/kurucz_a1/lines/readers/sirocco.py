"""Line lists of the radiative-transfer code Sirocco: rows of ``Line``, atomic number, ion and numbers.

The ion (1 neutral), wavelength (A), oscillator strength f of absorption, statistical weights and energies (eV) of the
lower and the upper level, and numbers of the levels, which are not used (arXiv:2410.19908; the documentation of its
atomic data, ``bound_bound``).
"""

import numpy as np
from jaxtyping import Float

from kurucz_a1.content import Content
from kurucz_a1.lines.air import AIR_LIMIT, air_to_vacuum
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.readers.checked import Stated, checked, gather
from kurucz_a1.lines.readers.columns import number, whole_number
from kurucz_a1.lines.readers.form import Form, most, top_rows
from kurucz_a1.physics.abundances import SYMBOLS
from kurucz_a1.physics.constants import ANGSTROM, ELECTRON_VOLT, PLANCK, SPEED_OF_LIGHT

_KEYWORD, _FIELDS = "Line", 9
_EV_ANGSTROM = PLANCK * SPEED_OF_LIGHT / ELECTRON_VOLT / ANGSTROM
_AIR = 1.00014  # ratio of the wavelengths in vacuum and air, halved in its distance from 1


def is_sirocco(content: Content) -> bool:
    """Whether most rows are lines."""
    return most(top_rows(content), _read)


def parse_sirocco(content: Content) -> LineList:
    """LineList of the rows ``Line``; other rows are none.

    Some lists hold vacuum wavelengths, some those of air above 2000 A: the energies of the levels tell which. Energies
    are scaled to agree with the wavelengths, as these lists convert them with h c = 12400 eV A.
    """
    rows = ((place, row) for place, row in enumerate(content.rows, start=1) if row.split()[:1] == [_KEYWORD])
    gathered = gather(rows, _read)
    wavelength, log_gf, lower, upper = gathered.columns(4)
    wavelength, scale = _in_vacuum(wavelength, upper - lower)
    return checked(content.path, gathered, wavelength, lower / scale, log_gf)


def _in_vacuum(
    wavelength: Float[np.ndarray, "line"], difference: Float[np.ndarray, "line"]
) -> tuple[Float[np.ndarray, "line"], float]:
    """Wavelengths in vacuum, and what the energies are too large by."""
    with np.errstate(all="ignore"):
        ratio = np.where(difference > 0, wavelength * difference / _EV_ANGSTROM, np.nan)
    short = wavelength < AIR_LIMIT
    scale = float(np.nanmedian(ratio[short])) if np.isfinite(ratio[short]).any() else 12400.0 / _EV_ANGSTROM
    long = ratio[~short]
    in_air = np.isfinite(long).any() and scale / np.nanmedian(long) > _AIR
    return (air_to_vacuum(wavelength) if in_air else wavelength), scale


def _read(row: str) -> Stated:
    fields = row.split()
    if len(fields) < _FIELDS or fields[0] != _KEYWORD:
        raise ValueError("no line of Sirocco")
    element, ion = whole_number(fields[1]), whole_number(fields[2])
    if not 1 <= element <= len(SYMBOLS) or not 1 <= ion <= element:
        raise ValueError(f"ion {ion} of element {element} is none")
    wavelength, strength, weight, _, lower, upper = map(number, fields[3:_FIELDS])
    if not strength * weight > 0:
        raise ValueError(f"an oscillator strength of {strength:g}")
    return SYMBOLS[element - 1], ion - 1, (wavelength, float(np.log10(weight * strength)), lower, upper)


FORM = Form("Sirocco's lines", is_sirocco, parse_sirocco)
