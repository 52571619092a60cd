"""Networks from a dataset."""

from pathlib import Path

from kurucz_a1.dataset import atlas12_reference_dataset, fewer_to_train, open_dataset
from kurucz_a1.dataset.schema import SPLITS
from kurucz_a1.emulator import training
from kurucz_a1.emulator.fitting import steps_in_epoch
from kurucz_a1.emulator.kinds import TrainingSettings
from kurucz_a1.settings import HydrostaticSettings


def train(
    *,
    dataset: Path,
    description: Path,
    kind: str,
    options: TrainingSettings,
    seed: int,
    models_mb: float = 4000,
) -> None:
    """Train one network and write it to the folder of ``description``, its ``emulator.json``.

    kind: one of ``emulator.kinds.KINDS``; models_mb: megabytes of models to hold in memory at most.
    """
    with open_dataset(dataset, load=False) as data:
        training.train(data, options, description.parent, kind, seed=seed, memory=models_mb)


def train_on_few(
    *,
    dataset: Path,
    description: Path,
    learnt: int,
    derivatives: str,
    steps: int,
    hydrostatic: HydrostaticSettings,
    seed: int,
) -> None:
    """Train the hydrostatic network on ``learnt`` of the training models in about ``steps`` steps.

    derivatives: "with" or "without" those by the labels; other arguments as in ``train``.
    """
    with open_dataset(dataset, load=False) as data:
        few = fewer_to_train(data, learnt, seed)
        models = int((few["split"] == SPLITS.index("train")).sum())
        epochs = max(1, round(steps / steps_in_epoch(models, hydrostatic.batch_size)))
        changes = {"epochs": epochs, "patience": epochs}
        if derivatives == "without":
            changes["derivatives"] = 0
        options = hydrostatic.read(hydrostatic.plain() | changes)
        training.train(few, options, description.parent, "hydrostatic", seed=seed)


def train_on_atlas12(*, description: Path, learnt: int, hydrostatic: HydrostaticSettings, seed: int) -> None:
    """Train the hydrostatic network on ``learnt`` of the package's ATLAS-12 models; other arguments as in ``train``."""
    data = fewer_to_train(atlas12_reference_dataset(seed=seed), learnt, seed)
    training.train(data, hydrostatic, description.parent, "hydrostatic", seed=seed)
