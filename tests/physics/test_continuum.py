"""The continuous opacity against exact theory, the tables it was fitted to, and real ATLAS-12 models."""

import gzip

import h5py
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import kurucz_a1  # noqa: F401  (switches float64 on)
from kurucz_a1.physics.abundances import ELEMENTS, SYMBOLS, eos_fractions, number_fractions
from kurucz_a1.physics.constants import BOHR_RADIUS, ELECTRON_VOLT, PLANCK, SPEED_OF_LIGHT, THOMSON
from kurucz_a1.physics.continuum import continuum_opacity, continuum_tables, hydrogen, metals, scattering
from kurucz_a1.physics.continuum.hydrogen_minus import hydrogen_minus_bound_free
from kurucz_a1.physics.equation_of_state import GasState, gas_state
from kurucz_a1.physics.partition_functions import IONIZATION_ENERGIES, STAGES

ANGSTROM_HZ = SPEED_OF_LIGHT * 1e8


def bare_state(temperature=6000.0, electron_density=0.0, density=1.0, **atoms):
    """A gas of chosen neutral or ionised atoms (H0=..., H1=..., Fe0=...), every partition function 1."""
    densities = np.zeros((26, STAGES))
    for name, value in atoms.items():
        densities[ELEMENTS.index(name[:-1]), int(name[-1])] = value
    zero = jnp.asarray(0.0)
    return GasState(
        temperature=jnp.asarray(temperature),
        gas_pressure=zero,
        electron_density=jnp.asarray(electron_density),
        nuclei_density=zero,
        density=jnp.asarray(density),
        internal_energy=zero,
        atoms=jnp.asarray(densities),
        molecules=jnp.zeros(40),
        hydrogen_minus=zero,
        hydrogen_molecule_ion=zero,
        atomic_partition=jnp.ones((26, STAGES)),
        molecular_partition=jnp.ones(40),
    )


@pytest.fixture(scope="module")
def solar_fractions():
    return eos_fractions(number_fractions())


def test_ground_state_of_hydrogen_is_the_exact_dipole_result():
    """Stobbe's closed form: 2^9 pi^2 / 3 alpha a0^2 (I/E)^4 exp(-4 eta arccot eta) / (1 - exp(-2 pi eta))."""
    ratio = np.array([1.0001, 1.1, 1.5, 2.0, 4.0, 8.0])
    eta = 1 / np.sqrt(ratio - 1)
    alpha = 1 / 137.035999
    exact = 2**9 * np.pi**2 / 3 * alpha * BOHR_RADIUS**2 / ratio**4
    exact *= np.exp(-4 * eta * np.arctan(1 / eta)) / (1 - np.exp(-2 * np.pi * eta))
    frequency = ratio * hydrogen.threshold_energy(1) * ELECTRON_VOLT / PLANCK
    # the tabulated section behind the fit has four or five figures
    np.testing.assert_allclose(hydrogen.bound_free(frequency, 1), exact, rtol=1e-3)


def test_excited_hydrogen_against_the_table(reference_data):
    with h5py.File(reference_data / "atomic" / "individual_H_cross-sections.h5") as file:
        energy, sigma = file["E"][:], file["sigma"][:]
    for n in range(1, 13):
        inside = energy[n - 1] < 30 * energy[n - 1, 0]
        inside[0] = False  # the threshold itself, whose last digits differ
        frequency = energy[n - 1, inside] * ELECTRON_VOLT / PLANCK
        expected = sigma[n - 1, inside] * 1e-18 / (2 * n**2)
        # 0.1 %: the error of the seventh-order polynomial
        np.testing.assert_allclose(hydrogen.bound_free(frequency, n), expected, rtol=1.5e-3)


def test_high_levels_of_hydrogen_join_the_separate_ones():
    """At frequencies that ionise n >= 13 only, the integral over n replaces Kramers' sum over the levels."""
    temperature = 8000.0
    frequency = ANGSTROM_HZ / np.array([155e4])
    tables = continuum_tables(frequency)
    absorption, _ = continuum_opacity(tables, bare_state(temperature, H0=1.0))
    n = np.arange(13.0, 4000.0)
    energy = hydrogen.threshold_energy(1) * (1 - 1 / n**2)
    population = 2 * n**2 * np.exp(-energy * ELECTRON_VOLT / 1.380649e-16 / temperature)
    open_levels = hydrogen.threshold_energy(n) * ELECTRON_VOLT / PLANCK < frequency[0]
    expected = np.sum(np.where(open_levels, population * hydrogen.KRAMERS / (n**5 * frequency[0] ** 3), 0.0))
    expected *= -np.expm1(-PLANCK * frequency[0] / 1.380649e-16 / temperature)
    # the threshold falls between two levels: at n = 41 the step of the sum is 2 / 41
    np.testing.assert_allclose(absorption[0], expected, rtol=0.05)


