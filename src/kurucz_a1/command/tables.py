"""Print a digest of each table of a run, and one of all, to compare with those of another run."""

import argparse

SUMMARY = "a digest of the tables of a run, to compare with another run's"
EXAMPLES = """
kurucz-a1 tables results/tables
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to its parser."""
    parser.add_argument("folder", metavar="FOLDER", help="folder of csv tables, as results/tables")


def run(options: argparse.Namespace) -> int:
    """Print a line for each table, and one for all."""
    from kurucz_a1.report.table_digest import digest_of_all, digest_of_tables

    tables = digest_of_tables(options.folder)
    for row in tables.itertuples():
        print(f"{row.sha256[:16]}  {row.rows:6d} rows  {row.table}")
    print(f"{digest_of_all(tables)[:16]}  all {len(tables)} tables")
    return 0
