"""The Sun's energy distribution against an observed one, band by band."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float

from kurucz_a1.errors import BadFile
from kurucz_a1.labels import SUN
from kurucz_a1.physics.constants import ANGSTROM, ASTRONOMICAL_UNIT, SOLAR_RADIUS, SOLAR_TEFF
from kurucz_a1.spectrum.sed import EnergyDistribution, band_means

# With the effective temperature that belongs to the solar radius of the scaling (IAU 2015 resolution B3).
NOMINAL_SUN = replace(SUN, teff=SOLAR_TEFF)
EDGES = np.arange(410.0, 950.1, 5.0)  # nm, vacuum


def read_calspec(
    path: Path | str,
) -> tuple[Float[np.ndarray, "wavelength"], Float[np.ndarray, "wavelength"]]:
    """Wavelength (A, vacuum) and flux (erg s-1 cm-2 A-1) of a CALSPEC table in FITS.

    The columns are WAVELENGTH and FLUX (Bohlin, Gordon & Tremblay 2014, PASP 126, 711). Raises BadFile for others.
    """
    from astropy.io import fits

    try:
        with fits.open(path) as units:
            data = units[1].data
            wavelength, flux = (np.asarray(data[name], dtype=float) for name in ("WAVELENGTH", "FLUX"))
    except (OSError, KeyError, IndexError, TypeError) as error:
        reason = " ".join(str(error).split())[:80]
        raise BadFile(f"{path}: not a CALSPEC table with WAVELENGTH and FLUX ({reason}); name another") from error
    return wavelength, flux


def compare_energy(
    distribution: EnergyDistribution,
    wavelength: Float[np.ndarray, "wavelength"],
    flux: Float[np.ndarray, "wavelength"],
    edges: Float[np.ndarray, "band+1"] = EDGES,
) -> pd.DataFrame:
    """A model of the Sun and the observed Sun at 1 AU, one row per band.

    - ``distribution``: of the model, through its surface.
    - ``wavelength``, ``flux``: the observation, A in vacuum and erg s-1 cm-2 A-1 at 1 AU.
    - ``edges``: of the bands, nm.

    Columns: first_nm, last_nm, observed and solver (erg s-1 cm-2 A-1, means over the band; solver nan without a sampled
    frequency), ratio (solver / observed), frequencies (of the model's sample in the band).
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
