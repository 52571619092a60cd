"""The command line: kurucz-a1 COMMAND, or python -m kurucz_a1 COMMAND."""

import sys

from kurucz_a1.command import main

if __name__ == "__main__":
    sys.exit(main())
