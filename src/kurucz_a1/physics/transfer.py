"""Radiative transfer in a plane-parallel medium with true absorption and isotropic scattering.

Two discretisations of the same problem: Feautrier's (1964, C. R. Acad. Sci. 258, 3189) second-order equation along a
few angles gives Eddington factors; the zeroth and first moments with these factors give the mean intensity with
scattering exactly (Auer & Mihalas 1970, MNRAS 149, 65). Depth runs from the surface inward.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kurucz_a1.numerics.quadrature import gauss_legendre
from kurucz_a1.numerics.tridiagonal import solve_tridiagonal
from kurucz_a1.types import AnyArray

ANGLES = 3


def gauss_angles(count: int = ANGLES) -> tuple[Float[Array, "angle"], Float[Array, "angle"]]:
    """Gauss-Legendre direction cosines and weights on (0, 1); the weights sum to 1."""
    cosines, weights = gauss_legendre(count)
    return jnp.asarray(cosines), jnp.asarray(weights)


class TransferProblem(NamedTuple):
    """What the radiation field of a model depends on."""

    intervals: Float[Array, "depth-1 nu"]  # optical thickness between neighbouring depths
    surface_depth: Float[Array, "nu"]  # optical depth of the first point
    thermal: Float[Array, "depth nu"]  # share of true absorption in the extinction
    planck: Float[Array, "depth nu"]  # Planck function, erg s-1 cm-2 Hz-1 sr-1


class EddingtonFactors(NamedTuple):
    """K/J at each depth and H/J at the surface."""

    pressure: Float[Array, "depth nu"]
    surface: Float[Array, "nu"]


def optical_intervals(
    extinction: Float[Array, "depth nu"], tau: Float[AnyArray, "depth"]
) -> Float[Array, "depth-1 nu"]:
    """Optical thickness of each interval.

    ``extinction`` is the monochromatic one over the opacity that defines ``tau``, which increases. In an interval it is
    a power law of tau, exact for a constant ratio.
    """
    log_growth = jnp.log(extinction[1:] * tau[1:, None]) - jnp.log(extinction[:-1] * tau[:-1, None])
    # expm1(x)/x without the 0/0 of an opacity that falls as 1/tau
    small = jnp.abs(log_growth) < 1e-5
    safe = jnp.where(small, 1.0, log_growth)
    mean = jnp.where(small, 1.0 + 0.5 * log_growth, jnp.expm1(safe) / safe)
    return extinction[:-1] * tau[:-1, None] * mean * jnp.log(tau[1:] / tau[:-1])[:, None]


def eddington_factors(problem: TransferProblem, mean_intensity: Float[Array, "depth nu"]) -> EddingtonFactors:
    """Eddington factors of the formal solution whose scattering source uses ``mean_intensity``.

    Only the gas above the first depth, with the source function of that depth, radiates into the model from above. The
    lowest layer is in the diffusion limit.
    """
    mu, weight = gauss_angles()
    mu, weight = mu[:, None], weight[:, None]
    source = problem.thermal * problem.planck + (1.0 - problem.thermal) * mean_intensity
    step = problem.intervals[:, None, :] / mu
    unit = jnp.ones_like(step[:1])
    above = jnp.concatenate([unit, step])
    below = jnp.concatenate([step, unit])
    width = 0.5 * (above + below)
    lower = -1.0 / (above * width)
    upper = -1.0 / (below * width)
    diagonal = 1.0 - lower - upper
    right = jnp.broadcast_to(source[:, None, :], diagonal.shape)

    incoming = source[0] * -jnp.expm1(-problem.surface_depth / mu)
    first, last = step[0], step[-1]
    lower = lower.at[0].set(0.0).at[-1].set(-1.0 / last)
    upper = upper.at[0].set(-1.0 / first).at[-1].set(0.0)
    diagonal = diagonal.at[0].set(1.0 / first + 1.0 + first / 2.0).at[-1].set(1.0 / last + 1.0 + last / 2.0)
    outgoing = problem.planck[-1] + (problem.planck[-1] - problem.planck[-2]) / last
    right = right.at[0].set(incoming + source[0] * first / 2.0).at[-1].set(outgoing + source[-1] * last / 2.0)

    symmetric = solve_tridiagonal(lower, diagonal, upper, right)  # (I+ + I-)/2
    zeroth = jnp.sum(weight * symmetric, axis=1)
    second = jnp.sum(weight * mu**2 * symmetric, axis=1)
    surface = jnp.sum(weight * mu * (symmetric[0] - incoming), axis=0) / zeroth[0]
    return EddingtonFactors(second / zeroth, surface)


def _cell_widths(intervals: Float[Array, "interval nu"]) -> Float[Array, "interval+1 nu"]:
    zero = jnp.zeros_like(intervals[:1])
    return 0.5 * (jnp.concatenate([zero, intervals]) + jnp.concatenate([intervals, zero]))


def emission(problem: TransferProblem) -> Float[Array, "depth nu"]:
    """Thermal emission in each depth's cell: its width times thermal B."""
    return _cell_widths(problem.intervals) * problem.thermal * problem.planck


def bottom_flux(problem: TransferProblem) -> Float[Array, "nu"]:
    """Eddington flux H of the diffusion limit at the lowest depth."""
    return (problem.planck[-1] - problem.planck[-2]) / (3.0 * problem.intervals[-1])


def moment_matrix(
    problem: TransferProblem, factors: EddingtonFactors
) -> tuple[Float[Array, "depth nu"], Float[Array, "depth nu"], Float[Array, "depth nu"]]:
    """Lower, main and upper diagonal of the moment equation for J."""
    inverse = 1.0 / problem.intervals
    zero = jnp.zeros_like(inverse[:1])
    pressure = factors.pressure
    lower = jnp.concatenate([zero, pressure[:-1] * inverse])
    upper = jnp.concatenate([pressure[1:] * inverse, zero])
    diagonal = -_cell_widths(problem.intervals) * problem.thermal
    diagonal = diagonal - pressure * (jnp.concatenate([inverse, zero]) + jnp.concatenate([zero, inverse]))
    return lower, diagonal.at[0].add(-factors.surface), upper


def mean_intensity(problem: TransferProblem, factors: EddingtonFactors) -> Float[Array, "depth nu"]:
    """J in erg s-1 cm-2 Hz-1 sr-1 from the moment equation, scattering included."""
    right = -_cell_widths(problem.intervals) * problem.thermal * problem.planck
    return solve_tridiagonal(*moment_matrix(problem, factors), right.at[-1].add(-bottom_flux(problem)))


class Moments(NamedTuple):
    """The terms of the moment equation."""

    residual: Float[Array, "depth nu"]
    flux: Float[Array, "depth-1 nu"]  # Eddington flux H between depths
    absorbed: Float[Array, "depth nu"]  # absorption less emission in each depth's cell, its width times thermal (J - B)


def moments(problem: TransferProblem, factors: EddingtonFactors, intensity: Float[Array, "depth nu"]) -> Moments:
    """The terms of the moment equation for a given mean intensity."""
    scaled = factors.pressure * intensity
    flux = (scaled[1:] - scaled[:-1]) / problem.intervals
    absorbed = _cell_widths(problem.intervals) * problem.thermal * (intensity - problem.planck)
    into = jnp.concatenate([flux, bottom_flux(problem)[None]])
    out = jnp.concatenate([(factors.surface * intensity[0])[None], flux])
    return Moments(into - out - absorbed, flux, absorbed)
