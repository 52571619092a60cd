"""Commands on files: python -m kurucz_a1 check FILE..."""

import argparse
import sys

from kurucz_a1.decks import check_decks
from kurucz_a1.errors import BadFile


def main(arguments=None):
    """Run a command; returns the exit status: 0 if nothing was found, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m kurucz_a1")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="whether decks are converged models of an ATLAS program")
    check.add_argument("files", nargs="+", metavar="FILE", help="file of one or several model decks")
    return _check(parser.parse_args(arguments).files)


def _check(files):
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


if __name__ == "__main__":
    sys.exit(main())
