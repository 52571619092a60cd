"""Labels of a star from its spectrum: least squares from several starts, with errors from the Jacobian."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

import jax
import numpy as np
from jaxtyping import Array, Float
from scipy.optimize import OptimizeResult, least_squares
from scipy.stats import qmc

from kurucz_a1.inference.forward import PARAMETERS, VELOCITIES, StarSpectrum, check_parameters
from kurucz_a1.inference.widths import StarWidths
from kurucz_a1.inference.windows import StarWindows, scatter_between
from kurucz_a1.labels import LABEL_NAMES, LABELS, LabelSpace
from kurucz_a1.numerics.masked import unmasked
from kurucz_a1.types import AnyArray, Scalar

#: What can be fitted: a spectrum in one window or in several, or equivalent widths.
Observable = StarSpectrum | StarWindows | StarWidths
# Extent of a fit beyond the emulator's labels, as a share of their range: a star at the edge may then be found on
# either side of it, and is reported if it ends outside.
BEYOND = 0.05
# Units of the fit, in which chi2 is nearly isotropic: K, dex, km s-1, shares.
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
CONTINUUM = frozenset({"continuum", "continuum_slope"})
TRIED, FOLLOWED = 16, 2  # starts whose chi2 is taken, and those from which the fit is run
FEWEST_WINDOWS = 3  # whose scatter tells an error
BEGIN = 1e-6  # of the range of a parameter: a start is at least so far from its ends
SAME = 0.1  # of a standard error: the largest distance between fits that agree
CONVERGED = 1e-6  # relative change of chi2: of 10,000 pixels a tenth of a standard error
MOST_STEPS = 60
BAD_CHI2 = 2.0  # reduced: a larger one means that the model does not describe the spectrum
LOST = 1e-3  # component along an unconstrained direction above which a parameter is unconstrained too
NOTHING = 1e-9  # of the largest singular value: the spectrum does not change along such a direction


@dataclass(frozen=True)
class StarFit:
    """The result of a fit.

    - ``values``, ``errors``: of the free parameters, with one standard error each.
    - ``covariance``: in the order of ``values``.
    - ``reduced_chi2``: chi2 over pixels minus parameters.
    - ``converged``: whether the best of the fits met a criterion of convergence.
    - ``agreed``: number of the ``followed`` fits that ended at the same place.
    - ``complaints``: lines that a reader must know; empty for a good fit.
    - ``between_windows``: standard errors from what the solution would be without each of several windows
      (``scatter_between``), those of ``errors`` being of noise alone; empty for fewer than three.
    """

    values: dict[str, float]
    errors: dict[str, float]
    covariance: Float[np.ndarray, "parameter parameter"]
    reduced_chi2: float
    converged: bool
    agreed: int
    followed: int
    complaints: tuple[str, ...]
    between_windows: dict[str, float] = field(default_factory=dict)


def fit_star(
    spectrum: Observable,
    flux: Float[AnyArray, "pixel"],
    error: Float[AnyArray, "pixel"],
    free: Iterable[str],
    *,
    fixed: Mapping[str, float] | None = None,
    start: Mapping[str, float] | None = None,
    seed: int = 0,
) -> StarFit:
    """The StarFit of an observed spectrum, or of equivalent widths.

    - ``spectrum``: of the observed pixels or lines; where it has a ``continuum``, polynomials are fitted along.
    - ``flux``: normalised; or widths in mA.
    - ``error``: one standard error. A pixel whose flux or error is masked or not finite, or whose error is not
      positive, is ignored.
    - ``free``: names of the parameters to fit.
    - ``fixed``: values of other parameters; the rest have the defaults of PARAMETERS.
    - ``start``: values of all of ``free`` to begin from; None: starts are spread over the labels, and the best of them
      followed.
    - ``seed``: of these starts.

    Each start is followed by the trust-region reflective method of scipy.optimize.least_squares with exact derivatives.

    Raises ValueError for unknown names or names both free and fixed, two ways to place the continuum, velocities
    outside VELOCITIES, arrays whose length is not that of the pixels, and fewer usable pixels than parameters.
    """
    free, fixed, space = tuple(free), dict(fixed or {}), spectrum.emulator.space
    check_names(free, fixed, space)
    twice = [name for name in free if name in CONTINUUM and spectrum.fitted_along]
    if twice:
        raise ValueError(f"{', '.join(twice)}: the polynomials of the spectrum place the continuum; leave it out")
    for name, value in fixed.items():
        low, high = VELOCITIES.get(name, (-np.inf, np.inf))
        if not low <= value <= high:
            raise ValueError(f"{name} is {value:g} km/s; the allowed range is {low:g} to {high:g}")
    if not np.shape(flux) == np.shape(error) == (spectrum.size,):
        raise ValueError(
            f"flux {np.shape(flux)} and error {np.shape(error)} must have the shape of the pixels, ({spectrum.size},)"
        )
    target, weight = weighted(flux, error)
    counts = weight > 0
    parameters = len(free) + spectrum.fitted_along
    if counts.sum() <= parameters:
        raise ValueError(f"{counts.sum()} pixels can be used, too few for {parameters} parameters")
    low, high = np.array([range_of(space, name) for name in free]).T
    steps = np.array([STEPS[name] for name in free])

    def of(function: Callable[..., Array]) -> Callable[[Float[np.ndarray, "parameter"]], AnyArray]:
        return lambda x: np.asarray(function(spectrum, free, x * steps, fixed, target, weight))

    residuals, jacobian = of(residuals_of), of(_jacobian)
    if start is None:
        tried = _starts(free, low, high, seed) / steps
        starts = [tried[k] for k in np.argsort([np.sum(residuals(each) ** 2) for each in tried])[:FOLLOWED]]
    else:
        inside = BEGIN * (high - low)
        starts = [np.clip([start[name] for name in free], low + inside, high - inside) / steps]
    fits = [
        least_squares(
            residuals,
            begin,
            jac=lambda x: jacobian(x) * steps,
            bounds=(low / steps, high / steps),
            method="trf",
            x_scale=1.0,
            ftol=CONVERGED,
            max_nfev=MOST_STEPS,
        )
        for begin in starts
    ]
    best = min(fits, key=lambda fit: fit.cost)
    covariance = covariance_of(best.jac) * np.outer(steps, steps)
    errors = np.sqrt(np.diag(covariance))
    agreed = sum(bool(np.all(np.abs(fit.x - best.x) * steps < SAME * errors)) for fit in fits)
    values = dict(zip(free, best.x * steps, strict=True))
    reduced = 2.0 * best.cost / (counts.sum() - parameters)
    complaints = _complaints(
        best, values, dict(zip(free, errors, strict=True)), fixed, space, low, high, agreed == len(fits)
    )
    if reduced > BAD_CHI2:
        complaints += (f"the fit is poor, reduced chi2 {reduced:.3g}: lines, broadening or errors are wrong",)
    between: dict[str, float] = {}
    if isinstance(spectrum, StarWindows) and len(spectrum.windows) >= FEWEST_WINDOWS:
        scatter = steps * scatter_between(best.jac, best.fun, spectrum.ends)
        between = dict(zip(free, scatter.tolist(), strict=True))
    return StarFit(
        values={name: float(value) for name, value in values.items()},
        errors={name: float(value) for name, value in zip(free, errors, strict=True)},
        covariance=covariance,
        reduced_chi2=float(reduced),
        converged=bool(best.status > 0),
        agreed=agreed,
        followed=len(fits),
        complaints=complaints,
        between_windows=between,
    )


def check_names(free: Iterable[str], others: Iterable[str], space: LabelSpace) -> None:
    """Raises ValueError for names in ``free`` or ``others`` that are no parameters, that are in both, or that are free
    but fixed in the label space of the emulator."""
    free, others = tuple(free), tuple(others)
    check_parameters((*free, *others))
    both = [name for name in free if name in others]
    if both:
        raise ValueError(f"{', '.join(both)}: both free and fixed; leave one out")
    for name in free:
        if name in space.fixed:
            raise ValueError(f"{name} is {space.fixed[name]:g} in all models of this emulator; it cannot be fitted")


def weighted(
    flux: Float[AnyArray, "*pixels"], error: Float[AnyArray, "*pixels"]
) -> tuple[Float[np.ndarray, "*pixels"], Float[np.ndarray, "*pixels"]]:
    """Flux, and one over the error; both are 0 for pixels to ignore: not finite, or with an error of zero or below, as
    bad pixels are marked, or masked."""
    flux, error = unmasked(flux), unmasked(error)
    counts = np.isfinite(flux) & np.isfinite(error) & (error > 0)
    return np.where(counts, flux, 0.0), np.where(counts, 1.0 / np.where(counts, error, 1.0), 0.0)


@partial(jax.jit, static_argnums=(0, 1))
def residuals_of(
    spectrum: Observable,
    free: tuple[str, ...],
    values: Float[Array, "parameter"],
    fixed: Mapping[str, Scalar],
    target: Float[Array, "pixel"],
    weight: Float[Array, "pixel"],
    log_gf: Float[Array, "list"] | None = None,
) -> Float[Array, "pixel"]:
    """(spectrum - target) times weight, with ``values`` of the parameters ``free``; ``log_gf``: of the whole list."""
    model = spectrum(log_gf=log_gf, **fixed, **dict(zip(free, values, strict=True)))
    return weight * (spectrum.to_continuum(model, target, weight) - target)


@partial(jax.jit, static_argnums=(0, 1))
def _jacobian(
    spectrum: Observable,
    free: tuple[str, ...],
    values: Float[Array, "parameter"],
    fixed: Mapping[str, Scalar],
    target: Float[Array, "pixel"],
    weight: Float[Array, "pixel"],
) -> Float[Array, "pixel parameter"]:
    """The derivatives of the residuals by the values."""
    model, by_free, *_ = spectrum.with_jacobian(free, values, fixed=fixed)
    _, push = jax.linearize(lambda model: spectrum.to_continuum(model, target, weight), model)
    return weight[:, None] * jax.vmap(push, in_axes=1, out_axes=1)(by_free)


def covariance_of(jacobian: Float[np.ndarray, "residual parameter"]) -> Float[np.ndarray, "parameter parameter"]:
    """The covariance of a least-squares solution from its Jacobian, for residuals of unit error.

    Parameters along directions in which the residuals do not change have infinite variances.

    >>> covariance_of(np.array([[2.0, 0.0], [0.0, 0.0]])).tolist()
    [[0.25, 0.0], [0.0, inf]]
    """
    _, singular, directions = np.linalg.svd(jacobian, full_matrices=False)
    known = singular > NOTHING * max(singular.max(), 1e-300)
    variance = np.where(known, 1.0 / np.where(known, singular, 1.0) ** 2, 0.0)
    covariance = directions.T @ (variance[:, None] * directions)
    lost = np.any(np.abs(directions[~known]) > LOST, axis=0)
    covariance[lost, lost] = np.inf
    return covariance


def range_of(space: LabelSpace, name: str) -> tuple[float, float]:
    """Smallest and largest value that a fit may take."""
    if name in _RANGES:
        return _RANGES[name]
    low, high = space[name]
    return low - BEYOND * (high - low), high + BEYOND * (high - low)


def _starts(
    free: tuple[str, ...], low: Float[np.ndarray, "parameter"], high: Float[np.ndarray, "parameter"], seed: int
) -> Float[np.ndarray, "start parameter"]:
    """TRIED starts, spread evenly over the labels; other parameters have usual values."""
    usual = PARAMETERS | {"vmac": 3.0, "vsini": 3.0}
    starts = np.tile([np.clip(usual[name], *pair) for name, *pair in zip(free, low, high, strict=True)], (TRIED, 1))
    labels = [k for k, name in enumerate(free) if name in LABEL_NAMES]
    if labels:
        spread = qmc.Sobol(len(labels), seed=seed).random(TRIED)
        margin = 0.05 * (high - low)[labels]
        starts[:, labels] = qmc.scale(spread, low[labels] + margin, high[labels] - margin)
    return starts


def _complaints(
    best: OptimizeResult,
    values: dict[str, float],
    errors: dict[str, float],
    fixed: dict[str, float],
    space: LabelSpace,
    low: Float[np.ndarray, "parameter"],
    high: Float[np.ndarray, "parameter"],
    agreed: bool,
) -> tuple[str, ...]:
    """Doubts about a fit, in words."""
    complaints = []
    if best.status <= 0:
        complaints.append(f"not converged after {MOST_STEPS} steps")
    if not agreed:
        complaints.append("a fit from another start ended elsewhere, with a larger chi2")
    for name, value, at_least, at_most in zip(values, values.values(), low, high, strict=True):
        if min(value - at_least, at_most - value) < 1e-3 * (at_most - at_least):
            complaints.append(f"{name} ended at the limit of its allowed range, {value:.4g}")
    if not space.contains(space.complete({name: (PARAMETERS | fixed | values)[name] for name in space.free})):
        complaints.append("the labels lie outside the emulator's training range")
    for error, name, at_least, at_most in zip(errors.values(), errors, low, high, strict=True):
        if error > 0.5 * (at_most - at_least):
            complaints.append(f"{name} is not constrained: its error, {error:.2g}, exceeds half of its allowed range")
    return tuple(complaints)
