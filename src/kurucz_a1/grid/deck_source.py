"""A folder or tar archive of decks as a source of models."""

import hashlib
import tarfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.decks import read_deck
from kurucz_a1.errors import BadConfig, BadFile
from kurucz_a1.grid.source import Result, Row, Source
from kurucz_a1.labels import LABEL_NAMES, LabelSpace


class DeckSource(Source):
    """Models read from deck files in a folder and its subfolders, or in a tar archive, compressed or not.

    The labels are the decks' own. Memory holds one deck at a time, or those of one batch from an archive. Raises
    BadConfig where ``place`` is None.
    """

    at_hand = True

    def __init__(self, place: Path | str | None) -> None:
        if place is None:
            raise BadConfig("grid.source is decks, but grid.decks names no folder or tar archive")
        self.place = Path(place)
        self.description = {"source": "decks", "folder": str(place)}
        self._unpacked: dict[str, bytes] = {}  # by name in the archive

    def labels(self, space: LabelSpace | None, count: int, seed: int) -> pd.DataFrame:
        """One row per file, at most ``count``, sorted by name, with a column "file".

        Labels are nan where the file cannot be read. A column "same_as" names an earlier file with the same content,
        where there is one. ``space`` and ``seed`` are not used. Raises BadFile where there is no file.
        """
        if self.place.is_dir():
            paths = sorted(path for path in self.place.rglob("*") if path.is_file() and not path.name.startswith("."))
            rows = [self._row(path.relative_to(self.place).as_posix()) for path in paths[: int(count)]]
        elif self.place.is_file():
            rows = [self._row(name, content) for name, content in _unpack(self.place)]
            rows = sorted(rows, key=lambda row: row["file"])[: int(count)]
        else:
            raise BadFile(f"{self.place}: no such folder or archive; name the one with the decks in grid.decks")
        if not rows:
            raise BadFile(f"{self.place}: holds no files; name the folder or archive of decks in grid.decks")
        table = pd.DataFrame(rows).rename_axis("index")
        first = table.groupby("sha256")["file"].transform("first")
        table = table.drop(columns="sha256")
        return table if (first == table["file"]).all() else table.assign(same_as=first.where(first != table["file"]))

    def _row(self, name: str, content: bytes | None = None) -> dict[str, Any]:
        try:
            checksum = hashlib.sha256((self.place / name).read_bytes() if content is None else content).hexdigest()
            deck = self._read(name, content)
            labels = deck.floats()
        except (BadFile, OSError):
            checksum, labels = name, dict.fromkeys(LABEL_NAMES, np.nan)
        return {**labels, "file": name, "sha256": checksum}

    def order(self, labels: pd.DataFrame) -> list[int]:
        """The index of the labels as it is; reads the decks of these labels from an archive, all at once."""
        if self.place.is_file():
            self._unpacked = dict(_unpack(self.place, set(labels["file"])))
        return super().order(labels)

    def make_model(self, row: Row, made: Mapping[int, Atmosphere]) -> Result:
        if isinstance(row.get("same_as"), str):
            return Result(None, f"{self.place}: {row['file']} has the content of {row['same_as']}; one is not its own")
        try:
            return Result(self._read(row["file"], self._unpacked.get(row["file"])))
        except BadFile as error:
            return Result(None, str(error))

    def _read(self, name: str, content: bytes | None) -> Atmosphere:
        """The Atmosphere in the file of this name, or in its content where it comes from an archive."""
        if content is None:
            return read_deck(self.place / name)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "deck"
            path.write_bytes(content)
            try:
                return read_deck(path)
            except BadFile as error:
                raise BadFile(str(error).replace(str(path), f"{self.place}: {name}")) from error


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
