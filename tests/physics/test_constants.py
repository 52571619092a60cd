"""The constants are those of astropy, in CGS."""

import numpy as np
import pytest
from astropy import constants, units

from kurucz_a1.physics import constants as ours

RYDBERG = (constants.Ryd * constants.h * constants.c).to(units.eV).value
ASTROPY = {
    "SPEED_OF_LIGHT": constants.c.cgs.value,
    "PLANCK": constants.h.cgs.value,
    "BOLTZMANN": constants.k_B.cgs.value,
    "STEFAN_BOLTZMANN": constants.sigma_sb.cgs.value,
    "ELECTRON_MASS": constants.m_e.cgs.value,
    "ATOMIC_MASS": constants.u.cgs.value,
    "ELECTRON_CHARGE": constants.e.esu.value,
    "BOHR_RADIUS": constants.a0.cgs.value,
    "THOMSON": constants.sigma_T.cgs.value,
    "ELECTRON_VOLT": (1 * units.eV).to(units.erg).value,
    "RYDBERG_ENERGY": RYDBERG,
    "RYDBERG_HYDROGEN": RYDBERG / (1 + (constants.m_e / constants.m_p).value),
    "ASTRONOMICAL_UNIT": constants.au.cgs.value,
    "SOLAR_RADIUS": constants.R_sun.cgs.value,
}


@pytest.mark.parametrize("name", ASTROPY)
def test_constant_is_astropys(name: str) -> None:
    value = getattr(ours, name)
    assert isinstance(value, np.float64)  # strongly typed in JAX, as the models' last bits need it
    assert value == ASTROPY[name]


def test_no_constant_is_left_out() -> None:
    definitions = {"SOLAR_TEFF", "ANGSTROM", "KILOMETRE_PER_SECOND"}  # exact by definition
    assert {name for name in vars(ours) if name.isupper()} == ASTROPY.keys() | definitions
