"""Line strengths from many stars at once, together with the labels of each.

Log gf, shared by all stars, and the labels of each star are fitted in one least-squares problem. Its normal equations
couple stars through the lines alone: eliminating the labels star by star (the Schur complement) leaves equations in the
lines, so that time is proportional to the number of stars.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from kurucz_a1.inference.fit import STEPS, check_names, range_of, residuals_of, weighted
from kurucz_a1.inference.forward import PARAMETERS, StarSpectrum
from kurucz_a1.inference.windows import StarWindows
from kurucz_a1.types import AnyArray, Scalar

PRIOR = 0.3  # dex: assumed error of a log gf
CONSTRAINED = 0.5  # of the prior: the largest error of a line that the stars constrain
MOST_STEPS = 30
ENOUGH = 0.02  # of a standard error in every line: the last step
GREATEST_DAMPING, LITTLE_DAMPING = 1e8, 0.1

#: The indices of the components of each line in a line list.
Lines = tuple[tuple[int, ...], ...]
#: One number for all stars or one for each.
PerStar = float | Sequence[float] | Float[AnyArray, "star"]
_Own = Float[np.ndarray, "star parameter"]
_Shift = Float[np.ndarray, "line"]


@dataclass(frozen=True)
class Calibration:
    """The result of ``calibrate``.

    - ``log_gf``, ``errors``: dex, of the chosen lines; of all its components together where a line has several.
    - ``constrained``: which lines the stars constrain; the others keep their first values to within the prior.
    - ``labels``: fitted parameters of each star.
    - ``outside``: which stars ended outside the emulator's training range.
    - ``reduced_chi2``, ``converged``, ``steps``: of the fit.
    """

    log_gf: Float[np.ndarray, "line"]
    errors: Float[np.ndarray, "line"]
    constrained: Bool[np.ndarray, "line"]
    labels: dict[str, Float[np.ndarray, "star"]]
    outside: Bool[np.ndarray, "star"]
    reduced_chi2: float
    converged: bool
    steps: int


def calibrate(
    spectrum: StarSpectrum | StarWindows,
    fluxes: Float[AnyArray, "star pixel"],
    errors: Float[AnyArray, "star pixel"],
    free: Iterable[str],
    start: Mapping[str, PerStar],
    lines: Sequence[int | Sequence[int]],
    log_gf: Sequence[float] | Float[AnyArray, "list"],
    *,
    known: Mapping[str, tuple[PerStar, PerStar]] | None = None,
    prior: float = PRIOR,
    report: Callable[[int, float], object] = lambda step, chi2: None,
) -> Calibration:
    """The Calibration of some lines by the spectra of many stars, by Levenberg-Marquardt with exact derivatives.

    - ``spectrum``: of the observed pixels.
    - ``fluxes``, ``errors``: normalised; infinite errors of pixels to ignore.
    - ``free``: names of the parameters to fit for each star.
    - ``start``: their first values, and the values of fixed parameters.
    - ``lines``: each line to calibrate as its index in the list that the spectrum was prepared with, or the indices of
      its components, which share one correction.
    - ``log_gf``: of the whole list, dex.
    - ``known``: prior knowledge of free parameters, values and errors by name; infinite errors of unknown values.
    - ``prior``: error of the first log gf of each line, dex.
    - ``report``: called at each step with its number and chi2.

    If all lines of an element are calibrated, their common scale is degenerate with its abundance: only stars of known
    metallicity, or lines not among ``lines``, separate the two.

    Raises ValueError for unknown names, free parameters without a start, and prior knowledge of parameters that are not
    free.
    """
    free = tuple(free)
    check_names(free, [name for name in start if name not in free], spectrum.emulator.space)
    if missing := [name for name in free if name not in start]:
        raise ValueError(f"{', '.join(missing)}: has no start")
    if others := [name for name in known or () if name not in free]:
        raise ValueError(f"{', '.join(others)}: is known beforehand, but not free")
    scale = np.array([STEPS[name] for name in free])
    expected, weight_of_known = _known(known or {}, free, len(fluxes), scale)
    low, high = np.array([range_of(spectrum.emulator.space, name) for name in free]).T / scale
    own = np.stack([np.asarray(start[name], dtype=float) for name in free], axis=-1) / scale
    kept = {name: np.broadcast_to(value, len(own)) for name, value in start.items() if name not in free}
    shift, damping, converged = np.zeros(len(lines)), 1e-3, False
    targets, weights = weighted(fluxes, errors)
    chosen, listed = tuple(tuple(np.atleast_1d(line).tolist()) for line in lines), jnp.asarray(log_gf)

    def evaluate(function: Callable[..., Any], own: _Own, shift: _Shift) -> Iterator[Any]:
        for k in range(len(own)):
            fixed = {name: values[k] for name, values in kept.items()}
            yield function(spectrum, free, own[k] * scale, shift, fixed, chosen, listed, targets[k], weights[k])

    def size(own: _Own, shift: _Shift) -> float:
        of_spectra = sum(float(jnp.sum(residual**2)) for residual in evaluate(_residuals, own, shift))
        return of_spectra + of_prior(own, shift)

    def of_prior(own: _Own, shift: _Shift) -> float:
        return np.sum((shift / prior) ** 2) + np.sum(weight_of_known * (own - expected) ** 2)

    chi2, steps = size(own, shift), 0
    while steps < MOST_STEPS and not converged and damping < GREATEST_DAMPING:
        steps += 1
        blocks = [
            _normal(residual, by_own * scale, by_line, weight_of_known[k], own[k] - expected[k])
            for k, (residual, by_own, by_line) in enumerate(evaluate(_linearized, own, shift))
        ]
        while damping < GREATEST_DAMPING:
            of_lines, of_stars, covariance = _solve(blocks, shift, prior, damping)
            moved = np.clip(own + of_stars, low, high)
            trial = size(moved, shift + of_lines)
            if trial <= chi2 * (1.0 + 1e-12):
                break
            damping *= 10.0
        else:
            break
        own, shift, chi2, damping = moved, shift + of_lines, trial, damping / 10.0
        # a damped step may be short without convergence
        small = np.abs(of_lines) < ENOUGH * np.sqrt(np.diag(covariance))
        converged = bool(np.all(small)) and damping < LITTLE_DAMPING
        report(steps, chi2)
    _, _, covariance = _solve(blocks, shift, prior, 0.0)
    line_errors = np.sqrt(np.diag(covariance))
    freedom = (weights > 0).sum() - own.size - len(own) * spectrum.fitted_along
    labels = dict(zip(free, (own * scale).T, strict=True))
    stars = PARAMETERS | kept | labels
    space = spectrum.emulator.space
    inside = space.contains(space.complete({name: stars[name] for name in space.free}))
    return Calibration(
        log_gf=total_log_gf(listed, chosen) + shift,
        errors=line_errors,
        constrained=line_errors < CONSTRAINED * prior,
        labels=labels,
        outside=~np.broadcast_to(inside, len(own)),
        reduced_chi2=float((chi2 - of_prior(own, shift)) / freedom),
        converged=converged,
        steps=steps,
    )


@partial(jax.jit, static_argnums=(0, 1, 5))
def _residuals(
    spectrum: StarSpectrum | StarWindows,
    free: tuple[str, ...],
    own: Float[Array, "parameter"],
    shift: Float[Array, "line"],
    fixed: dict[str, Scalar],
    lines: Lines,
    log_gf: Float[Array, "list"],
    target: Float[Array, "pixel"],
    weight: Float[Array, "pixel"],
) -> Float[Array, "pixel"]:
    """(spectrum - target) times weight of one star."""
    return residuals_of(spectrum, free, own, fixed, target, weight, _shifted(log_gf, lines, shift))


@partial(jax.jit, static_argnums=(0, 1, 5))
def _linearized(
    spectrum: StarSpectrum | StarWindows,
    free: tuple[str, ...],
    own: Float[Array, "parameter"],
    shift: Float[Array, "line"],
    fixed: dict[str, Scalar],
    lines: Lines,
    log_gf: Float[Array, "list"],
    target: Float[Array, "pixel"],
    weight: Float[Array, "pixel"],
) -> tuple[Float[Array, "pixel"], Float[Array, "pixel parameter"], Float[Array, "pixel line"]]:
    """The residuals, and their derivatives by the star's own parameters and by the shifts of the lines."""
    components, line = _components(lines)
    flux, by_own, by_component = spectrum.with_jacobian(
        free, own, fixed=fixed, log_gf=_shifted(log_gf, lines, shift), lines=components
    )
    by_line = jnp.zeros((len(flux), len(lines))).at[:, line].add(by_component)
    flux, push = jax.linearize(lambda flux: spectrum.to_continuum(flux, target, weight), flux)
    by_own, by_line = (jax.vmap(push, in_axes=1, out_axes=1)(each) for each in (by_own, by_line))
    return weight * (flux - target), weight[:, None] * by_own, weight[:, None] * by_line


