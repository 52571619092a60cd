"""Which form a line list has, and the reader for it."""

import gzip
from collections.abc import Iterable
from pathlib import Path

from kurucz_a1.errors import BadFile
from kurucz_a1.lines.line_list import LineList, concatenate
from kurucz_a1.lines.readers.csv_table import read_csv
from kurucz_a1.lines.readers.galah import read_galah
from kurucz_a1.lines.readers.kurucz import SHORTEST_ROW, parse_kurucz
from kurucz_a1.lines.readers.moog import parse_moog
from kurucz_a1.lines.readers.vald import is_vald, parse_vald


def read_line_list(path: str | Path) -> LineList:
    """The LineList in a file, its form taken from the name and the content.

    .h5, .hdf5: GALAH DR3; .csv: our own (see ``read_csv``); otherwise VALD3 if one of the first rows is the heading
    of its table, Kurucz if the rows have at least 98 characters, else MOOG. Any text file may be gzipped.
    Raises BadFile if the file is missing or not of its form.
    """
    path = Path(path)
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    if suffix in (".h5", ".hdf5"):
        return read_galah(path)
    if suffix == ".csv":
        return read_csv(path)
    rows = _read_rows(path)
    shown = [row for row in rows[:200] if row.strip()]
    if not shown:
        raise BadFile(f"{path}: an empty line list")
    if is_vald(rows):
        return parse_vald(rows, path)
    # The first row may be a title.
    is_kurucz = min(len(row) for row in shown[1:20] or shown) >= SHORTEST_ROW
    return parse_kurucz(rows, path) if is_kurucz else parse_moog(rows, path)


def read_line_lists(paths: Iterable[str | Path]) -> LineList:
    """All lines of several files as one LineList; a line that two files hold comes twice. Raises BadFile."""
    return concatenate([read_line_list(path) for path in paths])


def _read_rows(path: Path) -> list[str]:
    try:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="ascii", errors="replace") as stream:
            return stream.read().splitlines()
    except (OSError, EOFError) as error:
        raise BadFile(f"{path}: cannot be read as a line list ({error})") from error
