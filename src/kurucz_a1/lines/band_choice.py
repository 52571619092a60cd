"""Few wavelengths that give the mean flux of a band: the flux is sorted, and each part of it gives one point.

Points at random converge with the square root of their number, and lines make the flux scatter widely. Sorted, it is a
smooth function whose mean few points give: what opacity distribution functions do (Strom & Kurucz 1966, J. Quant.
Spectrosc. Radiat. Transfer 6, 591), but with real wavelengths, at which any model has its own opacity.
"""

from itertools import pairwise

import numpy as np
from jaxtyping import Float


def choose_band_points(
    wavelength: Float[np.ndarray, "wavelength"],
    flux: Float[np.ndarray, "wavelength"],
    edges: Float[np.ndarray, "edge"],
    count: int,
) -> Float[np.ndarray, "chosen"]:
    """Choose ``count`` wavelengths in each band of a fine, even spectrum; sorted.

    - ``flux``: that of a typical star; ``edges``: of the bands, in the unit of wavelength.

    Each point represents an equal share of its band and is the one nearest to the mean of that share. Raises
    ValueError for a band with fewer than ``count`` points.
    """
    chosen = []
    for first, last in pairwise(edges):
        places = np.flatnonzero((wavelength >= first) & (wavelength < last))
        if places.size < count:
            raise ValueError(f"{places.size} points from {first} to {last}, {count} are wanted")
        ordered = places[np.argsort(flux[places], kind="stable")]
        for part in np.array_split(ordered, count):
            chosen.append(part[np.argmin(np.abs(flux[part] - flux[part].mean()))])
    return wavelength[np.sort(chosen)]
