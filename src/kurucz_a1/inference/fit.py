"""Labels of a star from its spectrum: least squares from several starts, with errors from the Jacobian."""

from dataclasses import dataclass
from functools import partial

import jax
import numpy as np
from scipy.optimize import least_squares
from scipy.stats import qmc

from kurucz_a1.inference.forward import PARAMETERS, VELOCITIES, parameters_of
from kurucz_a1.labels import LABEL_NAMES, LABELS

# How far beyond the emulator's labels a fit may look, in shares of their range: a star at the edge is then as likely
# found beyond it as within, and said to be outside.
BEYOND = 0.05
# Typical steps, in which the fit is as round as it gets: K, dex, km s-1, shares.
STEPS = {
    **{label.name: label.step for label in LABELS},
    "vmic": 0.2,
    "vmac": 1.0,
    "vsini": 1.0,
    "rv": 0.5,
    "continuum": 0.005,
    "continuum_slope": 0.005,
}
_RANGES = {
    "vmic": (0.1, 5.0),
    **VELOCITIES,
    "continuum": (0.8, 1.2),
    "continuum_slope": (-0.2, 0.2),
}
TRIED, FOLLOWED = 16, 2  # starts whose chi2 is taken, and those from which the fit is run
SAME = 0.1  # of a standard error: fits that end this close have ended at the same place
MOST_STEPS = 60
BAD_CHI2 = 2.0  # reduced: a spectrum that the model does not describe, whatever its noise may be
A_PART = 1e-3  # of a direction: a parameter that has no more of it is not lost with it
NOTHING = 1e-9  # of the largest singular value: a direction in which the spectrum does not change


@dataclass(frozen=True)
class StarFit:
    """What a fit found.

    values, errors: of the free parameters, {name: float}, one standard error each; covariance: in their order;
    reduced_chi2; converged: whether the best of the fits stopped for a good reason; agreed: how many of the
    ``followed`` fits ended there; complaints: what a reader must know, a tuple of lines, none where all is well.
    """

    values: dict
    errors: dict
    covariance: np.ndarray
    reduced_chi2: float
    converged: bool
    agreed: int
    followed: int
    complaints: tuple


def fit_star(spectrum, flux, error, free, *, fixed=None, seed=0):
    """The StarFit of an observed spectrum.

    spectrum: a StarSpectrum of the observed pixels; flux: normalised (pixel,); error: one standard error (pixel,);
    pixels where either is not finite, or the error not above zero, do not count. free: names of the parameters to fit;
    fixed: {name: value} of others. Starts are spread over the labels, and the best of them followed by the trust-region
    reflective method of scipy.optimize.least_squares with exact derivatives. Raises ValueError for names that are no
    parameters or both free and fixed, for values that a spectrum is not prepared for, for arrays of another length than
    the pixels, and where fewer pixels count than there are parameters.
    """
    free, fixed = tuple(free), dict(fixed or {})
    check_names(free, fixed, spectrum.emulator.space)
    for name, value in fixed.items():
        low, high = VELOCITIES.get(name, (-np.inf, np.inf))
        if not low <= value <= high:
            raise ValueError(f"{name} is {value:g} km/s; a spectrum is prepared for {low:g} to {high:g}")
    if not np.shape(flux) == np.shape(error) == (spectrum.size,):
        raise ValueError(f"flux {np.shape(flux)} and error {np.shape(error)} must be of the pixels, ({spectrum.size},)")
    target, weight = weighted(flux, error)
    counts = weight > 0
    if counts.sum() <= len(free):
        raise ValueError(f"{counts.sum()} pixels can be used, too few for {len(free)} parameters")
    low, high = np.array([range_of(spectrum.emulator.space, name) for name in free]).T
    steps = np.array([STEPS[name] for name in free])

    def of(function):
        return lambda x: np.asarray(function(spectrum, free, x * steps, fixed, target, weight))

    residuals, jacobian = of(residuals_of), of(_jacobian)
    starts = _starts(free, fixed, low, high, seed) / steps
    sizes = [np.sum(residuals(start) ** 2) for start in starts]
    fits = [
        least_squares(
            residuals,
            starts[k],
            jac=lambda x: jacobian(x) * steps,
            bounds=(low / steps, high / steps),
            method="trf",
            x_scale=1.0,
            max_nfev=MOST_STEPS,
        )
        for k in np.argsort(sizes)[:FOLLOWED]
    ]
    best = min(fits, key=lambda fit: fit.cost)
    covariance = covariance_of(best.jac) * np.outer(steps, steps)
    errors = np.sqrt(np.diag(covariance))
    agreed = sum(np.all(np.abs(fit.x - best.x) * steps < SAME * errors) for fit in fits)
    values = dict(zip(free, best.x * steps, strict=True))
    reduced = 2.0 * best.cost / (counts.sum() - len(free))
    complaints = _complaints(best, values, dict(zip(free, errors, strict=True)), fixed, spectrum, low, high, agreed)
    if reduced > BAD_CHI2:
        complaints += (f"the fit is poor, its reduced chi2 {reduced:.3g}: lines, broadening or errors are not these",)
    return StarFit(
        values={name: float(value) for name, value in values.items()},
        errors={name: float(value) for name, value in zip(free, errors, strict=True)},
        covariance=covariance,
        reduced_chi2=float(reduced),
        converged=bool(best.status > 0),
        agreed=int(agreed),
        followed=len(fits),
        complaints=complaints,
    )


