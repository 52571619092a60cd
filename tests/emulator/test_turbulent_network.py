"""Microturbulence from the dataset to a fit: an input of the network where models differ in it, refused elsewhere."""

from dataclasses import replace

import numpy as np
import pytest
from grey_atmospheres import grey_dataset, grey_labels, grey_models

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.emulator import load_emulator
from kurucz_a1.emulator.training import train
from kurucz_a1.errors import OutsideSupport
from kurucz_a1.inference import StarSpectrum, fit_star
from kurucz_a1.labels import SUN
from kurucz_a1.spectrum import LINES_6430_6450

LIKE_METALS = 0.2  # dex of [M/H] that 1 km/s is worth in these made-up models
PIXELS = np.arange(6431.0, 6434.0, 0.2)
FIXED = {"teff": 5900.0, "logg": 4.0, "feh": -0.3, "afe": 0.1}

NAMES = ("teff", "logg", "feh", "afe", "vturb")


def turbulent_dataset(count):
    """Grey models that differ in microturbulence as well, with their derivatives by it."""
    teff, logg, feh, afe = grey_labels(count)
    vturb = np.random.default_rng(5).uniform(1.0, 3.0, count)
    dataset = grey_dataset(count)
    fields = grey_models(teff, logg, feh + LIKE_METALS * (vturb - 2.0), afe)
    # those of models of 2 km/s: near enough for a loss that only guides
    jacobian = dataset["label_jacobian"].values
    jacobian = np.concatenate([jacobian, LIKE_METALS * jacobian[:, :, 2:3]], axis=2)
    variables = {name: (("model", "depth"), fields[..., i]) for i, name in enumerate(FIELD_NAMES)}
    variables |= {"vturb": ("model", vturb), "label_jacobian": (("model", "quantity", "label", "depth"), jacobian)}
    return dataset.drop_dims("label").assign(variables).assign_coords(label=list(NAMES), quantity=list(FIELD_NAMES))


@pytest.fixture(scope="module")
def turbulent(small_hydrostatic, tmp_path_factory):
    """A hydrostatic emulator of models that differ in microturbulence."""
    folder = tmp_path_factory.mktemp("turbulent")
    train(turbulent_dataset(64), small_hydrostatic, folder, "hydrostatic")
    return load_emulator(folder)


@pytest.fixture(scope="module")
def still(trained_hydrostatic):
    """The same of models that all have 2 km/s."""
    return load_emulator(trained_hydrostatic)


def test_it_is_an_input_only_where_models_differ_in_it(turbulent, still):
    assert turbulent.space.free == NAMES and np.shape(turbulent.normalization.labels.minimum) == (5,)
    assert still.space.fixed["vturb"] == 2.0 and np.shape(still.normalization.labels.minimum) == (4,)


def test_models_depend_on_it_as_the_dataset_says(turbulent):
    """More opacity with more microturbulence, hence less pressure at the same optical depth."""
    slow, fast = (turbulent(replace(SUN, feh=-0.8, afe=0.2, vturb=vturb)) for vturb in (1.2, 2.8))
    assert (float(slow.vturb), float(fast.vturb)) == (1.2, 2.8)
    assert np.mean(np.log(fast.gas_pressure / slow.gas_pressure)) < -0.02


def test_other_values_are_refused(turbulent, still):
    with pytest.raises(OutsideSupport, match=r"vturb=1 lies outside 2\.\.2"):
        still(replace(SUN, vturb=1.0))
    with pytest.raises(OutsideSupport, match="vturb=4 lies outside"):
        turbulent(replace(SUN, vturb=4.0))
    assert float(still(teff=5777.0, logg=4.44).vturb) == 2.0


def test_a_fit_takes_it_only_where_it_is_free(turbulent, still):
    error = np.full(PIXELS.size, 1e-3)
    spectrum = StarSpectrum.prepare(still, PIXELS, LINES_6430_6450, 20000.0)
    with pytest.raises(ValueError, match=r"vturb is 2 in all models of this emulator; it cannot be fitted"):
        fit_star(spectrum, np.ones(PIXELS.size), error, ("vturb",))
    spectrum = StarSpectrum.prepare(turbulent, PIXELS, LINES_6430_6450, 20000.0)
    observed = np.asarray(spectrum(**FIXED, vturb=1.4))
    fit = fit_star(spectrum, observed, error, ("vturb",), fixed=FIXED)
    # nothing but the iteration's end separates the fit from the truth
    assert fit.converged and abs(fit.values["vturb"] - 1.4) < 0.1 * fit.errors["vturb"]
