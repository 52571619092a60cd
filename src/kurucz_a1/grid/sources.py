"""Where models come from: the embedded solver, or a folder of decks, behind one interface.

A source has
- ``labels(box, count, seed)``: the table of labels to make, a DataFrame as from ``draw_labels``;
- ``make_model(row)``: the Atmosphere (depth,) of one row of that table, given as a dict; raises ModelFailed;
- ``description``: a dict that says what the source is, for provenance and to tell whether old results still hold.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere.fields import LABEL_NAMES
from kurucz_a1.decks import read_deck
from kurucz_a1.errors import BadConfig, BadFile
from kurucz_a1.grid.labels import draw_labels
from kurucz_a1.lines.opacity_table import origin


class ModelFailed(Exception):
    """One point of the grid has no model; the message is one line that says why."""


class SolverSource:
    """Models of the embedded LTE solver at labels drawn in the box.

    frequencies: size of the solver's sampling grid; depths: number of optical depths; maximum_iterations: Newton steps
    before a point counts as failed; opacity_table: path of a line opacity table, None for the embedded one; leave_out:
    formulas of line absorbers to do without. Raises BadFile if the table cannot be read.
    """

    def __init__(self, frequencies=600, depths=80, maximum_iterations=60, opacity_table=None, leave_out=()):
        self.options = {
            "frequencies": int(frequencies),
            "depths": int(depths),
            "maximum_iterations": int(maximum_iterations),
        }
        self.description = {"source": "solver", **self.options}
        if leave_out:
            self.options["leave_out"] = tuple(leave_out)
            self.description["leave_out"] = list(leave_out)
        if opacity_table is not None:
            # The same path may hold another table tomorrow.
            self.options["opacity_table"] = str(opacity_table)
            self.description["opacity_table"] = origin(opacity_table)

    def labels(self, box, count, seed):
        return draw_labels(box, count, seed)

    def make_model(self, row):
        from kurucz_a1.atmosphere import NotConverged, SolverOptions, solve

        try:
            return solve(**{name: row[name] for name in LABEL_NAMES}, options=SolverOptions(**self.options))
        except NotConverged as error:
            raise ModelFailed(str(error)) from error


class DeckSource:
    """Models read from the deck files of a folder and the folders in it. The labels are the decks' own."""

    def __init__(self, folder):
        if folder is None:
            raise BadConfig("grid.source is decks, but grid.decks names no folder")
        self.folder = Path(folder)
        self.description = {"source": "decks", "folder": str(folder)}

    def labels(self, box, count, seed):
        """One row a file, sorted by name, with a column "file"; labels are nan where the file cannot be read.

        box and seed are not used; at most ``count`` files are taken.
        """
        if not self.folder.is_dir():
            raise BadFile(f"{self.folder}: no such folder; name the folder of decks in grid.decks")
        files = sorted(path for path in self.folder.rglob("*") if path.is_file() and not path.name.startswith("."))
        if not files:
            raise BadFile(f"{self.folder}: the folder holds no files; name the folder of decks in grid.decks")
        rows = []
        for path in files[: int(count)]:
            try:
                deck = read_deck(path)
                labels = {name: float(getattr(deck, name)) for name in LABEL_NAMES}
            except BadFile:
                labels = dict.fromkeys(LABEL_NAMES, np.nan)
            rows.append({**labels, "file": path.relative_to(self.folder).as_posix()})
        return pd.DataFrame(rows).rename_axis("index")

    def make_model(self, row):
        try:
            return read_deck(self.folder / row["file"])
        except BadFile as error:
            raise ModelFailed(str(error)) from error


def make_source(name, *, decks=None, **solver):
    """The source of this name ("solver" or "decks"). decks: folder of deck files; others: options of the solver."""
    if name == "solver":
        return SolverSource(**solver)
    if name == "decks":
        return DeckSource(decks)
    raise BadConfig(f"grid.source is {name!r}; choose solver or decks")
