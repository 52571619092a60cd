"""Training on models in files equals training on models in memory, to rounding."""

import numpy as np
import pytest

from kurucz_a1.emulator import streaming, training_data
from kurucz_a1.emulator.training import train
from kurucz_a1.emulator.training_data import prepare, size_in_memory
from kurucz_a1.netcdf import open_netcdf, write_netcdf


@pytest.fixture
def in_a_file(grey, tmp_path, monkeypatch):
    """The dataset with its values in the file, to be read in blocks that do not divide it."""
    monkeypatch.setattr(training_data, "BLOCK", 7)
    write_netcdf(tmp_path / "grey.nc", grey)
    with open_netcdf(tmp_path / "grey.nc") as dataset:
        yield dataset


def test_the_same_arrays(grey, in_a_file, tmp_path):
    whole = prepare(grey, hydrostatic=True)
    stored = prepare(in_a_file, store=tmp_path / "models", hydrostatic=True)
    assert stored.stored and not whole.stored
    for first, second in ((whole.training, stored.training), (whole.validation, stored.validation)):
        for name, one, other in zip(first._fields, first, second, strict=True):
            assert np.array_equal(one, other if name == "log_tau" else other[:]), name
    for one, other in zip(whole.normalization, stored.normalization, strict=True):
        assert np.array_equal(one, other)
    # so few models that all of them give the components, each up to its sign
    for name, value in whole.scales.items():
        assert np.allclose(np.abs(value), np.abs(stored.scales[name]), atol=1e-12), name
    assert stored.space == whole.space


@pytest.mark.parametrize(("kind", "options"), [("pinn", "small_options"), ("hydrostatic", "small_hydrostatic")])
def test_the_same_training(request, grey, in_a_file, tmp_path, monkeypatch, capsys, kind, options):
    monkeypatch.setattr(streaming, "BLOCK_BYTES", 25 * (4 * 80 * 6))  # one step at a time, or none whole
    options = request.getfixturevalue(options) | {"epochs": 3}
    whole = train(grey, options, tmp_path / "whole", kind)
    stored = train(in_a_file, options, tmp_path / "stored", kind, memory=0)
    assert "in files" in capsys.readouterr().out
    assert not (tmp_path / "stored" / "models").exists()
    # float32 in another order of sums, over nine steps; losses of an order of one
    for name in whole.columns:
        assert np.allclose(whole[name], stored[name], rtol=2e-3, atol=1e-5), name


def test_size_in_memory(grey):
    models, depths = grey["temperature"].shape
    assert size_in_memory(grey, False) == pytest.approx(models * depths * 6 * 4 / 1e6)
    assert size_in_memory(grey, True) == pytest.approx(models * depths * 30 * 4 / 1e6)
