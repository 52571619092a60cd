"""The iterations in the printed output of the classic ATLAS-12."""

import re
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

# Two tables an iteration, in fixed columns: the temperature corrections, then the summary. Their headings:
_CORRECTIONS = re.compile(r"DTLAMB\s+DTSURF\s+DTFLUX\s+T1\s+CONV/TOTAL")
_SUMMARY = re.compile(r"RHOX\s+TEMP\s+PRESSURE\s+NUMBER\s+DENSITY")
_LAYER = slice(0, 3)
_TEMPERATURE, _CORRECTION = slice(15, 25), slice(52, 61)
_OPTICAL_DEPTH, _FLUX_ERROR, _FLUX_DERIVATIVE = slice(77, 88), slice(110, 124), slice(124, 132)


@dataclass(frozen=True, eq=False)
class Iteration:
    """One iteration of the program. A number that overflowed its columns is inf.

    - ``optical_depth``: Rosseland.
    - ``temperature``, and its ``correction``: K.
    - ``flux_error``, ``flux_derivative``: percent of the flux.
    """

    optical_depth: Float[np.ndarray, "layer"]
    temperature: Float[np.ndarray, "layer"]
    correction: Float[np.ndarray, "layer"]
    flux_error: Float[np.ndarray, "layer"]
    flux_derivative: Float[np.ndarray, "layer"]


def read_iterations(text: str) -> list[Iteration]:
    """The iterations that the printed output ``text`` shows completely."""
    lines = text.splitlines()
    iterations, corrections = [], None
    for number, line in enumerate(lines):
        if _CORRECTIONS.search(line):
            corrections = _columns(lines, number + 1, (_TEMPERATURE, _CORRECTION))
        elif _SUMMARY.search(line) and corrections is not None:
            summary = _columns(lines, number + 1, (_OPTICAL_DEPTH, _FLUX_ERROR, _FLUX_DERIVATIVE))
            if summary.shape[1] == corrections.shape[1] > 0:
                iterations.append(Iteration(summary[0], *corrections, *summary[1:]))
            corrections = None
    return iterations


def _columns(lines: list[str], number: int, columns: tuple[slice, ...]) -> Float[np.ndarray, "column layer"]:
    """The table that begins on line ``number``."""
    rows: list[list[float]] = []
    while number < len(lines) and lines[number][_LAYER].strip() == str(len(rows) + 1):
        rows.append([number_in(lines[number][column]) for column in columns])
        number += 1
    return np.array(rows).reshape(-1, len(columns)).T


def number_in(text: str) -> float:
    """A number in its columns; stars, for one that is too large for them, give inf."""
    try:
        return float(text)
    except ValueError:
        return np.inf
