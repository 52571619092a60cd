"""Readers of line lists, one module a form; ``any_form.FORMS`` lists them.

A form is told from the content of a file (``matches``) and read into a LineList (``parse``). To add one: a module with
both, and its entry in ``FORMS``.
"""

from kurucz_a1.lines.readers.any_form import read_line_list, read_line_lists
from kurucz_a1.lines.readers.own_csv import read_csv

__all__ = ["read_csv", "read_line_list", "read_line_lists"]
