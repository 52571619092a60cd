"""Pages that a person can read."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from kurucz_a1.dataset import open_dataset
from kurucz_a1.emulator.training_data import label_space_of
from kurucz_a1.labels import BY_NAME, LabelSpace
from kurucz_a1.report import write_report
from kurucz_a1.settings import EmulatorSettings, Settings


def write(
    *, figures: list[Path], tables: list[Path], labels: Path, dataset: Path, page: Path, configuration: dict[str, Any]
) -> None:
    """Write the page of a run: its figures, its tables and what was run."""
    with open_dataset(dataset, load=False) as data:
        attributes, space = dict(data.attrs), label_space_of(data)
    by_name = {path.stem: pd.read_csv(path) for path in tables}
    failed, asked = len(by_name["failures"]), len(pd.read_csv(labels))
    run = {
        "regime": _regime(Settings.read(configuration).emulator, space, attributes["source"], asked - failed),
        "configuration": configuration,
        "git_commit": attributes["git_commit"],
        "versions": json.loads(attributes["versions"]),
        "sources": attributes["source"],
        "models": {"requested": asked, "made": asked - failed, "failed": failed},
    }
    if "caution" in attributes:
        run["caution"] = attributes["caution"]
    write_report(page, tables=by_name, figures={path.stem: str(path) for path in figures}, run=run)


def _regime(network: EmulatorSettings, space: LabelSpace, source: str, made: int) -> str:
    """What the verdicts hold for: size of the network, number of models, label space."""
    ranges = [BY_NAME[name].words.format("{:g} to {:g}".format(*space[name])) for name in space.free]
    return (
        f"networks with E = {network.label_width} and D = {network.depth_width}, {made} models of {source} "
        f"(training, validation and test), {', '.join(ranges)}"
    )
