"""Broadening of a spectrum by rotation, macroturbulence and a spectrograph: convolutions on a uniform grid.

Each kernel is a function of the velocity offset, integrated over every pixel (not sampled at its centre), so that it
stays normalised where it is narrower than a pixel; a kernel of finite reach, like that of rotation, that lies within
half a pixel changes nothing. A velocity of zero returns the spectrum. The grid is uniform in velocity (in ln of the
wavelength) or in wavelength. In the latter case the kernel is that of the middle, which limits the length: over 1 % in
wavelength its width is wrong by 0.5 % at the ends.
"""

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
from jax.scipy.special import erf
from jaxtyping import Array, Float

from kurucz_a1.physics.constants import KILOMETRE_PER_SECOND, SPEED_OF_LIGHT
from kurucz_a1.types import AnyArray, Scalar

#: Integral of a kernel from 0 to velocities in km s-1.
Cumulative = Callable[[Float[Array, "edge"]], Float[Array, "edge"]]
SPEED_OF_LIGHT_KM = SPEED_OF_LIGHT / KILOMETRE_PER_SECOND
FWHM = 2.0 * np.sqrt(2.0 * np.log(2.0))
VARIANCE_POINTS = 10_001
# Of a grid for spectra that are broadened: points in the spectrograph's profile, at least, and the largest step in km
# s-1, a third of the width of an iron line. Spectra of the Sun and cool stars are then good to 2e-4.
POINTS_A_FWHM, LARGEST_STEP = 4, 1.0
_TINY = 1e-6  # km s-1; keeps quotients finite at zero width


def doppler(velocity: float) -> float:
    """Wavelength of a star that recedes at ``velocity`` (km s-1), over that at rest."""
    return 1.0 + velocity / SPEED_OF_LIGHT_KM


