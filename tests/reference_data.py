"""Fetch or make the data outside of the repository that some tests need.

    python tests/reference_data.py FOLDER

FOLDER is then what KURUCZ_A1_REFERENCE_DATA names. ``reference_data.csv`` holds the public addresses, sizes and
checksums. What is already right is kept, so that a second run completes an interrupted one; a file that cannot be had
does not stop the others. docs/tests.md says what each part is for.
"""

import argparse
import csv
import gzip
import hashlib
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, cast

from kurucz_a1.decks import to_deck
from kurucz_a1.decks.deck import format_deck
from kurucz_a1.errors import BadFile
from kurucz_a1.fetch import fetch
from kurucz_a1.files import atomic_path, write_text
from kurucz_a1.grid.reference import atlas12_reference_atmospheres, load_atlas12_reference

TABLE = Path(__file__).with_suffix(".csv")

#: Decks of those models of the package whose names look like this; the tests of decks were written with them.
COMPUTED, NAME, TITLE = "atmospheres/atlas12_computed", re.compile(r"t\d{5}g"), "ATLAS12 partial line list"
COUNT = 111

#: What is at no public address and cannot be made by this package: {path: what it is}.
NOT_PUBLIC = {
    "atmospheres/atlas12_f90_output/sun.atm": "a run of the Fortran 90 ATLAS-12",
    "atmospheres/atlas12_f90_output/sun.iter": "a run of the Fortran 90 ATLAS-12",
}

#: The tests that need a file, by the beginning of its path.
TESTS = {
    "atmospheres/EMULATED": ["decks/test_check.py", "decks/test_deck.py", "evaluation/test_hydrostatic.py"],
    "atmospheres/atlas12_AstroRam": ["decks/test_deck.py"],
    "atmospheres/atlas12_cconroy20": [
        "decks/test_deck.py",
        "peers/test_pysme_spectrum.py",
        "spectrum/test_equivalent_widths.py",
        "spectrum/test_sed.py",
        "spectrum/test_synthesis.py",
    ],
    "atmospheres/atlas12_computed": [
        "dataset/test_store.py",
        "decks/test_check.py",
        "decks/test_deck.py",
        "evaluation/test_hydrostatic_tables.py",
        "physics/test_abundances.py",
        "physics/test_continuum.py",
        "physics/test_equation_of_state.py",
    ],
    "atmospheres/atlas12_f90_output": ["atlas12/test_fortran90.py", "decks/test_deck.py"],
    "atmospheres/atlas12_kurucz_py_joss": ["decks/test_check.py", "decks/test_deck.py"],
    "atmospheres/atlas9": ["decks/test_check.py", "decks/test_deck.py", "decks/test_grid_files.py"],
    "atmospheres/hull_atlas12": ["atmosphere/test_solver.py", "physics/test_collision_induced.py"],
    "atmospheres/marcs": ["decks/test_grid_files.py", "decks/test_marcs_and_phoenix.py"],
    "atmospheres/phoenix": ["decks/test_marcs_and_phoenix.py"],
    "atomic/BarklemCollet2016-atomic_partition.dat": ["physics/test_partition_functions.py"],
    "atomic/BarklemCollet2016-equilibrium_constants.dat": [
        "physics/test_equation_of_state.py",
        "physics/test_partition_functions.py",
    ],
    "atomic/McLaughlin2017Hminusbf.h5": ["physics/test_continuum.py"],
    "atomic/Stehle-Hutchson-hydrogen-profiles.h5": ["physics/test_hydrogen_lines.py"],
    "atomic/cia": ["physics/test_collision_induced.py"],
    "atomic/individual_H_cross-sections.h5": ["physics/test_continuum.py"],
    "atomic/topbase": ["physics/test_continuum.py"],
    "linelists/apogee_dr17_20180901t20.molec.gz": ["lines/test_turbospectrum.py"],
    "linelists/galah_dr3_linelist.h5": ["lines/test_tables.py", "peers/test_pysme_spectrum.py"],
    "linelists/gf0600_sample.dat": ["lines/test_kurucz.py", "peers/test_pysme_spectrum.py"],
    "linelists/griffith2022_windows.tsv": ["lines/test_readers.py"],
    "linelists/linemake_atoms.txt.gz": [
        "atmosphere/test_line_by_line.py",
        "lines/test_moog.py",
        "lines/test_opacity_table.py",
    ],
    "linelists/linemake_molecules.txt.gz": ["atmosphere/test_line_by_line.py", "lines/test_moog.py"],
    "linelists/pysme_vald_sun_6436_6444.lin": ["lines/test_vald.py"],
    "sun": [
        "inference/test_sun.py",
        "spectrum/test_equivalent_widths.py",
        "spectrum/test_observed.py",
        "spectrum/test_spectrum_readers.py",
        "spectrum/test_synthesis.py",
    ],
}


