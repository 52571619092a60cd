"""The spectrum that a spectrograph sees of a star, as a function of the star's labels.

Labels -> atmosphere (emulator) -> spectrum -> rotation, macroturbulence, resolution -> radial velocity -> pixels, with
a straight line for what the continuum was placed wrong.
"""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from kurucz_a1.emulator import Emulator
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
    "teff": 5777.0,
    "logg": 4.44,
    "feh": 0.0,
    "afe": 0.0,
    "vmic": 1.0,
    "vmac": 0.0,
    "vsini": 0.0,
    "rv": 0.0,
    "continuum": 1.0,
    "continuum_slope": 0.0,
}
LARGEST_BROADENING = 50.0  # km s-1, of vmac and vsini
LARGEST_VELOCITY = 20.0  # km s-1, of rv
POINTS_A_FWHM = 8  # of the computed grid in the spectrograph's profile, at least
LARGEST_STEP = 2.0  # km s-1, of the computed grid: half of the width of a line of iron


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
        """A StarSpectrum of an Emulator, pixels (pixel,) in A (air, increasing), a LineList or its path, and the
        resolution (wavelength over full width at half maximum)."""
        pixels = np.asarray(pixels, dtype=float)
        step = min(LARGEST_STEP, SPEED_OF_LIGHT_KM / resolution / POINTS_A_FWHM)
        margin = 2.0 * LARGEST_BROADENING + LARGEST_VELOCITY + 5.0 * SPEED_OF_LIGHT_KM / resolution
        first, last = np.log(pixels[0]) - margin / SPEED_OF_LIGHT_KM, np.log(pixels[-1]) + margin / SPEED_OF_LIGHT_KM
        grid = np.exp(np.linspace(first, last, int(np.ceil((last - first) * SPEED_OF_LIGHT_KM / step)) + 1))
        return cls(
            emulator=emulator,
            synthesizer=prepare_synthesis(grid, lines),
            pixels=pixels,
            resolution=float(resolution),
        )

    def __call__(self, *, log_gf=None, **given):
        """The normalised flux (pixel,); any of PARAMETERS by name, and log_gf in place of the list's, (lines,)."""
        star = PARAMETERS | given
        labels = {name: star[name] for name in ("teff", "logg", "feh", "afe")}
        atmosphere = self.emulator(**labels, outside="warn")
        spectrum = self.synthesizer(atmosphere, vmic=star["vmic"], log_gf=log_gf)
        grid, flux = self.synthesizer.wavelength, spectrum.normalized
        flux = rotation(grid, flux, star["vsini"], largest=LARGEST_BROADENING)
        flux = radial_tangential_macroturbulence(grid, flux, star["vmac"], largest=LARGEST_BROADENING / 4.0)
        flux = instrumental(grid, flux, self.resolution)
        at_rest = jnp.log(self.pixels) - jnp.log1p(star["rv"] / SPEED_OF_LIGHT_KM)
        place = (at_rest - np.log(grid[0])) / (np.log(grid[-1] / grid[0]) / (len(grid) - 1))
        along = (self.pixels - self.pixels[0]) / (self.pixels[-1] - self.pixels[0]) - 0.5
        return (star["continuum"] + star["continuum_slope"] * along) * cubic_at(flux, place)


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
