"""Training: reproducible, resumable, stops when it should, says what is wrong."""

import hashlib
import json
import shutil
from pathlib import Path

import absl.logging
import jax
import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import kurucz_a1
from kurucz_a1 import made_from
from kurucz_a1.emulator import fitting, load_emulator, progress
from kurucz_a1.emulator.checkpoints import STATE_FILE, open_checkpoints
from kurucz_a1.emulator.kinds import read_training_settings
from kurucz_a1.emulator.training import TrainingDiverged, prepare_task, train
from kurucz_a1.emulator.training_data import prepare
from kurucz_a1.errors import BadConfig, BadFile
from kurucz_a1.made_from import Package
from kurucz_a1.settings import HydrostaticSettings


def weights_checksum(folder):
    arrays = np.load(folder / "weights.npz", allow_pickle=False)
    return {key: hashlib.sha256(arrays[key].tobytes()).hexdigest() for key in arrays}


def interrupt_after(monkeypatch, epochs):
    """Let a training die after its n-th epoch."""
    real, calls = fitting.run_epoch, []

    def run_epoch(*arguments, **options):
        if len(calls) == epochs:
            raise KeyboardInterrupt
        calls.append(1)
        return real(*arguments, **options)

    monkeypatch.setattr(fitting, "run_epoch", run_epoch)
    return calls


def test_folder_holds_what_is_promised(trained):
    names = {path.name for path in trained.iterdir()}
    assert names == {"weights.npz", "emulator.json", "learning_curve.csv", "checkpoints"}
    curve = pd.read_csv(trained / "learning_curve.csv")
    assert list(curve["epoch"]) == [1, 2, 3, 4, 5, 6]
    assert np.isfinite(curve.to_numpy()).all()
    assert curve["training_loss"].iloc[-1] < curve["training_loss"].iloc[0]
    description = json.loads((trained / "emulator.json").read_text())
    assert description["provenance"]["models"] == {"training": 52, "validation": 6, "test": 6}


@pytest.mark.parametrize("kind", ["pinn", "hydrostatic"])
def test_resume_ends_with_the_same_bits(request, grey, tmp_path, monkeypatch, kind):
    suffix = {"pinn": "", "hydrostatic": "_hydrostatic"}[kind]
    whole = request.getfixturevalue("trained" + suffix)
    options = request.getfixturevalue("small" + (suffix or "_options"))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        interrupt_after(patch, 5)
        train(grey, options, tmp_path, kind, checkpoint_every=2)
    assert not (tmp_path / "emulator.json").exists()
    calls = interrupt_after(monkeypatch, 99)
    train(grey, options, tmp_path, kind)
    assert len(calls) == options["epochs"] - 4  # from the checkpoint after epoch 4
    assert weights_checksum(tmp_path) == weights_checksum(whole)
    assert (tmp_path / "learning_curve.csv").read_bytes() == (whole / "learning_curve.csv").read_bytes()


