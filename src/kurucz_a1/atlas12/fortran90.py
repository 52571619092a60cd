"""The interface of the Fortran 90 ATLAS-12: arguments, a folder of data, output files by base name."""

import re
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kurucz_a1.atlas12.printout import Iteration, number_in
from kurucz_a1.atlas12.program import Program
from kurucz_a1.errors import BadConfig
from kurucz_a1.labels import Labels

MOST_ITERATIONS = 60
_BASE = "model"
# The program continues without any of these and says nothing.
_LISTS = ("gfpred29dec2014.bin", "lowobsat12.bin", "hilines.bin", "h2opokazatel.bin", "nltelinobsat12.bin")
_TABLES = ("molecules.dat", "ionpots.dat", "isotopes.dat", "pfsaha.dat", "blockh.dat", "blockj.dat")
# Lists that hold lines for every star, by the names under which the program counts them.
_COUNTED = ("lowlines (predicted)", "lowlines (observed)", "hilines")
_COUNT = re.compile(r"^\s*(\d+) lines from (\S+(?: \(\w+\))?)", re.MULTILINE)
_HEADING = re.compile(r"\bJ\s+log10TAU\b")
_LOG_TAU, _TEMPERATURE, _CORRECTION, _FLUX_ERROR, _FLUX_DERIVATIVE = 1, 2, 6, 7, 8


def data_files(folder: Path) -> dict[str, Path]:
    """{name: Path} of the line lists in ``folder``/data. Raises BadConfig where one is missing."""
    inner = folder / "data"
    for name in (*_LISTS, *_TABLES):
        if not (inner / name).is_file():
            why = "; without it the program silently leaves lines out" if name in _LISTS else ""
            raise BadConfig(f"atlas12.data: {inner} holds no {name}{why}; put it there")
    return {name: inner / name for name in _LISTS}


def check_data(folder: Path) -> None:
    """Raise BadConfig where a data file is missing or empty."""
    for path in data_files(folder).values():
        if path.stat().st_size == 0:
            raise BadConfig(f"{path}: the file is empty; fetch it again")


def prepare(
    program: Program, point: Labels, start: str, folder: Path, iterations: int
) -> tuple[list[str], str, dict[str, str]]:
    """Fill the empty ``folder`` for a run; returns (command, cards, environment).

    start: text of the start model's deck, with the abundances of ``point``, which the program takes from it.
    """
    (folder / "start.atm").write_text(start, encoding="ascii")
    arguments = {
        "numit": iterations,
        "vturb": f"{point.vturb:g}",
        # The program does not look at the CONVECTION card of its start model.
        "mlt": f"{point.mixing_length:g}",
        "teff": f"{point.teff:.1f}",
        "logg": f"{point.logg:.4f}",
    }
    words = [f"{name}={value}" for name, value in arguments.items()]
    return (
        [str(program.executable.resolve()), "start.atm", _BASE, *words],
        "",
        {"ATLAS12": str(program.data.resolve())},
    )


def model_file(folder: Path) -> Path:
    """The model that the program writes."""
    return folder / f"{_BASE}.atm"


def iterations(folder: Path) -> list[Iteration]:
    """The iterations in the program's record."""
    path = folder / f"{_BASE}.iter"
    if not path.is_file():
        return []
    lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    records = []
    for number, line in enumerate(lines):
        if _HEADING.search(line):
            table = _table(lines, number + 2)
            if len(table):
                records.append(
                    Iteration(
                        10.0 ** table[:, _LOG_TAU],
                        *(table[:, k] for k in (_TEMPERATURE, _CORRECTION, _FLUX_ERROR, _FLUX_DERIVATIVE)),
                    )
                )
    return records


def _table(lines: list[str], number: int) -> Float[np.ndarray, "layer column"]:
    rows: list[list[float]] = []
    while number < len(lines):
        words = lines[number].split()
        if len(words) <= _FLUX_DERIVATIVE or words[0] != str(len(rows) + 1):
            break
        rows.append([number_in(word) for word in words[: _FLUX_DERIVATIVE + 1]])
        number += 1
    return np.array(rows)


def failure(folder: Path) -> str | None:
    """The failure that the program reports in its output, or None. Its exit status does not tell."""
    text = (folder / "stdout").read_text(encoding="ascii", errors="replace")
    for line in text.splitlines():
        if line.lstrip().startswith("ERROR"):
            return f"the program says: {line.strip()[:80]}"
        if "unknown argument" in line:
            return f"the program did not take its arguments: {line.strip()[:80]}"
    counts = {name: int(number) for number, name in _COUNT.findall(text)}
    missing = [name for name in _COUNTED if not counts.get(name)]
    if missing and model_file(folder).is_file():
        return f"no lines were read from {', '.join(missing)}: a line list is missing or not of its kind"
    return None
