"""The lowest surface gravity of a static atmosphere.

Radiation of the flux sigma Teff^4 pushes a gram of opacity kappa with kappa sigma Teff^4 / c, so that the least gravity
goes with the fourth power of temperature. Thomson scattering alone, which no hot gas lacks, takes
log g = 0.82 + 4 log10(Teff / 10,000 K); lines and continua take more, though less than all of g where gas pressure
may fall inward.
"""

from typing import Any

import numpy as np

from kurucz_a1.types import Real

SLOPE = 4.0
#: log10 of cm s-2 at 10,000 K, a tenth below the lowest models at hand: 1.25 of this package's solver (11,485 K,
#: [M/H] -3.8) and 1.32 of ATLAS-12 (3500 K, log g -0.5). tools/find_least_gravity.py measures where models end.
LOGG_AT_10000 = 1.13


def least_logg(teff: Any) -> Real:
    """log10 of the lowest surface gravity in cm s-2 at ``teff`` in K, same shape.

    >>> round(float(least_logg(10000.0)), 2)
    1.13
    """
    return LOGG_AT_10000 + SLOPE * np.log10(np.asarray(teff) / 1e4)