def test_hydrogen_minus_detachment(reference_data):
    with h5py.File(reference_data / "atomic" / "McLaughlin2017Hminusbf.h5") as file:
        frequency, sigma = file["nu"][:], file["sigma"][:]
    optical = (frequency > ANGSTROM_HZ / 16000) & (frequency < ANGSTROM_HZ / 1300)
    # 1 %: the thinned curve (0.4 %) and the smoothing over 1 %; resonances lie beyond 1300 A
    np.testing.assert_allclose(hydrogen_minus_bound_free(frequency[optical]), sigma[optical], rtol=0.01)
    wavelength = np.linspace(7000, 10000, 301)
    section = hydrogen_minus_bound_free(ANGSTROM_HZ / wavelength)
    assert 3.9e-17 < section.max() < 4.05e-17 and 8200 < wavelength[section.argmax()] < 8800
    assert hydrogen_minus_bound_free(np.array([ANGSTROM_HZ / 16450]))[0] == 0.0


def test_hydrogen_minus_free_free_against_bell_and_berrington():
    """Entries of Table 1 of Bell & Berrington (1987), cm4 dyn-1 in 1e-26: (wavelength A, theta, value)."""
    for wavelength, theta, value in [(3038, 1.0, 0.0789), (5063, 0.8, 0.157), (10126, 1.2, 0.825), (91134, 1.0, 51.9)]:
        temperature = 5040 / theta
        tables = continuum_tables(np.array([ANGSTROM_HZ / wavelength]))
        with_electrons = bare_state(temperature, 1.0, H0=1.0)
        without = bare_state(temperature, 0.0, H0=1.0)
        absorption = continuum_opacity(tables, with_electrons)[0] - continuum_opacity(tables, without)[0]
        pressure = 1.380649e-16 * temperature
        # partition function 1, weight 2: two atoms in the ground state; the fit's largest error is 2.5 %
        np.testing.assert_allclose(absorption[0] / (2 * pressure * 1e-26), value, rtol=0.025)


def test_helium_minus_free_free_against_john():
    """Entries of Table 1 of John (1994), cm4 dyn-1 in 1e-26: (wavelength A, theta, value)."""
    entries = [(5063, 1.0, 0.049), (11391, 0.8, 0.204), (22782, 1.2, 0.977), (91127, 1.0, 14.372)]
    for wavelength, theta, value in entries:
        temperature = 5040 / theta
        tables = continuum_tables(np.array([ANGSTROM_HZ / wavelength]))
        absorption, _ = continuum_opacity(tables, bare_state(temperature, 1.0, He0=1.0))
        absorption = absorption - continuum_opacity(tables, bare_state(temperature, 0.0, He0=1.0))[0]
        # the smallest entries have two figures
        expected = value * 1.380649e-16 * temperature * 1e-26
        np.testing.assert_allclose(absorption[0], expected, rtol=0.03)


def test_hydrogen_minus_opens_with_the_threshold_law_of_a_p_wave():
    """Wigner (1948): an electron of angular momentum 1 leaves with (E - E0)^(3/2)."""
    excess = np.array([0.002, 0.008])
    section = hydrogen_minus_bound_free(0.7542 * (1 + excess) * ELECTRON_VOLT / PLANCK)
    # corrections are of the order of the excess
    assert section[1] / section[0] == pytest.approx(4.0**1.5, rel=0.05)


def test_hydrogen_molecule_ion_against_bates():
    """The polynomials that ATLAS takes (Kurucz 1970) for the calculation of Bates (1952), per pair of H and proton."""
    for wavelength, temperature in ((4000.0, 6000.0), (6000.0, 8000.0), (10000.0, 6000.0)):
        nu = ANGSTROM_HZ / wavelength
        x = np.log(nu)
        strength = -3.0233e3 + (3.7797e2 + (-1.82496e1 + (3.9207e-1 - 3.1672e-3 * x) * x) * x) * x
        energy = -4.230e-46 + (1.224e-61 - 1.351e-77 * nu) * nu
        energy = -7.342e-3 + (-2.409e-15 + (1.028e-30 + energy * nu) * nu) * nu  # eV
        expected = np.exp(strength - energy / (8.617333e-5 * temperature)) * -np.expm1(-4.799243e-11 * nu / temperature)
        tables = continuum_tables(np.array([nu]))
        # so many pairs that neither alone absorbs beside them; no electrons
        together, proton, atom = (
            continuum_opacity(tables, bare_state(temperature, **atoms))[0][0]
            for atoms in ({"H0": 1e18, "H1": 1e18}, {"H1": 1e18}, {"H0": 1e18})
        )
        # Bates and Stancil (1994) differ by several per cent
        assert (together - proton - atom) / 1e36 / expected == pytest.approx(1.0, rel=0.15), wavelength