def _pixel_velocity(wavelength: AnyArray) -> float:
    """Velocity width of a pixel, km s-1, at the middle if it varies. Raises ValueError if the grid is not uniform."""
    grid = np.asarray(wavelength, dtype=float)
    if grid.ndim == 1 and grid.size > 2:
        for places, scale in ((np.log(grid), 1.0), (grid, grid[grid.size // 2])):
            steps = np.diff(places)
            if np.allclose(steps, steps.mean(), rtol=1e-4):
                return SPEED_OF_LIGHT_KM * steps.mean() / scale
    raise ValueError(
        "broadening needs a uniform wavelength grid, in wavelength or velocity, of at least three points; "
        "interpolate to one first"
    )


def convolve(
    wavelength: Float[AnyArray, "wavelength"],
    spectrum: Float[AnyArray, "wavelength"],
    cumulative: Cumulative,
    reach: float,
) -> Float[Array, "wavelength"]:
    """``spectrum`` convolved with a kernel; it is continued at both ends by its end values.

    - ``wavelength``: a uniform grid.
    - ``cumulative``: integral of the kernel from 0 to v, an odd function of velocity in km s-1, rising to 1/2.
    - ``reach``: km s-1, beyond which the kernel is negligible; not traced.

    Raises ValueError if the grid is not uniform or shorter than the kernel.
    """
    pixel = _pixel_velocity(wavelength)
    count = int(np.ceil(float(reach) / pixel)) + 1
    if count >= len(wavelength):
        raise ValueError(f"a kernel reaching {reach:.1f} km/s is longer than the spectrum; use a wider window")
    edges = (jnp.arange(2 * count + 2) - count - 0.5) * pixel
    kernel = jnp.diff(cumulative(edges))
    kernel = _with_variance(kernel / jnp.sum(kernel), _variance(cumulative, edges[-1]) / pixel**2)
    kernel = kernel / jnp.sum(kernel)
    padded = jnp.pad(jnp.asarray(spectrum), count, mode="edge")
    return jnp.convolve(padded, kernel, mode="valid")


def _variance(cumulative: Cumulative, reach: Scalar) -> Float[Array, ""]:
    """Second moment of a kernel, (km s-1)^2: integral of v^2 dC by parts."""
    v = jnp.linspace(0.0, 1.0, VARIANCE_POINTS) ** 2 * reach  # dense where narrow kernels are
    within = cumulative(v)
    return 2.0 * jnp.trapezoid(v * (within[-1] - within), v) / within[-1]


def _with_variance(kernel: Float[Array, "pixel"], variance: Float[Array, ""]) -> Float[Array, "pixel"]:
    """A kernel with the given variance, in pixels: integration over pixels widens one that they resolve by 1/12."""
    places = jnp.arange(len(kernel)) - len(kernel) // 2
    excess = jnp.sum(kernel * places**2) - variance
    # the second difference of the kernel has a second moment of two
    return kernel - 0.5 * excess * jnp.convolve(kernel, jnp.array([1.0, -2.0, 1.0]), mode="same")


def _gaussian(sigma: Scalar) -> Cumulative:
    return lambda v: 0.5 * erf(v / (jnp.sqrt(2.0) * (sigma + _TINY)))


def instrumental(
    wavelength: Float[AnyArray, "wavelength"],
    spectrum: Float[AnyArray, "wavelength"],
    resolution: Scalar,
    *,
    smallest: float | None = None,
) -> Float[Array, "wavelength"]:
    """A Gaussian instrumental profile of FWHM = wavelength / ``resolution``.

    - ``smallest``: the lowest resolution that the kernel must hold, needed where ``resolution`` is traced.
    """
    sigma = SPEED_OF_LIGHT_KM / (resolution * FWHM)
    reach = 5.0 * SPEED_OF_LIGHT_KM / (_concrete(resolution, smallest) * FWHM)
    return convolve(wavelength, spectrum, _gaussian(sigma), reach)


def rotation(
    wavelength: Float[AnyArray, "wavelength"],
    spectrum: Float[AnyArray, "wavelength"],
    vsini: Scalar,
    *,
    limb_darkening: float = 0.6,
    largest: float | None = None,
) -> Float[Array, "wavelength"]:
    """Rigid rotation at ``vsini`` km s-1 with linear limb darkening (Gray 2005, The Observation and Analysis of Stellar
    Photospheres, 3rd ed., ch. 18), with the disc-integrated line profile at every point of the disc.

    - ``largest``: the largest vsini that the kernel must hold, needed where ``vsini`` is traced.
    """
    vsini = vsini + _TINY

    def cumulative(v: Float[Array, "edge"]) -> Float[Array, "edge"]:
        # integrals of sqrt(1 - x^2) and (pi/4)(1 - x^2) over x, normalised by pi (1 - eps/3)
        x = jnp.clip(v / vsini, -1.0, 1.0)
        inside = jnp.abs(x) < 1.0
        safe = jnp.where(inside, x, 0.0)
        half = jnp.where(inside, 0.5 * (safe * jnp.sqrt(1.0 - safe**2) + jnp.arcsin(safe)), 0.25 * jnp.pi * jnp.sign(x))
        bowl = x - x**3 / 3.0
        total = 2.0 * (1.0 - limb_darkening) * half + 0.5 * jnp.pi * limb_darkening * bowl
        return total / (jnp.pi * (1.0 - limb_darkening / 3.0))

    return convolve(wavelength, spectrum, cumulative, 1.05 * _concrete(vsini, largest))


def radial_tangential_macroturbulence(
    wavelength: Float[AnyArray, "wavelength"],
    spectrum: Float[AnyArray, "wavelength"],
    velocity: Scalar,
    *,
    largest: float | None = None,
) -> Float[Array, "wavelength"]:
    """Radial-tangential macroturbulence ``velocity`` (km s-1), equal areas and speeds of both (Gray 2005, ch. 17).

    - ``largest``: the largest velocity that the kernel must hold, needed where ``velocity`` is traced.

    Without limb darkening the disc average of exp(-(v / zeta cos)^2) and exp(-(v / zeta sin)^2), both weighted by
    cos theta sin theta, are the same function, M(v) = 2 (v / sqrt(pi) zeta^2) integral_0^{zeta/v} exp(-1/u^2) du;
    the integral over v is in closed form.
    """
    zeta = velocity + _TINY

    def cumulative(v: Float[Array, "edge"]) -> Float[Array, "edge"]:
        # of M(x) = 2 [exp(-x^2)/sqrt(pi) - x erfc(x)], x = |v|/zeta
        x = jnp.abs(v) / zeta
        tail = 1.0 - erf(x)
        integral = 0.5 * erf(x) - x**2 * tail + x * jnp.exp(-(x**2)) / jnp.sqrt(jnp.pi)
        return jnp.sign(v) * integral

    return convolve(wavelength, spectrum, cumulative, 4.0 * _concrete(velocity, largest))


def _concrete(value: Scalar, bound: float | None) -> float:
    return float(value if bound is None else bound)
