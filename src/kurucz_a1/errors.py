"""The errors a user can cause. Each carries one line: what is wrong, where, and what to do."""

import warnings
from collections.abc import Sequence


class UserError(Exception):
    """Bad input; the message is one complete line and is printed without a traceback."""


class BadFile(UserError, ValueError):
    """A file is missing, truncated, corrupt or of an unknown form."""


class BadConfig(UserError, ValueError):
    """The configuration holds an unknown key or a value out of range."""


class MissingExtra(UserError, ModuleNotFoundError):
    """A package is missing that the core does without; the message names the extra that holds it."""


class OutsideSupport(UserError, ValueError):
    """Labels lie outside the range for which a model or table was made."""


class LeftOut(UserWarning):
    """Part of a file cannot be read or used and was left out; the message, one line, counts it and names the first."""


class Approximation(UserWarning):
    """A result rests on an approximation that its input does not allow for; the message is one line."""


def warn_left_out(place: str, items: str, reasons: Sequence[str], total: int) -> None:
    """Warn, in one line, that some of the ``items`` of a file were left out; nothing where there is no reason.

    - ``place``: the file; ``items``: what they are, in the plural ("lines", "models").
    - ``reasons``: one for each that was left out: where it is and what is wrong with it.
    - ``total``: how many items there are, with these.

    Raises BadFile where nothing is left.
    """
    if not reasons:
        return
    others = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    if len(reasons) >= total:
        raise BadFile(f"{place}: none of its {total} {items} can be read; {reasons[0]}{others}")
    warnings.warn(f"{place}: {len(reasons)} of {total} {items} left out; {reasons[0]}{others}", LeftOut, stacklevel=3)
