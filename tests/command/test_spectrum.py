"""Spectra, fits and pictures from the command line: the numbers of the functions behind them."""

import matplotlib.image
import numpy as np
import pandas as pd
import pytest
from astropy import units
from astropy.table import QTable

from kurucz_a1 import load_emulator, synthesize, write_deck
from kurucz_a1.command import main
from kurucz_a1.lines.air import air_to_vacuum
from kurucz_a1.spectrum import LINES_6430_6450
from kurucz_a1.spectrum.observed import at_one_au, solar_irradiance

WINDOW = ["--window", "6438", "6440"]
SUN = ["--teff", "5777", "--logg", "4.44"]


@pytest.fixture(autouse=True)
def in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def computed(*words):
    assert main(["spectrum", *words, "-o", "found.csv"]) == 0
    return pd.read_csv("found.csv", comment="#")


def width(table):
    """Equivalent width, A."""
    return np.trapezoid(1.0 - table["normalized"], table.iloc[:, 0])


def test_the_spectrum_of_labels_is_that_of_synthesize():
    table = computed(*SUN, *WINDOW, "--step", "0.02", "--vmic", "1")
    assert list(table) == ["wavelength_air_angstrom", "normalized", "flux", "continuum"]
    wavelength = 6438.0 + 0.02 * np.arange(101)
    np.testing.assert_allclose(table["wavelength_air_angstrom"], wavelength, rtol=1e-9)
    expected = synthesize(load_emulator()(teff=5777.0, logg=4.44), wavelength, LINES_6430_6450, vmic=1.0)
    # seven digits are written; the list of the command has lines beyond the window that reach it by less than 1e-4
    np.testing.assert_allclose(table["normalized"], expected.normalized, atol=1e-4)
    np.testing.assert_allclose(table["continuum"], expected.continuum, rtol=1e-6)


def test_broadening_keeps_the_width_of_a_line_and_makes_it_shallow():
    """Ca I 6439.07 alone: each broadening is a convolution, which keeps the integral, to the wings that it moves out of
    the window, a few per cent of the line beyond 1 A."""
    sharp = computed(*SUN, *WINDOW, "--vmic", "1")
    for words in (["--vsini", "10"], ["--vmac", "5"], ["--resolution", "20000"]):
        broad = computed(*SUN, *WINDOW, "--vmic", "1", *words)
        np.testing.assert_allclose(broad.iloc[:, 0], sharp.iloc[:, 0])
        assert width(broad) == pytest.approx(width(sharp), rel=0.03)
        assert broad["normalized"].min() > sharp["normalized"].min() + 0.05
        # the continuum is straight here: broadening leaves it
        np.testing.assert_allclose(broad["continuum"], sharp["continuum"], rtol=1e-5)


def test_the_profile_of_the_spectrograph_is_gaussian():
    """sigma^2 of the line grows by that of the profile: (6439 A / 20000 / 2.3548)^2."""

    def variance(table):
        near = table[(table.iloc[:, 0] > 6438.95) & (table.iloc[:, 0] < 6439.2)]
        depth = np.log(1.0 - near["normalized"])
        return -0.5 / np.polyfit(near.iloc[:, 0] - 6439.07, depth, 2)[0]

    words = [*SUN, "--feh", "-2", *WINDOW, "--vmic", "1", "--step", "0.005"]  # weak: nearly Gaussian in its core
    before, after = (variance(computed(*words, "--resolution", r)) for r in ("60000", "20000"))
    profile = (6439.07 / 2.3548) ** 2 * (1.0 / 20000.0**2 - 1.0 / 60000.0**2)
    assert after - before == pytest.approx(profile, rel=0.15)  # the wings of the line are no Gaussian


def test_a_deck_gives_the_spectrum_of_its_model():
    write_deck("sun.mod", load_emulator()(teff=5777.0, logg=4.44), program="moog")
    of_deck, of_labels = computed("sun.mod", *WINDOW, "--step", "0.05"), computed(*SUN, *WINDOW, "--step", "0.05")
    # decks have four digits of pressure and 0.1 K; abundances to 0.001 dex
    np.testing.assert_allclose(of_deck["normalized"], of_labels["normalized"], atol=2e-3)


def test_fits_has_units_and_vacuum_is_vacuum():
    air = computed(*SUN, *WINDOW, "--step", "0.05")
    longer = float(air_to_vacuum(np.array([6439.0]))[0]) - 6439.0
    words = ["--window", f"{6438 + longer}", f"{6440 + longer}", "--step", "0.05", "--medium", "vacuum"]
    assert main(["spectrum", *SUN, *words, "-o", "sun.fits", "--plot", "sun.png"]) == 0
    table = QTable.read("sun.fits")
    assert table["wavelength"].unit == units.Angstrom and table.meta["MEDIUM"] == "vacuum"
    assert table["flux"].unit == units.erg / units.s / units.cm**2 / units.Angstrom
    # the wavelengths are 3e-4 A apart at the ends, and the flux changes by up to 3 per A
    np.testing.assert_allclose(table["normalized"], air["normalized"], atol=1e-3)
    wavelength, irradiance = solar_irradiance()
    observed = np.interp(643.9, wavelength, irradiance)
    # the standard has steps of 1 nm, in which lines take 3 %
    assert at_one_au(float(np.mean(table["continuum"].value))) == pytest.approx(observed, rel=0.07)
    assert matplotlib.image.imread("sun.png").std() > 0.05  # something is drawn


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["--window", "5000", "5010"], 1, "complete from 6430 to 6450 A only; name a list with --lines"),
        (["--window", "6440", "6439"], 2, "give the shorter wavelength first"),
        (["--step", "0"], 2, "--step: 0 is not positive"),
        (["--vsini", "-1"], 2, "--vsini: -1 is negative"),
        (["--format", "fits"], 2, "name a file with -o"),
        (["--plot", "sun.gif"], 2, "'sun.gif' must end in .png or .pdf"),
        (["--lines", "none.dat"], 1, "none.dat"),
        (["-o", "same.png", "--plot", "same.png"], 1, "is named for two outputs"),
        (["none.atm"], 1, "none.atm: no such file"),
        (["none.atm", "--solve"], 2, "a FILE needs neither emulator nor solver"),
    ],
)
def test_a_mistake_is_one_line(words, status, says, capsys, tmp_path):
    try:
        found = main(["spectrum", *SUN, *words])
    except SystemExit as ended:
        found = ended.code
    lines = capsys.readouterr().err.splitlines()
    assert found == status and len(lines) == 1 and says in lines[0]
    assert list(tmp_path.iterdir()) == []


def test_labels_or_a_file_are_needed(capsys):
    with pytest.raises(SystemExit):
        main(["spectrum"])
    assert "give a FILE, or --teff and --logg" in capsys.readouterr().err