@dataclass(frozen=True)
class Part:
    """A row of the table: what is at a public address, a whole file or one of several that follow each other in one."""

    path: str
    address: str
    bytes: int
    sha256: str


def read_table(path: Path = TABLE) -> list[Part]:
    """The rows of ``reference_data.csv``."""
    with open(path, newline="") as file:
        return [Part(row["path"], row["address"], int(row["bytes"]), row["sha256"]) for row in csv.DictReader(file)]


def is_complete(path: Path, parts: list[Part]) -> bool:
    """Whether the file holds the parts one after another and nothing else; one named ``.gz`` is read uncompressed."""
    try:
        with _opened(path) as file:
            right = all(hashlib.sha256(file.read(part.bytes)).hexdigest() == part.sha256 for part in parts)
            return right and not file.read(1)
    except (OSError, EOFError):
        return False


def fetch_parts(path: Path, parts: list[Part]) -> int:
    """Fetch the parts and put them together at ``path``, compressed if its name ends in .gz; returns their bytes.

    Parts that have come wait in a folder beside ``path`` until all are there. Raises BadFile like ``fetch``.
    """
    folder = path.with_name(f"{path.name}.parts")
    pieces = [folder / part.sha256 for part in parts]
    for part, piece in zip(parts, pieces, strict=True):
        if not is_complete(piece, [part]):
            fetch(part.address, piece, part.sha256, "sha256")
    with atomic_path(path) as temporary, _opened(temporary, "wb") as whole:
        for piece in pieces:
            with open(piece, "rb") as file:
                shutil.copyfileobj(file, whole)
    shutil.rmtree(folder)
    return sum(part.bytes for part in parts)


def make_decks(folder: Path) -> int:
    """Write the decks of the package's ATLAS-12 models that are not yet in ``folder``; returns their number.

    All numbers but convective flux and velocity, which the package does not hold, are those that the program printed.
    """
    models, count = load_atlas12_reference(), 0
    surface = models["surface_radiation_pressure"].values
    for name, pressure, model in zip(models["name"].values, surface, atlas12_reference_atmospheres(), strict=True):
        path = folder / f"{name}.atm"
        if NAME.match(str(name)) and not path.exists():
            deck = replace(to_deck(model, TITLE), surface_radiation_pressure=float(pressure))
            write_text(path, format_deck(deck))
            count += 1
    return count


def get_all(folder: Path, table: list[Part]) -> list[str]:
    """Fetch and make what is missing in ``folder``, a line on each file; returns the paths that could not be had."""
    missing = []
    for name, rows in groupby(table, key=lambda part: part.path):
        parts = list(rows)
        if is_complete(folder / name, parts):
            print(f"{name}: already there", flush=True)
            continue
        try:
            print(f"{name}: fetched, {fetch_parts(folder / name, parts):,} bytes", flush=True)
        except BadFile as error:
            print(f"{name}: NOT FETCHED: {error}", flush=True)
            missing.append(name)
    try:
        print(
            f"{COMPUTED}: {make_decks(folder / COMPUTED)} of {COUNT} decks made from the package's models", flush=True
        )
    except BadFile as error:
        print(f"{COMPUTED}: NOT MADE: {error}", flush=True)
        missing.append(COMPUTED)
    for name, what in NOT_PUBLIC.items():
        if (folder / name).is_file():
            print(f"{name}: already there")
        else:
            print(f"{name}: not public ({what})")
            missing.append(name)
    return missing


def skipped_without(missing: Iterable[str]) -> Iterator[str]:
    """One line for each test file of which tests are skipped, and the files that they miss."""
    missing = list(missing)
    for test in sorted({test for tests in TESTS.values() for test in tests}):
        prefixes = tuple(prefix for prefix, tests in TESTS.items() if test in tests)
        names = [name.rpartition("/")[2] for name in missing if name.startswith(prefixes)]
        if names:
            yield f"tests/{test}: needs {', '.join(names)}"


def _opened(path: Path, mode: str = "rb") -> BinaryIO:
    """The file, of which one named ``.gz`` is compressed, without a time in it: the same bytes every time."""
    return cast(BinaryIO, gzip.GzipFile(path, mode, mtime=0) if path.suffix == ".gz" else open(path, mode))


def main(arguments: list[str] | None = None) -> int:
    """Returns 1 where a public file could not be fetched, else 0."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="made where it does not exist; 17 MB in the end")
    folder = parser.parse_args(arguments).folder.absolute()
    missing = get_all(folder, read_table())
    lines = list(skipped_without(missing))
    print("\nnothing is missing" if not lines else "\nsome tests of these files will be skipped:")
    print("\n".join(f"  {line}" for line in lines))
    print(f"for the tests: export KURUCZ_A1_REFERENCE_DATA={folder}")
    return int(any(name not in NOT_PUBLIC for name in missing))


if __name__ == "__main__":
    sys.exit(main())
