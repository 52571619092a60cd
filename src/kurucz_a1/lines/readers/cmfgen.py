"""CMFGEN's files of oscillator strengths, one ion each: a table of levels, then transitions between them.

A level is its name, statistical weight and energy (cm-1), in newer files with the rate (s-1) at which it decays; a
transition the two names, the oscillator strength f of absorption, the Einstein coefficient, the wavelength (A) and the
numbers of the levels. Data: Hillier 2011, Ap&SS 336, 87.
"""

import re
from itertools import islice
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from kurucz_a1.content import Content
from kurucz_a1.errors import BadFile
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.readers.checked import Stated, checked, gather
from kurucz_a1.lines.readers.columns import EV_PER_WAVENUMBER, number
from kurucz_a1.lines.readers.form import SEARCHED_ROWS, Form
from kurucz_a1.physics.abundances import SYMBOLS
from kurucz_a1.physics.partition_functions import IONIZATION_ENERGIES, STAGES

_COUNT, _LIMIT, _CHARGE = "!Number of energy levels", "!Ionization energy", "!Screened nuclear charge"
_TRANSITIONS = "!Number of transitions"
_TITLE = re.compile(r"(?:weights|strengths) +for +([A-Z][a-z]?)")
_OTHER_SYMBOLS = {"Sk": "Si", "Nk": "Ni", "Tk": "Ti"}  # CMFGEN's own names of elements
_LEVEL = re.compile(r"\s*\S+\s+(\d+\.\d*)\s+(-?\d+\.\d*)\s+(.*)")
_TRANSITION = re.compile(r"\s*\S.*?\s([-+.\dED]+)\s+\S+\s+[-+.\dED]+\s+(\d+)-\s*(\d+)(?:\s.*)?")
_RATE = (4, 7)  # place of the rate of decay among the numbers behind the energy, and how many there are then
_LARGEST = 1e9  # number in the head
_NEAR = 0.02  # two energies of ionisation as relative difference, within which they can be those of one ion


class _Levels(NamedTuple):
    weight: Float[np.ndarray, "level"]
    energy: Float[np.ndarray, "level"]  # cm-1
    rate: Float[np.ndarray, "level"]  # s-1; NaN where it is not stated


def is_cmfgen(content: Content) -> bool:
    """Whether the head of the file counts energy levels and states their ion."""
    head = "\n".join(content.rows[:SEARCHED_ROWS]) if content.kind == "text" else ""
    return all(label in head for label in (_COUNT, _LIMIT, _CHARGE, _TRANSITIONS))


def parse_cmfgen(content: Content) -> LineList:
    """LineList of one ion's file of oscillator strengths.

    Wavelengths are those between the levels, in vacuum. The ion is told from its charge and energy of ionisation, as
    titles name some ions wrongly; the title decides between ions of nearly the same energy. Transitions of no strength
    are none, nor are rows beyond the stated number, where some files repeat them in another order. Raises BadFile where
    the file names no ion that is known, or its levels are incomplete.
    """
    name, stage = _ion(content)
    levels, first = _read_levels(content)

    def read(row: str) -> Stated | None:
        match = _TRANSITION.fullmatch(row)
        assert match
        strength = number(match[1])
        lower, upper = (int(place) - 1 for place in (match[2], match[3]))
        if not 0 <= lower < len(levels.energy) or not 0 <= upper < len(levels.energy):
            raise ValueError("a level without an entry")
        wavenumber = levels.energy[upper] - levels.energy[lower]
        if not strength > 0 or not levels.weight[lower] > 0:
            return None
        if wavenumber <= 0:
            raise ValueError("no transition upwards")
        log_gf = np.log10(levels.weight[lower] * strength)
        rate = levels.rate[lower] + levels.rate[upper]
        return name, stage, (1e8 / wavenumber, levels.energy[lower] * EV_PER_WAVENUMBER, log_gf, rate)

    rows = enumerate(content.rows[first:], start=first + 1)
    transitions = ((place, row) for place, row in rows if _TRANSITION.fullmatch(row))
    gathered = gather(islice(transitions, int(_stated(content, _TRANSITIONS))), read)
    wavelength, energy, log_gf, rate = gathered.columns(4)
    return checked(content.path, gathered, wavelength, np.maximum(energy, 0.0), log_gf, gamma_rad=_known(rate))


def _number_or_nan(field: str) -> float:
    try:
        return number(field)
    except ValueError:
        return np.nan


def _known(rate: Float[np.ndarray, "line"]) -> Float[np.ndarray, "line"]:
    return np.where(rate > 0, rate, np.nan)


def _stated(content: Content, label: str) -> float:
    row = next(row for row in content.rows[:SEARCHED_ROWS] if label in row)
    try:
        value = number(row.partition("!")[0].strip())
    except ValueError:
        value = np.nan
    if not 0 < value < _LARGEST:
        raise BadFile(f"{content.path}: CMFGEN's oscillator strengths, but {label[1:]!r} has no number that can be")
    return value


def _ion(content: Content) -> tuple[str, int]:
    """Symbol and stage (0 neutral)."""
    stage = round(_stated(content, _CHARGE)) - 1
    limit = _stated(content, _LIMIT) * EV_PER_WAVENUMBER
    energies = IONIZATION_ENERGIES[:, stage] if 0 <= stage < STAGES else np.zeros(0)
    distance = {
        symbol: abs(np.log(limit / energy)) for symbol, energy in zip(SYMBOLS, energies, strict=False) if energy > 0
    }
    near = {symbol: far for symbol, far in distance.items() if far < _NEAR}
    if not near:
        raise BadFile(
            f"{content.path}: CMFGEN's oscillator strengths of an ion of charge {stage} with {limit:.6g} eV to the "
            f"next, which is none of those known here, neutral to {STAGES - 1} times ionised"
        )
    titles = _TITLE.findall("\n".join(content.rows[:SEARCHED_ROWS]))
    named = [symbol for title in titles for symbol in (_OTHER_SYMBOLS.get(title, title), title[0]) if symbol in near]
    return (named[0] if named else min(near, key=lambda symbol: near[symbol])), stage


def _read_levels(content: Content) -> tuple[_Levels, int]:
    """The levels, and the index of the row below the last of them."""
    count = int(_stated(content, _COUNT))
    start = max(k for k, row in enumerate(content.rows[:SEARCHED_ROWS]) if "!" in row) + 1
    rows: list[tuple[float, float, float]] = []
    place = start
    for place in range(start, len(content.rows)):
        if len(rows) == count:
            break
        match = _LEVEL.match(content.rows[place])
        if match and "!" not in content.rows[place]:
            further = match[3].split()
            rate = _number_or_nan(further[_RATE[0]]) if len(further) == _RATE[1] else np.nan
            rows.append((float(match[1]), float(match[2]), rate))
    if len(rows) < max(count, 1):
        raise BadFile(f"{content.path}: CMFGEN's oscillator strengths with {len(rows)} of {count} levels")
    return _Levels(*np.array(rows).T), place


FORM = Form("CMFGEN's oscillator strengths", is_cmfgen, parse_cmfgen)