#: Ground states in Verner, Ferland, Korista & Yakovlev (1996, ApJ 465, 487), Table 1: statistical weight, ionisation
#: energy, E0 (eV), sigma0 (Mb), ya, P, yw, y0, y1.
VERNER = {
    "He": (1, 24.59, 13.61, 949.2, 1.469, 3.188, 2.039, 0.4434, 2.136),
    "C": (9, 11.26, 2.144, 502.7, 62.16, 5.101, 0.09157, 1.133, 1.607),
    "N": (4, 14.53, 4.034, 823.5, 80.33, 3.928, 0.09097, 0.8598, 2.325),
    "O": (9, 13.62, 1.240, 1745.0, 3.784, 17.64, 0.07589, 8.698, 0.1271),
    "Na": (2, 5.139, 6.139, 1.601, 6148.0, 3.839, 0.0, 0.0, 0.0),
    "Mg": (1, 7.646, 11.97, 1.372e8, 0.2228, 15.74, 0.2805, 0.0, 0.0),
    "Al": (6, 5.986, 13.81, 7.195, 1621.0, 3.642, 0.3166, 0.2041, 0.4753),
    "Si": (9, 8.152, 23.17, 25.06, 20.57, 3.546, 0.2837, 1.672e-5, 0.4207),
    "S": (9, 10.36, 18.08, 4.564e4, 1.0, 13.61, 0.6385, 0.9935, 0.2486),
}


@pytest.mark.parametrize("element", VERNER)
def test_ground_states_against_verner(element):
    """Integrals from the threshold to twice its energy. Both are fits to the Opacity Project, Verner's smoothed over
    resonances, which an integral over them keeps: 11 % for aluminium, with an autoionising term near its threshold, 5 %
    for the others.
    """
    weight, threshold, e0, sigma0, ya, p, yw, y0, y1 = VERNER[element]
    energy = np.geomspace(1.0005 * threshold, 2.0 * threshold, 4000)
    x = energy / e0 - y0
    y = np.hypot(x, y1)
    verner = sigma0 * ((x - 1) ** 2 + yw**2) * y ** (0.5 * p - 5.5) * (1 + np.sqrt(y / ya)) ** -p  # Mb
    levels, sections = metals.bound_free(energy * ELECTRON_VOLT / PLANCK)
    (column,) = (i for i, level in enumerate(levels) if level == (element, 0, 0.0))
    ours = sections[:, column] / weight * 1e18
    ratio = np.trapezoid(ours, energy) / np.trapezoid(verner, energy)
    assert ratio == pytest.approx(1.0, abs=0.12 if element == "Al" else 0.06)


#: Ions: statistical weight of the ground term and mean cross section (Mb) from the threshold to twice its energy, of
#: Verner et al. (1996) as Sirocco tabulates them (vfky_outershell_tab.dat).
VERNER_IONS = {
    **{("C", 1): (6, 3.366), ("C", 2): (1, 0.944), ("N", 1): (9, 5.086), ("N", 2): (6, 1.733), ("O", 1): (4, 6.404)},
    **{
        ("O", 2): (9, 2.589),
        ("Ne", 1): (6, 7.233),
        ("Ne", 2): (9, 4.342),
        ("Mg", 2): (1, 4.739),
        ("Al", 1): (1, 0.302),
    },
    **{("Al", 2): (2, 0.235), ("Si", 2): (1, 0.382), ("Si", 3): (2, 0.202), ("S", 1): (4, 1.771), ("S", 2): (9, 0.767)},
    **{("S", 3): (6, 0.658), ("Ar", 1): (6, 11.467), ("Fe", 1): (30, 4.918), ("Fe", 2): (25, 9.657)},
}


@pytest.mark.parametrize("ion", VERNER_IONS, ids=lambda ion: f"{ion[0]} {ion[1]}")
def test_ground_states_of_ions_against_verner(ion):
    """Resonances: up to 9 %. Iron, for which Verner has a central field and CMFGEN an R matrix (Nahar): half."""
    weight, expected = VERNER_IONS[ion]
    ratio = np.linspace(1.0005, 2.0, 4000)
    levels, _ = metals.bound_free(np.array([1e15]))
    first = min(level.excitation for level in levels if (level.element, level.stage) == ion)
    threshold = IONIZATION_ENERGIES[SYMBOLS.index(ion[0]), ion[1]] - first
    levels, sections = metals.bound_free(ratio * threshold * ELECTRON_VOLT / PLANCK)
    column = levels.index((*ion, first))
    found = np.trapezoid(sections[:, column], ratio) / weight * 1e18
    assert found == pytest.approx(expected, rel=0.5 if ion[0] == "Fe" else 0.09)


