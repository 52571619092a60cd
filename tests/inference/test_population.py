"""Line strengths that were wrong, from stars of unknown labels."""

import numpy as np
import pytest

from kurucz_a1 import load_emulator
from kurucz_a1.evaluation.solved_rows import USUAL
from kurucz_a1.inference import StarSpectrum, calibrate
from kurucz_a1.inference.calibration_trial import lines_to_calibrate
from kurucz_a1.inference.population import _Blocks, _solve, total_log_gf
from kurucz_a1.lines.air import air_to_vacuum
from kurucz_a1.lines.line_list import make_line_list
from kurucz_a1.lines.readers import read_line_list
from kurucz_a1.spectrum import LINES_6430_6450

PIXELS = np.arange(6431.0, 6449.0, 0.1)
NOISE = 0.004
FREE = ("teff", "feh")


@pytest.fixture(scope="module")
def calibrated():
    """(Calibration, true log gf, what the list said, labels) of ten lines, five strong, five weak, by six stars."""
    lines = read_line_list(LINES_6430_6450)
    generator = np.random.default_rng(8)
    spectrum = StarSpectrum.prepare(load_emulator(), PIXELS, lines, 20000.0)
    inside = lines_to_calibrate(lines, (6432.0, 6448.0))
    order = np.argsort(total_log_gf(lines.log_gf, inside) - [lines.lower_energy[line[0]] for line in inside])
    chosen = tuple(inside[k] for k in [*order[:5], *order[-5:]])
    wrong = generator.choice([-1.0, 1.0], len(chosen)) * generator.uniform(0.1, 0.3, len(chosen))
    listed = lines.log_gf.copy()
    for line, error in zip(chosen, wrong, strict=True):
        listed[list(line)] += error
    labels = USUAL.draw(6, generator).as_dict()
    labels |= {
        "teff": np.linspace(4900.0, 6300.0, 6),
        "logg": np.linspace(2.5, 4.5, 6),
        "feh": np.linspace(-0.8, 0.2, 6),
    }
    stars = [{name: values[k] for name, values in labels.items()} for k in range(6)]
    clean = np.stack([spectrum(**star) for star in stars])
    observed = clean + NOISE * generator.normal(size=clean.shape)
    start = labels | {"teff": labels["teff"] + 80.0, "feh": labels["feh"] - 0.1}
    found = calibrate(spectrum, observed, np.full(clean.shape, NOISE), FREE, start, chosen, listed)
    assert max(len(line) for line in chosen) > 1  # one has several components
    return found, total_log_gf(lines.log_gf, chosen), total_log_gf(listed, chosen), labels


def test_strong_lines_are_recovered(calibrated):
    found, truth, _, _ = calibrated
    assert found.converged
    # 6 x 180 pixels: chi2 scatters by 4 %
    assert 0.85 < found.reduced_chi2 < 1.15
    assert found.constrained.sum() >= 4  # of the five with most log gf - energy, one is of a rare element
    pulls = (found.log_gf - truth)[found.constrained] / found.errors[found.constrained]
    assert np.abs(pulls).max() < 4.0
    known = found.errors < 0.02
    assert known.any() and np.abs(found.log_gf - truth)[known].max() < 0.06


def test_weak_lines_are_said_to_be_unconstrained(calibrated):
    found, truth, listed, _ = calibrated
    weak = ~found.constrained
    assert weak.any()
    # the prior keeps them where they were, which was wrong by less than it allows for
    assert np.abs(found.log_gf - listed)[weak].max() < 0.3
    # no nearer to the truth than they were, and they say so
    assert np.abs(found.log_gf - truth)[weak].mean() > 0.1 and found.errors[weak].min() > 0.15


def test_labels_come_out_with_the_lines(calibrated):
    found, _, _, labels = calibrated
    assert np.abs(found.labels["teff"] - labels["teff"]).max() < 150.0
    assert np.abs(found.labels["feh"] - labels["feh"]).max() < 0.15
    assert not found.outside.any()


def test_components_of_a_line_are_together_and_others_apart():
    """Two lines of one multiplet 0.8 A apart, one of them with three components, and a line of another element between
    these; the strongest of each says whether it is in the window."""
    wavelength = air_to_vacuum(np.array([6440.95, 6440.92, 6440.94, 6440.94, 6441.75]))
    lines = make_line_list(
        wavelength,
        ["Mn", "Mn", "Fe", "Mn", "Mn"],
        [0] * 5,
        [3.7724, 3.7726, 3.772, 3.7724, 3.7724],
        [-1.9, -1.7, -2.0, -2.0, -1.0],
    )
    names = {tuple(lines.species[list(line)]) for line in lines_to_calibrate(lines, (6430.0, 6450.0))}
    assert names == {("Mn", "Mn", "Mn"), ("Fe",), ("Mn",)}
    (line,) = lines_to_calibrate(lines, (6441.0, 6450.0))
    assert lines.wavelength_air[line[0]] == pytest.approx(6441.75)
    assert total_log_gf([-1.0, -1.0, -3.0], ((0, 1), (2,))) == pytest.approx([np.log10(0.2), -3.0])


def test_elimination_is_the_solution_of_the_whole_system():
    """Against the normal equations of three stars and four lines written out."""
    generator = np.random.default_rng(2)
    own, lines = (generator.normal(size=(3, 20, n)) for n in (2, 4))
    residuals, shift, prior = generator.normal(size=(3, 20)), 0.1 * generator.normal(size=4), 0.3
    blocks = [
        _Blocks(a.T @ a, a.T @ b, b.T @ b, a.T @ r, b.T @ r) for a, b, r in zip(own, lines, residuals, strict=True)
    ]
    design = np.zeros((64, 10))
    right = np.zeros(64)
    for k in range(3):
        rows = slice(20 * k, 20 * k + 20)
        design[rows, 2 * k : 2 * k + 2], design[rows, 6:], right[rows] = own[k], lines[k], residuals[k]
    design[60:, 6:], right[60:] = np.eye(4) / prior, shift / prior
    step = -np.linalg.lstsq(design, right, rcond=None)[0]
    of_lines, of_stars, covariance = _solve(blocks, shift, prior, 0.0)
    np.testing.assert_allclose(of_lines, step[6:], rtol=1e-10)
    np.testing.assert_allclose(of_stars.ravel(), step[:6], rtol=1e-10)
    np.testing.assert_allclose(covariance, np.linalg.inv(design.T @ design)[6:, 6:], rtol=1e-8)


def test_names_are_checked():
    spectrum = StarSpectrum.prepare(load_emulator(), PIXELS, LINES_6430_6450, 20000.0)
    flux = np.ones((1, PIXELS.size))
    with pytest.raises(ValueError, match="metals: not a parameter"):
        calibrate(spectrum, flux, flux, ["metals"], {"metals": [0.0]}, (0,), [0.0])
    with pytest.raises(ValueError, match="feh: has no start"):
        calibrate(spectrum, flux, flux, ["feh"], {}, (0,), [0.0])
    with pytest.raises(ValueError, match="teff: is known beforehand, but not free"):
        calibrate(spectrum, flux, flux, ["feh"], {"feh": [0.0]}, (0,), [0.0], known={"teff": ([5777.0], [50.0])})
