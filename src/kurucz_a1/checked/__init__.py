"""Checked values: immutable pydantic models whose mistakes are reported in one line."""

from kurucz_a1.checked.messages import dotted, entry_paths, nearest_entry
from kurucz_a1.checked.section import Section
from kurucz_a1.checked.values import ONE_OR_SEVERAL, RISING, UNIQUE, WHOLE, One, Several

__all__ = [
    "ONE_OR_SEVERAL",
    "RISING",
    "UNIQUE",
    "WHOLE",
    "One",
    "Section",
    "Several",
    "dotted",
    "entry_paths",
    "nearest_entry",
]
