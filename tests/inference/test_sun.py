"""The Sun's labels from its own light."""

import os

import numpy as np
import pytest

from kurucz_a1 import load_emulator
from kurucz_a1.inference.sun import from_spectrum, from_widths
from kurucz_a1.inference.widths import StarWidths
from kurucz_a1.lines.readers import read_csv
from kurucz_a1.spectrum import LINES_6430_6450
from kurucz_a1.spectrum.observed import read_observed
from kurucz_a1.spectrum.package_lines import read_solar_lines


@pytest.fixture(scope="module")
def emulator():
    return load_emulator()


def test_the_sun_from_its_widths(emulator):
    """LTE analyses of such lines find the Sun to 100 K, 0.15 in log g and 0.1 in metallicity, limited by log gf."""
    table = from_widths(emulator, seed=0).set_index("parameter")
    assert table["converged"].all()
    assert abs(table.loc["teff", "off"]) < 120.0
    assert abs(table.loc["logg", "off"]) < 0.2
    assert abs(table.loc["feh", "off"]) < 0.12
    assert 0.6 < table.loc["vmic", "value"] < 1.3  # 0.8 +- 0.1, Sheminova & Gadun 2010, arXiv:1004.3286
    # the assumed errors of widths and log gf are those that the lines show
    assert 0.4 < table["reduced_chi2"].iloc[0] < 2.5


@pytest.mark.skipif("KURUCZ_A1_LONG_TESTS" not in os.environ, reason="minutes: opt-in by KURUCZ_A1_LONG_TESTS=1")
def test_labels_come_back_from_widths_that_were_computed(emulator):
    from kurucz_a1.inference import fit_star

    lines, _ = read_solar_lines()
    widths = StarWidths.prepare(emulator, lines)
    truth = {"teff": 5300.0, "logg": 4.1, "feh": -0.3, "vmic": 1.2}
    measured = np.asarray(widths(**truth))
    fit = fit_star(widths, measured, 0.02 * measured, tuple(truth), fixed={"afe": 0.0})
    for name, value in truth.items():
        assert fit.values[name] == pytest.approx(value, abs=0.02 * fit.errors[name]), name


@pytest.mark.skipif("KURUCZ_A1_LONG_TESTS" not in os.environ, reason="minutes: opt-in by KURUCZ_A1_LONG_TESTS=1")
def test_the_sun_from_its_spectrum(emulator, reference_data):
    """20 A with some thirty lines: the effective temperature to 200 K where log g is known, and the broadening."""
    observed = read_observed(reference_data / "sun" / "sun_harps_ganymede.fits", (6430.0, 6450.0))
    lines = read_csv(LINES_6430_6450)
    table = from_spectrum(emulator, observed, lines, 115000.0, seed=0, known=("logg",)).set_index("parameter")
    assert table["converged"].all() and "logg" not in table.index
    assert abs(table.loc["teff", "off"]) < 250.0
    assert abs(table.loc["feh", "off"]) < 0.25
    assert 1.5 < table.loc["vmac", "value"] < 4.5  # radial-tangential 2.6 +- 0.3, Sheminova & Gadun 2010
