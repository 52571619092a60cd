"""What a command says besides its output: one line each, on stderr."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_names = ["kurucz-a1"]


@contextmanager
def name_of(command: str) -> Iterator[None]:
    """Have lines within the block begin with the name of a command."""
    _names.append(f"kurucz-a1 {command}")
    try:
        yield
    finally:
        _names.pop()


def say(message: str) -> None:
    """Print one line on stderr."""
    print(f"{_names[-1]}: {' '.join(message.split())}", file=sys.stderr, flush=True)