def total_log_gf(
    log_gf: Sequence[float] | Float[AnyArray, "list"], lines: Sequence[Sequence[int]]
) -> Float[np.ndarray, "line"]:
    """log10 of the summed gf of the components of each line, given by their indices.

    >>> total_log_gf([-1.0, -1.0, -3.0], ((0, 1), (2,))).round(3).tolist()
    [-0.699, -3.0]
    """
    return np.array([np.log10(np.sum(10.0 ** np.asarray(log_gf)[list(line)])) for line in lines])


def _shifted(log_gf: Float[Array, "list"], lines: Lines, shift: Float[Array, "line"]) -> Float[Array, "list"]:
    components, line = _components(lines)
    return log_gf.at[components].add(shift[line])


def _components(lines: Lines) -> tuple[Int[np.ndarray, "component"], Int[np.ndarray, "component"]]:
    """Indices of all components in the list, and the number of the line that each belongs to."""
    return np.concatenate(lines), np.repeat(np.arange(len(lines)), [len(line) for line in lines])


def _known(
    known: Mapping[str, tuple[PerStar, PerStar]],
    free: tuple[str, ...],
    count: int,
    scale: Float[np.ndarray, "parameter"],
) -> tuple[Float[np.ndarray, "star parameter"], Float[np.ndarray, "star parameter"]]:
    """Prior values of the stars' parameters and one over their variances, in the units of the fit."""
    expected, weight = np.zeros((2, count, len(free)))
    for name, (values, errors) in known.items():
        column = free.index(name)
        expected[:, column] = np.asarray(values) / scale[column]
        weight[:, column] = (scale[column] / np.asarray(errors)) ** 2
    return expected, weight


