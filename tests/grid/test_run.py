"""Batches: failures are recorded, an interrupted run is taken up with the same result, decks serve as a source."""

import json
import shutil
import tarfile
from dataclasses import replace
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest
import xarray as xr

import kurucz_a1
from kurucz_a1 import made_from, write_deck
from kurucz_a1.dataset import assemble, atlas12_reference_atmospheres, open_dataset
from kurucz_a1.errors import BadConfig, BadFile
from kurucz_a1.grid import Result, Source, draw_labels, read_batch, read_failures, read_tries, run_batch
from kurucz_a1.grid.deck_source import DeckSource
from kurucz_a1.grid.reference_source import ReferenceSource
from kurucz_a1.grid.solver_source import SolverSource
from kurucz_a1.labels import LabelSpace
from kurucz_a1.made_from import Package


class ScaledSun(Source):
    """A source without physics: the ATLAS-12 Sun, temperatures scaled; it fails above 7500 K and can be interrupted."""

    def __init__(self, sun, interrupt_after=None):
        self.description = {"source": "test"}
        self.sun = sun
        self.made = []
        self.interrupt_after = interrupt_after

    def make_model(self, row, made):
        if len(self.made) == self.interrupt_after:
            raise KeyboardInterrupt
        self.made.append(row["teff"])
        tries = ({"try": 1, "start": f"after {len(made)} models", "seconds": 1.5},)
        if row["teff"] > 7500:
            return Result(None, f"teff={row['teff']:g}:\n too hot", tries)
        labels = {name: jnp.asarray(row[name]) for name in ("teff", "logg", "feh", "afe", "vturb")}
        temperature = self.sun.temperature * row["teff"] / 5777.0
        model = replace(self.sun, temperature=temperature, source="test", **labels)
        return Result(model, tries=tries, deck=f"deck of {row['teff']}\n")


@pytest.fixture(scope="module")
def labels(space):
    return draw_labels(space, 16, 7)


def paths(folder, name="0000"):
    return folder / f"{name}.nc", folder / f"{name}.failures.csv"


def test_every_point_is_a_model_or_a_failure(labels, sun, tmp_path, capsys):
    models, failures = paths(tmp_path)
    made, failed = run_batch(labels, ScaledSun(sun), models, failures)
    hot = labels[labels["teff"] > 7500]
    assert (made, failed) == (16 - len(hot), len(hot)) and failed > 0
    table = read_failures([failures])
    assert table["index"].tolist() == hot.index.tolist()
    assert table["reason"].str.fullmatch(r"teff=\S+: too hot").all()
    dataset = read_batch(models)
    np.testing.assert_array_equal(dataset["teff"], labels.drop(hot.index)["teff"])
    np.testing.assert_array_equal(dataset["grid_index"], labels.drop(hot.index).index)
    assert capsys.readouterr().out.splitlines()[-1] == f"0000: {made} done, {failed} failed, 0 left of 16"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0000.failures.csv", "0000.nc"]


def test_runs_and_decks_are_kept_with_the_batch(labels, sun, tmp_path):
    """In the order of the labels, whatever the order in which the models were made."""

    class Backwards(ScaledSun):
        def order(self, labels):
            return labels.index.tolist()[::-1]

    extra = {"tries": tmp_path / "0000.tries.csv", "decks": tmp_path / "0000.decks"}
    with pytest.raises(KeyboardInterrupt):
        run_batch(labels, Backwards(sun, interrupt_after=9), *paths(tmp_path), **extra)
    run_batch(labels, Backwards(sun), *paths(tmp_path), **extra)
    table = read_tries([extra["tries"]])
    assert table["index"].tolist() == labels.index.tolist()
    cool = labels[labels["teff"] <= 7500]
    done_before = [int((cool.index > index).sum()) for index in labels.index]
    assert table["start"].tolist() == [f"after {number} models" for number in done_before]
    assert table["seconds"].tolist() == [1.5] * len(labels)
    assert extra["decks"].read_text() == "".join(f"deck of {teff}\n" for teff in cool["teff"])


@pytest.mark.parametrize("stop", [0, 11])
def test_an_interrupted_batch_is_taken_up_with_the_same_result(labels, sun, tmp_path, stop):
    run_batch(labels, ScaledSun(sun), *paths(tmp_path / "whole"))
    with pytest.raises(KeyboardInterrupt):
        run_batch(labels, ScaledSun(sun, interrupt_after=stop), *paths(tmp_path / "parts"))
    assert not paths(tmp_path / "parts")[0].exists()
    second = ScaledSun(sun)
    run_batch(labels, second, *paths(tmp_path / "parts"))
    assert len(second.made) == 16 - stop
    for whole, parts in zip(paths(tmp_path / "whole"), paths(tmp_path / "parts"), strict=True):
        assert whole.read_bytes() == parts.read_bytes()


