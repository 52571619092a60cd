"""Which form a line list has, told from its content, and the reader for it."""

from collections.abc import Iterable
from pathlib import Path

from kurucz_a1.content import Content, read_content
from kurucz_a1.errors import BadFile
from kurucz_a1.lines.line_list import LineList, concatenate
from kurucz_a1.lines.readers import (
    cmfgen,
    exomol,
    fasma,
    galah,
    ispec,
    korg,
    kurucz_atoms,
    kurucz_molecules,
    moog,
    own_csv,
    sirocco,
    turbospectrum,
    vald,
)
from kurucz_a1.lines.readers.other_kinds import seems_to_be

#: Every form that is read, from what is easily told to what is not: the first that matches is taken.
FORMS = (
    cmfgen.FORM,
    sirocco.FORM,
    galah.FORM,
    korg.HDF5,
    vald.FORM,
    turbospectrum.FORM,
    ispec.FORM,
    korg.CSV,
    own_csv.FORM,
    fasma.FORM,
    kurucz_atoms.FORM,
    kurucz_molecules.FORM,
    exomol.FORM,
    moog.FORM,
)


def read_line_list(path: str | Path) -> LineList:
    """The LineList in a file of any of FORMS, told from its content; compressed files as they are.

    For ExoMol, a file of transitions with the states beside it, or the folder that holds both. Lines that cannot be
    read or cannot be true are left out, which one warning (LeftOut) counts. Raises BadFile, in one line, where the file
    is missing or no line list, or no line of it can be read.
    """
    path = Path(path)
    if path.is_dir():
        return read_line_lists(exomol.transitions_in(path))
    return _parse(read_content(path, "a line list"))


def read_line_lists(paths: Iterable[str | Path]) -> LineList:
    """All lines of several files as one LineList; a line that two files hold comes twice. Raises BadFile."""
    return concatenate([read_line_list(path) for path in paths])


def _parse(content: Content) -> LineList:
    form = next((form for form in FORMS if form.matches(content)), None)
    if form is None:
        raise BadFile(_refusal(content))
    return form.parse(content)


def _refusal(content: Content) -> str:
    known = ", ".join(form.name for form in FORMS)
    if kind := seems_to_be(content):
        return f"{content.path}: no line list, but {kind}; forms that are read: {known}"
    first = next((row for row in content.rows if row.strip()), "").strip()[:60]
    return f"{content.path}: a line list of no form that is read ({known}); its first row is {first!r}"