class _Blocks(NamedTuple):
    """The normal equations of one star: blocks of its own parameters and the lines, and both gradients."""

    own: Float[np.ndarray, "parameter parameter"]
    across: Float[np.ndarray, "parameter line"]
    lines: Float[np.ndarray, "line line"]
    of_own: Float[np.ndarray, "parameter"]
    of_lines: Float[np.ndarray, "line"]


def _normal(
    residual: Float[AnyArray, "pixel"],
    by_own: Float[AnyArray, "pixel parameter"],
    by_line: Float[AnyArray, "pixel line"],
    weight_of_known: Float[np.ndarray, "parameter"],
    off: Float[np.ndarray, "parameter"],
) -> _Blocks:
    """The normal equations of a star; ``off``: its parameters minus their prior values."""
    residual, by_own, by_line = (np.asarray(each) for each in (residual, by_own, by_line))
    return _Blocks(
        by_own.T @ by_own + np.diag(weight_of_known),
        by_own.T @ by_line,
        by_line.T @ by_line,
        by_own.T @ residual + weight_of_known * off,
        by_line.T @ residual,
    )


def _solve(
    blocks: Sequence[_Blocks], shift: Float[np.ndarray, "line"], prior: float, damping: float
) -> tuple[Float[np.ndarray, "line"], Float[np.ndarray, "star parameter"], Float[np.ndarray, "line line"]]:
    """Steps of the lines and of the stars, and the covariance of the lines."""
    matrix = np.diag(np.full(shift.size, 1.0 / prior**2))
    gradient = shift / prior**2
    inverses = []
    for own, across, lines, of_own, of_lines in blocks:
        inverse = np.linalg.pinv(own + damping * np.diag(np.diag(own)), hermitian=True)
        inverses.append(inverse)
        matrix = matrix + lines - across.T @ inverse @ across
        gradient = gradient + of_lines - across.T @ inverse @ of_own
    damped = matrix + damping * np.diag(np.diag(matrix))
    step = -np.linalg.solve(damped, gradient)
    stars = [-inverse @ (b.of_own + b.across @ step) for inverse, b in zip(inverses, blocks, strict=True)]
    return step, np.stack(stars), np.linalg.inv(matrix)
