"""Lines at the depths of an atmosphere: strength, Doppler width and damping, each from its formula."""

import jax
import numpy as np
import pytest
from scipy.special import gamma

from kurucz_a1.lines.line_list import make_line_list
from kurucz_a1.physics.abundances import ELEMENTS, number_fractions
from kurucz_a1.physics.equation_of_state import gas_states
from kurucz_a1.spectrum.absorbers import lines_in_gas, prepare_lines

BOLTZMANN, PLANCK, LIGHT, ATOMIC_MASS = 1.380649e-16, 6.62607015e-27, 2.99792458e10, 1.66053907e-24
IRON = ELEMENTS.index("Fe")
TEMPERATURE = np.array([4500.0, 6500.0])
# one line in the near infrared, where stimulated emission is strong; gf = 0.1
LINE = make_line_list(
    [20000.0],
    ["Fe"],
    [0],
    [3.0],
    [-1.0],
    gamma_rad=[1e8],
    gamma_stark=[1e-6],
    abo_sigma=[300.0],
    abo_alpha=[0.25],
)


@pytest.fixture(scope="module")
def gas():
    """The gas, and the line in it."""
    fractions = np.asarray(number_fractions())
    states = gas_states(TEMPERATURE, np.array([1e4, 1e5]), fractions)
    data, absorbers = prepare_lines(LINE)
    return jax.tree.map(np.asarray, (states, lines_in_gas(data, states, fractions, 1.5, absorbers=absorbers)))


def doppler_width():
    """Hz."""
    return np.sqrt(2 * BOLTZMANN * TEMPERATURE / (55.845 * ATOMIC_MASS) + 1.5e5**2) / 2e-4


def test_strength_is_that_of_atoms_in_the_lower_level(gas):
    """pi e2/mc gf exp(-E/kT) n/U (1 - exp(-h nu/kT)) over density and sqrt(pi) Doppler widths."""
    states, lines = gas
    atoms = states.atoms[:, IRON, 0] / states.atomic_partition[:, IRON, 0] / states.density
    thermal = BOLTZMANN * TEMPERATURE
    strength = 0.02654009 * 0.1 * np.exp(-3.0 * 1.602176634e-12 / thermal)
    strength *= -np.expm1(-PLANCK * LIGHT / 2e-4 / thermal)
    # constants to seven figures
    np.testing.assert_allclose(lines.strength[:, 0], atoms * strength / (np.sqrt(np.pi) * doppler_width()), rtol=1e-5)
    np.testing.assert_allclose(lines.doppler[:, 0], doppler_width() * 2e-4 / 1e5, rtol=1e-5)


def test_damping_is_natural_by_electrons_and_by_neutral_atoms(gas):
    """Anstee & O'Mara (1995, MNRAS 276, 859), eq. 1, for neutral hydrogen, helium (0.41) and H2 (0.87)."""
    states, lines = gas
    neutral = states.atoms[:, 0, 0] + 0.41 * states.atoms[:, 1, 0] + 0.87 * states.molecules[:, 0]
    velocity = np.sqrt(8 * BOLTZMANN * TEMPERATURE / (np.pi * ATOMIC_MASS) * (1 / 1.008 + 1 / 55.845))
    section = 300.0 * 5.29177211e-9**2 * (velocity / 1e6) ** -0.25
    collisions = 2 * (4 / np.pi) ** 0.125 * gamma(2 - 0.125) * velocity * section * neutral
    electrons = 1e-6 * states.electron_density * (TEMPERATURE / 1e4) ** (1 / 6)
    expected = (1e8 + electrons + collisions) / (4 * np.pi * doppler_width())
    np.testing.assert_allclose(lines.damping[:, 0], expected, rtol=1e-5)
    assert np.all(collisions > 0.3 * (1e8 + electrons))  # it is not lost beside the others
