"""The real ATLAS-12 models that come with the package, as a dataset."""

import numpy as np
import xarray as xr

from kurucz_a1.atmosphere.depth import DEPTHS
from kurucz_a1.dataset.split import add_split
from kurucz_a1.dataset.store import build_dataset
from kurucz_a1.grid.depths import on_standard_depths
from kurucz_a1.grid.reference import atlas12_reference_atmospheres, load_atlas12_reference


def atlas12_reference_dataset(validation: float = 0.1, test: float = 0.1, seed: int = 42) -> xr.Dataset:
    """The reference models with 80 layers in the form of ``open_dataset``, with a split.

    - ``validation``, ``test``, ``seed``: as in ``split_labels``.
    """
    models = [m for m in atlas12_reference_atmospheres() if np.shape(m.temperature) == (DEPTHS,)]
    dataset = build_dataset([on_standard_depths(model) for model in models], load_atlas12_reference().attrs)
    return add_split(dataset, validation, test, seed)
