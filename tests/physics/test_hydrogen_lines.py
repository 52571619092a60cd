"""Hydrogen lines against the profiles of Stehle & Hutcheon (1999) and against what must be conserved."""

import h5py
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import gamma

from kurucz_a1.physics import hydrogen_lines as hydrogen
from kurucz_a1.physics.continuum.hydrogen import bound_free
from kurucz_a1.physics.line_profiles import LINE_STRENGTH, doppler_velocity


def index_of(lower, upper):
    lines = hydrogen.ALL_LINES
    return int(np.flatnonzero((lines.lower == lower) & (lines.upper == upper))[0])


def one_line(lower, upper):
    """HydrogenLines of one line."""
    k = index_of(lower, upper)
    return hydrogen.HydrogenLines(*(column[k : k + 1] for column in hydrogen.ALL_LINES))


def profile(lower, upper, offset, temperature, electron_density):
    """Normalised profile of one line without microturbulence, Hz-1."""
    k = index_of(lower, upper)
    centre, scale = hydrogen.ALL_LINES.frequency[k], hydrogen.ALL_LINES.stark_scale[k]
    width = centre * float(doppler_velocity(temperature, hydrogen.HYDROGEN_MASS, 0.0)) / 2.99792458e10
    share, stark = hydrogen.stark_profile(offset, scale, lower, upper, temperature, electron_density, width)
    return stark + (1 - share) * np.exp(-np.minimum((offset / width) ** 2, 600)) / (np.sqrt(np.pi) * width), width


@pytest.mark.parametrize(("lower", "upper"), [(2, 3), (2, 4), (2, 5), (2, 6), (1, 2), (3, 5)])
def test_wings_agree_with_stehle_and_hutcheon(reference_data, lower, upper):
    deviations = []
    with h5py.File(reference_data / "atomic" / "Stehle-Hutchson-hydrogen-profiles.h5") as file:
        table = file[f"{lower}_{upper}"]
        densities, temperatures = table["electron_number_densities"][:], table["temps"][:]
        for i in np.flatnonzero((densities > 9e11) & (densities < 1.1e16)):
            for j in np.flatnonzero((temperatures > 4000) & (temperatures < 11000)):
                offset = table["delta_nu_over_F0"][:] * 1.25e-9 * densities[i] ** (2 / 3)
                ours, width = profile(lower, upper, offset, temperatures[j], densities[i])
                wing = (offset > 5 * width) & (offset < 0.03 * hydrogen.ALL_LINES.frequency[index_of(lower, upper)])
                deviations.append(np.log(ours / table["profile"][:, i, j])[wing])
    deviations = np.abs(np.concatenate(deviations))
    # one shape for all lines: 10 per cent is its typical, 20 its worst common deviation
    assert np.median(deviations) < 0.06
    assert np.percentile(deviations, 90) < 0.20


@pytest.mark.parametrize("electron_density", [1e11, 1e14, 1e16])
def test_profile_is_normalised(electron_density):
    offset = np.geomspace(1e6, 1e15, 20000)
    values, _ = profile(2, 4, offset, 6000.0, electron_density)
    # the reduction of the inner wing by 8 per cent (23 for H alpha) is not given back to the core
    assert 2 * np.trapezoid(values, offset) == pytest.approx(1.0, abs=0.085)


def test_oscillator_strengths_are_the_known_ones():
    lines = hydrogen.ALL_LINES
    # Wiese & Fuhr (2009): L alpha 0.41641, H alpha 0.64108, H beta 0.11938; theirs hold the reduced mass, ours do not
    for (lower, upper), known in {(1, 2): 0.41641, (2, 3): 0.64108, (2, 4): 0.11938}.items():
        assert lines.oscillator_strength[index_of(lower, upper)] == pytest.approx(known, rel=1e-3)
    # Thomas, Reiche and Kuhn for the ground level: bound-bound 0.5650 (Bethe & Salpeter 1957, sec. 61)
    ground = lines.oscillator_strength[lines.lower == 1]
    rest = ground[-1] * 60**3 / 2 / 60.5**2
    assert ground.sum() + rest == pytest.approx(0.5650, abs=2e-4)


def test_lines_merge_into_the_continuum():
    # At n_e = 10^15 no level above 20 exists: just below each threshold the dissolved levels carry on the bound-free
    # cross section just above it (the Balmer one; 6 per cent for its Gaunt factor and lines beside it).
    threshold = hydrogen.RYDBERG_FREQUENCY / 4
    temperature = 8000.0
    below = hydrogen.stark_cross_section(jnp.array([0.995 * threshold]), temperature, 1e15, 2e5)[0]
    population = 8 * np.exp(-10.199 * 11604.5 / temperature)
    above = population * bound_free(np.array([1.0001 * threshold]), 2)[0]
    assert below / above == pytest.approx(1.0, rel=0.06)


