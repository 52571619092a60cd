"""Commands on files: python -m kurucz_a1 check FILE..., python -m kurucz_a1 tables FOLDER"""

import argparse
import sys
from collections.abc import Sequence

from kurucz_a1.decks import check_decks
from kurucz_a1.errors import BadFile
from kurucz_a1.report.table_digest import digest_of_all, digest_of_tables


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status: 0 if nothing was found, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m kurucz_a1")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="whether decks are converged models of an ATLAS program")
    check.add_argument("files", nargs="+", metavar="FILE", help="file of one or several model decks")
    tables = commands.add_parser("tables", help="a digest of the tables of a run, to compare with another run's")
    tables.add_argument("folder", help="folder of csv tables, as results/tables")
    options = parser.parse_args(arguments)
    return _check(options.files) if options.command == "check" else _tables(options.folder)


def _check(files: Sequence[str]) -> int:
    suspicious = 0
    for path in files:
        try:
            for name, findings in check_decks(path):
                suspicious += bool(findings)
                print(f"{name}: {'; '.join(findings) if findings else 'good'}")
        except BadFile as error:
            suspicious += 1
            print(error)
    return int(suspicious > 0)


def _tables(folder: str) -> int:
    try:
        tables = digest_of_tables(folder)
    except BadFile as error:
        print(error)
        return 1
    for row in tables.itertuples():
        print(f"{row.sha256[:16]}  {row.rows:6d} rows  {row.table}")
    print(f"{digest_of_all(tables)[:16]}  all {len(tables)} tables")
    return 0


if __name__ == "__main__":
    sys.exit(main())
