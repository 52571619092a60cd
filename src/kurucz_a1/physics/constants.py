"""Physical constants in CGS, from astropy's CODATA 2018 and IAU 2015 tables."""

from astropy import constants as _c
from astropy import units as _u

SPEED_OF_LIGHT = _c.c.cgs.value  # cm s-1
PLANCK = _c.h.cgs.value  # erg s
BOLTZMANN = _c.k_B.cgs.value  # erg K-1
STEFAN_BOLTZMANN = _c.sigma_sb.cgs.value  # erg s-1 cm-2 K-4
ELECTRON_MASS = _c.m_e.cgs.value  # g
ATOMIC_MASS = _c.u.cgs.value  # g
ELECTRON_CHARGE = _c.e.esu.value  # statC
BOHR_RADIUS = _c.a0.cgs.value  # cm
THOMSON = _c.sigma_T.cgs.value  # cm2
ELECTRON_VOLT = (1 * _u.eV).to(_u.erg).value  # erg
RYDBERG_ENERGY = (_c.Ryd * _c.h * _c.c).to(_u.eV).value  # eV, infinite nuclear mass
RYDBERG_HYDROGEN = RYDBERG_ENERGY / (1 + (_c.m_e / _c.m_p).value)  # eV, reduced mass of hydrogen
SOLAR_TEFF = 5772.0  # K, IAU 2015 B3
SOLAR_MASS_PARAMETER = _c.GM_sun.cgs.value  # cm3 s-2
ASTRONOMICAL_UNIT = _c.au.cgs.value  # cm
SOLAR_RADIUS = _c.R_sun.cgs.value  # cm
ANGSTROM = 1e-8  # cm
KILOMETRE_PER_SECOND = 1e5  # cm s-1