def test_strength_of_a_line_is_conserved_in_the_cross_section():
    lines = one_line(2, 3)
    frequency = lines.frequency[0] + np.concatenate(
        [-np.geomspace(1e8, 3e13, 4000)[::-1], np.geomspace(1e8, 3e13, 4000)]
    )
    section = hydrogen.stark_cross_section(jnp.asarray(frequency), 6000.0, 1e12, 0.0, lines)
    expected = LINE_STRENGTH * lines.oscillator_strength[0] * 8 * np.exp(-10.199 * 11604.5 / 6000.0)
    assert np.trapezoid(section, frequency) == pytest.approx(expected, rel=0.01)


def test_occupation_falls_where_balmer_lines_end():
    # Inglis & Teller (1939): log n_e = 23.26 - 7.5 log m, so m = 13 at 10^15; half of the level exists nearby
    level = np.arange(2, 40)
    exists = np.asarray(hydrogen.occupation_probability(level, 1e15, 8000.0))
    assert np.all(np.diff(exists) <= 1e-12) and exists[0] > 0.999
    assert 9 < level[np.argmin(np.abs(exists - 0.5))] < 19


def test_a_level_exists_where_the_field_is_below_its_critical_one():
    """Without correlations the field is Holtsmark's: P(beta) = (2 beta / pi) int x sin(beta x) exp(-x^1.5) dx."""
    level, density = np.linspace(8.0, 18.0, 11), 1e15
    binding = 13.5984 * 1.602177e-12 / level**2
    factor = 16 / 3 * (level / (level + 1)) ** 2 * (level + 7 / 6) / (level**2 + level + 0.5)
    critical = factor * binding**2 / (4 * 4.80320e-10**3) / (1.25e-9 * density ** (2 / 3))
    x = np.linspace(1e-6, 12.0, 20001)
    beta = np.linspace(0.0, 60.0, 3001)
    holtsmark = 2 * beta / np.pi * np.array([np.trapezoid(x * np.sin(b * x) * np.exp(-(x**1.5)), x) for b in beta])
    below = np.interp(critical, beta, np.concatenate([[0.0], np.cumsum((holtsmark[1:] + holtsmark[:-1]) / 2 * 0.02)]))
    exists = np.asarray(hydrogen.occupation_probability(level, density, 1e30))
    assert below.min() < 0.2 and below.max() > 0.97
    np.testing.assert_allclose(exists, below, atol=0.02)
    np.testing.assert_allclose((1 - exists)[:2], (1 - below)[:2], rtol=0.2)
    # correlations of the charges weaken the field
    assert np.all(np.asarray(hydrogen.occupation_probability(level, density, 8000.0)) > exists)
    assert float(hydrogen.occupation_probability(60.0, 0.0, 8000.0)) == 1.0


def test_natural_wings():
    # Wiese & Fuhr (2009): A of 2-1 4.699e8, 3-1 5.575e7, 3-2 4.410e7 s-1; no Lyman line, whose wings are scattering
    lines = hydrogen.ALL_LINES
    assert lines.natural_width[index_of(2, 3)] == pytest.approx(4.699e8 + 5.575e7 + 4.410e7, rel=2e-3)
    assert np.all(lines.natural_width[lines.lower == 1] == 0.0) and np.all(lines.natural_width[lines.lower > 1] > 0.0)
    alpha, temperature, offset = one_line(2, 3), 7000.0, 2e11
    section = hydrogen.stark_cross_section(jnp.array([alpha.frequency[0] + offset]), temperature, 1e8, 0.0, alpha)[0]
    strength = LINE_STRENGTH * 0.6411 * 8 * np.exp(-10.199 * 11604.5 / temperature)
    assert section / (strength * 5.697e8 / (4 * np.pi**2 * offset**2)) == pytest.approx(1.0, rel=0.03)


def test_self_broadening_of_h_alpha_in_the_sun():
    # Barklem et al. (2000): at 5000..6000 K the damping is about 1.5e-8 n_H rad/s (FWHM from sigma = 1180 a0^2);
    # the wing is that of a Lorentz profile
    lines = one_line(2, 3)
    temperature, offset = 5800.0, 3e12
    section = hydrogen.self_cross_section(jnp.array([lines.frequency[0] + offset]), temperature, 1e5, lines)[0]
    damping = float(hydrogen.abo_damping(1180.0, 0.677, temperature, 1.008))
    strength = LINE_STRENGTH * lines.oscillator_strength[0] * 8 * np.exp(-10.199 * 11604.5 / temperature)
    assert section / (strength * damping / (4 * np.pi**2 * offset**2)) == pytest.approx(1.0, rel=0.01)


