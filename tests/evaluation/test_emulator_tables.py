"""Sweeps and timing of an emulator, here a plain function with a label space."""

import jax
import numpy as np
import pytest

from kurucz_a1.emulator import Emulator
from kurucz_a1.evaluation.sweeps import label_sweeps
from kurucz_a1.evaluation.timing import timing_table


@pytest.fixture
def emulator(make_model, space):
    class Grey(Emulator):
        kind = "pinn"

        def __init__(self):
            object.__setattr__(self, "space", space)

        def __call__(self, labels):
            space.check(labels)
            teff, logg, *_ = np.broadcast_arrays(*labels.as_dict().values())
            models = [make_model(float(t), float(g)) for t, g in zip(teff.ravel(), logg.ravel(), strict=True)]
            return jax.tree.map(lambda *leaves: np.stack(leaves), *models)

    return Grey()


def test_sweeps_cover_the_space_and_stay_inside(emulator):
    table = label_sweeps(emulator, steps=5)
    values = table.groupby("label")["value"].agg(["min", "max", "nunique"])
    assert values.loc["teff"].tolist() == [4000.0, 9000.0, 5]
    assert values.loc["feh"].tolist() == [-2.5, 0.5, 5]
    # the floor of log g at the Sun's temperature
    assert values.loc["logg", "min"] == pytest.approx(0.5 + 2.5 * (5777.0 - 4000.0) / 5000.0)


def test_a_sweep_holds_the_other_labels(emulator):
    """The grey model's temperature scales with teff alone."""
    table = label_sweeps(emulator, steps=3)
    surface = table[table["log_tau"] == table["log_tau"].min()]
    along = surface[surface["label"] == "logg"]
    assert along["temperature"].nunique() == 1
    along = surface[surface["label"] == "teff"]
    assert np.allclose(along["temperature"] / along["value"], along["temperature"].iloc[0] / along["value"].iloc[0])


def test_timing_has_a_row_a_count_and_the_solver(emulator):
    table = timing_table({"pinn": emulator}, (1, 3), solver_seconds=[2.0, 9.0, 3.0])
    assert table["models"].tolist() == [1, 3, 1]
    solver = table[table["system"] == "solver"]
    assert solver["seconds"].item() == 3.0
    assert (table["seconds"] > 0).all()
    assert np.allclose(table["seconds_per_model"], table["seconds"] / table["models"])


def test_timing_goes_without_the_solver(emulator):
    assert list(timing_table({"mlp": emulator}, (2,))["system"]) == ["mlp"]
