"""The lowest surface gravity of a static atmosphere.

Radiation of the flux sigma Teff^4 pushes a gram of opacity kappa with kappa sigma Teff^4 / c, so that the least gravity
goes with the fourth power of temperature. Thomson scattering alone, which no hot gas lacks, takes
log g = 0.82 + 4 log10(Teff / 10,000 K). Lines and continua take more, though less than all of g where gas pressure may
fall inward: this solver's models end at 0.85 ([M/H] -2) to 0.90 (solar) from 8000 to 20,000 K, and lower where hydrogen
is neutral, at 0.64 at 5000 K (tools/find_least_gravity.py, to 0.04 dex).
"""

from typing import Any

import numpy as np

from kurucz_a1.types import Real

SLOPE = 4.0
#: log10 of cm s-2 at 10,000 K: a quarter of a dex above where this solver's models end, of which radiation carries
#: most of the weight, and a fifth below the lowest ATLAS-12 model at hand, at 1.32 (3500 K, log g -0.5).
LOGG_AT_10000 = 1.13


def least_logg(teff: Any) -> Real:
    """log10 of the lowest surface gravity in cm s-2 at ``teff`` in K, same shape.

    >>> round(float(least_logg(10000.0)), 2)
    1.13
    """
    return LOGG_AT_10000 + SLOPE * np.log10(np.asarray(teff) / 1e4)
