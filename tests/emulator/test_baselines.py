"""Baselines without a network, and the plain network: they learn what they are shown."""

import numpy as np
import pytest

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.emulator import load_emulator
from kurucz_a1.emulator.baselines import fit_baselines
from kurucz_a1.emulator.training import train
from kurucz_a1.labels import Labels
from kurucz_a1.numerics.splines import log_spline


def labels_of(dataset, split):
    rows = dataset.isel(model=dataset["split"].values == split)
    return rows, Labels(**{name: rows[name].values for name in ("teff", "logg", "feh", "afe")})


def errors(model, rows):
    return {name: np.abs(np.log(np.asarray(getattr(model, name)) / rows[name].values)) for name in FIELD_NAMES}


def test_interpolation_goes_through_every_model(grey):
    rows, labels = labels_of(grey, 0)
    found = errors(fit_baselines(grey)["interpolation"](labels), rows)
    assert max(error.max() for error in found.values()) < 1e-8  # the solution of a linear system


def test_the_polynomial_has_fifteen_terms_and_is_exact_for_a_power_law(grey):
    """ln of a field that is a product of powers of Teff, g and metals is linear in log Teff, log g and [M/H]."""
    power = 3.0 * np.log10(grey["teff"]) + 0.7 * grey["logg"] + 0.3 * grey["feh"] - 0.1 * grey["afe"]
    law = grey.assign(gas_pressure=10.0 ** (power + 0.2 * grey["log_tau"]))
    law["gas_pressure"] = law["gas_pressure"].transpose("model", "depth")
    baseline = fit_baselines(law)["polynomial"]
    rows, labels = labels_of(law, 2)
    assert errors(baseline(labels), rows)["gas_pressure"].max() < 1e-9
    assert errors(baseline(labels), rows)["electron_density"].max() > 1e-3  # no power law
    star = baseline(Labels(teff=5777.0, logg=4.0))
    assert star.temperature.shape == (80,) and star.source == "polynomial"


@pytest.fixture(scope="module")
def direct(grey, tmp_path_factory):
    folder = tmp_path_factory.mktemp("direct")
    options = {"width": 32, "epochs": 60, "learning_rate": 0.01, "batch_size": 8, "dropout": 0.0}
    return train(grey, options, folder, "direct"), load_emulator(folder)


def test_the_plain_network_learns_all_depths_at_once(grey, direct):
    curve, network = direct
    assert curve["validation_loss"].min() < 0.02 * curve["validation_loss"].iloc[0]
    rows, labels = labels_of(grey, 2)
    assert np.median(errors(network(labels), rows)["temperature"]) < 0.05


def test_the_plain_network_is_interpolated_between_its_depths(direct):
    _, network = direct
    whole = network(teff=6000.0, logg=4.0)
    at_nodes = network(teff=6000.0, logg=4.0, log_tau=whole.log_tau)
    np.testing.assert_allclose(at_nodes.temperature, whole.temperature, rtol=1e-5)  # single precision
    between = network(teff=6000.0, logg=4.0, log_tau=[-0.9375])
    spline = log_spline(whole.log_tau, whole.temperature)
    np.testing.assert_allclose(between.temperature[0], np.exp(spline(-0.9375)), rtol=1e-5)
