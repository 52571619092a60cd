"""Physical constants in CGS: CODATA 2022, IAU 2012 (astronomical unit) and IAU 2015 (the Sun).

The numbers are those of ``astropy.constants`` to the last bit (tests/physics/test_constants.py), written out so that
a model does not change with the version of astropy. They are numpy scalars, hence float64 wherever they enter.
"""

from numpy import float64

SPEED_OF_LIGHT = float64(29979245800.0)  # cm s-1
PLANCK = float64(6.62607015e-27)  # erg s
BOLTZMANN = float64(1.380649e-16)  # erg K-1
STEFAN_BOLTZMANN = float64(5.6703744191844314e-05)  # erg s-1 cm-2 K-4
ELECTRON_MASS = float64(9.1093837139e-28)  # g
ATOMIC_MASS = float64(1.66053906892e-24)  # g
ELECTRON_CHARGE = float64(4.803204712570263e-10)  # statC
BOHR_RADIUS = float64(5.29177210544e-09)  # cm
THOMSON = float64(6.6524587051e-25)  # cm2
ELECTRON_VOLT = float64(1.6021766339999997e-12)  # erg
RYDBERG_ENERGY = float64(13.605693122990514)  # eV, infinite nuclear mass
RYDBERG_HYDROGEN = float64(13.598287264283272)  # eV, reduced mass of hydrogen
SOLAR_TEFF = 5772.0  # K, IAU 2015 B3
ASTRONOMICAL_UNIT = float64(14959787070000.0)  # cm
SOLAR_RADIUS = float64(69570000000.0)  # cm
ANGSTROM = 1e-08  # cm
KILOMETRE_PER_SECOND = 100000.0  # cm s-1
