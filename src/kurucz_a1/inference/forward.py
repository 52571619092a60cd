"""The spectrum of a star, as a spectrograph records it, as a function of the star's labels.

Labels -> atmosphere (emulator) -> spectrum -> rotation, macroturbulence, resolution -> radial velocity -> pixels, with
a straight line, or a polynomial, that corrects the continuum placement.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.emulator import Emulator
from kurucz_a1.labels import LABEL_NAMES, SUN
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.numerics.masked import unmasked
from kurucz_a1.spectrum.broadening import (
    SPEED_OF_LIGHT_KM,
    instrumental,
    radial_tangential_macroturbulence,
    rotation,
)
from kurucz_a1.spectrum.synthesis import Synthesizer, prepare_synthesis
from kurucz_a1.types import AnyArray, Scalar

#: The parameters of a spectrum and their defaults: K, dex, km s-1; continuum: relative, and its change from the first
#: pixel to the last.
PARAMETERS: dict[str, float] = {
    **SUN.as_dict(),
    "vmic": 1.0,
    "vmac": 0.0,
    "vsini": 0.0,
    "rv": 0.0,
    "continuum": 1.0,
    "continuum_slope": 0.0,
}
# Those that change the light as it leaves the star; the others act on it later.
OF_THE_STAR = (*LABEL_NAMES, "vmic")
LARGEST_BROADENING = 50.0  # km s-1, of vmac and vsini
LARGEST_VELOCITY = 20.0  # km s-1, of rv
#: Smallest and largest value of each that a StarSpectrum is prepared for, km s-1.
VELOCITIES = {
    "vmac": (0.0, LARGEST_BROADENING / 4.0),
    "vsini": (0.0, LARGEST_BROADENING),
    "rv": (-LARGEST_VELOCITY, LARGEST_VELOCITY),
}
POINTS_A_FWHM = 8  # of the computed grid in the spectrograph's profile, at least
LARGEST_STEP = 2.0  # km s-1, of the computed grid: half of the width of an iron line
# log tau of the atmosphere, dense where the continuum forms: spectra are then closer to those of many more depths than
# on ATLAS-12's 80, in half the time
LOG_TAU = np.concatenate(
    [
        np.arange(-6.8, -4.1, 0.4),
        np.arange(-4.0, -2.1, 0.25),
        np.arange(-2.0, -1.1, 0.2),
        np.arange(-1.0, 0.95, 0.1),
        np.arange(1.0, 2.3, 0.25),
    ]
)


@dataclass(frozen=True, kw_only=True, eq=False)
class StarSpectrum:
    """Normalised spectrum at given pixels as a function of parameters; made by ``StarSpectrum.prepare``.

    - ``emulator``: of atmospheres.
    - ``synthesizer``: on a grid of constant velocity steps that reaches beyond the pixels.
    - ``pixels``: wavelengths, A in air.
    - ``resolution``: of the spectrograph.
    - ``continuum``: degree of the polynomial in wavelength by which a fit multiplies the spectrum; None: it does not,
      and takes the parameters ``continuum`` and ``continuum_slope`` for a straight line.

    Two are equal only if they are the same object, so that compiled functions may take one as a constant.
    """

    emulator: Emulator
    synthesizer: Synthesizer
    pixels: Float[np.ndarray, "pixel"]
    resolution: float
    continuum: int | None = None

    @classmethod
    def prepare(
        cls,
        emulator: Emulator,
        pixels: Sequence[float] | AnyArray,
        lines: LineList | str | Path,
        resolution: float,
        continuum: int | None = None,
    ) -> "StarSpectrum":
        """A StarSpectrum at given pixels.

        - ``emulator``: of atmospheres.
        - ``pixels``: wavelengths in air, A, at least two in any order.
        - ``lines``: a LineList or the path of one.
        - ``resolution``: wavelength over full width at half maximum.
        - ``continuum``: as of the class.

        Raises ValueError for fewer than two pixels, or wavelengths that are not finite or not one-dimensional.
        """
        pixels = unmasked(pixels)
        if pixels.ndim != 1 or not np.isfinite(pixels).all() or len(np.unique(pixels)) < 2:
            raise ValueError("pixels must be the wavelengths of at least two pixels, one-dimensional and finite")
        step = min(LARGEST_STEP, SPEED_OF_LIGHT_KM / resolution / POINTS_A_FWHM)
        margin = 2.0 * LARGEST_BROADENING + LARGEST_VELOCITY + 5.0 * SPEED_OF_LIGHT_KM / resolution
        first = np.log(pixels.min()) - margin / SPEED_OF_LIGHT_KM
        last = np.log(pixels.max()) + margin / SPEED_OF_LIGHT_KM
        grid = np.exp(np.linspace(first, last, int(np.ceil((last - first) * SPEED_OF_LIGHT_KM / step)) + 1))
        return cls(
            emulator=emulator,
            synthesizer=prepare_synthesis(grid, lines),
            pixels=pixels,
            resolution=float(resolution),
            continuum=continuum,
        )

    @property
    def size(self) -> int:
        """Number of pixels."""
        return self.pixels.size

    @property
    def fitted_along(self) -> int:
        """Number of coefficients of the continuum that a fit finds beside the parameters."""
        return 0 if self.continuum is None else self.continuum + 1

    def __call__(self, *, log_gf: Float[AnyArray, "line"] | None = None, **given: Scalar) -> Float[Array, "pixel"]:
        """The normalised flux; NaN for a velocity outside VELOCITIES.

        - ``log_gf``: replaces that of the list.
        - ``given``: any of PARAMETERS by name.

        Raises ValueError for other names.
        """
        star = parameters_of(given)
        return self._observed(self._emitted(star, log_gf), star)

    def with_jacobian(
        self,
        free: Sequence[str],
        values: Float[Array, "parameter"],
        *,
        fixed: Mapping[str, Scalar],
        log_gf: Float[AnyArray, "line"] | None = None,
        lines: Sequence[int] | Int[np.ndarray, "chosen"] | None = None,
    ) -> tuple[Float[Array, "pixel"], Float[Array, "pixel parameter"], Float[Array, "pixel chosen"] | None]:
        """The normalised flux, and its derivatives by the parameters ``free`` and by log gf of ``lines``.

        - ``free``, ``values``: names and values of the parameters.
        - ``fixed``: values of other parameters.
        - ``log_gf``: replaces that of the list.
        - ``lines``: indices in the list; None: no derivatives by log gf.

        The same as forward differentiation of the call, in less time: what happens to the light after it has left the
        star needs no synthesis, and the strength of a line acts only near the line.
        """
        inner = jnp.array([k for k, name in enumerate(free) if name in OF_THE_STAR], dtype=int)

        def star(values: Float[Array, "parameter"]) -> dict[str, Scalar]:
            return parameters_of({**fixed, **dict(zip(free, values, strict=True))})

        def emitted(of_the_star: Float[Array, "inner"]) -> tuple[Float[Array, "grid"], Float[Array, "grid"]]:
            flux = self._emitted(star(values.at[inner].set(of_the_star)), log_gf)
            return flux, flux

        along, flux = jax.jacfwd(emitted, has_aux=True)(values[inner])
        observed, push = jax.linearize(lambda flux, values: self._observed(flux, star(values)), flux, values)
        # by the parameters: directly, and through the spectrum on the grid
        directions = jnp.zeros((len(free), flux.size)).at[inner].set(along.T)
        by_free = jax.vmap(push, out_axes=1)(directions, jnp.eye(len(free)))
        if lines is None:
            return observed, by_free, None
        by_log_gf = self.synthesizer.by_log_gf(
            atmosphere_of(self.emulator, star(values)), lines, vmic=star(values)["vmic"], log_gf=log_gf
        )
        by_lines = jax.vmap(lambda column: push(column, jnp.zeros(len(free))), in_axes=1, out_axes=1)(by_log_gf)
        return observed, by_free, by_lines

    def to_continuum(
        self, model: Float[Array, "pixel"], target: Float[AnyArray, "pixel"], weight: Float[AnyArray, "pixel"]
    ) -> Float[Array, "pixel"]:
        """A spectrum at the pixels, times the polynomial that brings it to an observed one.

        - ``model``: the spectrum; ``target``: the observed one; ``weight``: one over its error, 0 where it is unknown.

        The coefficients are those of least squares for this model, so that a fit need not search for them (variable
        projection: Golub & Pereyra 1973, SIAM J. Numer. Anal. 10, 413). Without a ``continuum``, the model itself.
        """
        if self.continuum is None:
            return model
        along = 2.0 * (self.pixels - self.pixels.min()) / np.ptp(self.pixels) - 1.0
        terms = model[:, None] * np.polynomial.legendre.legvander(along, self.continuum)
        weighted = weight[:, None] * terms
        products = weighted.T @ weighted
        # no coefficient matters where no pixel counts
        least = jnp.maximum(1e-13 * jnp.trace(products), jnp.finfo(products.dtype).tiny)
        return terms @ jnp.linalg.solve(products + least * jnp.eye(len(products)), weighted.T @ (weight * target))

    def _emitted(
        self, star: Mapping[str, Scalar], log_gf: Float[AnyArray, "line"] | None
    ) -> Float[Array, "wavelength"]:
        """The normalised flux that leaves the star, on the computed grid."""
        return self.synthesizer(atmosphere_of(self.emulator, star), vmic=star["vmic"], log_gf=log_gf).normalized

    def _observed(self, flux: Float[Array, "wavelength"], star: Mapping[str, Scalar]) -> Float[Array, "pixel"]:
        """The recorded spectrum of a flux on the grid; linear in the flux."""
        grid = self.synthesizer.wavelength
        flux = rotation(grid, flux, star["vsini"], largest=LARGEST_BROADENING)
        flux = radial_tangential_macroturbulence(grid, flux, star["vmac"], largest=LARGEST_BROADENING / 4.0)
        flux = instrumental(grid, flux, self.resolution)
        at_rest = jnp.log(self.pixels) - jnp.log1p(star["rv"] / SPEED_OF_LIGHT_KM)
        place = (at_rest - np.log(grid[0])) / (np.log(grid[-1] / grid[0]) / (len(grid) - 1))
        along = (self.pixels - self.pixels.min()) / np.ptp(self.pixels) - 0.5
        observed = (star["continuum"] + star["continuum_slope"] * along) * cubic_at(flux, place)
        prepared = [(star[name] >= low) & (star[name] <= high) for name, (low, high) in VELOCITIES.items()]
        return jnp.where(jnp.all(jnp.stack(prepared)), observed, jnp.nan)


def check_parameters(names: Iterable[str]) -> None:
    """Raises ValueError for names that are not in PARAMETERS."""
    unknown = [name for name in names if name not in PARAMETERS]
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: not a parameter; known are {', '.join(PARAMETERS)}")


def parameters_of(given: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """The given parameters, with the defaults of the others. Raises ValueError for unknown names.

    >>> parameters_of({"teff": 5000.0})["logg"]
    4.44
    """
    check_parameters(given)
    return {**PARAMETERS, **given}


def atmosphere_of(emulator: Emulator, star: Mapping[str, Scalar]) -> Atmosphere:
    """The emulator's Atmosphere on LOG_TAU of a star with these parameters."""
    labels: dict[str, Any] = {name: star[name] for name in emulator.space.free}
    return emulator(**labels, log_tau=LOG_TAU, outside="warn")


def cubic_at(values: Float[Array, "grid"], place: Float[Array, "point"]) -> Float[Array, "point"]:
    """``values`` at fractional indices, by the cubic through the four surrounding points.

    >>> float(cubic_at(jnp.arange(6.0) ** 3, jnp.array([2.5]))[0])
    15.625
    """
    cell = jnp.clip(jnp.floor(jax.lax.stop_gradient(place)).astype(int), 1, values.shape[0] - 3)
    x = place - cell
    weights = (
        -x * (x - 1.0) * (x - 2.0) / 6.0,
        (x + 1.0) * (x - 1.0) * (x - 2.0) / 2.0,
        -(x + 1.0) * x * (x - 2.0) / 2.0,
        (x + 1.0) * x * (x - 1.0) / 6.0,
    )
    terms = (weight * values[cell + k - 1] for k, weight in enumerate(weights))
    return sum(terms, start=jnp.zeros_like(place))