def test_checkpoints_of_other_options_are_not_resumed(grey, small_options, tmp_path, monkeypatch, capsys):
    options = small_options | {"epochs": 2}
    train(grey, options, tmp_path, "mlp")
    calls = interrupt_after(monkeypatch, 99)
    train(grey, options, tmp_path, "mlp", seed=1)
    assert len(calls) == 2
    assert "checkpoints of a training with other data or options, removed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "old", "new", "epochs"),
    [
        ("emulator/losses.py", b'"""', b'"""Words. ', 0),
        ("emulator/pretrained/emulator.json", b"{", b" {", 0),
        ("emulator/losses.py", b"\n\n\n", b"\n\n\nprint()\n\n\n", 2),
    ],
)
def test_checkpoints_of_other_code_are_not_resumed(grey, small_options, tmp_path, monkeypatch, file, old, new, epochs):
    options = small_options | {"epochs": 2}
    train(grey, options, tmp_path / "trained", "mlp")
    folder = tmp_path / "kurucz_a1"
    shutil.copytree(Path(kurucz_a1.__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    content = (folder / file).read_bytes()
    assert old in content
    (folder / file).write_bytes(content.replace(old, new, 1))
    monkeypatch.setattr(made_from, "_this_package", lambda: Package(folder))
    calls = interrupt_after(monkeypatch, 99)
    train(grey, options, tmp_path / "trained", "mlp")
    assert len(calls) == epochs


def _cut_short(content):
    return content[:7]


def _flip_bits(content):
    changed = bytearray(content)
    for place in range(len(changed) // 3, len(changed), max(1, len(changed) // 7)):
        changed[place] ^= 4
    return bytes(changed)


@pytest.mark.parametrize("damage", [_cut_short, _flip_bits])
def test_a_damaged_checkpoint_is_named_and_not_used(grey, small_options, tmp_path, monkeypatch, capsys, damage):
    options = small_options | {"epochs": 4}
    train(grey, options, tmp_path, "mlp", checkpoint_every=2)
    whole = weights_checksum(tmp_path)
    calls = interrupt_after(monkeypatch, 99)
    for damaged, epochs_made_again in ((["4"], 2), (["2", "4"], 4)):
        for epoch in damaged:
            for file in (tmp_path / "checkpoints" / "epochs" / epoch).rglob("*"):
                if file.is_file():
                    file.write_bytes(damage(file.read_bytes()))
        calls.clear()
        train(grey, options, tmp_path, "mlp", checkpoint_every=2)
        said = capsys.readouterr().out
        assert all(f"the checkpoint of epoch {epoch} is damaged and not used" in said for epoch in damaged)
        assert len(calls) == epochs_made_again
        assert weights_checksum(tmp_path) == whole


def test_a_checkpoint_with_another_value_is_not_used(tmp_path, capsys):
    """Damage that the file's own form does not show."""
    tree = {"a": np.arange(3.0)}
    with open_checkpoints(tmp_path / "checkpoints", "mark") as checkpoints:
        checkpoints.save(1, tree)
        np.testing.assert_array_equal(checkpoints.latest(tree)["a"], tree["a"])
        (file,) = (tmp_path / "checkpoints").rglob(STATE_FILE)
        with np.load(file) as arrays:
            np.savez(file, **dict(arrays) | {"leaf_0": np.array([0.0, 1.0, 3.0])})
        assert checkpoints.latest(tree) is None
    assert "epoch 1 is damaged" in capsys.readouterr().out


def test_the_newest_two_checkpoints_are_kept_and_what_a_kill_left_is_not_used(tmp_path):
    epochs = tmp_path / "checkpoints" / "epochs"
    with open_checkpoints(tmp_path / "checkpoints", "mark") as checkpoints:
        for epoch in (9, 10, 11):
            checkpoints.save(epoch, {"epoch": np.asarray(epoch)})
    shutil.copytree(epochs / "10", epochs / "12.orbax-checkpoint-tmp")
    with open_checkpoints(tmp_path / "checkpoints", "mark") as checkpoints:
        assert checkpoints.latest({"epoch": np.asarray(0)})["epoch"] == 11
        checkpoints.save(12, {"epoch": np.asarray(12)})
        assert {path.name for path in epochs.iterdir()} == {"11", "12"}
        assert checkpoints.latest({"epoch": np.asarray(0)})["epoch"] == 12
        assert checkpoints.latest({"epoch": np.zeros(2)}) is None  # of another form


def test_a_checkpoint_that_cannot_be_written_is_said_once(tmp_path, caplog):
    with open_checkpoints(tmp_path / "checkpoints", "mark") as checkpoints:
        epochs = tmp_path / "checkpoints" / "epochs"
        epochs.rmdir()
        epochs.write_text("not a folder")
        with pytest.raises(BadFile, match="epochs: cannot be written"):
            checkpoints.save(1, {"weights": np.arange(3.0)})
    absl.logging.error("what a thread of Orbax logs after its error was raised")
    assert not caplog.records


def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere(monkeypatch, capsys):
    with progress.training_progress("pinn", 40) as report:
        for epoch in range(1, 41):
            report(epoch, "loss 1.0")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 20 and lines[-1] == "pinn: epoch 40/40, loss 1.0"
    monkeypatch.setattr(progress, "Console", lambda: Console(force_terminal=True, width=80))
    with progress.training_progress("pinn", 40, done=10) as report:
        report(40, "loss 1.0")
    assert "40/40" in capsys.readouterr().out


def test_first_line_names_the_device(grey, small_options, tmp_path, capsys):
    train(grey, small_options | {"epochs": 1}, tmp_path, "mlp")
    first = capsys.readouterr().out.splitlines()[0]
    assert f"training on {jax.devices()[0].platform}" in first
    assert "52 models x 80 depths, 3 batches of 17 models" in first


def test_early_stopping_keeps_the_best_epoch(grey, small_options, tmp_path):
    # A rate this high spoils the model again within a few epochs.
    options = small_options | {"epochs": 60, "patience": 3, "learning_rate": 0.3}
    history = train(grey, options, tmp_path, "mlp")
    best = json.loads((tmp_path / "emulator.json").read_text())["provenance"]["best_epoch"]
    assert len(history) < 60
    assert len(history) == best + 3
    assert best == history["epoch"][history["validation_loss"].idxmin()]


@pytest.mark.parametrize("kind", ["pinn", "hydrostatic"])
def test_parameters_and_optimizer_stay_float32(grey, small_options, small_hydrostatic, kind):
    settings = read_training_settings(small_options if kind == "pinn" else small_hydrostatic, kind)
    objective, constants, training, validation = prepare_task(
        kind, settings, prepare(grey, hydrostatic=kind == "hydrostatic")
    )
    state = fitting.start(objective.network, 0, 4)
    rates = fitting.learning_rates(1e-3, 6, 3)[0]
    new, losses = fitting.run_epoch(objective, state, training, validation, constants, rates, jax.random.key(0))
    for before, after in zip(jax.tree.leaves(state), jax.tree.leaves(new), strict=True):
        assert before.dtype == after.dtype
    assert {leaf.dtype.name for leaf in jax.tree.leaves((new, losses))} == {"float32", "int32"}


def test_learning_rate_rises_then_falls_to_nothing():
    rates = fitting.learning_rates(2e-3, 100, 4).ravel()
    assert rates.max() == np.float32(2e-3)
    assert rates[0] == pytest.approx(2e-4) and rates[-1] < 1e-7
    assert np.argmax(rates) == 20  # five epochs of four steps


def test_physics_alone_brings_the_residual_down(grey, small_options, tmp_path):
    options = small_options | {"alpha": 1.0, "epochs": 40, "learning_rate": 1e-2}
    history = train(grey, options, tmp_path, "pinn")
    for split, share in (("training", 0.05), ("validation", 0.15)):  # 52 models leave some room between the two
        physics = history[f"{split}_physics_loss"]
        assert physics.min() < share * physics.iloc[0]


def test_not_a_number_is_reported_with_its_step(grey, small_options, tmp_path, monkeypatch):
    real = fitting.start

    def poisoned(*arguments):
        state = real(*arguments)
        return state._replace(parameters=jax.tree.map(lambda leaf: leaf * np.nan, state.parameters))

    monkeypatch.setattr(fitting, "start", poisoned)
    with pytest.raises(TrainingDiverged, match=r"pinn: the loss is not finite at epoch 1, step 1 of 3; lower emul"):
        train(grey, small_options, tmp_path, "pinn")
    assert not (tmp_path / "emulator.json").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"alpha": 1.5}, r"emulator\.alpha is 1\.5; it must be at most 1"),
        ({"epochs": 2.5}, r"emulator\.epochs is 2\.5; it must be a whole number"),
        ({"alfa": 0.1}, r"unknown key emulator\.alfa; did you mean emulator\.alpha\?"),
        (HydrostaticSettings(), r"emulator is HydrostaticSettings; it must be a section"),
    ],
)
def test_bad_options_are_named(grey, tmp_path, change, message):
    with pytest.raises(BadConfig, match=message):
        train(grey, change, tmp_path, "pinn")


