"""Markdown pages whose numbers come from result files.

A number or a table stands between two marks, ``<!--=name-->`` and ``<!--/-->``, which a rendered page does not show:

    python -m kurucz_a1.report.pages README.md docs/networks.md    # from the csv files of docs/numbers

``--tables results/tables`` first replaces these files by those of the same name of a run; with ``--check`` it replaces
nothing, and says which numbers of the run lie outside the ranges quoted:

    python -m kurucz_a1.report.pages --check --tables results/tables
"""

import argparse
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from kurucz_a1.errors import BadFile, UserError
from kurucz_a1.files import atomic_path, write_text
from kurucz_a1.report.page_numbers import compare, page_numbers

_MARKED = re.compile(r"<!--=(\w+)-->(.*?)<!--/-->", re.DOTALL)


def fill(page: str, texts: Mapping[str, str]) -> str:
    """The page with the text between each pair of marks replaced.

    Args:
        page: Markdown.
        texts: the text for each mark. One of several lines, a table for instance, becomes a block of its own.

    Raises:
        BadFile: the page has no marks, or one whose name is not in ``texts``.
    """
    names = [match[1] for match in _MARKED.finditer(page)]
    unknown = [name for name in names if name not in texts]
    if unknown or not names:
        mark = f"<!--={unknown[0]}-->" if unknown else "no mark"
        raise BadFile(f"the page has {mark}; known marks, each closed by <!--/-->: {', '.join(sorted(texts))}")

    def filled(match: re.Match[str]) -> str:
        text = texts[match[1]]
        around = "\n\n" if "\n" in text else ""
        return f"<!--={match[1]}-->{around}{text}{around}<!--/-->"

    return _MARKED.sub(filled, page)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill pages from the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Fill pages with the numbers of result files.")
    parser.add_argument("pages", nargs="*", type=Path, metavar="PAGE", help="Markdown file with marks")
    parser.add_argument("--numbers", type=Path, default=Path("docs/numbers"), help="folder of the csv files quoted")
    parser.add_argument("--tables", type=Path, help="folder of a run's tables that replace those of the same name")
    parser.add_argument("--check", action="store_true", help="compare the run of --tables with the numbers quoted")
    options = parser.parse_args(arguments)
    try:
        if options.check:
            if not options.tables:
                parser.error("--check needs --tables, the folder of the tables of a run")
            return _check(options.numbers, options.tables)
        if options.tables:
            for quoted in sorted(options.numbers.glob("*.csv")):
                if (new := options.tables / quoted.name).is_file():
                    with atomic_path(quoted) as temporary:
                        shutil.copyfile(new, temporary)
        texts = page_numbers(options.numbers)
        for page in options.pages:
            write_text(page, fill(page.read_text(encoding="utf-8"), texts))
    except UserError as error:
        print(error)
        return 1
    return 0


def _check(numbers: Path, tables: Path) -> int:
    """Print the numbers of a run that lie outside of the ranges quoted; returns the exit status."""
    found = compare(numbers, tables)
    for text in found.outside:
        print(text)
    says = "agrees" if found.agrees else "does not agree"
    print(f"{tables} {says} with README.md: {len(found.outside)} of {found.compared} numbers are outside 95 % ranges")
    return int(not found.agrees)


if __name__ == "__main__":
    sys.exit(main())
