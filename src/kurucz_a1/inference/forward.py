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
    LARGEST_STEP,
    POINTS_A_FWHM,
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
    - ``step``: of this grid, km s-1.
    - ``resolution``: of the spectrograph.
    - ``continuum``: degree of the polynomial in wavelength by which a fit multiplies the spectrum; None: it does not,
      and takes the parameters ``continuum`` and ``continuum_slope`` for a straight line.

    Two are equal only if they are the same object, so that compiled functions may take one as a constant.
    """

    emulator: Emulator
    synthesizer: Synthesizer
    pixels: Float[AnyArray, "pixel"]
    step: float
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
        *,
        largest_step: float = LARGEST_STEP,
    ) -> "StarSpectrum":
        """A StarSpectrum at given pixels.

        - ``emulator``: of atmospheres.
        - ``pixels``: wavelengths in air, A, at least two in any order.
        - ``lines``: a LineList or the path of one.
        - ``resolution``: wavelength over full width at half maximum.
        - ``continuum``: as of the class.
        - ``largest_step``: of the computed grid, km s-1. With LARGEST_STEP spectra at a resolution of 20,000 are good
          to 2e-4, with twice of it to 8e-3.

        Raises ValueError for fewer than two pixels, or wavelengths that are not finite or not one-dimensional.
        """
        pixels = unmasked(pixels)
        if pixels.ndim != 1 or not np.isfinite(pixels).all() or len(np.unique(pixels)) < 2:
            raise ValueError("pixels must be the wavelengths of at least two pixels, one-dimensional and finite")
        step = min(largest_step, SPEED_OF_LIGHT_KM / resolution / POINTS_A_FWHM)
        margin = 2.0 * LARGEST_BROADENING + LARGEST_VELOCITY + 5.0 * SPEED_OF_LIGHT_KM / resolution
        first = np.log(pixels.min()) - margin / SPEED_OF_LIGHT_KM
        last = np.log(pixels.max()) + margin / SPEED_OF_LIGHT_KM
        count = int(np.ceil((last - first) * SPEED_OF_LIGHT_KM / step)) + 1
        grid = np.exp(first + np.arange(count) * step / SPEED_OF_LIGHT_KM)
        return cls(
            emulator=emulator,
            synthesizer=prepare_synthesis(grid, lines),
            pixels=pixels,
            step=step,
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
        places = None if lines is None else self.synthesizer.places_of(lines)
        return self.with_jacobian_at(free, values, fixed, log_gf, places)

    def with_jacobian_at(
        self,
        free: Sequence[str],
        values: Float[Array, "parameter"],
        fixed: Mapping[str, Scalar],
        log_gf: Float[AnyArray, "line"] | None,
        places: Int[AnyArray, "chosen"] | None,
    ) -> tuple[Float[Array, "pixel"], Float[Array, "pixel parameter"], Float[Array, "pixel chosen"] | None]:
        """``with_jacobian``, of lines at ``Synthesizer.places_of`` some lines."""
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
        if places is None:
            return observed, by_free, None
        by_log_gf = self.synthesizer.by_log_gf_at(
            atmosphere_of(self.emulator, star(values)), places, vmic=star(values)["vmic"], log_gf=log_gf
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
        angle = jnp.arccos(jnp.clip(2.0 * self._along(), -1.0, 1.0))
        terms = model[:, None] * jnp.cos(angle[:, None] * np.arange(self.continuum + 1))  # Chebyshev's polynomials
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
        first = jnp.log(self.synthesizer.wavelength[0])
        # broadening depends on the steps of the grid, which are the same wherever it begins
        grid = np.exp(np.arange(flux.size) * self.step / SPEED_OF_LIGHT_KM)
        flux = rotation(grid, flux, star["vsini"], largest=LARGEST_BROADENING)
        flux = radial_tangential_macroturbulence(grid, flux, star["vmac"], largest=LARGEST_BROADENING / 4.0)
        flux = instrumental(grid, flux, self.resolution)
        at_rest = jnp.log(self.pixels) - jnp.log1p(star["rv"] / SPEED_OF_LIGHT_KM)
        place = (at_rest - first) * SPEED_OF_LIGHT_KM / self.step
        continuum = star["continuum"] + star["continuum_slope"] * self._along()
        observed = continuum * interpolated(flux, place)
        prepared = [(star[name] >= low) & (star[name] <= high) for name, (low, high) in VELOCITIES.items()]
        return jnp.where(jnp.all(jnp.stack(prepared)), observed, jnp.nan)

    def _along(self) -> Float[Array, "pixel"]:
        """Distances of the pixels from the middle, -0.5 to 0.5."""
        first, last = jnp.min(self.pixels), jnp.max(self.pixels)
        return (jnp.asarray(self.pixels) - first) / (last - first) - 0.5


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


def interpolated(values: Float[Array, "grid"], place: Float[Array, "point"]) -> Float[Array, "point"]:
    """``values`` at fractional indices, by the polynomial through the six surrounding points.

    >>> float(interpolated(jnp.arange(8.0) ** 5, jnp.array([3.5]))[0])
    525.21875
    """
    nodes = np.arange(-2, 4)
    cell = jnp.clip(jnp.floor(jax.lax.stop_gradient(place)).astype(int), 2, values.shape[0] - 4)
    x = place - cell
    total = jnp.zeros_like(place)
    for node in nodes:  # Lagrange's formula
        others = nodes[nodes != node]
        weight = jnp.prod(x[:, None] - others, axis=1) / np.prod(node - others)
        total += weight * values[cell + node]
    return total