def test_unknown_kind_is_refused(grey, tmp_path):
    with pytest.raises(BadConfig, match="kind 'cnn' is unknown"):
        train(grey, {}, tmp_path, "cnn")


def test_the_space_is_the_label_box_of_the_dataset(grey):
    from grey_atmospheres import BOX

    space = prepare(grey.assign_attrs(label_box=json.dumps(BOX))).space
    assert space["teff"] == (4500.0, 8000.0) and space.fixed["vturb"] == 2.0
    assert space.free == ("teff", "logg", "feh", "afe")
    # The floor of the design: 1.0 + 2.2 (teff - 4500)/3500.
    assert space.logg_min(6250.0) == pytest.approx(2.1)


def test_dataset_without_a_field_or_a_split_is_refused(grey, tmp_path):
    with pytest.raises(BadFile, match="dataset: gas_pressure missing"):
        train(grey.drop_vars("gas_pressure"), {}, tmp_path, "pinn")
    with pytest.raises(BadFile, match="label_box is not a label box"):
        train(grey.assign_attrs(label_box='{"teff": 5000}'), {}, tmp_path, "pinn")
    with pytest.raises(BadFile, match="the validation split is empty"):
        train(grey.assign(split=("model", np.zeros(64, np.int8))), {}, tmp_path, "pinn")


def test_small_network_learns_grey_atmospheres(tmp_path):
    """The goal of the real training in miniature: median error of T below 1 % in models it has not seen."""
    from grey_atmospheres import grey_dataset, grey_labels, grey_models, grey_stars

    options = {"label_width": 32, "depth_width": 16, "batch_size": 8, "epochs": 50, "learning_rate": 1e-2}
    history = train(grey_dataset(256), options, tmp_path, "pinn")
    emulator = load_emulator(tmp_path)
    labels = grey_labels(128, seed=9)
    keep = emulator.space.contains(grey_stars(*labels))
    assert keep.sum() > 100
    labels = [label[keep] for label in labels]
    truth = grey_models(*labels)
    atmosphere = emulator(**dict(zip(("teff", "logg", "feh", "afe"), labels, strict=True)))
    error = np.median(np.abs(np.log(np.asarray(atmosphere.temperature) / truth[..., 1])))
    assert error < 0.01
    assert np.sqrt(history["validation_physics_loss"].min()) < 0.1  # dex, of which ATLAS-12's MLP emulation shows 0.18
