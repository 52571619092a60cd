"""Readers of line lists, one module a form: Kurucz gfall, VALD3, MOOG (linemake), GALAH DR3 and a csv of our own.

Every reader returns a LineList and raises BadFile, in one line, for a file that it does not understand.
"""

from kurucz_a1.lines.readers.any_form import read_line_list, read_line_lists
from kurucz_a1.lines.readers.csv_table import read_csv
from kurucz_a1.lines.readers.galah import read_galah
from kurucz_a1.lines.readers.kurucz import parse_kurucz
from kurucz_a1.lines.readers.moog import parse_moog
from kurucz_a1.lines.readers.vald import parse_vald

__all__ = [
    "parse_kurucz",
    "parse_moog",
    "parse_vald",
    "read_csv",
    "read_galah",
    "read_line_list",
    "read_line_lists",
]
