"""The interface of the classic ATLAS-12: cards on its standard input, files by unit number in its folder."""

import struct
from pathlib import Path

import numpy as np

from kurucz_a1.atlas12.cards import MOST_ITERATIONS, classic_cards
from kurucz_a1.atlas12.printout import Iteration, read_iterations
from kurucz_a1.atlas12.program import Program
from kurucz_a1.errors import BadConfig
from kurucz_a1.labels import Labels

__all__ = ["MOST_ITERATIONS", "check_data", "data_files", "failure", "iterations", "model_file", "prepare"]

# Unit number: names of the file, what it is.
_FILES = {
    "fort.2": (("fort.2", "molecules.dat"), "the molecules (molecules.dat)"),
    "fort.12": (("fort.12",), "the selected lines"),
    "fort.19": (("fort.19", "nltelinobsat12.bin", "nltelines.bin"), "the hydrogen and NLTE lines (nltelinobsat12.bin)"),
}
_LINE_RECORD = 16  # bytes: IWL, then six halfwords
_NLTE_RECORD = 60  # bytes: a double, then 13 words, the fifth of which is the species
_NLTE_SPECIES = 24
_HYDROGEN = 1


def data_files(folder: Path) -> dict[str, Path]:
    """{name in the program's folder: Path} of its data in ``folder``. Raises BadConfig where one is missing."""
    files = {}
    for unit, (names, what) in _FILES.items():
        paths = [folder / name for name in names if (folder / name).is_file()]
        if not paths:
            silently = "; without it the program silently leaves out hydrogen" if unit == "fort.19" else ""
            raise BadConfig(f"atlas12.data: {folder} holds no {' or '.join(names)}, {what}{silently}; put it there")
        files[unit] = paths[0]
    return files


def check_data(folder: Path) -> None:
    """Raise BadConfig where a data file is missing, or is one that the program would misread silently."""
    files = data_files(folder)
    _check_records(files["fort.12"], _LINE_RECORD)
    species = [
        struct.unpack_from("<i", record, _NLTE_SPECIES)[0] for record in _check_records(files["fort.19"], _NLTE_RECORD)
    ]
    if _HYDROGEN not in species:
        raise BadConfig(f"{files['fort.19']}: holds no line of hydrogen; take the program's own nltelinobsat12.bin")
    if files["fort.2"].stat().st_size == 0:
        raise BadConfig(f"{files['fort.2']}: the file is empty; take the program's own molecules.dat")


def _check_records(path: Path, length: int) -> list[bytes]:
    """The NLTE records of a file of Fortran's unformatted records of ``length`` bytes; of other files none.

    Raises BadConfig for another file.
    """
    step = length + 8  # a marker of four bytes in front and behind
    size = path.stat().st_size
    content = np.memmap(path, dtype=np.uint8, mode="r") if size else np.zeros(0, dtype=np.uint8)
    markers = struct.pack("<i", length)
    if not size or size % step or bytes(content[:4]) != markers or bytes(content[-4:]) != markers:
        raise BadConfig(f"{path}: not a file of Fortran records of {length} bytes, or cut short; make it again")
    if length == _NLTE_RECORD:
        return [bytes(content[k + 4 : k + 4 + length]) for k in range(0, size, step)]
    return []


def prepare(
    program: Program, point: Labels, start: str, folder: Path, iterations: int
) -> tuple[list[str], str, dict[str, str]]:
    """Fill the empty ``folder`` for a run; returns (command, cards, environment).

    start: text of the start model's deck.
    """
    for name, path in data_files(program.data).items():
        (folder / name).symlink_to(path.resolve())
    (folder / "fort.3").write_text(start, encoding="ascii")
    cards = classic_cards(point, iterations=iterations, layers=program.layers)
    return [str(program.executable.resolve())], cards, {}


def model_file(folder: Path) -> Path:
    """The model that the program writes."""
    return folder / "fort.7"


def iterations(folder: Path) -> list[Iteration]:
    """The iterations that the program printed."""
    return read_iterations((folder / "stdout").read_text(encoding="ascii", errors="replace"))


def failure(folder: Path) -> str | None:
    """The failure that the program reports in its output, or None. Its exit status does not tell."""
    lines = (folder / "stdout").read_text(encoding="ascii", errors="replace").splitlines()
    for number, line in enumerate(lines):
        for words in ("I DO NOT UNDERSTAND", "HAS READ OFF THE END", "HOW MANY ITERATIONS", "HOW MANY RHOX"):
            if words in line:
                card = lines[number + 1].strip()[:60] if number + 1 < len(lines) else ""
                return f"the program did not take its cards: {line.strip()} {card}".rstrip()
        if line.startswith("0PZERO"):  # printed with P, ACCRAD and PRAD where P is not positive, and nowhere else
            return "negative pressure: the start model is too far from the point"
    return None