def test_opacity_is_differentiable():
    frequency = jnp.linspace(4.55e14, 4.58e14, 30)
    lines = hydrogen.some_lines(hydrogen.lines_near(6500.0, 6600.0))

    def absorption(log_temperature):
        return hydrogen.hydrogen_line_opacity(frequency, jnp.exp(log_temperature), 1e14, 1e17, lines=lines)

    x = np.log(6000.0)
    slope = jax.jacfwd(absorption)(x)
    difference = (absorption(x + 1e-5) - absorption(x - 1e-5)) / 2e-5
    np.testing.assert_allclose(slope, difference, rtol=1e-5)


def test_lines_stand_where_they_are_measured():
    # NIST, vacuum, centres of gravity of the fine structure, whose mean shift of 1.3e-5 (alpha^2 / 4) is left out
    for (lower, upper), known in {(1, 2): 1215.67, (2, 3): 6564.61, (2, 4): 4862.69, (3, 4): 18756.1}.items():
        wavelength = 2.99792458e18 / hydrogen.ALL_LINES.frequency[index_of(lower, upper)]
        assert wavelength == pytest.approx(known, rel=2e-5)


#: d lambda / F of the mean Stark shift, Angstrom in cgs: Griem (1960, ApJ 132, 883) as ATLAS and SYNTHE tabulate it.
GRIEM = {(2, 3): 0.009019, (2, 4): 0.01772, (2, 5): 0.02507, (3, 5): 0.171}


@pytest.mark.parametrize(("lower", "upper"), GRIEM)
def test_far_wings_are_holtsmarks(lower, upper):
    """Static ions give 3/2 beta^(-5/2) dbeta over both wings with beta = d lambda / (K F0), electrons as much again."""
    density, temperature = 1e13, 10000.0
    centre = hydrogen.ALL_LINES.frequency[index_of(lower, upper)]
    offset = np.array([3e-3]) * centre
    field = 1.25e-9 * density ** (2 / 3)
    per_hertz = 1e8 * 2.99792458e10 / centre**2  # A
    beta = offset * per_hertz / (GRIEM[lower, upper] * field)
    assert beta[0] > 30.0
    holtsmark = 2 * 1.5 * beta**-2.5 * per_hertz / (GRIEM[lower, upper] * field)
    values, _ = profile(lower, upper, offset, temperature, density)
    # electrons make half of the wing and are not all static at this distance, least in the first line of a series
    assert 0.75 < values[0] / holtsmark[0] < 1.05


def test_wings_grow_with_the_density():
    """Far from the centre two perturbers act independently: the profile is proportional to their number."""
    offset = np.array([2e13])
    thin, dense = (profile(2, 4, offset, 10000.0, density)[0][0] for density in (1e12, 1e13))
    assert dense / thin == pytest.approx(10.0, rel=0.01)


def test_last_balmer_line_of_inglis_and_teller():
    """log n_e = 23.26 - 7.5 log m: twice as many levels exist where the gas is 2^7.5 = 181 times as thin."""
    level = np.linspace(4.0, 60.0, 2000)
    exists = [np.asarray(hydrogen.occupation_probability(level, n, 8000.0)) for n in (1e12, 1e15)]
    last = [level[np.argmin(np.abs(each - 0.5))] for each in exists]
    # levels of Hummer & Mihalas dissolve over a range of m: a quarter
    np.testing.assert_allclose(last, [10 ** ((23.26 - n) / 7.5) for n in (12.0, 15.0)], rtol=0.25)


def test_self_broadening_of_the_table_of_lines():
    """The wing of H alpha with 1180 Bohr radii squared at 10 km/s, Barklem et al. (2000), table 3."""
    section = hydrogen.self_cross_section(
        jnp.array([hydrogen.ALL_LINES.frequency[index_of(2, 3)] + 3e12]), 5800.0, 1e5, one_line(2, 3)
    )[0]
    velocity = np.sqrt(8 * 1.380649e-16 * 5800.0 / (np.pi * 0.504 * 1.66054e-24))
    shape = (4 / np.pi) ** (0.677 / 2) * gamma(2 - 0.677 / 2)
    width = 2 * shape * velocity * 1180.0 * (5.29177e-9) ** 2 * (velocity / 1e6) ** -0.677  # full, rad s-1 cm3
    strength = 0.026540 * 0.6407 * 8 * np.exp(-10.199 * 11604.5 / 5800.0)
    # pi e2 / mc and f to four figures, the wing of a Lorentz profile to the square of 0.01
    assert section / (strength * width / (4 * np.pi**2 * 3e12**2)) == pytest.approx(1.0, rel=0.01)
