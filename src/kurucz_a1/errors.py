"""The errors a user can cause. Each carries one line: what is wrong, where, and what to do."""


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
