"""The commands of ``kurucz-a1``, one module each: what it is for, an example, its options, and what it does.

Libraries are imported where a command uses them, so that help and mistakes are answered at once.
"""

from kurucz_a1.command.program import COMMANDS, main

__all__ = ["COMMANDS", "main"]
