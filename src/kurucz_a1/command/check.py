"""Say of each model in files of decks whether it can pass for a converged one of an ATLAS program.

The exit status is 1 if anything speaks against a model, or if a file cannot be read.
"""

import argparse

SUMMARY = "whether decks are converged models of an ATLAS program"
EXAMPLES = """
kurucz-a1 model --teff 5777 --logg 4.44 -o sun.atm
kurucz-a1 check sun.atm
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="file of one or several model decks")


def run(options: argparse.Namespace) -> int:
    """Print a line for each model."""
    from kurucz_a1.decks import check_decks
    from kurucz_a1.errors import BadFile

    suspicious = 0
    for path in options.files:
        try:
            for name, findings in check_decks(path):
                suspicious += bool(findings)
                print(f"{name}: {'; '.join(findings) if findings else 'good'}")
        except BadFile as error:
            suspicious += 1
            print(error)
    return int(suspicious > 0)
