"""What the classic ATLAS-12 prints of each iteration."""

import re
from dataclasses import dataclass

import numpy as np

# Two tables an iteration, in fixed columns: the temperature corrections, then the summary. Their headings:
_CORRECTIONS = re.compile(r"DTLAMB\s+DTSURF\s+DTFLUX\s+T1\s+CONV/TOTAL")
_SUMMARY = re.compile(r"RHOX\s+TEMP\s+PRESSURE\s+NUMBER\s+DENSITY")
_LAYER = slice(0, 3)
_TEMPERATURE, _CORRECTION = slice(15, 25), slice(52, 61)
_OPTICAL_DEPTH, _FLUX_ERROR, _FLUX_DERIVATIVE = slice(77, 88), slice(110, 124), slice(124, 132)


@dataclass(frozen=True, eq=False)
class Iteration:
    """One iteration of the program, arrays of shape (layer,).

    optical_depth: Rosseland; temperature: K; correction: of the temperature, K; flux_error and flux_derivative:
    percent of the flux. A number that overflowed its columns is inf.
    """

    optical_depth: np.ndarray
    temperature: np.ndarray
    correction: np.ndarray
    flux_error: np.ndarray
    flux_derivative: np.ndarray


def read_iterations(text):
    """The iterations that the printed output ``text`` shows completely, as a list of Iteration."""
    lines = text.splitlines()
    found, corrections = [], None
    for number, line in enumerate(lines):
        if _CORRECTIONS.search(line):
            corrections = _columns(lines, number + 1, (_TEMPERATURE, _CORRECTION))
        elif _SUMMARY.search(line) and corrections is not None:
            summary = _columns(lines, number + 1, (_OPTICAL_DEPTH, _FLUX_ERROR, _FLUX_DERIVATIVE))
            if summary.shape[1] == corrections.shape[1] > 0:
                found.append(Iteration(summary[0], *corrections, *summary[1:]))
            corrections = None
    return found


def _columns(lines, number, columns):
    """The table that begins on line ``number``, shape (column, layer)."""
    rows = []
    while number < len(lines) and lines[number][_LAYER].strip() == str(len(rows) + 1):
        rows.append([number_in(lines[number][column]) for column in columns])
        number += 1
    return np.array(rows).reshape(-1, len(columns)).T


def number_in(text):
    """A number in its columns; stars stand for one that is too large for them."""
    try:
        return float(text)
    except ValueError:
        return np.inf
