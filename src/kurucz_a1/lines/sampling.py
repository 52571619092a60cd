"""The fixed frequencies on which model atmospheres are computed.

One documented grid serves every model, so that a grid of models is smooth in its labels. Two kinds of it:

- 300, 600 or 1200 frequencies that were *chosen*, with their weights, out of 24,000 (``frequency_choice``): they give
  the integrals over frequency that a model atmosphere needs, at every depth of models all over the box, as these do;
- BANDS for energy distributions: from 300 to 1000 nm 16 points in each 5 nm, chosen (``band_choice``) to give the mean
  flux of the band, and beyond an *even* sample, whose points fall at random with respect to the lines, as in plain
  opacity sampling.
"""

from functools import lru_cache

import numpy as np
import xarray as xr
from jaxtyping import Float

from kurucz_a1.files import packaged
from kurucz_a1.netcdf import read_netcdf
from kurucz_a1.physics.constants import BOLTZMANN, PLANCK, SPEED_OF_LIGHT, STEFAN_BOLTZMANN

SHORTEST = 200e-8  # cm; exp(-h nu / k T) = 4e-11 at 30,000 K
LONGEST = 60e-4  # cm; h nu / k T = 0.07 at 3500 K
DENSE_COUNT = 24000
COUNTS = (1200, 600, 300)
BANDS = "bands"

# Temperature (K) and share of each Planck function in the density of the even samples; the rest is even in ln lambda.
_MIXTURE = (
    (3500.0, 0.05),
    (4200.0, 0.10),
    (5000.0, 0.14),
    (6000.0, 0.15),
    (7200.0, 0.14),
    (9000.0, 0.10),
    (13000.0, 0.07),
    (20000.0, 0.05),
)
# Planck functions whose integrals the weights of each even sample must give exactly.
_EXACT = np.geomspace(3300.0, 32000.0, 9)


def _planck(frequency: Float[np.ndarray, "nu"], temperature: float) -> Float[np.ndarray, "nu"]:
    """Planck function over its integral, Hz-1."""
    x = PLANCK * frequency / (BOLTZMANN * temperature)
    intensity = 2 * PLANCK * frequency**3 / SPEED_OF_LIGHT**2 / np.expm1(x)
    return intensity * np.pi / (STEFAN_BOLTZMANN * temperature**4)


def even_sample(count: int) -> tuple[Float[np.ndarray, "{count}"], Float[np.ndarray, "{count}"]]:
    """Frequencies (Hz, increasing) and quadrature weights (Hz) of an even sample.

    The points are spaced evenly in a mixture of the cumulative Planck functions (per ln lambda) of layers that carry
    the flux of F to M stars, with a part even in ln lambda, between 200 A and 60 um. The weights are cell widths, with
    the smallest relative change that makes the integrals of nine Planck functions from 3300 to 32000 K exact;
    integrals of others between 3500 and 30000 K, and of dB/dT, are then good to 1e-4 from 600 points on.
    """
    log_frequency = np.linspace(np.log(SPEED_OF_LIGHT / LONGEST), np.log(SPEED_OF_LIGHT / SHORTEST), 40001)
    frequency = np.exp(log_frequency)
    density = np.full_like(frequency, (1 - sum(share for _, share in _MIXTURE)) / np.ptp(log_frequency))
    for temperature, share in _MIXTURE:
        density += share * frequency * _planck(frequency, temperature)
    cumulative = np.concatenate([[0.0], np.cumsum(0.5 * (density[1:] + density[:-1]) * np.diff(log_frequency))])
    cumulative /= cumulative[-1]

    place = (np.arange(count) + 0.5) / count
    points = np.exp(np.interp(place, cumulative, log_frequency))
    middles = np.exp(np.interp(0.5 * (place[1:] + place[:-1]), cumulative, log_frequency))
    edges = np.concatenate([[frequency[0]], middles, [frequency[-1]]])
    widths = np.diff(edges)

    values = np.array([_planck(points, temperature) for temperature in _EXACT]) * widths
    # Least squares: smallest change of ln w, weighted by the flux it carries, that meets the constraints.
    share = values.sum(0)
    scaled = values / np.maximum(share, 1e-12 * share.max())
    change = np.linalg.lstsq(scaled * np.sqrt(share), 1 - values.sum(1), rcond=None)[0] / np.sqrt(
        np.maximum(share, 1e-12 * share.max())
    )
    return points, widths * (1 + np.clip(change, -0.05, 0.05))


@lru_cache
def _read(path: str) -> xr.Dataset:
    return read_netcdf(packaged(path))


def sampling_grid(which: int | str) -> tuple[Float[np.ndarray, "nu"], Float[np.ndarray, "nu"]]:
    """Frequencies (Hz, increasing) and quadrature weights (Hz) of a grid.

    ``which``: 300, 600 or 1200, the number chosen for model atmospheres, or BANDS for energy distributions. Raises
    ValueError for another.
    """
    if which == BANDS:
        dataset = _read("lines/data/bands.nc")
        return dataset["frequency"].values, dataset["weight"].values
    if which not in COUNTS:
        raise ValueError(f"which must be one of {(*COUNTS, BANDS)}, got {which}")
    dataset = _read("lines/data/frequencies.nc")
    return dataset[f"frequency_{which}"].values, dataset[f"weight_{which}"].values


def all_frequencies() -> Float[np.ndarray, "nu"]:
    """The frequencies of all grids together, Hz, increasing, each once: those of an opacity table."""
    return np.unique(np.concatenate([sampling_grid(which)[0] for which in (*COUNTS, BANDS)]))
