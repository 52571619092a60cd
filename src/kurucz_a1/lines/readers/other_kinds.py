"""What a file seems to be that is no line list, for the message that refuses it."""

import re

from kurucz_a1.content import Content
from kurucz_a1.lines.readers.columns import number
from kurucz_a1.lines.readers.exomol import is_states
from kurucz_a1.lines.readers.form import most, top_rows
from kurucz_a1.lines.readers.hdf5 import names_in
from kurucz_a1.lines.readers.named_columns import read_names

_OPACITY_TABLE = {"metals_species", "frequency", "species"}
_DECK = re.compile(r"^(TEFF|KURUCZ|KURTYPE|BEGN|NEXTGEN|NEWMARCS|WEBMARCS|GENERIC|READ DECK)\b|Model structure", re.M)
_SPECTRUM_COLUMNS = (2, 3)


def seems_to_be(content: Content) -> str:
    """A few words on what the content is, such as "a FITS file"; empty where nothing is recognised."""
    if content.kind in ("HDF5", "netCDF"):
        return _data_file(content)
    if content.kind != "text":
        return {"zip": "a zip archive (or NumPy's npz)", "tar": "a tar archive", "binary": "a binary file"}.get(
            content.kind, f"a {content.kind} file"
        )
    rows = top_rows(content)
    if any("Byte-by-byte Description" in row for row in rows):
        return "a machine-readable table of a journal (write its lines as csv, docs/line_lists.md names the columns)"
    if _DECK.search("\n".join(rows)):
        return "a model atmosphere"
    if is_states(content):
        return "ExoMol's file of states (name the .trans file beside it)"
    if most(rows[1:] or rows, _spectrum_row):
        return "a spectrum, or another table of two or three columns"
    table = read_names(content)
    if table and table.separator == "\t" and len(table.names) > 1:
        return f"a table with the columns {', '.join(table.names)[:80]}"
    return ""


def _data_file(content: Content) -> str:
    names = names_in(content) if content.kind == "HDF5" else []
    if set(names) >= _OPACITY_TABLE:
        return "an opacity table of this package, made from line lists (solver.opacity_table takes it)"
    return f"{content.kind} with {', '.join(names)[:80]}" if names else f"a {content.kind} file"


def _spectrum_row(row: str) -> list[float]:
    fields = row.replace(",", " ").split()
    if len(fields) not in _SPECTRUM_COLUMNS:
        raise ValueError("another number of columns")
    return [number(field) for field in fields]
