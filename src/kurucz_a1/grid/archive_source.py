"""Archives of models as a source."""

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import xarray as xr

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.model import from_dataset
from kurucz_a1.errors import BadConfig, BadFile
from kurucz_a1.grid.archive import read_archive
from kurucz_a1.grid.source import Result, Row, Source
from kurucz_a1.labels import LABEL_NAMES, Labels, LabelSpace, told_table
from kurucz_a1.labels.space import ROUNDING


class ArchiveSource(Source):
    """The models in the archives (``archive.write_archive``) of the folder ``place``; their labels are the grid's.

    Memory holds the models of one file at a time. Raises BadConfig where ``place`` is None.
    """

    at_hand = True

    def __init__(self, place: Path | str | None) -> None:
        if place is None:
            raise BadConfig("grid.source is archive, but grid.archive names no folder")
        self.place = Path(place)
        self.description = {"source": "archive", "folder": str(place)}
        self._last: tuple[str, xr.Dataset] = ("", xr.Dataset())  # the file that was read last, and its models

    def labels(self, space: LabelSpace | None, count: int, seed: int) -> pd.DataFrame:
        """One row per model with labels in ``space``, at most ``count``, in the order in which they were drawn.

        The column "file" names the file, "model" is the place in it. ``seed`` is not used. Raises BadFile where there
        is no file, and where two hold the same model; BadConfig where ``space`` reaches beyond that of the archives.
        """
        names = sorted(path.name for path in self.place.glob("*.nc.xz"))
        if not names:
            raise BadFile(f"{self.place}: holds no archive of models; name their folder in grid.archive")
        tables = []
        for name in names:
            models = self._models(name)
            self._check(space, LabelSpace.from_box(json.loads(models.attrs["label_box"])))
            held = {label: models[label].values for label in LABEL_NAMES if label in models}
            rows = pd.DataFrame(held, index=models["grid_index"].values)
            tables.append(rows.assign(file=name, model=range(len(rows))))
        table = told_table(pd.concat(tables)).sort_index(kind="stable")
        twice = table.index[table.index.duplicated(keep=False)]
        if len(twice):
            files = " and ".join(sorted(set(table.loc[twice[:1], "file"])))
            raise BadFile(f"{self.place}: {files} hold model {twice[0]} of a grid twice; remove one of the files")
        if space is not None:
            table = table[space.contains(Labels.of({name: table[name] for name in LABEL_NAMES if name in table}))]
        return table.iloc[: int(count)].reset_index(drop=True).rename_axis("index")

    def make_model(self, row: Row, made: Mapping[int, Atmosphere]) -> Result:
        models = self._models(str(row["file"]))
        model = from_dataset(models.isel(model=int(row["model"])))
        if model.labels.floats() != Labels.of(row).floats():
            raise BadFile(
                f"{self.place / str(row['file'])}: changed since the labels of the grid were listed; list anew"
            )
        return Result(model)

    def _check(self, space: LabelSpace | None, covered: LabelSpace) -> None:
        if space is None:
            return
        for name in LABEL_NAMES:
            ends = space["teff"]
            below = any(space.bounds(name, teff)[0] < covered.bounds(name, teff)[0] - ROUNDING for teff in ends)
            if below or space[name][1] > covered[name][1]:
                raise BadConfig(f"{name} in grid.box reaches beyond the models of {self.place}: narrow it")

    def _models(self, name: str) -> xr.Dataset:
        if self._last[0] != name:
            self._last = (name, read_archive(self.place / name))
        return self._last[1]
