"""Write config/config.yaml and config/README.md from the settings, check that they are up to date, or print the schema.

python -m kurucz_a1.settings [--check | --schema] [folder]
"""

import argparse
import json
import sys
from pathlib import Path

from kurucz_a1.settings.pages import outdated, write_pages
from kurucz_a1.settings.settings import Settings


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m kurucz_a1.settings", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("config"), help="of the pages (default: config)")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a page is out of date")
    choice.add_argument("--schema", action="store_true", help="print the JSON schema of a configuration")
    options = parser.parse_args(arguments)
    if options.schema:
        print(json.dumps(Settings.model_json_schema(), indent=2))
        return 0
    if options.check:
        paths = outdated(options.folder)
        for path in paths:
            print(f"{path}: out of date; run python -m kurucz_a1.settings", file=sys.stderr)
        return int(bool(paths))
    write_pages(options.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
