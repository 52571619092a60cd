"""The frequencies of model atmospheres: quadrature of what is smooth, and the choice of few out of many."""

import numpy as np
import pytest

from kurucz_a1.lines.frequency_choice import choose, combinations
from kurucz_a1.lines.sampling import BANDS, COUNTS, all_frequencies, even_sample, sampling_grid
from kurucz_a1.physics.constants import PLANCK, SPEED_OF_LIGHT, STEFAN_BOLTZMANN
from kurucz_a1.physics.planck import planck_temperature_derivative


def planck_flux(frequency, temperature):
    intensity = 2 * PLANCK * frequency**3 / SPEED_OF_LIGHT**2
    return np.pi * intensity / np.expm1(PLANCK * frequency / (1.380649e-16 * temperature))


@pytest.mark.parametrize("count", [600, 2400, 24000])
def test_even_samples_integrate_planck_functions(count):
    frequency, weights = even_sample(count)
    assert np.all(np.diff(frequency) > 0) and np.all(weights > 0)
    for temperature in np.linspace(3500, 30000, 20):
        # the weights are made exact for nine temperatures; a smooth function between them is as good
        total = np.sum(weights * planck_flux(frequency, temperature))
        assert total == pytest.approx(STEFAN_BOLTZMANN * temperature**4, rel=1e-5)


@pytest.mark.parametrize("count", COUNTS)
def test_chosen_frequencies_integrate_the_rosseland_weight(count):
    frequency, weights = sampling_grid(count)
    assert len(frequency) <= count
    assert np.all(np.diff(frequency) > 0) and np.all(weights > 0)
    for temperature in np.linspace(3500, 12000, 18):
        total = np.sum(weights * planck_temperature_derivative(frequency, temperature))
        # no such integral was imposed as such; the tops and bottoms of the models chosen for span these temperatures,
        # and a set holds them a few times worse than those of models not used in the choice: 300 points to 3e-3 (rms),
        # 600 to 1e-3, 1200 to 1e-4
        limit = {300: 2e-2, 600: 5e-3, 1200: 1e-3}[count]
        assert total == pytest.approx(4 * STEFAN_BOLTZMANN * temperature**3 / np.pi, rel=limit)


def test_a_table_holds_the_frequencies_of_every_grid():
    held = all_frequencies()
    assert np.all(np.diff(held) > 0)
    for which in (*COUNTS, BANDS):
        assert np.isin(sampling_grid(which)[0], held).all()
    with pytest.raises(ValueError, match="which"):
        sampling_grid(500)


def test_few_points_give_the_sums_over_many():
    """500 random spectra, mixtures of 20 narrow and broad profiles, on 3000 points: 20 points are enough for all."""
    rng = np.random.default_rng(1)
    x = np.linspace(0, 1, 3000)
    width = np.geomspace(3e-4, 0.3, 20)[:, None]
    profiles = np.exp(-0.5 * ((x - rng.random((20, 1))) / width) ** 2)
    spectra = rng.normal(size=(500, 20)) @ profiles
    places, factors = choose(combinations(spectra[:250], 20))
    assert len(places) <= 20
    assert np.all(factors > 0)
    # the other half was not used, but lies in the same span: exact to rounding
    exact = spectra[250:].sum(1)
    np.testing.assert_allclose(spectra[250:, places] @ factors, exact, atol=1e-7 * np.abs(exact).max())
    # as many points evenly spaced miss the narrow profiles
    even = np.arange(75, 3000, 150)
    assert np.abs(spectra[250:, even].sum(1) * 150 - exact).max() > 0.02 * np.abs(exact).max()
