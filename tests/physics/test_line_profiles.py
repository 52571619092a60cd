"""Doppler and damping widths."""

import numpy as np
import pytest

from kurucz_a1.physics import line_profiles


def test_doppler_velocity_of_iron_in_the_sun():
    # 2 k 5772 K / 55.85 u = (1.311 km/s)^2; with 1 km/s of microturbulence in square
    velocity = line_profiles.doppler_velocity(5772.0, 55.85, 1e5)
    assert velocity == pytest.approx(np.hypot(1.3109e5, 1e5), rel=1e-3)


def test_classical_damping_is_the_textbook_number():
    # 0.2223 / lambda^2 (cm): Gray, The Observation and Analysis of Stellar Photospheres, ch. 11
    assert line_profiles.classical_radiative_damping(5e-5) == pytest.approx(0.2223 / 2.5e-9, rel=1e-3)


def test_unsoeld_of_the_sodium_d_line():
    # lower 0, upper 2.104 eV, I = 5.139 eV: n*^4 = 20.2 and 7.0, so log gamma = 6.33 + 0.4 log 33 + 1.2 - 15.86 = -7.72
    damping = line_profiles.unsoeld_damping(5.139, 0.0, 2.104, 0)
    assert np.log10(damping) == pytest.approx(-7.72, abs=0.02)


def test_abo_of_the_sodium_d_line_exceeds_unsoeld_by_the_known_factor():
    # Anstee & O'Mara (1995): sigma 407, alpha 0.273 for Na D; VALD and Barklem give log gamma = -7.53 at 10^4 K
    damping = line_profiles.abo_damping(407.0, 0.273, 1e4, 22.99)
    assert np.log10(damping) == pytest.approx(-7.53, abs=0.03)


def test_packed_abo():
    sigma, alpha = line_profiles.unpack_abo(407.273)
    assert (sigma, alpha) == (407, pytest.approx(0.273))


def test_damping_adds_its_parts():
    total = line_profiles.damping(1e4, 1e14, 1e17, 1e8, 1e-6, 1e-8)
    assert total == pytest.approx(1e8 + 1e8 + 1e9)


def test_autoionising_levels_keep_finite_damping():
    n_squared = line_profiles.effective_quantum_number_squared(7.9, np.array([3.0, 7.8, 9.0]), 0)
    np.testing.assert_allclose(n_squared, [13.6057 / 4.9, 100.0, 50.0], rtol=1e-3)
    assert np.isfinite(line_profiles.unsoeld_damping(7.9, 3.0, 9.0, 0))
