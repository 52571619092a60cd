"""Lines of TiO against a real list, and the rules that line strengths and levels keep."""

import copy

import numpy as np
import pytest

from kurucz_a1.lines import titanium_oxide
from kurucz_a1.lines.readers import read_line_list
from kurucz_a1.physics.constants import BOLTZMANN, ELECTRON_VOLT, PLANCK, SPEED_OF_LIGHT
from kurucz_a1.physics.partition_functions import molecular_partition_function

SYSTEMS = {system["name"]: system for system in titanium_oxide.constants()["systems"]}
STATES = titanium_oxide.constants()["states"]
#: Where the list of GALAH DR3 has all lines of TiO, vacuum A.
WINDOWS = ((4676.0, 4951.0), (5627.0, 5902.0), (6427.0, 6777.0), (7552.0, 7927.0))


@pytest.fixture(scope="module")
def lines():
    return titanium_oxide.titanium_oxide_lines()


@pytest.fixture(scope="module")
def real(reference_data):
    """The 236,552 lines of TiO in the list of GALAH DR3 (Buder et al. 2021; TiO from Plez)."""
    lines = read_line_list(reference_data / "linelists" / "galah_dr3_linelist.h5")
    return lines[lines.species == "TiO"]


def weights(lines, temperature):
    return 10**lines.log_gf * np.exp(-lines.lower_energy * ELECTRON_VOLT / (BOLTZMANN * temperature))


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("temperature", [2500.0, 3000.0, 3500.0])
def test_cross_sections_are_those_of_a_real_list(window, temperature, lines, real):
    bins = np.arange(window[0] + 5, window[1] - 5, 5.0)
    ours, theirs = (
        np.histogram(each.wavelength, bins, weights=weights(each, temperature))[0] for each in (lines, real)
    )
    ratio = np.log10(ours / theirs)
    # electronic moments of different calculations agree to a tenth in the mean of a window; at 7552 to 7927 A bands of
    # gamma with a change of v, which depend on the moment's slope, fall between those of gamma' and delta
    assert 0.85 < 10 ** np.median(ratio) < 1.2
    assert np.std(ratio) < (0.17 if window[0] > 7000 else 0.04)


def test_partition_function_is_that_of_the_gas():
    """Sum over all levels of the ten states against Barklem & Collet (2016)."""
    for temperature in (1500.0, 3000.0, 4000.0):
        total = 0.0
        for name, state in STATES.items():
            levels = titanium_oxide.levels(name, 48)
            degeneracy = (2 * np.arange(titanium_oxide.HIGHEST_ROTATION + 1) + 1)[:, None] * min(2, state["lam"] + 1)
            energy = (levels.energy - titanium_oxide.lowest_level(48)) * PLANCK * SPEED_OF_LIGHT
            total += np.sum(degeneracy * np.exp(-energy / (BOLTZMANN * temperature)))
        # they sum other states and constants: 4 % less to 7 % more
        assert total == pytest.approx(float(molecular_partition_function("TiO", temperature)), rel=0.08)


def test_strengths_from_a_level_add_up():
    """Sums over J', F' and branches of <j m 1 q|j' m'>^2 give 1 for each case-a function, mixed or not."""
    j = np.arange(5.0, 60.0)
    for q in (-1, 0, 1):
        for m in (0.0, 1.0, 2.0, 4.0):
            total = sum(titanium_oxide.clebsch_gordan(j, np.full_like(j, m), q, change) ** 2 for change in (-1, 0, 1))
            np.testing.assert_allclose(total, 1.0, rtol=1e-12)


def satellites(name, j):
    """Share of a Q branch that goes between unlike spin components, at v = 0."""
    system = SYSTEMS[name]
    above, below = (titanium_oxide.levels(system[which], 48) for which in ("upper", "lower"))
    q = STATES[system["upper"]]["lam"] - STATES[system["lower"]]["lam"]
    omega = (STATES[system["lower"]]["lam"] + below.sigma).astype(float)
    amplitude = titanium_oxide.clebsch_gordan(np.full(3, float(j)), omega, q, 0)
    square = np.einsum("f,fa,fb->ab", amplitude, above.mixing[0, j], below.mixing[0, j]) ** 2
    return (square.sum() - np.trace(square)) / square.sum()


def test_lines_between_unlike_spin_components(monkeypatch):
    """In Hund's case b, which is that of no spin-orbit coupling, spin stands apart and such lines fall as 1 / J^2. The
    narrow B 3Pi is there long before X 3Delta is, so that gamma' has many of them, fewer at high J."""
    assert satellites("gamma'", 150) < 0.6 * satellites("gamma'", 80)
    assert satellites("gamma", 20) < 0.01
    free = copy.deepcopy(titanium_oxide.constants()) | {"perturbations": []}
    for state in free["states"].values():
        state |= {"spin_orbit": 0.0, "spin_spin": 0.0}
    monkeypatch.setattr(titanium_oxide, "constants", lambda: free)
    titanium_oxide.levels.cache_clear()
    try:
        for name in ("gamma", "gamma'", "epsilon"):
            # Lambda^2 / J^2, a few of them
            assert satellites(name, 150) < 1e-3, name
    finally:
        titanium_oxide.levels.cache_clear()


def test_levels_lie_where_they_are_measured():
    """Vibration and rotation of X 3Delta; the potential was fitted to levels, so this tests what is made of it."""
    vibrations = titanium_oxide.vibrations("X", 48)
    # omega_e 1009.02, omega_e x_e 4.498, B_e 0.53541, alpha_e 0.00301 cm-1 in the tables of the program pfant
    assert vibrations.energy[0, 1] - vibrations.energy[0, 0] == pytest.approx(1000.0, abs=0.5)
    assert vibrations.energy[1, 0] / 1e4 == pytest.approx(0.5339, abs=0.0005)


def test_isotopes_share_the_strength(lines):
    """Each isotope has its share of the sum of g f, and its vibrations are slower the heavier it is."""
    quanta = [np.diff(titanium_oxide.vibrations("X", isotope).energy[0, :2])[0] for isotope in (46, 48, 50)]
    # the square root of the reduced mass
    masses = titanium_oxide.constants()["masses"]
    reduced = [masses[f"Ti{n}"] * masses["O16"] / (masses[f"Ti{n}"] + masses["O16"]) for n in (46, 48, 50)]
    np.testing.assert_allclose(quanta, quanta[1] * np.sqrt(reduced[1] / np.array(reduced)), rtol=1e-4)
    columns = {}
    for isotope in (46, 48):
        columns[isotope] = sum(gf.sum() for _, _, gf in titanium_oxide.system_lines(SYSTEMS["gamma"], isotope, 0.0))
    assert columns[46] / columns[48] == pytest.approx(0.0825 / 0.7372, rel=0.02)
    assert len(lines) < 2.5e6
