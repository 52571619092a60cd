"""A folder of decks as a source of models."""

from pathlib import Path

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere.fields import LABEL_NAMES
from kurucz_a1.decks import read_deck
from kurucz_a1.errors import BadConfig, BadFile
from kurucz_a1.grid.source import Result, Source


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
