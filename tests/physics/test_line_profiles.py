"""Doppler and damping widths."""

import numpy as np
import pytest

from kurucz_a1.numerics.voigt import voigt
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


@pytest.mark.parametrize(("perturber", "power"), [("electrons", 4), ("hydrogen", 6)])
def test_damping_grows_with_temperature_as_the_interaction_demands(perturber, power):
    """A potential C / r^p turns the phase by one at an impact parameter of v^(-1/(p-1)) (Weisskopf; Unsoeld 1955, sec.
    82): width ~ v times its square ~ T^((p-3)/(2(p-1))). p is 4 for the quadratic Stark effect, 6 for van der Waals'.
    """
    widths = {"stark": float(perturber == "electrons"), "van_der_waals": float(perturber == "hydrogen")}
    hot, cold = (line_profiles.damping(t, 1e14, 1e16, 0.0, **widths) for t in (8000.0, 4000.0))
    assert hot / cold == pytest.approx(2.0 ** ((power - 3) / (2 * (power - 1))), rel=1e-12)
    # the theory of Anstee, Barklem and O'Mara has the same law where its cross section falls as v^(-2/(p-1))
    alpha = 2 / (power - 1)
    abo = [line_profiles.abo_damping(300.0, alpha, t, 55.85) for t in (8000.0, 4000.0)]
    assert hot / cold == pytest.approx(float(abo[0] / abo[1]), rel=1e-12)


def test_damping_is_a_full_width_at_half_maximum():
    """A line without Doppler broadening has fallen to a half at gamma / 4 pi from its centre, in Hz."""
    damping, doppler_width = 1e9, 1e5
    a = line_profiles.damping_parameter(damping, doppler_width)
    half = damping / (4 * np.pi) / doppler_width
    # the Doppler core, a thousandth as wide, adds its square
    assert voigt(a, half) / voigt(a, 0.0) == pytest.approx(0.5, rel=1e-5)


def test_helium_and_molecules_broaden_by_their_polarisability():
    """Van der Waals' C6 goes with the polarisability, the width with C6^0.4 and the mean velocity^0.6."""
    for neutral, polarisability, mass in (((0.0, 1.0, 0.0), 1.384, 4.0026), ((0.0, 0.0, 1.0), 5.4, 2.016)):
        expected = (polarisability / 4.5) ** 0.4 * (mass / 1.008) ** -0.3
        assert line_profiles.hydrogen_equivalent(*neutral) == pytest.approx(expected, abs=0.006)  # two figures
    assert line_profiles.hydrogen_equivalent(1.0, 0.0, 0.0) == 1.0


def test_autoionising_levels_keep_finite_damping():
    n_squared = line_profiles.effective_quantum_number_squared(7.9, np.array([3.0, 7.8, 9.0]), 0)
    np.testing.assert_allclose(n_squared, [13.6057 / 4.9, 100.0, 50.0], rtol=1e-3)
    assert np.isfinite(line_profiles.unsoeld_damping(7.9, 3.0, 9.0, 0))
