"""The program: its commands, and how it ends."""

import argparse
import os
import sys
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from textwrap import dedent
from typing import Any, NoReturn

from kurucz_a1 import __version__
from kurucz_a1.command import check, convert, fit, model, plot, spectrum, tables
from kurucz_a1.command.messages import name_of, say
from kurucz_a1.errors import UserError

#: Every command: a module with SUMMARY, EXAMPLES, ``add_options`` and ``run``.
COMMANDS: dict[str, Any] = {
    "model": model,
    "convert": convert,
    "check": check,
    "spectrum": spectrum,
    "fit": fit,
    "plot": plot,
    "tables": tables,
}
INTERRUPTED = 130  # as shells count: 128 and the number of SIGINT


class _Parser(argparse.ArgumentParser):
    """A parser whose mistakes are one line."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            **settings, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, add_help=True
        )

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


class _Command(_Parser):
    """The parser of a command, whose options are added once it is chosen: some take time to look up."""

    module: Any = None

    def parse_known_args(self, *arguments: Any, **settings: Any) -> Any:
        if "run" not in self._defaults:
            self.module.add_options(self)
            self.set_defaults(run=self.module.run, usage=self.error)
        return super().parse_known_args(*arguments, **settings)


def make_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; the options that it returns have ``run`` and ``usage``."""
    parser = _Parser(
        prog="kurucz-a1",
        description="Stellar model atmospheres: make, convert, check and plot them, and spectra with them.",
        epilog="kurucz-a1 COMMAND --help shows the options of a command, and examples",
    )
    parser.add_argument("--version", action="version", version=f"kurucz_a1 {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Command)
    for name, module in COMMANDS.items():
        examples = "\n".join(f"  {line}" for line in dedent(module.EXAMPLES).strip().splitlines())
        command = commands.add_parser(
            name, help=module.SUMMARY, description=dedent(module.__doc__).strip(), epilog=f"examples:\n{examples}"
        )
        command.module = module
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status: 0, 1 where something was found or went wrong.

    Raises SystemExit, with status 2, for a mistake in the command line.
    """
    options = make_parser().parse_args(arguments)
    with _warnings_in_a_line(), name_of(options.command):
        try:
            status: int = options.run(options)
            sys.stdout.flush()
            return status
        except KeyboardInterrupt:
            say("interrupted; files that were not finished are not there")
            return INTERRUPTED
        except BrokenPipeError:
            # the reader of the output has left, as `head` does; nothing more can be said to it
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        except (UserError, ValueError, OSError, RuntimeError) as error:
            say(str(error) or type(error).__name__)
            return 1
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            say(f"a fault of this program, please report it: {type(error).__name__} at {place.filename}:{place.lineno}")
            return 1


@contextmanager
def _warnings_in_a_line() -> Iterator[None]:
    """Each warning as one line, once, without the place in the source."""
    said = set()

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        if str(message) not in said:
            said.add(str(message))
            say(f"warning: {message}")

    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = show
        yield
