"""Archives of models: what comes back is what was packed, to the stated error; what is broken is refused."""

import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from kurucz_a1.atmosphere import Atmosphere, stack
from kurucz_a1.atmosphere.depth import depth_grid
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.atmosphere.hydrostatics import column_mass, gas_pressure
from kurucz_a1.errors import BadConfig, BadFile
from kurucz_a1.grid.archive import (
    DERIVATIVE_STEP,
    KEPT,
    LEAST_SIZE,
    PROFILE_STEP,
    pack,
    read_archive,
    unpack,
    write_archive,
)
from kurucz_a1.grid.archive_source import ArchiveSource
from kurucz_a1.grid.batches import read_batch, write_batch
from kurucz_a1.labels import Labels, LabelSpace
from kurucz_a1.settings import BoxSettings, GridSettings
from kurucz_a1.stages import grid as stage

BOX = {"teff": [4000, 7000], "logg_min_at_cool_edge": 1, "logg_min_at_hot_edge": 3, "logg_max": 5, "feh": [-2, 0]}
BOX |= {"abundances": {"C": [-0.5, 0.5]}}
LABELS = ("teff", "logg", "feh", "c_m")
LOG_TAU = depth_grid().log_tau


def model(teff, logg, feh, c_m):
    """A grey atmosphere in equilibrium by the solver's quadrature, with derivatives in closed form."""
    tau, metals = 10.0**LOG_TAU, 10.0 ** (feh + 0.1 * c_m)
    opacity = 0.1 * metals * (1.0 + tau) ** 0.5 * (teff / 5000.0) ** 2
    acceleration = 0.2 * opacity * (teff / 5000.0) ** 4
    fields = {
        "temperature": teff * (0.75 * (tau + 0.7)) ** 0.25,
        "electron_density": 1e12 * metals * tau**0.6 * 10.0 ** (logg / 3),
        "rosseland_opacity": opacity,
        "radiative_acceleration": acceleration,
        "column_mass": np.asarray(column_mass(opacity)),
        "gas_pressure": np.asarray(gas_pressure(opacity, 10.0**logg, acceleration)),
    }
    ln10 = np.log(10.0)
    # by teff, log g, [M/H], [C/M]
    slopes = {
        "temperature": (1 / teff, 0, 0, 0),
        "electron_density": (0, ln10 / 3, ln10, 0.1 * ln10),
        "rosseland_opacity": (2 / teff, 0, ln10, 0.1 * ln10),
        "radiative_acceleration": (6 / teff, 0, ln10, 0.1 * ln10),
        "column_mass": (-2 / teff, 0, -ln10, -0.1 * ln10),
    }
    weight = 10.0**logg * fields["column_mass"]
    pushed = (weight - fields["gas_pressure"]) / fields["gas_pressure"]  # P_rad/P, P = g m - P_rad
    of_weight, of_radiation = np.array([-2 / teff, ln10, -ln10, -0.1 * ln10]), np.array([4 / teff, 0, 0, 0])
    jacobian = [
        np.broadcast_to(np.array(slopes[name])[:, None], (4, 80))
        if name in slopes
        else of_weight[:, None] * (1 + pushed) - of_radiation[:, None] * pushed
        for name in FIELD_NAMES
    ]
    labels = {"teff": teff, "logg": logg, "feh": feh, "c_m": c_m, "afe": 0.0, "vturb": 2.0}
    return Atmosphere(
        log_tau=LOG_TAU,
        **fields,
        **labels,
        label_jacobian=np.stack(jacobian),
        jacobian_labels=LABELS,
        source="solver",
    )


def batch(stars, first=0, **attributes):
    models = stack([model(*star) for star in stars]).to_dataset()
    rows = ("model", np.arange(first, first + len(stars)), {"units": "1", "long_name": "row"})
    return models.assign(grid_index=rows).assign_attrs(attributes)


def stars(count, seed=1):
    drawn = LabelSpace.from_box(BOX).sobol(count, seed)
    return np.stack([getattr(drawn, name) for name in LABELS], axis=-1)


