"""Recovery of labels: stars of known labels are observed with noise, and fitted without prior knowledge."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from jaxtyping import Float

from kurucz_a1.inference.fit import fit_star
from kurucz_a1.inference.forward import PARAMETERS, StarSpectrum
from kurucz_a1.labels import LabelSpace

#: Ranges of drawn parameters that are not labels of the atmosphere, km s-1.
DRAWN = {"vmic": (0.8, 2.0), "vsini": (4.0, 12.0), "vmac": (2.0, 6.0), "rv": (-10.0, 10.0)}


def draw_stars(
    space: LabelSpace, count: int, free: Sequence[str], seed: int
) -> dict[str, Float[np.ndarray, "{count}"]]:
    """PARAMETERS of random stars.

    - ``space``: that of an emulator, from which labels are drawn uniformly.
    - ``count``: number of stars.
    - ``free``: names of the parameters that a fit is to find; those of DRAWN that are not among them have their
      defaults.
    - ``seed``: a larger count with the same seed adds stars and keeps the others.
    """
    generators = [np.random.default_rng([seed, number]) for number in range(count)]
    stars = [_draw_star(space, free, generator) for generator in generators]
    return {name: np.array([star[name] for star in stars]) for name in PARAMETERS}


def _draw_star(space: LabelSpace, free: Sequence[str], generator: np.random.Generator) -> dict[str, float]:
    labels = {name: float(value[0]) for name, value in space.draw(1, generator).as_dict().items()}
    velocities = {name: generator.uniform(*ends) for name, ends in DRAWN.items()}
    return PARAMETERS | labels | {name: value for name, value in velocities.items() if name in free}


def observe(
    spectrum: StarSpectrum, star: Mapping[str, float], signal_to_noise: float, seed: int | Sequence[int]
) -> tuple[Float[np.ndarray, "pixel"], Float[np.ndarray, "pixel"]]:
    """Normalised flux of a star with Gaussian noise, and its error.

    - ``star``: its parameters.
    - ``signal_to_noise``: per pixel, in the continuum.
    """
    clean = np.asarray(spectrum(log_gf=None, **star))
    noise = np.random.default_rng(seed).normal(size=clean.size) / signal_to_noise
    return clean + noise, np.full(clean.size, 1.0 / signal_to_noise)


def recover(
    spectrum: StarSpectrum,
    star: Mapping[str, float],
    number: int,
    free: Sequence[str],
    signal_to_noise: float,
    seed: int,
) -> pd.DataFrame:
    """A drawn star observed and fitted, one row per parameter of ``free``.

    - ``star``: its parameters.
    - ``number``: of the star; with ``seed`` it determines the noise.
    - ``signal_to_noise``: per pixel, in the continuum.

    Columns: star, parameter, truth, value, error, pull (value - truth over error), reduced_chi2, converged, complaints.
    """
    flux, error = observe(spectrum, star, signal_to_noise, [seed, number, 1])
    fixed = {name: float(value) for name, value in star.items() if name not in free}
    fit = fit_star(spectrum, flux, error, free, fixed=fixed, seed=seed)
    return pd.DataFrame(
        {
            "star": number,
            "parameter": free,
            "truth": [float(star[name]) for name in free],
            "value": [fit.values[name] for name in free],
            "error": [fit.errors[name] for name in free],
            "pull": [_pull(fit.values[name] - star[name], fit.errors[name]) for name in free],
            "reduced_chi2": fit.reduced_chi2,
            "converged": fit.converged,
            "complaints": "; ".join(fit.complaints),
        }
    )


def _pull(difference: float, error: float) -> float:
    """NaN for an infinite error, whose pull of zero would only reduce the scatter."""
    return difference / error if np.isfinite(error) else np.nan


def summarize_pulls(recovered: pd.DataFrame) -> pd.DataFrame:
    """Mean and scatter of the pulls, one row per parameter and set of stars.

    - ``recovered``: the rows of ``recover`` of many stars.

    Columns: parameter, stars ("all" or "without complaint"), count, pull_mean, pull_scatter, each with its standard
    error, median_error and rms_difference in the parameter's unit.
    """
    rows = []
    for stars, table in (("all", recovered), ("without complaint", recovered[recovered["complaints"] == ""])):
        for name, group in table.groupby("parameter", sort=False):
            count, scatter = group["pull"].count(), group["pull"].std(ddof=1)
            rows.append(
                {
                    "parameter": name,
                    "stars": stars,
                    "count": count,
                    "pull_mean": group["pull"].mean(),
                    "pull_mean_error": scatter / np.sqrt(count),
                    "pull_scatter": scatter,
                    "pull_scatter_error": scatter / np.sqrt(2.0 * max(count - 1, 1)),
                    "median_error": group["error"].median(),
                    "rms_difference": np.sqrt(np.mean((group["value"] - group["truth"]) ** 2)),
                }
            )
    return pd.DataFrame(rows)
