"""Few points a band give its mean, where as many at random do not."""

import numpy as np
import pytest

from kurucz_a1.lines.band_choice import choose_band_points
from kurucz_a1.lines.sampling import BANDS, sampling_grid
from kurucz_a1.physics.constants import ANGSTROM, SPEED_OF_LIGHT

EDGES = np.arange(4000.0, 4500.1, 50.0)


def crowded(strength, seed=0):
    """A spectrum with 600 lines of all strengths on (4000, 4500) A: wavelengths and flux."""
    rng = np.random.default_rng(seed)
    wavelength = np.arange(4000.0, 4500.0, 0.04)
    depth = np.zeros_like(wavelength)
    for centre, one in zip(rng.uniform(4000.0, 4500.0, 600), 10.0 ** rng.uniform(-2.0, 2.0, 600), strict=True):
        depth += strength * one / (1.0 + ((wavelength - centre) / 0.05) ** 2)
    return wavelength, np.exp(-depth)


def band_means(wavelength, flux):
    return np.array([flux[(wavelength >= a) & (wavelength < a + 50.0)].mean() for a in EDGES[:-1]])


def test_sixteen_points_give_the_mean_of_a_band():
    wavelength, flux = crowded(1.0)
    points = choose_band_points(wavelength, flux, EDGES, 16)
    assert np.all(np.diff(points) > 0) and points.size == 160
    found = np.interp(points, wavelength, flux).reshape(-1, 16).mean(1)
    np.testing.assert_allclose(found, band_means(wavelength, flux), rtol=5e-3)
    # another star: the same lines, three times as strong. Their order hardly changes
    _, other = crowded(3.0)
    found = np.interp(points, wavelength, other).reshape(-1, 16).mean(1)
    np.testing.assert_allclose(found, band_means(wavelength, other), rtol=0.04)
    # sixteen even points are off by the scatter of the flux over 4
    even = other[:: wavelength.size // 160][:160].reshape(-1, 16).mean(1)
    assert np.abs(even / band_means(wavelength, other) - 1.0).max() > 0.1


def test_too_few_points_are_refused():
    with pytest.raises(ValueError, match="16 are wanted"):
        choose_band_points(np.arange(4000.0, 4500.0, 5.0), np.ones(100), EDGES, 16)


def test_the_grid_of_bands_has_sixteen_points_each():
    frequency, weight = sampling_grid(BANDS)
    assert np.all(np.diff(frequency) > 0) and np.all(weight > 0)
    wavelength = SPEED_OF_LIGHT / frequency / ANGSTROM
    counts, _ = np.histogram(wavelength, np.arange(3000.0, 10000.1, 50.0))
    np.testing.assert_array_equal(counts, 16)
    width = weight * wavelength / frequency
    inside = (wavelength > 3000.0) & (wavelength < 10000.0)
    # each stands for an equal share of its band, the change of nu within it left out
    np.testing.assert_allclose(width[inside], 50.0 / 16, rtol=1e-9)
