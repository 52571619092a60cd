"""Many networks trained on equal terms, and what they show: docs/trials.md."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kurucz_a1.atmosphere import Atmosphere, from_dataset
from kurucz_a1.dataset import open_dataset
from kurucz_a1.dataset.schema import SPLITS
from kurucz_a1.emulator import load_emulator
from kurucz_a1.emulator.baselines import fit_baselines
from kurucz_a1.files import copy_file, write_table, write_text
from kurucz_a1.labels import Labels
from kurucz_a1.netcdf import read_netcdf
from kurucz_a1.stages.shared import System
from kurucz_a1.trials.page import page
from kurucz_a1.trials.plan import Trial
from kurucz_a1.trials.scores import scores
from kurucz_a1.trials.summary import summarize
from kurucz_a1.trials.train import train_trial


def train(*, dataset: Path, networks: Path, plan: dict[str, Any], models_mb: float = 4000) -> None:
    """Train the networks of a trial beside ``networks``, a table of them.

    plan: the fields of a ``trials.plan.Trial``; models_mb: megabytes of models to hold in memory at most.
    """
    with open_dataset(dataset, load=False) as data:
        write_table(networks, train_trial(data, Trial(**plan), networks.parent, models_mb))


def score(
    *, dataset: Path, test: Path, networks: Path, table: Path, plan: dict[str, Any], drawn: int, seed: int
) -> None:
    """Tabulate the scores of the networks of a trial that lost no search.

    test: models that no network has seen; networks, plan: as in ``train``; drawn: number of random labels; seed: of
    these.
    """
    of_trial, rows = Trial(**plan), []
    validation, unseen = _models(dataset, test)
    for trained in pd.read_csv(networks).query("chosen").to_dict("records"):
        emulator = load_emulator(networks.parent / str(trained["network"]))
        row = {
            "group": of_trial.group,
            "trial": of_trial.name,
            "kind": of_trial.kind,
            "alpha": of_trial.options.get("alpha", 0.0) if of_trial.kind in ("pinn", "published") else 0.0,
            **trained,
        }
        rows.append(row | _scored(emulator, validation, unseen, drawn, seed))
        print(f"{of_trial.name}: {trained['network']} done", flush=True)
    write_table(table, pd.DataFrame(rows))


def score_baselines(*, dataset: Path, test: Path, table: Path, drawn: int, seed: int) -> None:
    """Tabulate the scores of the baselines without a network; arguments as in ``score``."""
    validation, unseen = _models(dataset, test)
    with open_dataset(dataset, load=False) as data:
        baselines = fit_baselines(data)
    rows = [
        {"group": "baselines", "trial": kind, "kind": kind, "alpha": 0.0, "derivatives": False}
        | _scored(baseline, validation, unseen, drawn, seed)
        for kind, baseline in baselines.items()
    ]
    write_table(table, pd.DataFrame(rows))


def _models(dataset: Path, test: Path) -> tuple[Atmosphere, Atmosphere]:
    """Models of the validation split, and those to test on."""
    with open_dataset(dataset, load=False) as data:
        chosen = data.isel(model=data["split"].values == SPLITS.index("validation"))
        validation = from_dataset(chosen.drop_vars("label_jacobian", errors="ignore").load())
    return validation, from_dataset(read_netcdf(test).drop_vars("label_jacobian", errors="ignore"))


def _scored(system: System, validation: Atmosphere, unseen: Atmosphere, drawn: int, seed: int) -> dict[str, Any]:
    labels: Labels = system.space.draw(drawn, np.random.default_rng(seed))
    return scores(system, system.space.fix, validation=validation, test=unseen, drawn=labels)


def collect(*, tables: list[Path], scores: Path, summary: Path) -> None:
    """Join the tables of scores, and summarize the seeds of each trial."""
    joined = pd.concat([pd.read_csv(path) for path in tables], ignore_index=True)
    write_table(scores, joined)
    write_table(summary, summarize(joined))


def write_page(
    *,
    summary: Path,
    dataset: Path,
    document: Path,
    figure_caption: str,
    trials: dict[str, Any],
    png: Path | None = None,
    image: Path | None = None,
) -> None:
    """Write the page ``document`` on the trials, with a copy ``image`` of its figure ``png``, if there is one.

    trials: the settings of the section of that name.
    """
    figure = None
    if png is not None and image is not None:
        copy_file(png, image)
        figure = (f"images/{document.stem}/{png.name}", figure_caption)
    with open_dataset(dataset, load=False) as data:
        text = page(
            summary=pd.read_csv(summary),
            dataset=data,
            figure=figure,
            trials=trials,
        )
    write_text(document, text)
