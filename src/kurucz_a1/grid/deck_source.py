"""A folder or tar archive of decks as a source of models."""

import hashlib
import tarfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.content import content_of
from kurucz_a1.decks import from_deck
from kurucz_a1.decks.deck import each_in
from kurucz_a1.decks.layers import EXPECTED, Deck
from kurucz_a1.decks.models import with_gravity
from kurucz_a1.errors import BadConfig, BadFile
from kurucz_a1.grid.source import Result, Row, Source
from kurucz_a1.labels import LABEL_NAMES, LabelSpace, told_table


class DeckSource(Source):
    """Models read from deck files in a folder and its subfolders, or in a tar archive, compressed or not.

    A file may hold many models, as those of Kurucz's grids do. The labels are the decks' own, relative to
    ``solar_pattern``, or to the pattern that fits each. Memory holds the models of one file at a time, and the files of
    one batch from an archive. Raises BadConfig where ``place`` is None.
    """

    at_hand = True

    def __init__(self, place: Path | str | None, solar_pattern: str | None = None) -> None:
        if place is None:
            raise BadConfig("grid.source is decks, but grid.decks names no folder or tar archive")
        self.place = Path(place)
        self.solar_pattern = solar_pattern
        self.description = {"source": "decks", "folder": str(place)}
        if solar_pattern is not None:
            self.description["solar_pattern"] = solar_pattern
        self._unpacked: dict[str, bytes] = {}  # by name in the archive
        self._last: tuple[str, list[Deck | BadFile]] = ("", [])  # the file that was read last, and its models

    def labels(self, space: LabelSpace | None, count: int, seed: int) -> pd.DataFrame:
        """One row per model, at most ``count``, sorted by the name of the file.

        The column "file" names the file, "model" counts the models in it from 1 on. Labels are nan where the model
        cannot be read. A column "same_as" names an earlier file with the same content, where there is one. ``space``
        and ``seed`` are not used. Raises BadFile where there is no file.
        """
        if self.place.is_dir():
            paths = sorted(path for path in self.place.rglob("*") if path.is_file() and not path.name.startswith("."))
            names = (path.relative_to(self.place).as_posix() for path in paths)
            rows = list(
                islice((row for name in names for row in self._rows(name, _bytes_of(self.place / name))), count)
            )
        elif self.place.is_file():
            rows = [row for name, content in _unpack(self.place) for row in self._rows(name, content)]
            rows = sorted(rows, key=lambda row: (row["file"], row["model"]))[:count]
        else:
            raise BadFile(f"{self.place}: no such folder or archive; name the one with the decks in grid.decks")
        if not rows:
            raise BadFile(f"{self.place}: holds no files; name the folder or archive of decks in grid.decks")
        table = told_table(pd.DataFrame(rows)).rename_axis("index")
        first = table.groupby(["sha256", "model"])["file"].transform("first")
        table = table.drop(columns="sha256")
        return table if (first == table["file"]).all() else table.assign(same_as=first.where(first != table["file"]))

    def _rows(self, name: str, content: bytes) -> Iterator[dict[str, Any]]:
        """The rows of a file's models."""
        checksum = hashlib.sha256(content).hexdigest() if content else name
        for number, deck in enumerate(_decks(self.place / name, content), start=1):
            try:
                labels = self._atmosphere(deck, name).floats()
            except BadFile:
                labels = dict.fromkeys(LABEL_NAMES, np.nan)
            yield {**labels, "file": name, "model": number, "sha256": checksum}

    def order(self, labels: pd.DataFrame) -> list[int]:
        """The index of the labels as it is; reads the decks of these labels from an archive, all at once."""
        if self.place.is_file():
            self._unpacked = dict(_unpack(self.place, set(labels["file"])))
        return super().order(labels)

    def make_model(self, row: Row, made: Mapping[int, Atmosphere]) -> Result:
        name, number = row["file"], int(row["model"])
        if isinstance(row.get("same_as"), str):
            return Result(None, f"{self.place}: {name} has the content of {row['same_as']}; one is not its own")
        if self._last[0] != name:
            content = self._unpacked.get(name, b"") if self.place.is_file() else _bytes_of(self.place / name)
            self._last = name, list(_decks(self.place / name, content))
        try:
            decks = self._last[1]
            if number > len(decks):
                raise BadFile(f"{self.place / name}: holds {len(decks)} models, not {number}; it has changed")
            return Result(replace(self._atmosphere(decks[number - 1], name), extra={}))
        except BadFile as error:
            return Result(None, str(error))

    def _atmosphere(self, deck: Deck | BadFile, name: str) -> Atmosphere:
        if isinstance(deck, BadFile):
            raise deck
        return from_deck(with_gravity(deck), solar_pattern=self.solar_pattern, place=self.place / name)


def _bytes_of(path: Path) -> bytes:
    """The content of a file; none where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _decks(path: Path, content: bytes) -> Iterator[Deck | BadFile]:
    """Each model of a file's content, or what is wrong with it or with the file."""
    try:
        yield from each_in(content_of(path, content, EXPECTED))
    except BadFile as error:
        yield error


def _unpack(archive: Path, wanted: Collection[str] | None = None) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file in the archive, or of those ``wanted``."""
    try:
        with tarfile.open(archive, "r|*") as tar:
            for entry in tar:
                hidden = entry.name.rpartition("/")[2].startswith(".")
                file = tar.extractfile(entry) if entry.isfile() and not hidden else None
                if file and (wanted is None or entry.name in wanted):
                    yield entry.name, file.read()
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise BadFile(f"{archive}: not a whole tar archive ({error}); name a folder or archive of decks") from error