BOXED = {"label_box": LabelSpace.from_box(BOX).to_json()}


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 12), st.integers(0, 1000))
def test_what_comes_back_differs_by_rounding(count, seed):
    whole = batch(stars(count, seed))
    again = unpack(pack([whole], BOXED))
    for name in (*LABELS, "grid_index", "log_tau"):
        np.testing.assert_array_equal(again[name], whole[name], err_msg=name)
    errors = {name: np.log(again[name].values / whole[name].values) for name in FIELD_NAMES}
    for name in KEPT:
        # every amount is off by at most half a step, so the rms over depth is too
        assert np.sqrt(np.mean(errors[name] ** 2, axis=1)).max() < 0.5 * PROFILE_STEP
    for name in ("column_mass", "gas_pressure"):  # integrals of what is kept
        assert np.abs(errors[name]).max() < 10 * PROFILE_STEP
    difference = again["label_jacobian"].values - whole["label_jacobian"].values
    size = np.sqrt(np.mean(whole["label_jacobian"].values ** 2, axis=-1))
    for name, least in zip(KEPT, LEAST_SIZE, strict=True):
        place = FIELD_NAMES.index(name)
        allowed = 0.5 * DERIVATIVE_STEP * np.maximum(size[:, place], least)
        assert (np.sqrt(np.mean(difference[:, place] ** 2, axis=-1)) < allowed).all()
    for name in ("column_mass", "gas_pressure"):
        place = FIELD_NAMES.index(name)
        scale = np.maximum(size[:, place], LEAST_SIZE[-1])[..., None]
        assert np.abs(difference[:, place] / scale).max() < 10 * DERIVATIVE_STEP


def test_a_file_of_two_batches(tmp_path):
    rows = stars(8)
    for number, some in enumerate((rows[:5], rows[5:])):
        models = {5 * number + k: model(*star) for k, star in enumerate(some)}
        write_batch(tmp_path / f"{number}.nc", models, {"depths": "standard"})
    write_archive(tmp_path / "two.nc.xz", [tmp_path / "0.nc", tmp_path / "1.nc"], BOXED)
    again = read_archive(tmp_path / "two.nc.xz")
    assert list(again["grid_index"].values) == list(range(8)) and again.attrs["depths"] == "standard"
    np.testing.assert_array_equal(again["teff"], rows[:, 0])


@pytest.fixture
def place(tmp_path):
    """A folder with two archives of one grid."""
    rows = stars(8)
    for first in (4, 0):
        models = {first + k: model(*star) for k, star in enumerate(rows[first : first + 4])}
        write_batch(tmp_path / "batch.nc", models, {})
        write_archive(tmp_path / f"{first:04d}.nc.xz", [tmp_path / "batch.nc"], BOXED)
    return tmp_path


def test_models_are_in_the_order_in_which_they_were_drawn(place):
    source = ArchiveSource(place)
    table = source.labels(LabelSpace.from_box(BOX), 100, 0)
    np.testing.assert_array_equal(table[list(LABELS)], stars(8))
    result = source.make_model(table.iloc[6].to_dict(), {})
    assert result.model.labels.floats() == Labels(**dict(zip(LABELS, stars(8)[6], strict=True))).floats()
    assert result.model.source == "solver" and result.model.jacobian_labels == LABELS
    assert len(source.labels(LabelSpace.from_box(BOX), 5, 0)) == 5


def test_stages_read_and_write_archives(place, tmp_path):
    """Labels found, a batch read, and packed again: rounded numbers are rounded to themselves, but for the functions of
    depth, which are those of the models in a file."""
    settings = GridSettings(source="archive", archive=str(place), box=BoxSettings(**BOX | {"afe": 0.0, "vturb": 2.0}))
    files = {name: tmp_path / name for name in ("labels", "models", "failures", "tries", "decks")}
    stage.find(labels=files["labels"], grid=settings, seed=1)
    stage.archive_batch(**files, batch=0, batch_size=8, grid=settings)
    again = tmp_path / "again.nc.xz"
    stage.pack(batches=[files["models"]], archive=again, grid=settings, configuration={"seed": 1})
    models, first = read_archive(again), read_batch(files["models"])
    assert models.sizes["model"] == 8 and models.attrs["configuration"] == '{"seed": 1}'
    for name in KEPT:
        assert np.abs(np.log(models[name].values / first[name].values)).max() < 10 * PROFILE_STEP