def test_kept_models_of_other_labels_code_or_damage_are_made_anew(labels, sun, tmp_path):
    models, failures = paths(tmp_path)

    def interrupted(table, code=""):
        with pytest.raises(KeyboardInterrupt):
            run_batch(table, ScaledSun(sun, interrupt_after=5), models, failures, code=code)

    interrupted(labels)
    for damaged in (tmp_path / "0000.nc.partial").glob("*.nc"):
        damaged.write_bytes(damaged.read_bytes()[:1000])
    source = ScaledSun(sun)
    run_batch(labels, source, models, failures)
    assert len(source.made) >= 16 - labels.head(5)["teff"].gt(7500).sum()
    for table, code in ((labels.assign(feh=0.0), ""), (labels, "changed")):
        interrupted(labels)
        source = ScaledSun(sun)
        run_batch(table, source, models, failures, code=code)
        assert len(source.made) == 16


@pytest.fixture
def source_copy(tmp_path, monkeypatch):
    """A copy of the package's source, from which digests are made; returns a function that edits one of its files."""
    folder = tmp_path / "source" / "kurucz_a1"
    shutil.copytree(Path(kurucz_a1.__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))

    def edit(file, old, new):
        content = (folder / file).read_bytes()
        assert old in content
        (folder / file).write_bytes(content.replace(old, new, 1))
        package = Package(folder)
        monkeypatch.setattr(made_from, "_this_package", lambda: package)

    edit("errors.py", b"", b"")
    return edit


def test_kept_models_outlast_edits_of_words_but_not_of_data_or_code(labels, sun, tmp_path, source_copy):
    class ScaledSolar(ScaledSun, SolverSource):
        """Depends on all that the solver does."""

    table = labels.head(4).assign(teff=5000.0)
    edits = {
        ("physics/transfer.py", b'"""', b'"""Words. '): 1,
        ("evaluation/statistics.py", b"\n\n\n", b"\n\n\nANOTHER = 1\n\n\n"): 1,
        ("physics/data/solar_patterns.csv", b"#", b"##"): 4,
        ("physics/transfer.py", b"\n\n\n", b"\n\n\nprint()\n\n\n"): 4,
    }
    for number, (edit, made_again) in enumerate(edits.items()):
        models = paths(tmp_path / str(number))
        with pytest.raises(KeyboardInterrupt):
            run_batch(table, ScaledSolar(sun, interrupt_after=3), *models)
        source_copy(*edit)
        source = ScaledSolar(sun)
        run_batch(table, source, *models)
        assert len(source.made) == made_again, edit


def test_models_with_bad_numbers_do_not_enter_the_grid(labels, sun, tmp_path):
    class Broken(ScaledSun):
        def make_model(self, row, made):
            model = super().make_model({**row, "teff": 5000.0}, made).model
            return Result(replace(model, gas_pressure=model.gas_pressure.at[3].set(jnp.nan)))

    assert run_batch(labels.head(2), Broken(sun), *paths(tmp_path)) == (0, 2)
    assert "gas_pressure" in read_failures([paths(tmp_path)[1]])["reason"][0]


def test_batches_become_one_dataset(labels, sun, space, tmp_path):
    first, second, empty = (paths(tmp_path, name) for name in ("0", "1", "2"))
    run_batch(labels.iloc[:10], ScaledSun(sun), *first)
    run_batch(labels.iloc[10:], ScaledSun(sun), *second)
    run_batch(labels.iloc[:0], ScaledSun(sun), *empty)
    batches = [second[0], empty[0], first[0]]
    output = tmp_path / "dataset.nc"
    counts = assemble(batches, output, validation=0.1, test=0.1, seed=1, attributes={"git_commit": "a"}, space=space)
    opened = open_dataset(output)
    assert list(counts.values()) == [(opened["split"] == code).sum() for code in range(3)]
    assert opened.attrs["git_commit"] == "a" and LabelSpace.from_box(json.loads(opened.attrs["label_box"])) == space
    whole = xr.concat([read_batch(first[0]), read_batch(second[0])], dim="model")
    assert opened.drop_vars("split").equals(whole)
    assert (np.diff(opened["grid_index"]) > 0).all()
    assert set(opened["split"].values) == {0, 1, 2}
    assert opened.sizes["model"] + len(read_failures([first[1], second[1], empty[1]])) == 16
    with pytest.raises(BadFile, match="no model"):
        assemble([empty[0]], tmp_path / "none.nc", validation=0.1, test=0.1, seed=1)
    shutil.copy(first[0], second[0])
    with pytest.raises(BadFile, match=r"1\.nc hold the same model of the grid"):
        assemble([first[0], second[0]], tmp_path / "none.nc", validation=0.1, test=0.1, seed=1)
    assert not (tmp_path / "none.nc").exists()


