"""Statistical lines of water against the band model that they stand for, and the sums of harmonic oscillators."""

from itertools import pairwise

import numpy as np
import pytest

from kurucz_a1.lines import water
from kurucz_a1.physics.constants import BOLTZMANN, ELECTRON_VOLT, PLANCK, SPEED_OF_LIGHT
from kurucz_a1.physics.partition_functions import molecular_partition_function

wavenumbers, temperatures, table = water.band_model()


@pytest.fixture(scope="module")
def lines():
    return water.water_lines()


def strengths(lines, temperature):
    """Integrated cross sections of lines in cm a molecule (cm2 times cm-1), and their stimulated emission."""
    wavenumber = 1e8 / lines.wavelength
    population = np.exp(-lines.lower_energy * ELECTRON_VOLT / (BOLTZMANN * temperature))
    population /= float(molecular_partition_function("H2O", temperature))
    emission = -np.expm1(-PLANCK * SPEED_OF_LIGHT * wavenumber / (BOLTZMANN * temperature))
    # pi e2 / (m c2) = 8.8528e-13 cm
    return 8.8528e-13 * 10**lines.log_gf * population * emission


def in_intervals(lines, values):
    place = np.round((1e8 / lines.wavelength - wavenumbers[0]) / 25.0).astype(int)
    return np.bincount(place, values, wavenumbers.size)


@pytest.mark.parametrize("temperature", temperatures)
def test_mean_absorption_is_that_of_the_table(lines, temperature):
    mean = in_intervals(lines, strengths(lines, temperature)) / 25.0
    error = mean / table[:, temperatures == temperature][:, 0] - 1
    # no sum of Boltzmann factors goes through all points of a table of measurements: some are off by a digit
    assert abs(np.median(error)) < 0.01 and np.percentile(np.abs(error), 95) < 0.17
    total = mean.sum() / table[:, temperatures == temperature].sum()
    assert total == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("temperature", temperatures[temperatures >= 1000])
def test_density_of_lines_is_that_of_the_band_model(lines, temperature):
    """(sum sqrt S)^2 / sum S: the lines that saturated ones are as good as."""
    each = strengths(lines, temperature)
    seen = in_intervals(lines, np.sqrt(each)) ** 2 / in_intervals(lines, each) / 25.0
    ratio = np.log10(seen / water.line_density(wavenumbers, np.array([temperature]))[:, 0])
    # the whole curve of growth was fitted: strengths at several energies are spread more than those of the model, so
    # that more of them make as much absorption in its middle; 0.25 dex in density is 0.12 dex in saturated absorption
    assert 0.0 < np.median(ratio) < 0.27 and np.std(ratio) < 0.15


@pytest.mark.parametrize("temperature", [1500.0, 2500.0])
@pytest.mark.parametrize(("low", "high"), [(3387.5, 4012.5), (4987.5, 5737.5), (6387.5, 6712.5)])
def test_transmission_is_that_of_the_band_model(low, high, temperature, lines):
    """Lorentz lines of one width in 13 to 30 intervals, thin to thick: tau = x / sqrt(1 + x / (4 a)), x the mean
    absorption, a the width times the density (Ludwig et al. 1973)."""
    width = 0.05
    near = lines[(1e8 / lines.wavelength > low - 20) & (1e8 / lines.wavelength < high + 20)]
    each = strengths(near, temperature)
    near, each = near[each > 1e-5 * each.max()], each[each > 1e-5 * each.max()]
    points = np.arange(low, high, 0.05)
    section = np.zeros_like(points)
    for position, strength in zip(1e8 / near.wavelength, each, strict=True):
        first, last = np.searchsorted(points, [position - 12, position + 12])
        section[first:last] += strength * width / np.pi / ((points[first:last] - position) ** 2 + width**2)
    inside = (wavenumbers > low) & (wavenumbers < high)
    mean = table[inside, temperatures == temperature]
    density = water.line_density(wavenumbers[inside], np.array([temperature]))[:, 0]
    for column in np.geomspace(1e19, 1e23, 9):
        x = mean * column
        expected = np.mean(np.exp(-x / np.sqrt(1 + x / (4 * width * density))))
        # what is left of the wider spread of strengths, and chance
        assert np.mean(np.exp(-section * column)) == pytest.approx(expected, abs=0.07), column


def system_sums(mean):
    systems = pairwise([0.0, *(highest for highest, _ in water.SYSTEMS)])
    return np.array([mean[(wavenumbers >= low) & (wavenumbers < high)].sum(axis=0) for low, high in systems])


def test_the_table_itself_keeps_the_sums_of_harmonic_oscillators():
    """Rotation, stretching and the band at 5300 cm-1 from 600 to 2500 K, to the accuracy of the measurements."""
    sums = system_sums(table[:, 1:])
    for system, tolerance in ((0, 0.02), (2, 0.06), (3, 0.12)):
        growth = water.harmonic_growth(water.SYSTEMS[system][1], temperatures[1:])
        np.testing.assert_allclose(sums[system] / growth / (sums[system] / growth).mean(), 1.0, atol=tolerance)


@pytest.mark.parametrize("temperature", [3000.0, 3700.0, 4600.0])
def test_band_systems_grow_as_harmonic_oscillators_above_the_table(lines, temperature):
    sums = system_sums(in_intervals(lines, strengths(lines, temperature)) / 25.0)
    last_sums = system_sums(table[:, -1])
    for seen, known, (_, quanta) in zip(sums, last_sums, water.SYSTEMS, strict=True):
        hot, last = water.harmonic_growth(quanta, np.array([temperature, temperatures[-1]]))
        # what the least squares leave
        assert seen / known == pytest.approx(hot / last, rel=0.06)


def test_windows_fill_with_temperature():
    """Least absorption between the systems over the largest beside it."""
    temperature, sections = water.mean_cross_sections()
    window = (wavenumbers > 2300) & (wavenumbers < 3000)
    band = (wavenumbers > 3000) & (wavenumbers < 4200)
    contrast = sections[window].min(axis=0) / sections[band].max(axis=0)
    assert np.all(np.diff(contrast) > 0) and temperature[-1] == 4600.0


def test_the_list_is_always_the_same(lines):
    again = water.water_lines.__wrapped__()
    np.testing.assert_array_equal(again.wavelength, lines.wavelength)
    np.testing.assert_array_equal(again.log_gf, lines.log_gf)