def test_a_part_is_added_to_a_training_set_or_replaced(tmp_path):
    """A part of two batches, of which one point failed, and the same again with fewer models and no failure."""
    extend = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "extend_training_set.py"))["extend"]
    run, held = tmp_path / "run", tmp_path / "training_set"
    for folder in (held, run / "grid" / "batches", run / "benchmarks" / "grid_batch"):
        folder.mkdir(parents=True)
    (held / "parts.csv").write_text(
        "file,models,failed,revision,processor_hours,sha256\n0000-0001.nc.xz,8,1,0123456789,0.1,ab\n", "utf-8"
    )
    (held / "failures.csv").write_text("index,teff,reason\n3,5000.0,why\n", "utf-8")
    failures = [run / "grid" / "batches" / f"{number:04d}.failures.csv" for number in (2, 3)]
    for path in failures:
        path.write_text("index,teff,reason\n", "utf-8")
        timing = run / "benchmarks" / "grid_batch" / f"{path.name[:4]}.tsv"
        timing.write_text("s\tcpu_time\n900.0\t720.0\n", "utf-8")
    archive = run / "archive" / "0002-0003.nc.xz"
    for count, failed in ((3, "211,4000.0,too cold\n"), (2, "")):
        failures[1].write_text("index,teff,reason\n" + failed, "utf-8")
        write_batch(tmp_path / "batch.nc", {8 + k: model(*star) for k, star in enumerate(stars(count))}, {})
        write_archive(archive, [tmp_path / "batch.nc"], BOXED | {"git_commit": 40 * "a"})
        extend(archive, held)
        assert (held / archive.name).read_bytes() == archive.read_bytes()
        parts = pd.read_csv(held / "parts.csv", index_col="file")
        assert list(parts.index) == ["0000-0001.nc.xz", archive.name]
        assert parts.loc[archive.name, ["models", "failed", "processor_hours"]].tolist() == [
            count,
            len(failed) > 0,
            0.4,
        ]
        points = pd.read_csv(held / "failures.csv")["index"].tolist()
        assert points == ([3, 211] if failed else [3])


def test_a_smaller_space_has_fewer_models_and_a_larger_one_none(place):
    cool = BOX | {"teff": [4000, 5500]}
    table = ArchiveSource(place).labels(LabelSpace.from_box(cool), 100, 0)
    assert 0 < len(table) < 8 and table["teff"].max() <= 5500
    for change, name in (
        ({"teff": [3900, 7000]}, "teff"),
        ({"logg_min_at_hot_edge": 2.5}, "logg"),
        ({"afe": 0.1}, "afe"),
    ):
        with pytest.raises(BadConfig, match=f"{name} in grid.box reaches beyond the models"):
            ArchiveSource(place).labels(LabelSpace.from_box(BOX | change), 100, 0)


def test_a_model_twice_is_refused(place):
    (place / "again.nc.xz").write_bytes((place / "0000.nc.xz").read_bytes())
    with pytest.raises(BadFile, match="hold model 0 of a grid"):
        ArchiveSource(place).labels(None, 100, 0)


def test_what_cannot_be_an_archive_is_refused(tmp_path):
    with pytest.raises(BadFile, match="no such file"):
        read_archive(tmp_path / "none.nc.xz")
    (tmp_path / "bad.nc.xz").write_bytes(b"not xz")
    with pytest.raises(BadFile, match="not a whole archive"):
        read_archive(tmp_path / "bad.nc.xz")
    with pytest.raises(BadFile, match="holds no archive"):
        ArchiveSource(tmp_path / "empty").labels(None, 1, 0)
    with pytest.raises(BadConfig, match="names no folder"):
        ArchiveSource(None)


def test_batches_that_do_not_belong_together_are_refused():
    rows = stars(4)
    with pytest.raises(BadFile, match="no label derivatives"):
        pack([batch(rows).drop_vars("label_jacobian")], BOXED)
    with pytest.raises(BadFile, match="another solver"):
        pack([batch(rows, grid_source="one"), batch(rows, 4, grid_source="other")], BOXED)
    with pytest.raises(BadFile, match="every point failed"):
        pack([xr.Dataset(coords={"model": np.arange(0)})], BOXED)