def test_helium_ion_absorbs_below_228_angstrom():
    """He II is hydrogenic: at its threshold, four times hydrogen's energy, a quarter of hydrogen's 6.30 Mb."""
    frequency = ANGSTROM_HZ / np.array([227.5, 229.0])
    absorption, _ = continuum_opacity(continuum_tables(frequency), bare_state(3e4, He1=1.0))
    # partition function 1, weight 2
    assert absorption[0] / 2 == pytest.approx(6.30e-18 / 4, rel=0.02)
    assert absorption[1] < 0.01 * absorption[0]


def test_free_free_of_protons_is_kramers_with_a_gaunt_factor_near_one():
    frequency = ANGSTROM_HZ / np.array([5000.0, 20000.0])
    tables = continuum_tables(frequency)
    kramers = 3.692e8 * 1e30 / 100 / frequency**3 * -np.expm1(-4.799243e-11 * frequency / 1e4)
    # an ion of charge 2 absorbs four times as much
    for ion, square_of_charge in (("H1", 1), ("He2", 4), ("C3", 9), ("C5", 25)):
        absorption, _ = continuum_opacity(tables, bare_state(1e4, 1e15, **{ion: 1e15}))
        # van Hoof et al. (2014), Fig. 1: 1.0 to 1.3 at these photon energies and 10,000 K
        gaunt = np.asarray(absorption) / kramers / square_of_charge
        assert np.all((gaunt > 1.0) & (gaunt < 1.3)) and gaunt[1] > gaunt[0], ion


def test_thomson_and_rayleigh():
    wavelength = np.array([3000.0, 5000.0, 20000.0])
    tables = continuum_tables(ANGSTROM_HZ / wavelength)
    _, thomson = continuum_opacity(tables, bare_state(electron_density=2.0))
    np.testing.assert_allclose(thomson, 2 * THOMSON)
    # lambda^-4 with a static polarisability of 4.5 a0^3 for H (exact) and 1.383 a0^3 for He,
    # whose expansion has four figures; that of H2, from the lowest rotation and vibration on, is 5.4 a0^3, and Dalgarno
    # & Williams' 1.5 % less
    red = ANGSTROM_HZ / np.array([1e5])
    for section, polarisability, tolerance in (
        (scattering.rayleigh_hydrogen, 4.5, 4e-3),
        (scattering.rayleigh_helium, 1.383, 4e-3),
        (scattering.rayleigh_hydrogen_molecule, 5.41, 0.04),
    ):
        wave = 2 * np.pi / 1e5 * 1e8
        expected = 8 * np.pi / 3 * wave**4 * (polarisability * BOHR_RADIUS**3) ** 2
        np.testing.assert_allclose(section(red)[0], expected, rtol=tolerance)
    assert np.all(np.diff(scattering.rayleigh_hydrogen(ANGSTROM_HZ / np.geomspace(1e5, 1500, 50))) > 0)


def test_metal_edges_stand_at_measured_wavelengths():
    """Ground-state edges of C I, Mg I, Al I, Si I, Fe I, and Mg I 3p 3P at 2513 A, Si I 1D at 1682 A."""
    step = 1 + 2e-3
    for element, excitation, wavelength in [
        ("C", 0.0, 1101.0),
        ("Mg", 0.0, 1621.5),
        ("Mg", 2.713, 2513.4),
        ("Al", 0.0, 2071.3),
        ("Si", 0.0, 1521.0),
        ("Si", 0.78, 1682.0),
        ("Fe", 0.05, 1578.9),
    ]:
        frequency = ANGSTROM_HZ / wavelength * np.array([1 / step, step])
        levels, sections = metals.bound_free(frequency)
        (column,) = (
            i
            for i, level in enumerate(levels)
            if (level.element, level.stage, level.excitation) == (element, 0, excitation)
        )
        assert sections[0, column] == 0.0 and sections[1, column] > 1e-20, element