def test_damaged_batches_are_refused(tmp_path):
    (tmp_path / "0000.nc").write_bytes(b"half a file")
    with pytest.raises(BadFile, match=r"0000\.nc"):
        read_batch(tmp_path / "0000.nc")


@pytest.mark.parametrize("form", ["folder", "archive"])
def test_a_folder_or_archive_of_decks(tmp_path, form):
    deep = [m for m in atlas12_reference_atmospheres() if m.temperature.shape == (80,)][:4]
    shallow = next(m for m in atlas12_reference_atmospheres() if m.temperature.shape == (72,))
    for number, model in enumerate([*deep, shallow]):
        write_deck(tmp_path / "decks" / f"{number}.atm", model)
    (tmp_path / "decks" / "notes.txt").write_text("not a deck")
    place = tmp_path / "decks"
    if form == "archive":
        with tarfile.open(tmp_path / "decks.tar.gz", "w:gz") as tar:
            for path in sorted(place.iterdir(), reverse=True):
                tar.add(path, f"models/{path.name}")
        shutil.rmtree(place)
        place = tmp_path / "decks.tar.gz"
    source = DeckSource(place)
    table = source.labels(None, 100, 0)
    assert len(table) == 6
    assert run_batch(table, source, *paths(tmp_path)) == (4, 2)
    reasons = read_failures([paths(tmp_path)[1]])["reason"]
    assert "spans log tau -6.87 to 2.00" in reasons[0]
    assert reasons[1].startswith(str(place)) and "notes.txt, line 1" in reasons[1] and "model deck" in reasons[1]
    dataset = read_batch(paths(tmp_path)[0])
    assert dataset.attrs["source"] == "ATLAS-12"
    np.testing.assert_array_equal(dataset["temperature"], [model.temperature for model in deep])


def test_a_deck_copied_over_another_is_told(tmp_path):
    model = next(m for m in atlas12_reference_atmospheres() if m.temperature.shape == (80,))
    for name in ("a", "b"):
        write_deck(tmp_path / "decks" / f"{name}.atm", model)
    source = DeckSource(tmp_path / "decks")
    assert run_batch(source.labels(None, 10, 0), source, *paths(tmp_path)) == (1, 1)
    (reason,) = read_failures([paths(tmp_path)[1]])["reason"]
    assert "b.atm has the content of a.atm" in reason


def test_labels_table_may_come_from_a_file(labels, sun, tmp_path):
    """The workflow hands labels on as csv; what is made from them must not change by that."""
    labels.to_csv(tmp_path / "labels.csv")
    run_batch(labels, ScaledSun(sun), *paths(tmp_path / "a"))
    run_batch(pd.read_csv(tmp_path / "labels.csv", index_col="index"), ScaledSun(sun), *paths(tmp_path / "b"))
    assert paths(tmp_path / "a")[0].read_bytes() == paths(tmp_path / "b")[0].read_bytes()


def test_the_models_of_the_package_are_a_source(tmp_path):
    source = ReferenceSource()
    table = source.labels(None, 5, 0)
    assert run_batch(table, source, *paths(tmp_path)) == (5, 0)
    dataset = read_batch(paths(tmp_path)[0])
    assert dataset.attrs["source"] == "ATLAS-12"
    for name in ("temperature", "gas_pressure"):  # ATLAS-12's own numbers, not interpolated ones
        np.testing.assert_array_equal(dataset[name], [getattr(model, name) for model in source.models[:5]])
    assert len(source.labels(None, 10**6, 0)) == len(source.models) >= 40


def test_folders_without_decks_are_refused():
    with pytest.raises(BadConfig, match=r"grid\.decks"):
        DeckSource(None)
    with pytest.raises(BadFile, match="no such folder or archive"):
        DeckSource("nowhere").labels(None, 1, 0)


def test_a_damaged_archive_is_told(tmp_path):
    (tmp_path / "decks.tar").write_bytes(b"no archive" * 100)
    with pytest.raises(BadFile, match="not a whole tar archive"):
        DeckSource(tmp_path / "decks.tar").labels(None, 1, 0)
