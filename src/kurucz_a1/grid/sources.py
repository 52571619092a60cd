"""Models of the embedded solver, of a folder of decks, and those at hand: the sources that run no other program."""

from pathlib import Path

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere.fields import LABEL_NAMES
from kurucz_a1.decks import read_deck
from kurucz_a1.errors import BadConfig, BadFile
from kurucz_a1.grid.source import Result, Source
from kurucz_a1.lines.opacity_table import origin


class SolverSource(Source):
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

    def make_model(self, row, made):
        from kurucz_a1.atmosphere import NotConverged, SolverOptions, solve

        try:
            return Result(solve(**{name: row[name] for name in LABEL_NAMES}, options=SolverOptions(**self.options)))
        except NotConverged as error:
            return Result(None, str(error))


class DeckSource(Source):
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

    def make_model(self, row, made):
        try:
            return Result(read_deck(self.folder / row["file"]))
        except BadFile as error:
            return Result(None, str(error))


class GivenSource(Source):
    """Models that are at hand as Atmospheres (depth,): their labels are the grid's labels.

    name: of the source, for provenance; what: said of the models.
    """

    def __init__(self, models, name, what):
        self.models = list(models)
        self.description = {"source": name, "models": what}

    def labels(self, box, count, seed):
        """One row a model, in their order, at most ``count``; box and seed are not used."""
        rows = [{name: float(getattr(model, name)) for name in LABEL_NAMES} for model in self.models[: int(count)]]
        return pd.DataFrame(rows, columns=list(LABEL_NAMES)).rename_axis("index")

    def make_model(self, row, made):
        found = [m for m in self.models if all(float(getattr(m, name)) == row[name] for name in LABEL_NAMES)]
        return Result(found[0]) if found else Result(None, "no model at hand has these labels")
