"""Labels of stars from spectra that were made with known ones."""

import numpy as np
import pytest
from astropy.table import MaskedColumn
from astropy.utils.masked import Masked

from kurucz_a1 import load_emulator
from kurucz_a1.inference import StarSpectrum, fit_star
from kurucz_a1.inference.fit import covariance_of, weighted
from kurucz_a1.spectrum import LINES_6430_6450

PIXELS = np.arange(6431.0, 6449.0, 0.1)
TRUTH = {"teff": 5500.0, "feh": -0.25, "rv": 4.0, "vsini": 5.0}
FIXED = {"logg": 4.3, "afe": 0.05, "vmic": 1.1}
NOISE = 0.005


@pytest.fixture(scope="module")
def spectrum():
    return StarSpectrum.prepare(load_emulator(), PIXELS, LINES_6430_6450, 20000.0)


@pytest.fixture(scope="module")
def observed(spectrum):
    clean = np.asarray(spectrum(**TRUTH, **FIXED))
    return clean + NOISE * np.random.default_rng(4).normal(size=clean.size)


def test_a_star_is_found_from_far_starts(spectrum, observed):
    fit = fit_star(spectrum, observed, np.full(PIXELS.size, NOISE), tuple(TRUTH), fixed=FIXED)
    assert fit.converged and fit.agreed >= 2 and not fit.complaints
    # 180 pixels: chi2 scatters by 11 %
    assert 0.65 < fit.reduced_chi2 < 1.35
    for name, value in TRUTH.items():
        assert abs(fit.values[name] - value) < 4.0 * fit.errors[name]
    # the errors are those of the quality: a teff to a few kelvin means that they are not
    assert 3.0 < fit.errors["teff"] < 100.0 and 0.001 < fit.errors["feh"] < 0.1


def test_pixels_without_a_number_do_not_count(spectrum, observed):
    spoilt = observed.copy()
    spoilt[20:30] = np.nan
    error = np.full(PIXELS.size, NOISE)
    error[40:45] = np.inf
    spoilt[40:45] = 7.0
    error[60:62], error[62:64] = 0.0, -1.0  # as bad pixels are marked
    spoilt[60:64] = 5.0
    fit = fit_star(spectrum, spoilt, error, tuple(TRUTH), fixed=FIXED)
    assert abs(fit.values["teff"] - TRUTH["teff"]) < 4.0 * fit.errors["teff"] and not fit.complaints


def test_masked_pixels_do_not_count():
    """Of NumPy's masked arrays and of astropy's columns and quantities, in the flux or in the error."""
    flux, error = np.array([1.0, 3.0, 0.9, 0.8]), np.full(4, 0.1)
    second, last = np.array([False, True, False, False]), np.array([False, False, False, True])
    for masked in (np.ma.masked_array, MaskedColumn, Masked):
        target, weight = weighted(masked(flux, mask=second), masked(error, mask=last))
        assert type(target) is type(weight) is np.ndarray
        assert target.tolist() == [1.0, 0.0, 0.9, 0.0]
        np.testing.assert_allclose(weight, [10.0, 0.0, 10.0, 0.0])


def test_what_it_cannot_know_is_said(spectrum):
    """A spectrum without a line pushes metals to the limit."""
    fit = fit_star(
        spectrum, np.ones(PIXELS.size), np.full(PIXELS.size, NOISE), ("feh",), fixed=FIXED | {"teff": 5500.0}
    )
    assert any("limit of its allowed range" in line for line in fit.complaints)
    assert any("outside the emulator's training range" in line for line in fit.complaints)


def test_a_spectrum_that_the_model_does_not_describe(spectrum, observed):
    """A line that the list lacks, a third deep: the errors are not what the fit says, and it says so."""
    strange = observed - 0.3 * np.exp(-(((PIXELS - 6442.0) / 0.3) ** 2))
    fit = fit_star(
        spectrum, strange, np.full(PIXELS.size, NOISE), ("teff", "feh"), fixed=FIXED | {"rv": 4.0, "vsini": 5.0}
    )
    assert fit.reduced_chi2 > 2.0 and any("the fit is poor" in line for line in fit.complaints)


def test_a_parameter_without_influence_has_an_infinite_error():
    """The third column is nothing, the last two are one direction."""
    generator = np.random.default_rng(6)
    jacobian = generator.normal(size=(40, 5))
    jacobian[:, 2], jacobian[:, 4] = 0.0, 2.0 * jacobian[:, 3]
    errors = np.sqrt(np.diag(covariance_of(jacobian)))
    assert np.isinf(errors[[2, 3, 4]]).all()
    known = np.sqrt(np.diag(np.linalg.inv(jacobian[:, [0, 1, 3]].T @ jacobian[:, [0, 1, 3]])))
    np.testing.assert_allclose(errors[:2], known[:2], rtol=1e-10)


def test_names_and_numbers_are_checked(spectrum, observed):
    with pytest.raises(ValueError, match="metals: not a parameter; known are teff"):
        fit_star(spectrum, observed, np.full(PIXELS.size, NOISE), ("metals",))
    error = np.full(PIXELS.size, NOISE)
    with pytest.raises(ValueError, match="teff: both free and fixed"):
        fit_star(spectrum, observed, error, ["teff"], fixed={"teff": 5000.0})
    with pytest.raises(ValueError, match="vsini is 80 km/s; the allowed range is 0 to 50"):
        fit_star(spectrum, observed, error, ["teff"], fixed={"vsini": 80.0})
    with pytest.raises(ValueError, match=r"flux \(7,\) and error \(7,\) must have the shape of the pixels, \(180,\)"):
        fit_star(spectrum, observed[:7], error[:7], ["teff"])
    with pytest.raises(ValueError, match="tef: not a parameter"):
        spectrum(tef=5000.0)
    with pytest.raises(ValueError, match="0 pixels can be used, too few for 1 parameters"):
        fit_star(spectrum, observed, np.full(PIXELS.size, np.nan), ("teff",))