def check_names(free, others, space):
    """Raises ValueError for names in ``free`` or ``others`` that are no parameters, that are in both, or that are free
    but fixed in the LabelSpace of the emulator."""
    parameters_of(dict.fromkeys((*free, *others)))
    both = [name for name in free if name in others]
    if both:
        raise ValueError(f"{', '.join(both)}: both free and fixed; leave one out")
    for name in free:
        if name in space.fixed:
            raise ValueError(f"{name} is {space.fixed[name]:g} in all models of this emulator; it cannot be fitted")


def weighted(flux, error):
    """Flux, 0 where it does not count, and one over the error, 0 there; both of the shape given.

    What is not finite does not count, nor what has an error of zero or below, as bad pixels are marked."""
    flux, error = np.asarray(flux, dtype=float), np.asarray(error, dtype=float)
    counts = np.isfinite(flux) & np.isfinite(error) & (error > 0)
    return np.where(counts, flux, 0.0), np.where(counts, 1.0 / np.where(counts, error, 1.0), 0.0)


@partial(jax.jit, static_argnums=(0, 1))
def residuals_of(spectrum, free, values, fixed, target, weight):
    """(spectrum - target) times weight, (pixel,), where the parameters ``free`` have ``values``."""
    return weight * (spectrum(**fixed, **dict(zip(free, values, strict=True))) - target)


@partial(jax.jit, static_argnums=(0, 1))
def _jacobian(spectrum, free, values, fixed, target, weight):
    """The residuals' derivatives by the values, (pixel, parameter)."""
    return weight[:, None] * spectrum.with_jacobian(free, values, fixed=fixed)[1]


def covariance_of(jacobian):
    """The covariance (parameter, parameter) of a least-squares solution from its Jacobian (residual, parameter), whose
    residuals have unit error; infinite variances for parameters along directions that the residuals do not change in.
    """
    _, singular, directions = np.linalg.svd(jacobian, full_matrices=False)
    known = singular > NOTHING * max(singular.max(), 1e-300)
    variance = np.where(known, 1.0 / np.where(known, singular, 1.0) ** 2, 0.0)
    covariance = directions.T @ (variance[:, None] * directions)
    lost = np.any(np.abs(directions[~known]) > A_PART, axis=0)
    covariance[lost, lost] = np.inf
    return covariance


def range_of(space, name):
    """Smallest and largest value that a fit may take."""
    if name in _RANGES:
        return _RANGES[name]
    low, high = space[name]
    return low - BEYOND * (high - low), high + BEYOND * (high - low)


def _starts(free, fixed, low, high, seed):
    """TRIED starts (start, parameter), spread evenly over the labels; other parameters at their usual values."""
    usual = PARAMETERS | {"vmac": 3.0, "vsini": 3.0}
    starts = np.tile([np.clip(usual[name], *pair) for name, *pair in zip(free, low, high, strict=True)], (TRIED, 1))
    labels = [k for k, name in enumerate(free) if name in LABEL_NAMES]
    if labels:
        spread = qmc.Sobol(len(labels), seed=seed).random(TRIED)
        margin = 0.05 * (high - low)[labels]
        starts[:, labels] = qmc.scale(spread, low[labels] + margin, high[labels] - margin)
    return starts


def _complaints(best, values, errors, fixed, spectrum, low, high, agreed):
    """What is wrong or doubtful, in words."""
    found = []
    if best.status <= 0:
        found.append(f"not converged after {MOST_STEPS} steps")
    if agreed < FOLLOWED:
        found.append("a fit from another start ended elsewhere, with a larger chi2")
    for name, value, at_least, at_most in zip(values, values.values(), low, high, strict=True):
        if min(value - at_least, at_most - value) < 1e-3 * (at_most - at_least):
            found.append(f"{name} ended at the limit of what was allowed, {value:.4g}")
    space = spectrum.emulator.space
    if not space.contains(space.complete({name: (PARAMETERS | fixed | values)[name] for name in space.free})):
        found.append("the labels lie outside of what the emulator was trained for")
    for error, name, at_least, at_most in zip(errors.values(), errors, low, high, strict=True):
        if error > 0.5 * (at_most - at_least):
            found.append(f"{name} is not constrained: its error, {error:.2g}, is as large as what was allowed")
    return tuple(found)
