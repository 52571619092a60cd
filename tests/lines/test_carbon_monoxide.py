"""Lines of CO against known wavenumbers, transition moments and band heads."""

import numpy as np
import pytest

from kurucz_a1.lines import carbon_monoxide
from kurucz_a1.physics.constants import ELECTRON_CHARGE, ELECTRON_MASS, SPEED_OF_LIGHT


@pytest.fixture(scope="module")
def lines():
    return carbon_monoxide.carbon_monoxide_lines()


def test_wavenumbers_are_those_of_hitran(lines):
    # HITRAN 2016, 12C16O: 1-0 R(7), 1-0 P(21), 2-1 P(12)
    for known in (2172.758825, 2055.400364, 2068.802522):
        assert np.abs(1e8 / lines.wavelength - known).min() < 1e-3


def test_einstein_coefficient_is_that_of_hitran(lines):
    # 1-0 R(7), HITRAN 2016: A = 17.52 s-1; 98.7 per cent of the molecules are of this isotope
    line = np.argmin(np.abs(1e8 / lines.wavelength - 2172.758825))
    wavenumber = 1e8 / lines.wavelength[line]
    gf = 10 ** lines.log_gf[line] / (0.9893 * 0.99757)
    einstein = 8 * np.pi**2 * ELECTRON_CHARGE**2 * wavenumber**2 / (ELECTRON_MASS * SPEED_OF_LIGHT) * gf / 17
    assert einstein == pytest.approx(17.52, rel=2e-3)


def test_overtones_fall_by_the_known_steps(lines):
    # The fit saw fundamental and rotational lines only. Chackerian & Tipping (1983) give rotationless moments that
    # fall by about 16 from one band to the next: 0.105, 0.0065 and 0.00042 D
    wavenumber = 1e8 / lines.wavelength
    cold = lines.lower_energy < 0.3
    strength = [
        np.sum((10**lines.log_gf / wavenumber)[cold & (wavenumber > low) & (wavenumber < high)])
        for low, high in ((1900, 2400), (3900, 4500), (6000, 6600))
    ]
    np.testing.assert_allclose(np.sqrt(strength[0] / strength[1]), 16.5, rtol=0.1)
    np.testing.assert_allclose(np.sqrt(strength[1] / strength[2]), 16.0, rtol=0.15)


def test_band_head_of_the_first_overtone():
    # the R branch of the 2-0 band of 12C16O turns back at 2.2935 micrometre in vacuum
    energy = carbon_monoxide.term_values()
    assert 1e8 / np.max(energy[2, 1:] - energy[0, :-1]) == pytest.approx(22935, abs=3)


def test_isotopes_are_in_their_terrestrial_ratio(lines):
    carbon13 = carbon_monoxide.term_values((13, 16))[1, 0]
    # reduced mass up by 4.6 per cent: the fundamental moves from 2143.27 to 2096.07 cm-1
    assert carbon_monoxide.term_values()[1, 0] == pytest.approx(2143.27, abs=0.01)
    assert carbon13 == pytest.approx(2096.07, abs=0.05)
