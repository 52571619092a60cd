"""The training set of the repository: complete, in its label space, and what the solver of today gives."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from kurucz_a1.atmosphere import solve
from kurucz_a1.grid.archive import read_archive
from kurucz_a1.labels import LABEL_NAMES, Labels
from kurucz_a1.settings import Settings
from kurucz_a1.stages.shared import space_of

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "training_set"
PARTS = pd.read_csv(FOLDER / "parts.csv", index_col="file")
SETTINGS = Settings.read(yaml.safe_load((ROOT / "config" / "full.yaml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module", params=PARTS.index)
def part(request):
    """The name of a file and its models."""
    return request.param, read_archive(FOLDER / request.param)


def test_files_are_those_of_the_list():
    assert sorted(path.name for path in FOLDER.glob("*.nc.xz")) == sorted(PARTS.index)
    for name, row in PARTS.iterrows():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == row["sha256"]


def test_every_point_has_a_model_or_a_reason(part):
    """The points of the batches in the name of the file, in the order in which they are drawn."""
    name, models = part
    first, last = map(int, name.partition(".")[0].split("-"))
    failed = pd.read_csv(FOLDER / "failures.csv")["index"]
    size = SETTINGS.grid.batch
    asked = np.arange(first * size, (last + 1) * size)
    failed = failed[(failed >= asked[0]) & (failed <= asked[-1])]
    np.testing.assert_array_equal(np.sort([*models["grid_index"].values, *failed]), asked)
    assert (len(failed), models.sizes["model"]) == (PARTS.loc[name, "failed"], PARTS.loc[name, "models"])
    assert (failed.size / asked.size) < 0.05


def test_labels_are_those_of_the_configuration(part):
    _, models = part
    space = space_of(SETTINGS.grid.box)
    assert tuple(models["label"].values) == space.free
    drawn = space.sobol(SETTINGS.grid.count, SETTINGS.seed, SETTINGS.grid.spacing)
    for name in space.free:
        np.testing.assert_allclose(models[name], getattr(drawn, name)[models["grid_index"].values], rtol=1e-12)


@pytest.mark.parametrize("teff", [4500.0, 9000.0])
def test_the_solver_of_today_gives_its_models(part, teff):
    """To 2e-4 of T, twice what it is converged to; of pressure a few times that."""
    _, models = part
    model = models.isel(model=int(np.abs(models["teff"].values - teff).argmin()))
    found = solve(Labels.of({name: float(model[name]) for name in LABEL_NAMES if name in model}))
    assert np.abs(np.log(found.temperature / model["temperature"].values)).max() < 2e-4
    assert np.abs(np.log(found.gas_pressure / model["gas_pressure"].values)).max() < 1e-3
