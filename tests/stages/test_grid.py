"""Labels, batches, dataset and networks, made by their stages without Snakemake."""

import json

import numpy as np
import pandas as pd
import pytest

from kurucz_a1 import load_emulator
from kurucz_a1.dataset import open_dataset
from kurucz_a1.errors import BadConfig
from kurucz_a1.settings import GridSettings, SolverSettings
from kurucz_a1.stages import fetching, grid, lines


def test_a_stage_in_a_plain_session(tmp_path):
    """As CONTRIBUTING shows it: paths and settings in, files out."""
    labels = tmp_path / "labels.csv"
    grid.draw(labels=labels, grid=GridSettings(count=8), seed=1)
    table = pd.read_csv(labels, index_col="index")
    assert list(table.columns) == ["teff", "logg", "feh", "afe", "vturb"] and len(table) == 8
    first = labels.read_bytes()
    grid.draw(labels=labels, grid=GridSettings(count=8), seed=1)
    assert labels.read_bytes() == first


def test_batches_hold_the_rows_of_their_number(batches):
    labels = pd.read_csv(batches / "labels.csv", index_col="index")
    with open_dataset(batches / "dataset.nc") as dataset:
        np.testing.assert_array_equal(np.sort(dataset["teff"]), np.sort(labels["teff"]))


def test_models_begin_with_those_of_the_package_s_emulator(batches, tmp_path, monkeypatch):
    sources = []
    monkeypatch.setattr(grid, "_make_batch", lambda source, *_: sources.append(source))
    files = {name: tmp_path / name for name in ("models", "failures", "tries", "decks")}
    solver = SolverSettings(start="package")
    grid.solver_batch(labels=batches / "labels.csv", **files, batch=0, batch_size=2, solver=solver)
    star = {"teff": 5777.0, "logg": 4.44}
    np.testing.assert_array_equal(sources[0].guess(star).temperature, load_emulator()(**star).temperature)
    assert sources[0].description["start"] == "package"


@pytest.fixture(autouse=True)
def _made(dataset_file):
    """All tests here look at the same small grid."""


def test_tables_of_all_batches_become_one(batches, tmp_path, capsys):
    grid.collect(
        labels=batches / "labels.csv",
        batch_failures=[batches / f"{batch}.failures.csv" for batch in range(3)],
        batch_tries=[batches / f"{batch}.tries.csv" for batch in range(3)],
        failures=tmp_path / "failures.csv",
        tries=tmp_path / "tries.csv",
    )
    assert " models made, 0 failed" in capsys.readouterr().out
    assert len(pd.read_csv(tmp_path / "failures.csv")) == 0


def test_the_dataset_says_how_it_was_made(dataset_file):
    with open_dataset(dataset_file) as dataset:
        assert json.loads(dataset.attrs["configuration"]) == {"seed": 1}
        assert np.bincount(dataset["split"]).min() >= 0.15 * dataset.sizes["model"]
        assert "label_box" not in dataset.attrs  # the models of the package are not drawn in a box


def test_networks_are_of_their_kind_and_settings(emulators):
    for path in emulators:
        emulator = load_emulator(path)
        assert emulator.kind == path.parent.name
        assert np.isfinite(emulator(teff=5800.0, logg=4.4).temperature).all()
    assert json.loads(load_emulator(emulators[0]).provenance)["options"]["label_width"] == 8


def test_no_table_is_built_of_no_list(tmp_path):
    with pytest.raises(BadConfig, match=r"name line lists in solver\.lines"):
        lines.opacity_table(lists=[], table=tmp_path / "table.nc", vturb=2.0)


def test_a_file_is_fetched(tmp_path):
    (tmp_path / "there").write_text("content")
    digest = "9a0364b9e99bb480dd25e1f0284c8555"
    here = tmp_path / "here"
    fetching.checked_file(file=here, address=(tmp_path / "there").as_uri(), digest=digest, algorithm="md5")
    assert here.read_text() == "content"
