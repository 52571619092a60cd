"""The models of all batches in one dataset."""

from pathlib import Path
from typing import Any

from kurucz_a1 import dataset as datasets
from kurucz_a1.settings import DatasetSettings, GridSettings
from kurucz_a1.stages.shared import space_of


def assemble(
    *,
    batches: list[Path],
    dataset: Path,
    shares: DatasetSettings,
    grid: GridSettings,
    seed: int,
    configuration: dict[str, Any],
) -> None:
    """Write the models of all batches to one netCDF file, with their split and how they were made.

    configuration: the part of the configuration to keep as provenance.
    """
    counts = datasets.assemble(
        [str(path) for path in batches],
        dataset,
        validation=shares.validation,
        test=shares.test,
        test_set=shares.test_set,
        seed=seed,
        attributes=datasets.provenance(configuration, grid.source),
        space=space_of(grid.box) if grid.source in ("solver", "archive") else None,
    )
    print(
        "dataset: {} models: {train} to train on, {validation} for validation, {test} for the test".format(
            sum(counts.values()), **counts
        )
    )
