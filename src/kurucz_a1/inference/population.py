"""Line strengths from many stars at once, together with the labels of each.

What all stars share (log gf) and what each has of its own (labels) are fitted in one least-squares problem. Its normal
equations couple stars through the lines alone: eliminating the labels star by star (the Schur complement) leaves
equations in the lines, so that time grows as the number of stars.
"""

from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from kurucz_a1.inference.fit import STEPS, check_names, range_of, residuals_of, weighted
from kurucz_a1.inference.forward import PARAMETERS

PRIOR = 0.3  # dex: how wrong a log gf is taken to be
CONSTRAINED = 0.5  # of the prior: a line known no better than this has not been constrained by the stars
MOST_STEPS = 30
ENOUGH = 0.02  # of a standard error in every line: the last step
GREATEST_DAMPING, LITTLE_DAMPING = 1e8, 0.1


@dataclass(frozen=True)
class Calibration:
    """What ``calibrate`` found.

    log_gf, errors: of the chosen lines, (line,), dex, the sum of its components where a line has several; constrained:
    which of them the stars have something to say of, the others being where they began to within the prior; labels: of
    each star, {name: (star,)}; outside: which stars ended with labels that the emulator was not trained for, (star,);
    reduced_chi2; converged; steps: taken.
    """

    log_gf: np.ndarray
    errors: np.ndarray
    constrained: np.ndarray
    labels: dict
    outside: np.ndarray
    reduced_chi2: float
    converged: bool
    steps: int


def calibrate(
    spectrum, fluxes, errors, free, start, lines, log_gf, *, known=None, prior=PRIOR, report=lambda step, chi2: None
):
    """The Calibration of some lines by the spectra of many stars.

    spectrum: a StarSpectrum; fluxes, errors: normalised, (star, pixel), errors infinite where a pixel is not to count;
    free: names of the parameters that each star has of its own; start: their first values, {name: (star,)}, and values
    of other parameters that are kept; lines: each to calibrate as its index in the list that the spectrum was prepared
    with, or the indices of its components, which are off by the same; log_gf: of the whole list; known: what is known
    of stars beforehand, {name: (values, errors)}, each (star,), an error infinite where nothing is; prior: dex, of each
    line; report: called at each step with its number and chi2. Levenberg-Marquardt with exact derivatives.

    Where all lines of an element are to be found, their common scale is that element's abundance: only stars whose
    metallicity is known, or lines that are not among ``lines``, tell the two apart. Raises ValueError for names that
    are no parameters, for free parameters without a start, and for something known of others.
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
    lines, log_gf = tuple(tuple(np.atleast_1d(line).tolist()) for line in lines), jnp.asarray(log_gf)

    def evaluate(function, own, shift):
        for k in range(len(own)):
            fixed = {name: values[k] for name, values in kept.items()}
            yield function(spectrum, free, own[k] * scale, shift, fixed, lines, log_gf, targets[k], weights[k])

    def size(own, shift):
        found = sum(float(jnp.sum(residual**2)) for residual in evaluate(_residuals, own, shift))
        return found + beforehand(own, shift)

    def beforehand(own, shift):
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
        # a step that was cut short says nothing
        small = np.abs(of_lines) < ENOUGH * np.sqrt(np.diag(covariance))
        converged = bool(np.all(small)) and damping < LITTLE_DAMPING
        report(steps, chi2)
    _, _, covariance = _solve(blocks, shift, prior, 0.0)
    found = np.sqrt(np.diag(covariance))
    freedom = (weights > 0).sum() - own.size
    labels = dict(zip(free, (own * scale).T, strict=True))
    stars = PARAMETERS | kept | labels
    space = spectrum.emulator.space
    inside = space.contains(space.complete({name: stars[name] for name in space.free}))
    return Calibration(
        log_gf=total_log_gf(log_gf, lines) + shift,
        errors=found,
        constrained=found < CONSTRAINED * prior,
        labels=labels,
        outside=~np.broadcast_to(inside, len(own)),
        reduced_chi2=float((chi2 - beforehand(own, shift)) / freedom),
        converged=converged,
        steps=steps,
    )


@partial(jax.jit, static_argnums=(0, 1, 5))
def _residuals(spectrum, free, own, shift, fixed, lines, log_gf, target, weight):
    """(spectrum - target) times weight of one star, (pixel,)."""
    return residuals_of(spectrum, free, own, fixed | {"log_gf": _shifted(log_gf, lines, shift)}, target, weight)


@partial(jax.jit, static_argnums=(0, 1, 5))
def _linearized(spectrum, free, own, shift, fixed, lines, log_gf, target, weight):
    """The same, and its derivatives by the star's own parameters and by the shifts of the lines: (pixel,), (pixel,
    parameter), (pixel, line)."""
    components, line = _components(lines)
    flux, by_own, by_component = spectrum.with_jacobian(
        free, own, fixed=fixed, log_gf=_shifted(log_gf, lines, shift), lines=components
    )
    by_line = jnp.zeros((len(flux), len(lines))).at[:, line].add(by_component)
    return weight * (flux - target), weight[:, None] * by_own, weight[:, None] * by_line


def total_log_gf(log_gf, lines):
    """log10 of the gf that the components of each line have together, (line,); lines: a tuple of indices each."""
    return np.array([np.log10(np.sum(10.0 ** np.asarray(log_gf)[list(line)])) for line in lines])


def _shifted(log_gf, lines, shift):
    components, line = _components(lines)
    return log_gf.at[components].add(shift[line])


def _components(lines):
    """Indices of all components in the list and, of each, the number of its line; both (component,)."""
    return np.concatenate(lines), np.repeat(np.arange(len(lines)), [len(line) for line in lines])


def _known(known, free, count, scale):
    """What is known of stars beforehand: values and one over variances, both (star, parameter), in the fit's units."""
    expected, weight = np.zeros((2, count, len(free)))
    for name, (values, errors) in known.items():
        column = free.index(name)
        expected[:, column] = np.asarray(values) / scale[column]
        weight[:, column] = (scale[column] / np.asarray(errors)) ** 2
    return expected, weight


def _normal(residual, by_own, by_line, weight_of_known, off):
    """The blocks of a star's normal equations: own x own, own x line, line x line, and the gradients of both.

    off: what the star's parameters are off from what is known of them."""
    residual, by_own, by_line = (np.asarray(each) for each in (residual, by_own, by_line))
    return (
        by_own.T @ by_own + np.diag(weight_of_known),
        by_own.T @ by_line,
        by_line.T @ by_line,
        by_own.T @ residual + weight_of_known * off,
        by_line.T @ residual,
    )


def _solve(blocks, shift, prior, damping):
    """Steps of the lines (line,) and of the stars (star, parameter), and the covariance of the lines."""
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
    stars = [-inverse @ (b[3] + b[1] @ step) for inverse, b in zip(inverses, blocks, strict=True)]
    return step, np.stack(stars), np.linalg.inv(matrix)
