"""ExoMol's lists: transitions between numbered states, ``.trans`` beside ``.states``.

A transition is the number of the upper and of the lower state and the Einstein coefficient (s-1); a state its number,
energy (cm-1) and weight. Only the name of the file says which isotopologue it is: ``12C-1H__MoLLIST.trans``
(Tennyson et al. 2016, J. Mol. Spectrosc. 327, 73).
"""

import io
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float, Int

from kurucz_a1.content import Content, read_content
from kurucz_a1.errors import BadFile
from kurucz_a1.lines.elements import canonical_name, log_isotopic_fraction
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.readers.checked import LONGEST, LOWEST_LOG_GF, checked_columns
from kurucz_a1.lines.readers.columns import EV_PER_WAVENUMBER, number, whole_number
from kurucz_a1.lines.readers.form import Form, most, top_rows
from kurucz_a1.physics.constants import ANGSTROM, ELECTRON_CHARGE, ELECTRON_MASS, SPEED_OF_LIGHT

# Number of orientations 2 I + 1 of a nucleus by symbol and mass number, as Korg.jl tabulates them
# (src/isotopic_data.jl, isotopic_nuclear_spin_degeneracies), for the nuclei whose fraction on Earth is known here.
_ORIENTATIONS = {
    "H": {1: 2, 2: 3},
    "Li": {6: 3, 7: 4},
    "Be": {9: 4},
    "C": {12: 1, 13: 2},
    "N": {14: 3, 15: 2},
    "O": {16: 1, 17: 6, 18: 1},
    "F": {19: 2},
    "Na": {23: 4},
    "Mg": {24: 1, 25: 6, 26: 1},
    "Al": {27: 6},
    "Si": {28: 1, 29: 2, 30: 1},
    "P": {31: 2},
    "S": {32: 1, 33: 4, 34: 1, 36: 1},
    "Cl": {35: 4, 37: 4},
    "K": {39: 4, 40: 9, 41: 4},
    "Ca": {40: 1, 42: 1, 43: 8, 44: 1, 46: 1, 48: 1},
    "Sc": {45: 8},
    "Ti": {46: 1, 47: 6, 48: 1, 49: 8, 50: 1},
    "V": {50: 13, 51: 8},
    "Cr": {50: 1, 52: 1, 53: 4, 54: 1},
    "Mn": {55: 6},
    "Fe": {54: 1, 56: 1, 57: 2, 58: 1},
    "Co": {59: 8},
    "Ni": {58: 1, 60: 1, 61: 4, 62: 1, 64: 1},
}
# gf = g_upper A lambda^2 m c / (8 pi^2 e^2), lambda in A
_GF_PER_RATE = ELECTRON_MASS * SPEED_OF_LIGHT / (8 * np.pi**2 * ELECTRON_CHARGE**2) * ANGSTROM**2
_NUCLEUS = re.compile(r"(\d{1,3})([A-Z][a-z]?)(\d?)")
_FIELDS = (3, 4)  # of a transition; the fourth is its wavenumber
_LARGEST_DISCREPANCY = 1.0  # cm-1, between that wavenumber and the states


class _Isotopologue(NamedTuple):
    """Formula, log10 of its fraction on Earth, and the number of orientations of its nuclei."""

    formula: str
    log_fraction: float
    orientations: int


class _States(NamedTuple):
    """Numbers, in order, energies (cm-1) and weights of states."""

    number: Int[np.ndarray, "state"]
    energy: Float[np.ndarray, "state"]
    weight: Float[np.ndarray, "state"]


def is_exomol(content: Content) -> bool:
    """Whether most rows are two whole numbers, a positive one, and at most one more."""
    return most(top_rows(content), _read_transition)


def is_states(content: Content) -> bool:
    """Whether most rows begin with a state: whole number, energy, weight."""
    return most(top_rows(content), _read_state)


def parse_exomol(content: Content) -> LineList:
    """LineList of the transitions in a file, with the states beside it.

    Wavelengths are in vacuum, from the energies of the states. ExoMol's weights count the orientations of the nuclei,
    the partition functions here do not: gf is divided by their number. Then log gf is scaled by the fraction of the
    isotopologue on Earth. Transitions without states, backwards or too weak are left out. Raises BadFile where the name
    states no isotopologue, or the states are missing.
    """
    isotopologue = _isotopologue(content.path)
    states = _read_states(content.path)
    upper, lower, rate, stated = _read_transitions(content)
    place = np.arange(1, len(rate) + 1)
    known = np.isin(upper, states.number) & np.isin(lower, states.number)
    left = [
        (int(k), f"row {k}: {'no two states, rate and wavenumber' if upper[k - 1] < 0 else 'a state without an entry'}")
        for k in place[~known]
    ]
    place, rate, stated = place[known], rate[known], stated[known]
    up, low = (np.searchsorted(states.number, numbers[known]) for numbers in (upper, lower))
    wavenumber = states.energy[up] - states.energy[low]
    agrees = ~(np.abs(stated - wavenumber) > _LARGEST_DISCREPANCY)
    possible = (wavenumber > 1e8 / LONGEST) & (rate > 0) & (states.weight[up] > 0) & agrees
    left += [
        (int(k), f"row {k}: no transition downwards shorter than {LONGEST:g} A, or none of its own wavenumber and rate")
        for k in place[~possible]
    ]
    place, rate, up, low, wavenumber = (column[possible] for column in (place, rate, up, low, wavenumber))
    wavelength = 1e8 / wavenumber
    gf = _GF_PER_RATE * states.weight[up] * rate * wavelength**2 / isotopologue.orientations
    log_gf = np.log10(gf) + isotopologue.log_fraction
    strong = log_gf >= LOWEST_LOG_GF
    left += [(int(k), f"row {k}: log gf below {LOWEST_LOG_GF:g}") for k in place[~strong]]
    count = int(strong.sum())
    return checked_columns(
        content.path,
        place[strong],
        np.full(count, isotopologue.formula),
        np.zeros(count, dtype=int),
        wavelength[strong],
        states.energy[low][strong] * EV_PER_WAVENUMBER,
        log_gf[strong],
        {},
        left,
    )


