"""Packages that only some uses need: an extra of the distribution holds them, and is named where one is missing."""

from collections.abc import Iterator
from contextlib import contextmanager

from kurucz_a1.errors import MissingExtra

DISTRIBUTION = "kurucz-a1-workflow"


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Say in one line which extra to install where an import in the block finds no package.

    extra: a name under ``optional-dependencies`` of pyproject.toml. Raises MissingExtra.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        reason = f"{error.name} is not installed; pip install '{DISTRIBUTION}[{extra}]'"
        raise MissingExtra(reason, name=error.name) from error
