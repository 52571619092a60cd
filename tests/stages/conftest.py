"""What the tests of the stages share: a chain of stages on a few ATLAS-12 models, and an opacity table of its own."""

import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kurucz_a1 import load_emulator
from kurucz_a1.emulator.saved import PRETRAINED
from kurucz_a1.labels import Labels
from kurucz_a1.netcdf import read_netcdf, write_netcdf
from kurucz_a1.settings import DatasetSettings, EmulatorSettings, GridSettings
from kurucz_a1.stages import dataset, grid, training

EMULATOR = EmulatorSettings(label_width=8, depth_width=4, batch_size=64, epochs=2)


@pytest.fixture(scope="session")
def grid_settings():
    """The ATLAS-12 models of the package with 80 layers, in batches of 60."""
    return GridSettings(source="reference", count=1000, batch=60)


@pytest.fixture(scope="session")
def batches(grid_settings, tmp_path_factory):
    """A folder with the labels and the batches of a small grid, in the space of the package's network."""
    folder = tmp_path_factory.mktemp("grid")
    grid.find(labels=folder / "labels.csv", grid=grid_settings, seed=1)
    labels = pd.read_csv(folder / "labels.csv", index_col="index")
    space = load_emulator().space
    known = [space.contains(Labels.of(row)) for row in labels.to_dict("records")]
    labels[known].reset_index(drop=True).to_csv(folder / "labels.csv", index_label="index")
    for batch in range(3):
        grid.reference_batch(
            labels=folder / "labels.csv",
            models=folder / f"{batch}.nc",
            failures=folder / f"{batch}.failures.csv",
            tries=folder / f"{batch}.tries.csv",
            decks=folder / f"{batch}.decks",
            batch=batch,
            batch_size=grid_settings.batch,
        )
    return folder


@pytest.fixture(scope="session")
def dataset_file(batches, grid_settings):
    """The dataset of the small grid."""
    path = batches / "dataset.nc"
    dataset.assemble(
        batches=[batches / f"{batch}.nc" for batch in range(3)],
        dataset=path,
        shares=DatasetSettings(validation=0.2, test=0.2),
        grid=grid_settings,
        seed=1,
        configuration={"seed": 1},
    )
    return path


@pytest.fixture(scope="session")
def emulators(dataset_file, tmp_path_factory):
    """Descriptions of a PINN, hardly trained, and of the hydrostatic network of the package."""
    folder = tmp_path_factory.mktemp("models")
    pinn = folder / "pinn" / "emulator.json"
    training.train(dataset=dataset_file, description=pinn, kind="pinn", options=EMULATOR, seed=1)
    shutil.copytree(PRETRAINED, folder / "hydrostatic")
    return [pinn, folder / "hydrostatic" / "emulator.json"]


@pytest.fixture(scope="session")
def opacities(tmp_path_factory):
    """An opacity table that is not the embedded one: at 1 km/s, with ten times the opacity of metals."""
    packaged = read_netcdf(Path(str(files("kurucz_a1") / "lines" / "data" / "line_opacity.nc")))
    table = packaged.isel(vturb=[0], hydrogen_vturb=[0]).assign_attrs(microturbulence_km_s=1.0)
    path = tmp_path_factory.mktemp("opacities") / "line_opacity.nc"
    # the first column is the mean of ln sigma, in steps of each piece
    table["metals_numbers"][0, 0] += np.round(2.3 / table["metals_scale"]).astype(np.int16)
    write_netcdf(path, table)
    return path
