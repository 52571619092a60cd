"""Emergent intensity and flux of a plane-parallel atmosphere whose source function is known.

Depth is the last axis, surface first: the transpose of ``physics.transfer``, because every wavelength is independent
and the leading axis is cut into chunks.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kurucz_a1.physics.transfer import gauss_angles
from kurucz_a1.types import AnyArray, Scalar

ANGLES = 5


def three_point_slope(
    x: Float[AnyArray, "... depth"], y: Float[AnyArray, "*points depth"]
) -> Float[Array, "*points depth"]:
    """dy/dx at each point of the last axis from the parabola through it and its neighbours.

    Second-order accurate on any spacing; at both ends the slope of the outermost interval.
    """
    step = jnp.diff(x)
    secant = jnp.diff(y) / step
    inner = (step[..., 1:] * secant[..., :-1] + step[..., :-1] * secant[..., 1:]) / (step[..., 1:] + step[..., :-1])
    return jnp.concatenate([secant[..., :1], inner, secant[..., -1:]], axis=-1)


def optical_depth(
    opacity: Float[AnyArray, "*points depth"], column_mass: Float[AnyArray, "... depth"]
) -> Float[Array, "*points depth"]:
    """Monochromatic optical depth of ``opacity`` (cm2 g-1) on ``column_mass`` (g cm-2).

    The integral of kappa m over ln m by the trapezoid with its end correction h^2/12 (f'_1 - f'_2), fourth order in
    the step. Above the first point the opacity is taken as constant. An interval is never given less than a tenth of
    its plain trapezoid, so that the result increases inward whatever the opacity does.
    """
    log_mass = jnp.log(column_mass)
    step = jnp.diff(log_mass)
    integrand = opacity * column_mass
    slope = integrand * three_point_slope(log_mass, jnp.log(integrand))
    plain = 0.5 * step * (integrand[..., 1:] + integrand[..., :-1])
    corrected = plain + step**2 / 12.0 * (slope[..., :-1] - slope[..., 1:])
    top = integrand[..., :1]
    inner = top + jnp.cumsum(jnp.maximum(corrected, 0.1 * plain), axis=-1)
    return jnp.concatenate([top, inner], axis=-1)


def _exponential_moments(
    step: Float[Array, "*intervals"],
) -> tuple[Float[Array, "*intervals"], Float[Array, "*intervals"], Float[Array, "*intervals"]]:
    """Integrals over u in (0, 1) of exp(-step u) times 1 - u, u and 6 u (1 - u)."""
    small = step < 0.05
    safe = jnp.where(small, 1.0, step)
    decay = jnp.exp(-safe)
    zeroth = -jnp.expm1(-safe) / safe
    first = (zeroth - decay) / safe
    second = (2.0 * first - decay) / safe
    # Taylor series of integral u^n exp(-step u): sum of (-step)^k / (k! (n + k + 1))
    series = [jnp.zeros_like(step)] * 3
    term = jnp.ones_like(step)
    for k in range(6):
        series = [total + term / (n + k + 1) for n, total in enumerate(series)]
        term = -term * step / (k + 1)
    zeroth, first, second = (
        jnp.where(small, s, exact) for s, exact in zip(series, (zeroth, first, second), strict=True)
    )
    return zeroth - first, first, 6.0 * (first - second)


def emergent_intensity(
    source: Float[AnyArray, "*points depth"], tau: Float[AnyArray, "*points depth"], mu: Scalar
) -> Float[Array, "*points"]:
    """Intensity I(0, mu) at the surface, in the unit of ``source``.

    Integrated by parts, I = S(0) + integral of S'(t) exp(-t/mu) dt, with S' quadratic in each interval (the derivative
    of the cubic through both end values and slopes) and the exponential integrated exactly: no cancellation in thin
    layers, exact for a source linear in tau. Above the first point the source is constant, below the last linear.
    """
    width = jnp.diff(tau)
    mean = jnp.diff(source) / width
    slope = _monotonic(three_point_slope(tau, source), mean)
    left, right, middle = _exponential_moments(width / mu)
    start, end = slope[..., :-1], slope[..., 1:]
    weight = jnp.exp(-tau[..., :-1] / mu) * width
    inner = weight * (start * left + end * right + (mean - 0.5 * (start + end)) * middle)
    below = slope[..., -1] * mu * jnp.exp(-tau[..., -1] / mu)
    return jnp.asarray(source)[..., 0] + jnp.sum(inner, axis=-1) + below


def _monotonic(
    slope: Float[Array, "*points depth"], secant: Float[Array, "*points interval"]
) -> Float[Array, "*points depth"]:
    """Slopes cut to three times the smaller neighbouring secant where both have one sign.

    Enough to keep the cubics monotonic (Fritsch & Carlson 1980, SIAM J. Numer. Anal. 17, 238), hence intensities
    positive where the source rises by orders of magnitude between two depths; it acts nowhere else.
    """
    before, after = secant[..., :-1], secant[..., 1:]
    bound = 3.0 * jnp.minimum(jnp.abs(before), jnp.abs(after))
    inner = slope[..., 1:-1]
    inner = jnp.where(before * after > 0, jnp.clip(inner, -bound, bound), inner)
    return jnp.concatenate([slope[..., :1], inner, slope[..., -1:]], axis=-1)


@jax.custom_jvp
def flux_through(
    opacity: Float[AnyArray, "*points depth"],
    source: Float[AnyArray, "*points depth"],
    column_mass: Float[AnyArray, "depth"],
) -> Float[Array, "*points"]:
    """Flux through the surface, ``emergent_flux`` on ``optical_depth``, of ``opacity`` (cm2 g-1) and ``source`` on
    ``column_mass`` (g cm-2).

    All derivatives follow from the response of the flux to opacity and source at each depth, found once in reverse
    mode: derivatives in many directions take little more time than in one.
    """
    return emergent_flux(source, optical_depth(opacity, column_mass))


@flux_through.defjvp
def _flux_along(values: tuple[Array, Array, Array], along: tuple[Array, Array, Array]) -> tuple[Array, Array]:
    each = jnp.broadcast_arrays(*values)

    def through(opacity: Array, source: Array, mass: Array) -> Array:
        # column mass is broadcast too, so that its response is one of each point
        return emergent_flux(source, optical_depth(opacity, mass))

    flux, back = jax.vjp(through, *each)
    responses = zip(back(jnp.ones_like(flux)), along, strict=True)
    changes = (jnp.sum(response * direction, axis=-1) for response, direction in responses)
    return flux, sum(changes, start=jnp.zeros_like(flux))


def emergent_flux(
    source: Float[AnyArray, "*points depth"], tau: Float[AnyArray, "*points depth"], angles: int = ANGLES
) -> Float[Array, "*points"]:
    """Flux through the surface, 2 pi times the integral of I mu dmu, by Gauss-Legendre quadrature in mu."""
    cosines, weights = gauss_angles(angles)
    intensities = jax.vmap(lambda mu: emergent_intensity(source, tau, mu))(cosines)
    return 2.0 * jnp.pi * jnp.tensordot(weights * cosines, intensities, axes=1)
