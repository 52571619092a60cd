"""How deep lines are, and what is left out."""

import numpy as np
import pytest

from kurucz_a1 import load_emulator, synthesize
from kurucz_a1.lines.line_list import make_line_list
from kurucz_a1.lines.readers import read_line_list
from kurucz_a1.spectrum import LINES_6430_6450, central_depths, lines_that_matter


@pytest.fixture(scope="module")
def sun():
    return load_emulator()(teff=5777.0, logg=4.44)


def test_weak_lines_are_as_deep_as_predicted(sun):
    """Lines of iron and titanium; damping makes them shallower by 2 a / sqrt(pi); a is below 0.05 where they form."""
    lines = make_line_list([6435.0, 6440.0], ["Fe", "Ti"], [0, 1], [4.0, 1.0], [-5.0, -5.0])
    predicted = central_depths(lines, [sun], vmic=1.0)[0]
    for line, expected in zip(lines.wavelength, predicted, strict=True):
        wavelength = line + np.linspace(-1.0, 1.0, 401)
        spectrum = synthesize(sun, wavelength, lines, medium="vacuum", vmic=1.0)
        flux = np.asarray(spectrum.normalized)
        found = 1.0 - flux.min() / flux[0]  # where the wings of hydrogen alone act
        assert 1e-5 < found < 1e-2
        assert 0.93 * expected < found < expected


def test_no_line_is_deeper_than_predicted(sun):
    lines = read_line_list(LINES_6430_6450)
    wavelength = np.arange(6431.0, 6449.0, 0.01)
    strongest = lines[central_depths(lines, [sun], vmic=1.0)[0] > 0.5]
    assert 2 < len(strongest) < len(lines) / 5
    spectrum = synthesize(sun, wavelength, lines, vmic=1.0).normalized
    # all lines that are seen are among those
    for place in wavelength[np.asarray(spectrum) < 0.5]:
        assert np.abs(strongest.wavelength_air - place).min() < 0.2


def test_lines_that_matter_make_the_spectrum(sun):
    """Fewer lines than the list has, and what is left out adds up to little."""
    lines = read_line_list(LINES_6430_6450)
    kept = lines_that_matter(lines, [sun], vmic=1.0, least=1e-2)
    assert 30 < len(kept) < 0.7 * len(lines)
    wavelength = np.arange(6431.0, 6449.0, 0.02)
    whole, fewer = (np.asarray(synthesize(sun, wavelength, each, vmic=1.0).normalized) for each in (lines, kept))
    assert np.abs(fewer - whole).max() < 2e-2 and np.abs(fewer - whole).mean() < 2e-3
    assert len(lines_that_matter(lines[:0], [sun])) == 0
