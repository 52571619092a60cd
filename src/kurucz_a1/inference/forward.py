"""The spectrum that a spectrograph sees of a star, as a function of the star's labels.

Labels -> atmosphere (emulator) -> spectrum -> rotation, macroturbulence, resolution -> radial velocity -> pixels, with
a straight line for what the continuum was placed wrong.
"""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from kurucz_a1.emulator import Emulator
from kurucz_a1.labels import LABEL_NAMES, SUN
from kurucz_a1.spectrum.broadening import (
    SPEED_OF_LIGHT_KM,
    instrumental,
    radial_tangential_macroturbulence,
    rotation,
)
from kurucz_a1.spectrum.synthesis import Synthesizer, prepare_synthesis

#: What a spectrum depends on, and the value of each where nothing else is said: K, dex, km s-1; continuum: relative,
#: and its change from the first pixel to the last.
PARAMETERS = {
    **SUN.as_dict(),
    "vmic": 1.0,
    "vmac": 0.0,
    "vsini": 0.0,
    "rv": 0.0,
    "continuum": 1.0,
    "continuum_slope": 0.0,
}
# Those that change what leaves the star; the others act on the light that has left it.
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
LARGEST_STEP = 2.0  # km s-1, of the computed grid: half of the width of a line of iron
# log tau of the atmosphere, dense where the continuum forms: spectra are then nearer to those of many more depths than
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

    emulator: of atmospheres; synthesizer: on a grid of constant velocity steps that reaches beyond the pixels; pixels:
    their wavelengths in air, A (pixel,); resolution: of the spectrograph. Compiled functions may take it as a constant:
    two are the same only if they are one.
    """

    emulator: Emulator
    synthesizer: Synthesizer
    pixels: np.ndarray
    resolution: float

    @classmethod
    def prepare(cls, emulator, pixels, lines, resolution):
        """A StarSpectrum of an Emulator, pixels (pixel,) in A (air, at least two), a LineList or its path, and the
        resolution (wavelength over full width at half maximum). Raises ValueError for pixels that are no such."""
        pixels = np.asarray(pixels, dtype=float)
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
        )

    @property
    def size(self):
        """How many pixels there are."""
        return self.pixels.size

    def __call__(self, *, log_gf=None, **given):
        """The normalised flux (pixel,); any of PARAMETERS by name, and log_gf in place of the list's, (lines,).

        Not numbers where a velocity is beyond VELOCITIES. Raises ValueError for other names.
        """
        star = parameters_of(given)
        return self._seen(self._emitted(star, log_gf), star)

    def with_jacobian(self, free, values, *, fixed, log_gf=None, lines=None):
        """The normalised flux (pixel,), its derivatives by the parameters named ``free``, (pixel, parameter), and by
        log gf of the ``lines``, (pixel, lines).

        values: of ``free``, (parameter,); fixed: {name: value} of others; log_gf: in place of the list's, (lines of
        the list,); lines: indices of some lines of the list, or None: the derivatives by them are then None. The same
        as forward differentiation of the call, in less time: what happens after the light has left the star needs no
        synthesis, and a line's strength acts where the line is.
        """
        inner = [k for k, name in enumerate(free) if name in OF_THE_STAR]

        def star(values):
            return parameters_of(fixed | dict(zip(free, values, strict=True)))

        def emitted(of_the_star):
            flux = self._emitted(star(values.at[jnp.array(inner, dtype=int)].set(of_the_star)), log_gf)
            return flux, flux

        along, flux = jax.jacfwd(emitted, has_aux=True)(values[jnp.array(inner, dtype=int)])
        pixels, push = jax.linearize(lambda flux, values: self._seen(flux, star(values)), flux, values)
        # by the parameters: directly, and through the spectrum on the grid
        directions = jnp.zeros((len(free), flux.size)).at[jnp.array(inner, dtype=int)].set(along.T)
        by_free = jax.vmap(push, out_axes=1)(directions, jnp.eye(len(free)))
        if lines is None:
            return pixels, by_free, None
        of_lines = self._by_log_gf(star(values), log_gf, lines)
        by_lines = jax.vmap(lambda column: push(column, jnp.zeros(len(free))), in_axes=1, out_axes=1)(of_lines)
        return pixels, by_free, by_lines

    def _emitted(self, star, log_gf):
        """The star's normalised flux on the computed grid (wavelength,)."""
        return self.synthesizer(atmosphere_of(self.emulator, star), vmic=star["vmic"], log_gf=log_gf).normalized

    def _by_log_gf(self, star, log_gf, lines):
        """Its derivatives by log gf, (wavelength, lines)."""
        return self.synthesizer.by_log_gf(atmosphere_of(self.emulator, star), lines, vmic=star["vmic"], log_gf=log_gf)

    def _seen(self, flux, star):
        """What the spectrograph makes of a flux on the grid: (pixel,); linear in the flux."""
        grid = self.synthesizer.wavelength
        flux = rotation(grid, flux, star["vsini"], largest=LARGEST_BROADENING)
        flux = radial_tangential_macroturbulence(grid, flux, star["vmac"], largest=LARGEST_BROADENING / 4.0)
        flux = instrumental(grid, flux, self.resolution)
        at_rest = jnp.log(self.pixels) - jnp.log1p(star["rv"] / SPEED_OF_LIGHT_KM)
        place = (at_rest - np.log(grid[0])) / (np.log(grid[-1] / grid[0]) / (len(grid) - 1))
        along = (self.pixels - self.pixels.min()) / np.ptp(self.pixels) - 0.5
        seen = (star["continuum"] + star["continuum_slope"] * along) * cubic_at(flux, place)
        held = [(star[name] >= low) & (star[name] <= high) for name, (low, high) in VELOCITIES.items()]
        return jnp.where(jnp.all(jnp.stack(held)), seen, jnp.nan)


def parameters_of(given):
    """PARAMETERS with those that are given in their place. Raises ValueError for names that are no parameters."""
    unknown = [name for name in given if name not in PARAMETERS]
    if unknown:
        raise ValueError(f"{', '.join(unknown)}: not a parameter; known are {', '.join(PARAMETERS)}")
    return PARAMETERS | given


def atmosphere_of(emulator, star):
    """The Atmosphere on LOG_TAU that an Emulator gives a star of these parameters, {name: value}."""
    return emulator(**{name: star[name] for name in emulator.space.free}, log_tau=LOG_TAU, outside="warn")


def cubic_at(values, place):
    """Values (point,) at fractional indices ``place``, by the cubic through the four points around."""
    cell = jnp.clip(jnp.floor(jax.lax.stop_gradient(place)).astype(int), 1, values.shape[0] - 3)
    x = place - cell
    weights = (
        -x * (x - 1.0) * (x - 2.0) / 6.0,
        (x + 1.0) * (x - 1.0) * (x - 2.0) / 2.0,
        -(x + 1.0) * x * (x - 2.0) / 2.0,
        (x + 1.0) * x * (x - 1.0) / 6.0,
    )
    return sum(weight * values[cell + k - 1] for k, weight in enumerate(weights))
