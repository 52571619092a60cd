"""The Sun's energy distribution against an observed one, band by band."""

import numpy as np
import pandas as pd

from kurucz_a1.errors import BadFile
from kurucz_a1.extras import needs
from kurucz_a1.physics.constants import ANGSTROM, ASTRONOMICAL_UNIT, SOLAR_RADIUS, SOLAR_TEFF
from kurucz_a1.spectrum.sed import band_means

# The nominal Sun of IAU 2015 resolution B3, with which the solar radius of the scaling goes; log g from GM.
SUN = {"teff": SOLAR_TEFF, "logg": 4.438, "feh": 0.0, "afe": 0.0}
EDGES = np.arange(410.0, 950.1, 5.0)  # nm, vacuum


def read_calspec(path):
    """Wavelength (A, vacuum) and flux (erg s-1 cm-2 A-1), both (wavelength,), of a CALSPEC table in FITS.

    The columns are WAVELENGTH and FLUX (Bohlin, Gordon & Tremblay 2014, PASP 126, 711). Raises BadFile for others.
    """
    with needs("spectrum"):
        from astropy.io import fits

    try:
        with fits.open(path) as units:
            data = units[1].data
            columns = [np.asarray(data[name], dtype=float) for name in ("WAVELENGTH", "FLUX")]
    except (OSError, KeyError, IndexError, TypeError) as error:
        reason = " ".join(str(error).split())[:80]
        raise BadFile(f"{path}: not a CALSPEC table with WAVELENGTH and FLUX ({reason}); name another") from error
    return columns


def compare_energy(distribution, wavelength, flux, edges=EDGES):
    """A model of the Sun and the observed Sun at 1 AU, a DataFrame with one row a band.

    distribution: EnergyDistribution through the surface; wavelength (A, vacuum), flux (erg s-1 cm-2 A-1 at 1 AU): the
    observation; edges: (band + 1,) nm. Columns: first_nm, last_nm, observed and solver (erg s-1 cm-2 A-1, means over
    the band), ratio (solver / observed), frequencies (of the model's sample in the band; none: nan).
    """
    bounds = np.asarray(edges) * 1e-7 / ANGSTROM
    means, counts = band_means(distribution, bounds)
    model = means * (SOLAR_RADIUS / ASTRONOMICAL_UNIT) ** 2
    # the integral of a piecewise linear function, so that coarse observations need no point in a band
    fine = np.union1d(wavelength, bounds)
    values = np.interp(fine, wavelength, flux)
    cumulative = np.concatenate([[0.0], np.cumsum(0.5 * (values[1:] + values[:-1]) * np.diff(fine))])
    observed = np.diff(np.interp(bounds, fine, cumulative)) / np.diff(bounds)
    return pd.DataFrame(
        {
            "first_nm": edges[:-1],
            "last_nm": edges[1:],
            "observed": observed,
            "solver": model,
            "ratio": model / observed,
            "frequencies": counts,
        }
    )