def transitions_in(folder: Path) -> list[Path]:
    """The files of transitions in a folder, by their content. Raises BadFile where there is none."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    found = [path for path in files if is_exomol(read_content(path, "a line list"))]
    if not found:
        raise BadFile(f"{folder}: a folder without a file of ExoMol's transitions; name the line list in it")
    return found


def _isotopologue(path: Path) -> _Isotopologue:
    name = path.name.partition("__")[0]
    parts = [_NUCLEUS.fullmatch(part) for part in name.split("-")]
    if "__" not in path.name or not all(parts):
        raise BadFile(
            f"{path}: ExoMol's transitions, but the name does not begin with the isotopologue, as 12C-1H__NAME.trans; "
            "ExoMol states it nowhere else, name the file as it was"
        )
    nuclei = [(match[2], int(match[1])) for match in parts if match for _ in range(int(match[3] or 1))]
    formula = canonical_name("".join(symbol for symbol, _ in nuclei))
    try:
        fraction = log_isotopic_fraction(nuclei)
        orientations = int(np.prod([_ORIENTATIONS[symbol][mass] for symbol, mass in nuclei]))
    except (ValueError, KeyError) as error:
        raise BadFile(f"{path}: {name} holds an isotope that is not known here ({error})") from None
    if formula is None:
        raise BadFile(f"{path}: {name} is no isotopologue of known elements")
    return _Isotopologue(formula, fraction, orientations)


def _read_states(transitions: Path) -> _States:
    stem = "__".join(re.split(r"__|\.", transitions.name)[:2])
    near = sorted(path for path in transitions.parent.iterdir() if path.name.startswith(f"{stem}.states"))
    if not near:
        raise BadFile(
            f"{transitions}: ExoMol's transitions, whose states are missing; put {stem}.states beside the file"
        )
    content = read_content(near[0], "ExoMol's states")
    if not is_states(content):
        raise BadFile(f"{near[0]}: no file of ExoMol's states (number, energy, weight); get it again")
    states: dict[int, tuple[float, float]] = {}
    for place, row in enumerate(content.rows, start=1):
        if not row.strip():
            continue
        try:
            index, energy, weight = _read_state(row)
        except ValueError as error:
            raise BadFile(f"{near[0]}: row {place} is no state: {error}; get the file again") from None
        if index in states:
            raise BadFile(f"{near[0]}: row {place} holds state {index} again; get the file again")
        states[index] = energy, weight
    numbers = np.array(sorted(states), dtype=np.int64)
    energy, weight = np.array([states[int(index)] for index in numbers]).T
    return _States(numbers, energy, weight)


def _read_state(row: str) -> tuple[int, float, float]:
    fields = row.split()
    if len(fields) <= _FIELDS[1] - 1:
        raise ValueError("no number, energy, weight and J")
    index, energy, weight = whole_number(fields[0]), number(fields[1]), number(fields[2])
    if "." not in fields[1] or not 0 <= energy < 1e7 or not 0 < weight < 1e6:
        raise ValueError(f"energy {energy:g} and weight {weight:g} cannot be")
    return index, energy, weight


def _read_transition(row: str) -> tuple[int, int, float, float]:
    """Upper and lower state, Einstein coefficient and wavenumber, NaN where none is stated."""
    fields = row.split()
    if len(fields) not in _FIELDS:
        raise ValueError("no two states and Einstein coefficient")
    rate = number(fields[2])
    if not 0 < rate < 1e15 or not set(".eE") & set(fields[2]):
        raise ValueError(f"the Einstein coefficient {fields[2][:20]} cannot be")
    return whole_number(fields[0]), whole_number(fields[1]), rate, number(fields[3]) if len(fields) > 3 else np.nan


def _read_transitions(content: Content) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Columns of ``_read_transition``, by row of the file; a row that is none has the states -1."""
    names = ["upper", "lower", "rate", "wavenumber"]
    try:
        table = pd.read_csv(
            io.StringIO(content.text), sep=r"\s+", header=None, names=names, dtype=float, skip_blank_lines=False
        )
    except (ValueError, OverflowError):  # a damaged row
        return _read_slowly(content)
    upper, lower, rate, wavenumber = (table[name].to_numpy() for name in names)
    whole = (upper == np.floor(upper)) & (lower == np.floor(lower)) & (np.abs(upper) < 1e9) & (np.abs(lower) < 1e9)
    states = (np.where(whole, numbers, -1).astype(np.int64) for numbers in (upper, lower))
    return *states, rate, wavenumber


def _read_slowly(content: Content) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rows = []
    for row in content.rows:
        try:
            rows.append(_read_transition(row))
        except ValueError:
            rows.append((-1, -1, np.nan, np.nan))
    upper, lower, rate, wavenumber = (np.array(column) for column in zip(*rows, strict=True))
    return upper, lower, rate, wavenumber


FORM = Form("ExoMol (.trans beside .states)", is_exomol, parse_exomol)
