"""A synthetic star at high resolution whose labels are searched for at low resolution first."""

import numpy as np
import pytest

from kurucz_a1 import load_emulator
from kurucz_a1.inference import StarSpectrum
from kurucz_a1.inference.lines import is_near, stars_near
from kurucz_a1.inference.observed_star import FirstSpectrum, StarSetting
from kurucz_a1.inference.search import RESOLUTION, Pixels, smoothed
from kurucz_a1.lines.readers import read_line_list
from kurucz_a1.spectrum import LINES_6430_6450, lines_that_matter

TRUTH = {"teff": 5400.0, "feh": -0.3, "rv": 0.4}
WINDOWS = (6431.0, 6439.0), (6441.0, 6449.0)
HIGH = 60_000.0
NOISE = 0.005


@pytest.fixture(scope="module")
def lines():
    return read_line_list(LINES_6430_6450)


def test_a_star_is_found_by_a_search(lines):
    """From 60,000 the search takes strong lines at 20,000; the fit of all pixels ends within its errors."""
    emulator = load_emulator()
    wavelengths = [np.arange(*window, 0.05) for window in WINDOWS]
    rng = np.random.default_rng(7)
    pixels = []
    for wavelength in wavelengths:
        flux = np.asarray(StarSpectrum.prepare(emulator, wavelength, lines, HIGH)(**TRUTH))
        pixels.append(Pixels(wavelength, flux + NOISE * rng.normal(size=flux.size), np.full(flux.size, NOISE)))
    pixels[0].flux[30:33] = np.nan
    setting = StarSetting(
        emulator=emulator,
        lines=lines,
        windows=WINDOWS,
        resolution=HIGH,
        free=(*TRUTH, "continuum"),
        least=1e-3,
    )
    first = FirstSpectrum.prepare(setting)
    assert first.search and first.spectrum.windows[0].resolution == RESOLUTION
    said = []
    fit, spectrum = first.fit(pixels, seed=0, say=said.append)
    assert spectrum.windows[0].resolution == HIGH and fit.converged and not fit.complaints
    assert said[0].startswith("near teff 5") and said[1].endswith("lines matter in such stars")
    for name, value in TRUTH.items():
        assert abs(fit.values[name] - value) < 4.0 * fit.errors[name], name


def test_smoothing_is_that_of_a_spectrograph_of_lower_resolution():
    """A line at high resolution, smoothed, and the same line of the width that the lower resolution gives."""
    c, centre = 299_792.458, 6440.0
    wavelength = np.arange(6430.0, 6450.0, 0.01)

    def line(wavelength, resolution):
        sigma = centre / resolution / 2.3548
        return 1.0 - 0.1 / sigma * np.exp(-0.5 * ((wavelength - centre) / sigma) ** 2)

    noise = np.full(wavelength.size, 0.01)
    found = smoothed(Pixels(wavelength, line(wavelength, 100_000.0), noise), 100_000.0, 20_000.0)
    inside = (found.wavelength > 6431.0) & (found.wavelength < 6449.0)
    # sums over pixels of a tenth of the width are exact
    np.testing.assert_allclose(found.flux[inside], line(found.wavelength, 20_000.0)[inside], atol=1e-4)
    step = np.diff(np.log(found.wavelength)) * c
    np.testing.assert_allclose(step, 0.5 * c / 20_000.0, rtol=1e-6)
    # white noise of 0.01, averaged over a Gaussian of 6.2 km/s by pixels of 0.47 km/s
    assert np.nanmedian(found.error) == pytest.approx(0.01 * np.sqrt(0.466 / (2.0 * np.sqrt(np.pi) * 6.24)), rel=0.02)


def test_smoothing_leaves_out_what_is_unknown():
    wavelength = np.arange(6430.0, 6450.0, 0.02)
    flux, error = np.ones(wavelength.size), np.full(wavelength.size, 0.01)
    flux[400:500] = np.nan
    flux[200], error[700] = 50.0, 0.0
    flux[200] = np.nan
    found = smoothed(Pixels(wavelength, flux, error), 50_000.0, 20_000.0)
    unknown = np.isnan(found.flux)
    hole = (found.wavelength > 6438.1) & (found.wavelength < 6439.9)
    # both ends too, where a part of the profile lies outside
    assert unknown[hole].all() and unknown[[0, -1]].all() and unknown.mean() < 0.2
    np.testing.assert_allclose(found.flux[~unknown], 1.0, rtol=1e-12)
    same = Pixels(wavelength, flux, error)
    assert smoothed(same, 20_000.0, 20_000.0) is same


def test_lines_of_stars_near_are_those_of_the_star(lines):
    """What matters in a star matters in one of those around it, which have more of everything and are inside."""
    emulator = load_emulator()
    star = {"teff": 5400.0, "logg": 4.4, "feh": -0.1}
    around = stars_near(emulator, star)
    own, near = (lines_that_matter(lines, models, vmic=1.0, least=1e-2) for models in ([emulator(**star)], around))
    assert set(own.wavelength) <= set(near.wavelength) and len(near) < len(lines)
    edge = stars_near(emulator, {"teff": emulator.space["teff"][0], "feh": emulator.space["feh"][1]})
    assert all(emulator.space.contains(model.labels) for model in edge)
    assert is_near({"teff": 5500.0, "feh": 0.0, "vmic": 3.0}, {"teff": 5400.0, "feh": 0.1, "vmic": 1.0})
    assert not is_near({"teff": 5600.0, "feh": 0.0}, {"teff": 5400.0, "feh": 0.0})
    assert not is_near({"teff": 5600.0, "feh": 0.2}, {"teff": 5600.0, "feh": 0.0})


def test_a_search_is_at_low_resolution_only_where_that_saves_time(lines):
    known = {"emulator": load_emulator(), "lines": lines, "windows": WINDOWS, "free": ("teff",), "least": 1e-3}
    lower = [StarSetting(resolution=resolution, **known).search_resolution for resolution in (5e3, 2.5e4, 1.2e5)]
    assert lower == [5e3, 2.5e4, RESOLUTION]
