"""The ATLAS-12 models of the package as a source of models."""

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere.depth import DEPTHS
from kurucz_a1.grid.reference import atlas12_reference_atmospheres
from kurucz_a1.grid.source import Result, Source
from kurucz_a1.labels import LABEL_NAMES


class ReferenceSource(Source):
    """The models with 80 layers among the ATLAS-12 models of the package: their labels are the grid's labels."""

    at_hand = True

    def __init__(self):
        self.models = [m for m in atlas12_reference_atmospheres() if np.shape(m.temperature) == (DEPTHS,)]
        self.description = {"source": "reference", "models": len(self.models)}

    def labels(self, space, count, seed):
        """One row a model, in their order, at most ``count``; space and seed are not used."""
        rows = [model.floats() for model in self.models[: int(count)]]
        return pd.DataFrame(rows, columns=list(LABEL_NAMES)).rename_axis("index")

    def make_model(self, row, made):
        found = [m for m in self.models if all(row[name] == value for name, value in m.floats().items())]
        return Result(found[0]) if found else Result(None, "no model of the package has these labels")
