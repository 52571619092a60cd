"""The trainings of one trial: a search with the first seed, then the other seeds with what it chose."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from kurucz_a1.emulator.saved import DESCRIPTION_FILE
from kurucz_a1.emulator.training import LEARNING_CURVE_FILE, train
from kurucz_a1.trials.plan import Trial

COLUMNS = ("network", "seed", "derivatives", "learning_rate", "weight", "validation", "chosen")


def train_trial(dataset: xr.Dataset, trial: Trial, folder: Path, memory: float) -> pd.DataFrame:
    """Train the networks of a trial, each into a folder of its own in ``folder``.

    The search tries the rates without the loss in the derivatives, then, for models that have derivatives, the weights
    of that loss at the chosen rate. It takes the lowest data loss on the validation split, which has the same units for
    all.

    Returns a row per network: network (its folder), seed, derivatives (whether it learns these), learning_rate, weight
    (of the loss in the derivatives), validation (the data loss of the weights kept) and chosen (False for networks that
    lost the search).
    """
    rows: list[dict[str, Any]] = []

    def run(name: str, seed: int, options: Mapping[str, Any]) -> dict[str, Any]:
        train(dataset, options, folder / name, trial.kind, seed=seed, memory=memory)
        curve = pd.read_csv(folder / name / LEARNING_CURVE_FILE)
        kept = json.loads((folder / name / DESCRIPTION_FILE).read_text(encoding="utf-8"))["provenance"]
        last = options.get("keep") == "last"
        epoch = int(kept["epochs"] if last else kept["best_epoch"])
        row = {
            "network": name,
            "seed": seed,
            "derivatives": options["derivatives"] > 0,
            "learning_rate": options["learning_rate"],
            "weight": options["derivatives"],
            "validation": float(curve["validation_data_loss"].iloc[epoch - 1]),
            "chosen": True,
        }
        rows.append(row)
        return row

    def search(prefix: str, changes: list[dict[str, float]], options: Mapping[str, Any]) -> Mapping[str, Any]:
        """The options of the best of the ``changes``."""
        first = trial.seeds[0]
        tried = [run(f"{prefix}-{number}", first, {**options, **change}) for number, change in enumerate(changes)]
        best = min(tried, key=lambda row: row["validation"])
        for row in tried:
            row["chosen"] = row is best
        return {**options, **changes[tried.index(best)]}

    options, seeds = trial.options, trial.seeds
    if not trial.rates:
        for seed in seeds:
            run(f"seed-{seed}", seed, options)
        return pd.DataFrame(rows, columns=list(COLUMNS))
    searches = {"plain": [{"learning_rate": rate} for rate in trial.rates]}
    if "label_jacobian" in dataset:
        searches["derivatives"] = [{"derivatives": weight} for weight in trial.weights]
    for prefix, changes in searches.items():
        options = search(prefix, changes, options)
        for seed in seeds[1:]:
            run(f"{prefix}-seed-{seed}", seed, options)
    return pd.DataFrame(rows, columns=list(COLUMNS))
