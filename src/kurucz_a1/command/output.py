"""Where the output of a command goes: a file that appears whole or not at all, or stdout."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from kurucz_a1.errors import BadFile, UserError

STDOUT = "-"


def add_output_option(parser: argparse.ArgumentParser, what: str) -> None:
    """Add -o to a parser; ``what`` says what is written."""
    parser.add_argument("-o", "--output", default=STDOUT, metavar="FILE", help=what)


def check_outputs(outputs: Iterable[str | None], inputs: Iterable[str]) -> None:
    """Raise UserError where an output would replace an input, or another output."""
    taken = {Path(path).resolve(): "is read by this command" for path in inputs}
    for path in outputs:
        if path is None or path == STDOUT:
            continue
        place = Path(path).resolve()
        if place in taken:
            raise UserError(f"{path}: {taken[place]}; name another file to write")
        taken[place] = "is named for two outputs"


def write_output(path: str | Path, text: str) -> None:
    """Write text to a file, or to stdout. Raises BadFile where that is not possible."""
    from kurucz_a1.files import write_text

    if str(path) == STDOUT:
        sys.stdout.write(text)
    elif Path(path).is_dir():
        raise BadFile(f"{path}: a folder; name a file to write")
    else:
        write_text(path, text)


def ending(path: str | None) -> str:
    """The ending of the name of a file to write, in small letters: ".csv"."""
    return "" if path is None else Path(path).suffix.lower()
