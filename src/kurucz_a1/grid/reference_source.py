"""The ATLAS-12 models of the package as a source of models."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.depth import DEPTHS
from kurucz_a1.grid.reference import atlas12_reference_atmospheres
from kurucz_a1.grid.source import Result, Row, Source
from kurucz_a1.labels import LABEL_NAMES, Labels, LabelSpace, told_table


class ReferenceSource(Source):
    """The models with 80 layers among the ATLAS-12 models of the package: their labels are the grid's labels."""

    at_hand = True

    def __init__(self) -> None:
        self.models = [m for m in atlas12_reference_atmospheres() if np.shape(m.temperature) == (DEPTHS,)]
        self.description = {"source": "reference", "models": len(self.models)}

    def labels(self, space: LabelSpace | None, count: int, seed: int) -> pd.DataFrame:
        """One row per model, in their order, at most ``count``; ``space`` and ``seed`` are not used."""
        rows = [model.floats() for model in self.models[: int(count)]]
        return told_table(pd.DataFrame(rows, columns=list(LABEL_NAMES))).rename_axis("index")

    def make_model(self, row: Row, made: Mapping[int, Atmosphere]) -> Result:
        wanted = Labels.of(row).floats()
        matching = (model for model in self.models if model.floats() == wanted)
        model = next(matching, None)
        return Result(model, "" if model is not None else "no model of the package has these labels")
