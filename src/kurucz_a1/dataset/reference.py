"""The real ATLAS-12 models that come with the package, as a dataset."""

import numpy as np

from kurucz_a1.atmosphere.depth import DEPTHS
from kurucz_a1.dataset.split import add_split
from kurucz_a1.dataset.store import build_dataset
from kurucz_a1.grid.depths import on_standard_depths
from kurucz_a1.grid.reference import atlas12_reference_atmospheres, load_atlas12_reference


def atlas12_reference_dataset(validation=0.1, test=0.1, seed=42):
    """The reference models with 80 layers in the form that ``open_dataset`` gives, with a split."""
    models = [m for m in atlas12_reference_atmospheres() if np.shape(m.temperature) == (DEPTHS,)]
    dataset = build_dataset([on_standard_depths(model) for model in models], load_atlas12_reference().attrs)
    return add_split(dataset, validation, test, seed)
