"""The command line: kurucz-a1 COMMAND, or python -m kurucz_a1 COMMAND."""

import sys


def main() -> int:
    """Run the command line; returns the exit status, also where it is interrupted before it has begun."""
    try:
        from kurucz_a1.command import main as run

        return run()
    except KeyboardInterrupt:
        print("kurucz-a1: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
