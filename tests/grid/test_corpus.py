"""A corpus of the structure of Payne Zero's, written here, and what is none."""

import json

import numpy as np
import pytest

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.dataset import atlas12_reference_atmospheres
from kurucz_a1.errors import BadFile
from kurucz_a1.grid import read_batch, read_failures, run_batch
from kurucz_a1.grid.corpus_source import CorpusSource


@pytest.fixture(scope="module")
def models():
    """Ten real models with 80 layers."""
    return [model for model in atlas12_reference_atmospheres() if model.temperature.shape == (80,)][:10]


@pytest.fixture
def arrays(models):
    """The arrays of the file: two fields change places, so that only their names can tell them apart."""
    names = [FIELD_NAMES[1], FIELD_NAMES[0], *FIELD_NAMES[2:]]
    labels = [
        {
            "effective_temperature": float(model.teff),
            "log_surface_gravity": float(model.logg),
            "metallicity": float(model.feh),
            "alpha_enhancement": float(model.afe),
            "microturbulence_km_s": 1.0 + 0.1 * number,
        }
        for number, model in enumerate(models)
    ]
    return {
        "atmosphere_profiles": np.array([[getattr(m, name) for name in names] for m in models]).swapaxes(1, 2),
        "standard_rosseland_optical_depth": np.array([10.0 ** np.asarray(m.log_tau) for m in models]),
        "target_fields": np.array(names),
        "iterations_to_convergence": np.full(len(models), 12),
        "labels_json": np.array([json.dumps(one) for one in labels]),
    }


@pytest.fixture
def write(tmp_path):
    def write(arrays):
        np.savez(tmp_path / "corpus.npz", **arrays)
        return tmp_path / "corpus.npz"

    return write


def test_models_and_labels_are_those_of_the_file(models, arrays, write, tmp_path):
    source = CorpusSource(write(arrays))
    table = source.labels(None, 6, 3)
    assert len(table) == 6 and table["row"].is_unique
    assert run_batch(table, source, tmp_path / "0.nc", tmp_path / "0.failures.csv") == (6, 0)
    batch = read_batch(tmp_path / "0.nc")
    assert len(read_failures([tmp_path / "0.failures.csv"])) == 0
    for name in FIELD_NAMES:
        np.testing.assert_array_equal(batch[name], [getattr(models[row], name) for row in table["row"]])
    np.testing.assert_array_equal(batch["vturb"], 1.0 + 0.1 * table["row"])
    np.testing.assert_array_equal(batch["feh"], [float(models[row].feh) for row in table["row"]])
    assert batch.attrs["source"].startswith("Payne Zero")
    # a larger grid adds models; more than there are cannot be had
    assert set(table["row"]) < set(source.labels(None, 9, 3)["row"])
    assert len(source.labels(None, 1000, 3)) == len(models)


def damage(name, value):
    return lambda arrays: {**arrays, name: value}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda arrays: {k: v for k, v in arrays.items() if k != "labels_json"}, "holds no labels_json"),
        (damage("target_fields", np.array(["a", "b", "c", "d", "e", "f"])), "are not those of the five-label corpus"),
        (damage("atmosphere_profiles", np.ones((10, 7, 6))), "are not those of the five-label corpus"),
        (damage("labels_json", np.array(["{}"] * 10)), "labels of model 0 cannot be read"),
        (damage("labels_json", np.array([{"a": 1}] * 10, dtype=object)), "not a whole npz file"),
    ],
)
def test_another_file_is_refused_in_one_line(arrays, write, change, says):
    with pytest.raises(BadFile, match=says) as caught:
        CorpusSource(write(change(arrays)))
    assert "corpus.npz" in str(caught.value) and "\n" not in str(caught.value)


def test_missing_and_truncated_files_are_told(arrays, write, tmp_path):
    with pytest.raises(BadFile, match="fetch_corpus"):
        CorpusSource(tmp_path / "none.npz")
    path = write(arrays)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(BadFile, match="not a whole npz file"):
        CorpusSource(path)
