"""Comparison with reference models on other depths."""

import numpy as np
import pytest

from kurucz_a1.dataset import atlas12_reference_atmospheres, atlas12_reference_dataset
from kurucz_a1.evaluation.atlas12_comparison import atlas12_tables, find_model, profile_table, sample, unseen


def coarse(model, step=1):
    """The same model on every ``step``-th depth, from the second on."""
    depths = ("log_tau", "column_mass", "temperature", "gas_pressure", "electron_density", "rosseland_opacity")
    arrays = {name: np.asarray(getattr(model, name))[1::step] for name in (*depths, "radiative_acceleration")}
    return type(model)(**{**vars(model), **arrays})


def test_a_model_agrees_with_itself_on_other_depths(make_model):
    """The reference holds every other depth; what is left is the interpolation of a smooth profile."""
    model = make_model()
    comparison, summary = atlas12_tables([coarse(model, 2)], {"solver": [model]})
    assert len(comparison) == 1
    assert summary["worst"].max() < 1e-6


def test_a_known_difference_is_found(make_model):
    model = make_model()
    warmer = make_model(temperature=1.01 * np.asarray(model.temperature))
    comparison, summary = atlas12_tables([model, model], {"solver": [warmer, None], "pinn": [model, warmer]})
    assert list(comparison["system"]) == ["solver", "pinn", "pinn"]
    assert comparison["temperature_rms"].to_numpy() == pytest.approx([np.log(1.01), 0.0, np.log(1.01)], abs=1e-12)
    temperature = summary[summary["field"] == "temperature"].set_index(["set", "system"])
    assert temperature.loc[("all", "pinn"), "models"] == 2
    assert temperature.loc[("all", "pinn"), "worst"] == pytest.approx(np.log(1.01))
    # the second model is the solver's no model: both systems are compared on the first alone
    assert temperature.loc["common", "models"].tolist() == [1, 1]
    assert temperature.loc[("common", "pinn"), "worst"] < 1e-12
    assert temperature.loc[("common", "solver"), "worst"] == pytest.approx(np.log(1.01))


def test_profiles_too_short_for_the_reference_are_refused(make_model):
    model = make_model()
    short = type(model)(**{**vars(model), "log_tau": np.asarray(model.log_tau) + 4.0})
    with pytest.raises(ValueError, match="leaves the model"):
        atlas12_tables([model], {"solver": [short]})


def test_the_sun_is_found_with_most_layers(make_model):
    model = make_model()
    assert find_model([make_model(teff=5000.0), coarse(model), model], {"teff": 5777.0, "logg": 4.44}) is model
    with pytest.raises(ValueError, match="no model with teff=4000"):
        find_model([model], {"teff": 4000.0})


def test_profiles_stand_side_by_side(make_model):
    table = profile_table({"ATLAS-12": make_model(), "pinn": make_model()})
    assert list(table["system"].unique()) == ["ATLAS-12", "pinn"]
    assert len(table) == 160


def test_models_of_the_training_and_validation_split_are_seen():
    """Where the reference models are the training set, only those of its test split are shown."""
    dataset = atlas12_reference_dataset()
    models = atlas12_reference_atmospheres()
    left = unseen(models, dataset)
    deep = [model for model in left if model.temperature.size == 80]
    assert len(deep) == int((dataset["split"] == 2).sum())
    # those with 72 layers are not in it, except one with the labels of a model with 80
    assert len(left) - len(deep) >= sum(model.temperature.size == 72 for model in models) - 1


@pytest.mark.parametrize(("count", "most"), [(3, 5), (5, 5), (40, 7), (40, 1)])
def test_a_sample_is_spread_and_holds_the_last(count, most):
    chosen = sample(list(range(count)), most)
    assert len(chosen) == min(count, most) and chosen[-1] == count - 1
    assert chosen == sorted(set(chosen))
    if 1 < most < count:
        assert chosen[0] == 0 and max(np.diff(chosen)) <= np.ceil(count / (most - 1))
