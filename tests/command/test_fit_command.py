"""The labels of a star from the file of its spectrum."""

import re

import matplotlib.image
import numpy as np
import pandas as pd
import pytest

from kurucz_a1.command import main

STAR = ["--teff", "5600", "--logg", "4.4", "--feh", "-0.2", "--vmic", "1", "--resolution", "20000", "--step", "0.1"]
FIT = ["--window", "6431", "6449", "--resolution", "20000", "--free", "teff", "feh", "rv", "continuum"]
VELOCITY = -310.0  # km/s


@pytest.fixture(autouse=True)
def in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_the_labels_of_a_star_come_back(capsys):
    """Noise of 0.5 % and that signal-to-noise ratio: within four standard errors, log g being 0.04 off the default.

    The star moves by 6.6 A, a third of the window.
    """
    assert main(["spectrum", *STAR, "-o", "star.csv"]) == 0
    star = pd.read_csv("star.csv", comment="#")
    noise = 0.005 * np.random.default_rng(11).normal(size=len(star))
    noisy = {"normalized": star["normalized"] + noise, "flux": star["flux"] + noise * star["continuum"]}
    noisy["wavelength_air_angstrom"] = star["wavelength_air_angstrom"] * (1.0 + VELOCITY / 299792.458)
    star.assign(**noisy).to_csv("noisy.csv", index=False)
    words = [*FIT, "--signal-to-noise", "200", "-o", "labels.csv", "--spectrum", "fitted.csv", "--plot", "fit.png"]
    assert main(["fit", "noisy.csv", *words]) == 0
    assert capsys.readouterr().out == ""
    table = pd.read_csv("labels.csv").set_index("parameter")
    for name, true in {"teff": 5600.0, "feh": -0.2, "rv": VELOCITY}.items():
        assert abs(table.loc[name, "value"] - true) < 4.0 * table.loc[name, "error"]
    assert table.loc["teff", "error"] < 100.0 and table.loc["rv", "error"] < 0.5
    fitted = pd.read_csv("fitted.csv")
    # 181 pixels scatter by 0.5 %, to a tenth of that
    assert np.std(fitted["observed"] - fitted["fitted"]) == pytest.approx(0.005, rel=0.2)
    assert matplotlib.image.imread("fit.png").std() > 0.05


def test_several_windows_are_fitted_together(capsys):
    """Three straight lines follow a continuum that one does not; the error tells what windows tell apart."""
    assert main(["spectrum", *STAR, "-o", "star.csv"]) == 0
    star = pd.read_csv("star.csv", comment="#")
    wavelength = star["wavelength_air_angstrom"]
    flux = star["flux"] * (1.0 + 0.02 * ((wavelength - 6440.0) / 10.0) ** 2)
    flux *= 1.0 + 0.005 * np.random.default_rng(11).normal(size=len(star))
    pd.DataFrame({"wavelength": wavelength, "flux": flux}).to_csv("noisy.csv", index=False)
    windows = [
        each for ends in ((6431, 6435), (6435, 6439.5), (6440.5, 6449)) for each in ("--window", *map(str, ends))
    ]
    words = ["--resolution", "20000", "--free", "teff", "feh", "continuum_slope", "--signal-to-noise", "200"]
    assert main(["fit", "noisy.csv", *windows, *words]) == 0
    rows = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert list(rows) == ["teff", "feh", "reduced"]
    value, error, between = (float(each) for each in re.findall(r"[\d.]+", rows["teff"]))
    assert abs(value - 5600.0) < 4.0 * np.hypot(error, between)
    # nothing but noise and the bend within a window: three windows tell its size to a factor of a few
    assert 0.05 * error < between < 5.0 * error


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["star.csv", "--window", "5000", "5100"], "no --lines is given, and the lines of the package are complete"),
        (["star.csv", "--window", "6449", "6431"], "--window"),
        (["star.csv", "--window", "6431", "6440", "--window", "6449", "6441"], "--window is [6449.0, 6441.0]"),
        (["star.csv", "--window", "6440", "6442"], "rv, but in --window 21 pixels can be compared, too few"),
        (["star.csv", "--resolution", "3"], "--resolution"),
        (["star.csv", "--free", "teff", "tef"], "--free"),
        (["none.csv"], "none.csv"),
        (["star.csv", "--window", "6431", "6449", "--emulator", "nowhere"], "nowhere: no emulator here"),
        (["star.csv", "-o", "star.csv"], "star.csv: is read by this command"),
    ],
)
def test_a_mistake_is_one_line_about_options(words, says, capsys):
    wavelength = np.arange(4990.0, 6500.0, 0.1)
    pd.DataFrame({"wavelength": wavelength, "flux": np.ones(wavelength.size)}).to_csv("star.csv", index=False)
    assert main(["fit", *words]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and says in lines[0] and "inference." not in lines[0] and "config" not in lines[0]