def test_magnesium_sum_over_levels_against_topbase(reference_data):
    """The merged, thinned entries give the Boltzmann sum over TOPbase's single levels at three temperatures."""
    levels, current = [], None
    text = gzip.decompress((reference_data / "atomic" / "topbase" / "mg1.xs.gz").read_bytes()).decode()
    for line in text.splitlines():
        words = line.split()
        if len(words) == 7 and words[0].isdigit():
            slp = int(words[3])
            current = ((slp // 100) * (2 * (slp // 10 % 10) + 1), -13.605693 * float(words[5]), [])
            levels.append(current)
        elif len(words) == 2:
            current[2].append((13.605693 * float(words[0]), float(words[1]) * 1e-18))
    ground = max(level[1] for level in levels)
    energy = np.geomspace(1.0, 8.5, 4000)
    for temperature in (4500.0, 7000.0, 12000.0):
        direct = np.zeros_like(energy)
        for weight, binding, points in levels:
            x, y = np.array(points).T
            section = np.where(energy > binding, np.exp(np.interp(energy, x, np.log(np.maximum(y, 1e-26)))), 0)
            direct += weight * np.exp(-(ground - binding) / 8.617333e-5 / temperature) * section
        columns, sections = metals.bound_free(energy * ELECTRON_VOLT / PLANCK)
        fitted = sum(
            sections[:, i] * np.exp(-level.excitation / 8.617333e-5 / temperature)
            for i, level in enumerate(columns)
            if (level.element, level.stage) == ("Mg", 0)
        )
        # edges were moved by up to 2.5 %, so compare integrals over ln E between and around the main edges
        for low, high in ((1.2, 3.2), (3.6, 4.7), (5.2, 7.4), (7.8, 8.5)):
            inside = (energy > low) & (energy < high)
            assert abs(np.log10(fitted[inside].mean() / direct[inside].mean())) < 0.09, (temperature, low)


def test_finite_positive_and_smooth_everywhere(solar_fractions):
    frequency = np.geomspace(3e12, 3e16, 120)
    tables = continuum_tables(frequency)

    def logs(log_temperature, log_pressure):
        state = gas_state(jnp.exp(log_temperature), jnp.exp(log_pressure), solar_fractions)
        return jnp.log(jnp.stack(continuum_opacity(tables, state)))

    both = jax.jit(lambda t, p: (logs(t, p), jax.jacfwd(logs)(t, p)))
    for temperature, pressure in [(1600.0, 1.0), (4000.0, 1e5), (9000.0, 10.0), (49000.0, 1e6)]:
        value, slope = both(jnp.log(temperature), jnp.log(pressure))
        assert np.all(np.isfinite(value)) and np.all(np.isfinite(slope)), (temperature, pressure)
    # the tangent predicts a finite step across the edges of the fits in temperature (theta = 0.5 is 10,080 K)
    for temperature in (3150.0, 10080.0, 25200.0):
        step = 1e-4
        up, slope_up = both(jnp.log(temperature) + step, jnp.log(1e4))
        down, slope_down = both(jnp.log(temperature) - step, jnp.log(1e4))
        # second derivatives are of order 100, the step 2e-4
        np.testing.assert_allclose((up - down) / (2 * step), (slope_up + slope_down) / 2, atol=1e-3)
        np.testing.assert_allclose(slope_up, slope_down, atol=0.1)


def rosseland_mean(tables, states, temperature):
    """Rosseland mean over the continuum, (depth,)."""
    absorption, scattered = jax.jit(jax.vmap(continuum_opacity, in_axes=(None, 0)))(tables, states)
    frequency = np.asarray(tables.frequency)
    x = PLANCK * frequency / 1.380649e-16 / temperature[:, None]
    weight = x**4 * np.exp(-x) / np.expm1(-x) ** 2 * np.gradient(np.log(frequency))
    return weight.sum(1) / (weight / np.asarray(absorption + scattered)).sum(1)


def test_rosseland_mean_of_a_hot_atlas12_model(reference_data, solar_fractions):
    """At 12,000..20,000 K and high pressure hydrogen's continuum is nearly all of ATLAS-12's Rosseland mean."""
    (path,) = (reference_data / "atmospheres" / "atlas12_computed").glob("t08000g4.60m+0.00a+0.00*")
    rows = np.array([line.split()[:5] for line in path.read_text().split("VTURB\n")[1].splitlines()[:72]], float)
    rows = rows[rows[:, 1] > 12000]
    states = jax.vmap(lambda t, p: gas_state(t, p, solar_fractions))(rows[:, 1], rows[:, 2])
    mean = rosseland_mean(continuum_tables(np.geomspace(3e12, 2e16, 1500)), states, rows[:, 1])
    ratio = mean / rows[:, 4]
    # lines, left out here, add up to a fifth; nothing may exceed the real total
    assert np.all((ratio > 0.75) & (ratio < 1.05)), ratio
