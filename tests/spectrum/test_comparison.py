"""Comparison tables on spectra made up for the purpose."""

import numpy as np
import pytest

from kurucz_a1.spectrum.comparison import compare_irradiance, compare_window, fit_velocity, line_measures
from kurucz_a1.spectrum.observed import ObservedSpectrum
from kurucz_a1.spectrum.sed import EnergyDistribution
from kurucz_a1.spectrum.synthesis import Spectrum

WAVELENGTH = np.arange(6428.0, 6452.0, 0.01)
WINDOW = (6430.0, 6450.0)


def made_up(depth):
    normalized = np.ones_like(WAVELENGTH)
    for centre in (6430.845, 6432.676, 6439.075, 6449.808):
        normalized -= depth * np.exp(-(((WAVELENGTH - centre) / 0.08) ** 2))
    return Spectrum(
        wavelength=WAVELENGTH, flux=7e6 * normalized, continuum=7e6 * np.ones_like(normalized), normalized=normalized
    )


def test_measures_of_a_gaussian_line():
    rows = {name: (depth, width) for name, depth, width in line_measures(WAVELENGTH, made_up(0.5).normalized)}
    depth, width = rows["Fe I 6430.85"]
    assert depth == pytest.approx(0.5, rel=1e-2)
    assert width == pytest.approx(0.5 * 80.0 * np.sqrt(np.pi), rel=1e-2)


def test_velocity_of_a_shifted_spectrum():
    observed = ObservedSpectrum(WAVELENGTH * (1 + 12.3 / 299792.458), made_up(0.5).normalized, "made up")
    velocity, rms = fit_velocity(WAVELENGTH, made_up(0.5).normalized, observed, WINDOW)
    assert velocity == pytest.approx(12.3, abs=0.01)
    assert rms < 1e-3


def test_models_against_the_reference():
    summary, lines, curves = compare_window({"a": made_up(0.5), "b": made_up(0.6)}, window=WINDOW, reference="a")
    assert summary["rms_against_reference"].tolist()[0] == 0
    assert summary["greatest_against_reference"].tolist()[1] == pytest.approx(0.1, rel=1e-2)
    assert set(lines["model"]) == {"a", "b"}
    assert curves["wavelength_air_angstrom"].between(*WINDOW).all()


def test_models_against_an_observation():
    """The observation is one of the models, broadened: that model wins and the macroturbulence comes back."""
    from kurucz_a1.spectrum.comparison import broaden

    truth = broaden(WAVELENGTH, made_up(0.5).normalized, 3.3, resolution=115000.0)
    observed = ObservedSpectrum(WAVELENGTH, truth, "made up")
    summary, lines, _ = compare_window(
        {"a": made_up(0.5), "b": made_up(0.55)}, window=WINDOW, reference="a", observed=observed
    )
    assert summary["macroturbulence_km_s"].tolist()[0] == pytest.approx(3.3, abs=0.05)
    rms = summary["rms_against_observed"].tolist()
    assert rms[0] < 1e-3 < rms[1]
    assert "observed" in set(lines["model"])


def test_irradiance_of_a_black_sun():
    """A black body of 5772 K is within 25 % of the Sun from 450 to 1600 nm, and 10 % on average."""
    wavelength = np.linspace(4000.0, 24000.0, 4000)
    flux = (
        np.pi * 1.191042972e-5 / (wavelength * 1e-8) ** 5 / np.expm1(1.438776877 / (wavelength * 1e-8 * 5772.0)) * 1e-8
    )
    frequency = 2.99792458e18 / wavelength
    distribution = EnergyDistribution(
        wavelength=wavelength,
        frequency=frequency,
        weights=np.abs(np.gradient(frequency)),
        flux=flux,
        continuum=flux,
    )
    table = compare_irradiance({"black": distribution}, edges=np.arange(450.0, 1601.0, 50.0))
    assert table["black_frequencies"].min() > 5
    ratio = table["black_ratio"].to_numpy()
    assert np.all(np.abs(ratio - 1) < 0.25)
    assert np.mean(ratio) == pytest.approx(1.0, abs=0.1)
