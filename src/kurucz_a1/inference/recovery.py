"""How well labels come back: stars of known labels are observed with noise, and fitted as if nothing were known."""

import numpy as np
import pandas as pd

from kurucz_a1.inference.fit import fit_star
from kurucz_a1.inference.forward import PARAMETERS

#: Where drawn stars lie in what is not a label of the atmosphere: km s-1.
DRAWN = {"vmic": (0.8, 2.0), "vsini": (4.0, 12.0), "vmac": (2.0, 6.0), "rv": (-10.0, 10.0)}


def draw_stars(space, count, free, seed):
    """Parameters of ``count`` stars, {name: (count,)}: labels evenly in the LabelSpace of an emulator, velocities
    evenly in DRAWN where they are ``free``, all else at the usual values. More stars of one seed begin with the same
    ones."""
    generators = [np.random.default_rng([seed, number]) for number in range(count)]
    stars = [_draw_star(space, free, generator) for generator in generators]
    return {name: np.array([star[name] for star in stars]) for name in PARAMETERS}


def _draw_star(space, free, generator):
    labels = {name: float(value[0]) for name, value in space.draw(1, generator).as_dict().items()}
    velocities = {name: generator.uniform(*ends) for name, ends in DRAWN.items()}
    return PARAMETERS | labels | {name: value for name, value in velocities.items() if name in free}


def observe(spectrum, star, signal_to_noise, seed):
    """Normalised flux of a star with Gaussian noise, and its error, both (pixel,).

    spectrum: a StarSpectrum; star: {name: value}; signal_to_noise: a pixel, at the continuum; seed: int or ints.
    """
    clean = np.asarray(spectrum(**star))
    noise = np.random.default_rng(seed).normal(size=clean.size) / signal_to_noise
    return clean + noise, np.full(clean.size, 1.0 / signal_to_noise)


def recover(spectrum, star, number, free, signal_to_noise, seed):
    """A drawn star observed and fitted: a DataFrame with a row a parameter of ``free``.

    star: {name: value}; number: its number, which its noise goes by. Columns: star, parameter, truth, value, error,
    pull (value - truth over error), reduced_chi2, converged, complaints.
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


def _pull(difference, error):
    """Nothing where the error is infinite: such a star would only make the others' scatter look small."""
    return difference / error if np.isfinite(error) else np.nan


def summarize_pulls(recovered):
    """Mean and scatter of the pulls of each parameter, a DataFrame with a row a parameter and set of stars.

    recovered: the rows of ``recover`` of many stars. stars: "all", or "without complaint", those the fit says nothing
    against. Columns: parameter, stars, count, pull_mean, pull_scatter, each with its standard error, median_error and
    rms_difference in the parameter's unit.
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
