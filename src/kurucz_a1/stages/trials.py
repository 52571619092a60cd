"""Many networks trained on equal terms, and what they show: docs/trials.md."""

from pathlib import Path
from typing import Any

from kurucz_a1.dataset import open_dataset
from kurucz_a1.files import write_table
from kurucz_a1.trials.plan import Trial
from kurucz_a1.trials.train import train_trial


def train(*, dataset: Path, networks: Path, trial: dict[str, Any], models_mb: float = 4000) -> None:
    """Train the networks of a trial beside ``networks``, a table of them.

    trial: the fields of a ``trials.plan.Trial``; models_mb: megabytes of models to hold in memory at most.
    """
    with open_dataset(dataset, load=False) as data:
        write_table(networks, train_trial(data, Trial(**trial), networks.parent, models_mb))
