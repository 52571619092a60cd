"""Stars of known labels, observed and fitted."""

import numpy as np
import pandas as pd
import pytest

from kurucz_a1 import load_emulator
from kurucz_a1.evaluation.solved_rows import USUAL
from kurucz_a1.inference import StarSpectrum
from kurucz_a1.inference.recovery import _pull, draw_stars, observe, recover, summarize_pulls
from kurucz_a1.labels import LABEL_NAMES, Labels
from kurucz_a1.spectrum import LINES_6430_6450

FREE = ("teff", "feh")


@pytest.fixture(scope="module")
def spectrum():
    return StarSpectrum.prepare(load_emulator(), np.arange(6431.0, 6449.0, 0.2), LINES_6430_6450, 20000.0)


def test_more_stars_begin_with_the_same_ones():
    few, many = (draw_stars(USUAL, count, FREE, seed=5) for count in (3, 6))
    for name, values in few.items():
        np.testing.assert_array_equal(values, many[name][:3])
    assert np.all(many["vsini"] == 0.0)  # not free, hence not drawn
    assert np.all(draw_stars(USUAL, 3, (*FREE, "vsini"), seed=5)["vsini"] > 0.0)
    for k in range(6):
        assert USUAL.contains(Labels(**{name: many[name][k] for name in LABEL_NAMES}))


def test_noise_is_what_was_asked_for(spectrum):
    flux, error = observe(spectrum, {"teff": 5500.0}, 50.0, [1, 2])
    assert np.all(error == 0.02)
    assert np.std(flux - np.asarray(spectrum(teff=5500.0))) == pytest.approx(0.02, rel=0.25)  # of 90 pixels


def test_stars_come_back(spectrum):
    stars = draw_stars(USUAL, 4, FREE, seed=2)
    rows = [recover(spectrum, {n: float(v[k]) for n, v in stars.items()}, k, FREE, 100.0, seed=2) for k in range(4)]
    table = pd.concat(rows)
    assert table["converged"].all() and set(table["parameter"]) == set(FREE)
    assert np.abs(table["pull"]).max() < 4.0
    assert np.abs(table["pull"]).mean() > 0.1  # the noise is seen


def test_pulls_of_honest_errors_and_of_small_ones():
    generator = np.random.default_rng(0)
    noise = generator.normal(size=400)
    table = pd.DataFrame({"parameter": "teff", "truth": 5000.0, "value": 5000.0 + 30.0 * noise, "error": 30.0})
    table["complaints"] = ["", "at the limit"] * 200
    table["pull"] = (table["value"] - table["truth"]) / table["error"]
    honest, fine = summarize_pulls(table).iloc[[0, 1]].to_dict("records")
    assert honest["pull_scatter"] == pytest.approx(1.0, abs=4 * honest["pull_scatter_error"])
    assert honest["count"] == 400 and fine["count"] == 200 and fine["stars"] == "without complaint"
    assert honest["rms_difference"] == pytest.approx(30.0, rel=0.1)
    assert summarize_pulls(table.assign(pull=2.0 * table["pull"]))["pull_scatter"].iloc[0] > 1.8


def test_a_parameter_without_an_error_has_no_pull(tmp_path):
    """It does not count, also after a table was written and read."""
    table = pd.DataFrame({"parameter": "vsini", "truth": 5.0, "value": [6.0, 4.0, 1.0], "error": [1.0, 1.0, np.inf]})
    table["pull"] = [_pull(value - 5.0, error) for value, error in zip(table["value"], table["error"], strict=True)]
    table["complaints"] = ["", "", "vsini is not constrained"]
    table.to_csv(tmp_path / "stars.csv", index=False)
    for each in (table, pd.read_csv(tmp_path / "stars.csv").fillna({"complaints": ""})):
        row = summarize_pulls(each).iloc[0]
        assert row["count"] == 2 and row["pull_scatter"] == pytest.approx(np.sqrt(2.0))
