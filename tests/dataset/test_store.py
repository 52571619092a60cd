"""Datasets are written, read back bit for bit, and refused when damaged."""

import json
from dataclasses import replace

import numpy as np
import pytest

from kurucz_a1.atmosphere import from_dataset
from kurucz_a1.atmosphere.fields import BY_NAME, FIELD_NAMES
from kurucz_a1.dataset import (
    atlas12_reference_atmospheres,
    atlas12_reference_dataset,
    build_dataset,
    load_atlas12_reference,
    open_dataset,
    provenance,
    write_dataset,
)
from kurucz_a1.errors import BadFile
from kurucz_a1.netcdf import write_netcdf


@pytest.fixture(scope="module")
def dataset():
    return atlas12_reference_dataset()


def refuse(path, dataset, match):
    write_netcdf(path, dataset)
    with pytest.raises(BadFile, match=match) as caught:
        open_dataset(path)
    assert path.name in str(caught.value) and "\n" not in str(caught.value)


def test_round_trip_is_exact(dataset, tmp_path):
    write_dataset(tmp_path / "a.nc", dataset)
    assert open_dataset(tmp_path / "a.nc").identical(dataset)


def test_same_models_same_bytes(dataset, tmp_path):
    write_dataset(tmp_path / "a.nc", dataset)
    write_dataset(tmp_path / "b.nc", dataset)
    assert (tmp_path / "a.nc").read_bytes() == (tmp_path / "b.nc").read_bytes()


def test_conventions(dataset):
    assert dataset.attrs["Conventions"].startswith("CF-")
    for name in FIELD_NAMES:
        assert dataset[name].dims == ("model", "depth")
        assert dataset[name].attrs["units"] == BY_NAME[name].units
    assert dataset["split"].attrs["flag_meanings"] == "train validation test"


def test_provenance_is_reproducible_json():
    first = provenance({"seed": 42, "grid": {"count": 3}}, "solver", "snakemake --cores all")
    assert first == provenance({"grid": {"count": 3}, "seed": 42}, "solver", "snakemake --cores all")
    assert json.loads(first["configuration"])["grid"] == {"count": 3}
    assert set(json.loads(first["versions"])) >= {"kurucz_a1", "jax", "numpy", "python"}
    assert first["git_commit"] == "unknown" or len(first["git_commit"]) == 40


def test_variables_that_are_missing_or_wrong(dataset, tmp_path):
    refuse(tmp_path / "a.nc", dataset.drop_vars("temperature"), "variable temperature is missing")
    refuse(tmp_path / "a.nc", dataset.drop_vars("split"), "split")
    refuse(tmp_path / "a.nc", dataset.assign(split=dataset["split"] + 2), "split is none of 0, 1, 2")
    refuse(tmp_path / "a.nc", dataset.isel(depth=0), "temperature has dimensions|log_tau has dimensions")
    pascal = dataset.assign(gas_pressure=dataset["gas_pressure"].assign_attrs(units="Pa"))
    refuse(tmp_path / "a.nc", pascal, "gas_pressure has units 'Pa', expected 'dyn cm-2'")


def test_numbers_that_no_atmosphere_has(dataset, tmp_path):
    for name, value, match in [
        ("temperature", np.nan, "temperature is not finite at model 3, depth 7"),
        ("electron_density", 0.0, "electron_density is not positive at model 3, depth 7"),
        ("column_mass", 1e9, "column_mass does not increase inward"),
    ]:
        damaged = dataset.copy(deep=True)
        damaged[name][3, 7] = value
        refuse(tmp_path / "a.nc", damaged, match)
        with pytest.raises(BadFile, match=match):
            write_dataset(tmp_path / "b.nc", damaged)
    assert not (tmp_path / "b.nc").exists()


def test_damaged_files(dataset, tmp_path):
    path = tmp_path / "a.nc"
    write_dataset(path, dataset)
    content = path.read_bytes()
    for damaged in (b"", b"not netCDF", content[: len(content) // 2], content[:100]):
        path.write_bytes(damaged)
        with pytest.raises(BadFile, match=r"a\.nc") as caught:
            open_dataset(path)
        assert "\n" not in str(caught.value)
    with pytest.raises(BadFile, match="no such file"):
        open_dataset(tmp_path / "missing.nc")


def test_unequal_depths_are_no_dataset():
    models = atlas12_reference_atmospheres()
    with pytest.raises(ValueError, match=r"\[72, 80\]"):
        build_dataset([next(m for m in models if m.temperature.shape == (layers,)) for layers in (80, 72)])
    with pytest.raises(ValueError, match="no models"):
        build_dataset([])


def test_reference_set_is_what_the_program_gave(reference_data):
    """Every number is the one in the deck, for those whose decks are at hand as files."""
    from kurucz_a1 import read_deck

    names, models = load_atlas12_reference()["name"].values, atlas12_reference_atmospheres()
    paths = {path.stem: path for path in (reference_data / "atmospheres" / "atlas12_computed").glob("*.atm")}
    assert len(paths) == 111 and set(paths) <= set(names)
    for name, model in [pair for pair in zip(names, models, strict=True) if pair[0] in paths][::10]:
        deck = read_deck(paths[name])
        for field in (*FIELD_NAMES, "log_tau", "teff", "logg", "feh", "afe", "vturb", "number_fractions"):
            # what is read is the same to the digit; what is computed from it, other processors round apart
            relative = 1e-14 if field in ("log_tau", "number_fractions") else 0.0
            absolute = 1e-14 if field == "log_tau" else 0.0
            found, stated = getattr(model, field), getattr(deck, field)
            np.testing.assert_allclose(found, stated, rtol=relative, atol=absolute, err_msg=f"{name} {field}")


def test_reference_dataset_holds_every_model_with_80_layers(dataset):
    models = [m for m in atlas12_reference_atmospheres() if m.temperature.shape == (80,)]
    assert dataset.sizes["model"] == len(models) >= 75
    first = from_dataset(dataset.isel(model=0))
    np.testing.assert_array_equal(first.temperature, models[0].temperature)
    assert replace(first, log_tau=None).source == "ATLAS-12"
