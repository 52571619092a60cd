"""The energy distribution: energy, black bodies, and the Sun."""

import numpy as np
import pytest

from kurucz_a1.physics.constants import STEFAN_BOLTZMANN
from kurucz_a1.spectrum.sed import band_means, bolometric_flux, spectral_energy_distribution


def test_an_isothermal_atmosphere_is_a_black_body(isothermal):
    distribution = spectral_energy_distribution(isothermal, frequencies=300)
    frequency = np.asarray(distribution.frequency)
    exponent = 6.62607015e-27 * frequency / (1.380649e-16 * 5500.0)
    wavelength = np.asarray(distribution.wavelength)
    planck = 2 * 6.62607015e-27 * frequency**3 / 2.99792458e10**2 / np.expm1(exponent) * frequency / wavelength
    optical = (wavelength > 4500.0) & (wavelength < 2e4)
    # scattering in the thin gas above and the finite depth of the atmosphere
    np.testing.assert_allclose(np.asarray(distribution.flux)[optical], np.pi * planck[optical], rtol=2e-2)
    # what was chosen for the light of atmospheres of 4500 to 8000 K also integrates a Planck function
    assert bolometric_flux(distribution) == pytest.approx(STEFAN_BOLTZMANN * 5500.0**4, rel=2e-2)


def test_energy_of_the_sun(atlas_sun):
    """A model in radiative equilibrium with ATLAS-12's opacities emits sigma Teff^4 with ours to a few per cent."""
    distribution = spectral_energy_distribution(atlas_sun)
    assert bolometric_flux(distribution) == pytest.approx(STEFAN_BOLTZMANN * 5777.0**4, rel=4e-2)
    flux = np.asarray(distribution.flux)
    assert np.all(flux >= 0)
    seen = np.asarray(distribution.wavelength) > 2000.0
    # lines darken, where the flux does not come from above the temperature minimum
    assert np.all(flux[seen] <= 1.02 * np.asarray(distribution.continuum)[seen])


def test_the_sun_against_the_irradiance_standard(atlas_sun):
    from kurucz_a1.spectrum.comparison import compare_irradiance

    distribution = spectral_energy_distribution(atlas_sun)
    table = compare_irradiance({"sun": distribution}, edges=np.arange(450.0, 2401.0, 150.0))
    # below 1000 nm the sample is chosen, beyond it is noisy to 1 to 3 %; absolute scale of the standard: 1 to 2 %
    np.testing.assert_allclose(table["sun_ratio"], 1.0, atol=0.07)
    chosen = table["last_nm"] <= 1000.0
    assert chosen.sum() == 3
    np.testing.assert_allclose(table["sun_ratio"][chosen], 1.0, atol=0.04)
    assert np.mean(table["sun_ratio"]) == pytest.approx(1.0, abs=0.03)


def test_bands_of_a_constant_flux(isothermal):
    distribution = spectral_energy_distribution(isothermal, frequencies=300)
    flat = distribution.__class__(
        wavelength=distribution.wavelength,
        frequency=distribution.frequency,
        weights=distribution.weights,
        flux=np.full(300, 4.0),
        continuum=np.full(300, 4.0),
    )
    means, counts = band_means(flat, [4000.0, 6000.0, 6000.001, 9000.0])
    assert means[0] == pytest.approx(4.0)
    assert counts[0] > 10
    assert np.isnan(means[1])


def test_refuses_many_models(isothermal):
    import jax

    with pytest.raises(ValueError, match="one model"):
        spectral_energy_distribution(jax.tree.map(lambda leaf: np.stack([leaf, leaf]), isothermal))
