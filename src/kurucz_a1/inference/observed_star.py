"""The labels of an observed star whose spectrum is in several windows: first in little time, then of all pixels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from kurucz_a1.emulator import Emulator
from kurucz_a1.inference.fit import CONTINUUM, StarFit, fit_star
from kurucz_a1.inference.forward import StarSpectrum
from kurucz_a1.inference.lines import extreme_stars, is_near, stars_near, usual_stars
from kurucz_a1.inference.search import RESOLUTION, STRONG, Pixels, smoothed
from kurucz_a1.inference.windows import StarWindows
from kurucz_a1.labels import Labels
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.spectrum import lines_that_matter
from kurucz_a1.spectrum.broadening import LARGEST_STEP

MANY = 2000  # lines in all windows, above which a search saves time
MUCH_HIGHER = 1.5  # than RESOLUTION, is a resolution from which a search saves time
ROUNDS = 3  # of fits with the lines of stars nearby
SEARCH_STEP = 2.0  # km s-1, of the grid of a search
MARGIN = 5.0  # A: reach of lines outside the pixels
#: A spectrum of one window, or of several.
FittedSpectrum = StarSpectrum | StarWindows
#: Called with a line of text.
Say = Callable[[str], object]


@dataclass(frozen=True, kw_only=True, eq=False)
class StarSetting:
    """What is known of an observation.

    - ``emulator``: of atmospheres.
    - ``lines``: near the windows, of absorbers that the equation of state holds.
    - ``windows``: A, air, of the star at rest.
    - ``resolution``: of the spectrograph.
    - ``free``: parameters to fit; with several windows ``continuum`` and ``continuum_slope`` stand for a constant or a
      straight line in each.
    - ``least``: smallest central depth of a line, as of ``lines_that_matter``.
    """

    emulator: Emulator
    lines: LineList
    windows: tuple[tuple[float, float], ...]
    resolution: float
    free: tuple[str, ...]
    least: float

    @property
    def search_resolution(self) -> float:
        """That of a search: RESOLUTION, or the star's own where smoothing to it would take less than a pixel."""
        return RESOLUTION if self.resolution > MUCH_HIGHER * RESOLUTION else self.resolution

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that a fit searches for."""
        return self.free if len(self.windows) == 1 else tuple(name for name in self.free if name not in CONTINUUM)

    def spectrum(
        self,
        lines: LineList,
        pixels: Sequence[Float[np.ndarray, "_"]],
        resolution: float,
        largest_step: float = LARGEST_STEP,
    ) -> FittedSpectrum:
        """Of all windows, as a function of parameters.

        - ``lines``: of them; ``pixels``: of each window, A, air.
        """
        # several windows have a polynomial each, one has parameters
        degree = 1 if "continuum_slope" in self.free else 0 if "continuum" in self.free else None
        spectra = [
            StarSpectrum.prepare(
                self.emulator,
                own,
                lines[near(lines, window)],
                resolution,
                None if len(self.windows) == 1 else degree,
                largest_step=largest_step,
            )
            for own, window in zip(pixels, self.windows, strict=True)
        ]
        return spectra[0] if len(spectra) == 1 else StarWindows(tuple(spectra))


def near(lines: LineList, window: tuple[float, float]) -> Bool[np.ndarray, "line"]:
    """Mask of the lines of a list that may reach a window (A, air)."""
    wavelength = lines.wavelength_air
    return (wavelength >= window[0] - MARGIN) & (wavelength <= window[1] + MARGIN)


@dataclass(frozen=True, kw_only=True, eq=False)
class FirstSpectrum:
    """The spectrum by which a star is first told; made by ``FirstSpectrum.prepare``.

    - ``setting``: of the observation.
    - ``spectrum``: of the ends of the windows, in place of pixels.
    - ``search``: whether it is of strong lines at low resolution, so that labels are found in little time, or of all
      lines at full resolution, where these are few.
    """

    setting: StarSetting
    spectrum: FittedSpectrum
    search: bool

    @classmethod
    def prepare(cls, setting: StarSetting) -> "FirstSpectrum":
        """That of a setting."""
        search = setting.search_resolution < setting.resolution or len(setting.lines) > MANY
        if search:
            stars = [setting.emulator(Labels.of(star)) for star in usual_stars(setting.emulator)]
            lines = lines_that_matter(setting.lines, stars, least=max(STRONG, setting.least))
        else:
            lines = lines_that_matter(setting.lines, extreme_stars(setting.emulator), least=setting.least)
        spectrum = setting.spectrum(
            lines,
            [np.array(window) for window in setting.windows],
            setting.search_resolution,
            SEARCH_STEP if search else LARGEST_STEP,
        )
        return cls(setting=setting, spectrum=spectrum, search=search)

    def fit(self, pixels: Sequence[Pixels], *, seed: int, say: Say = print) -> tuple[StarFit, FittedSpectrum]:
        """The StarFit of a star at rest, and the spectrum that was fitted, of all pixels.

        - ``pixels``: of each window.
        - ``seed``: of the starts.
        - ``say``: called with a line on each part.

        A search is followed by fits with the lines that matter in stars near the labels found, until they stay near.
        """
        setting = self.setting
        wavelengths = [np.asarray(each.wavelength) for each in pixels]
        if not self.search:
            spectrum = _at_pixels(self.spectrum, wavelengths)
            return _fit(spectrum, pixels, setting.parameters, None, seed), spectrum
        coarse = [smoothed(each, setting.resolution, setting.search_resolution) for each in pixels]
        spectrum = _at_pixels(self.spectrum, [np.asarray(each.wavelength) for each in coarse])
        fit = _fit(spectrum, coarse, setting.parameters, None, seed)
        for _ in range(ROUNDS):
            before = fit.values
            say("near " + ", ".join(f"{name} {value:.4g}" for name, value in before.items()))
            stars = stars_near(setting.emulator, before)
            lines = lines_that_matter(setting.lines, stars, vmic=before.get("vmic"), least=setting.least)
            say(f"{len(lines)} lines matter in such stars")
            spectrum = setting.spectrum(lines, wavelengths, setting.resolution)
            fit = _fit(spectrum, pixels, setting.parameters, before, seed)
            if is_near(fit.values, before):
                return fit, spectrum
        moved = f"after {ROUNDS} fits the labels still move: lines that matter may be left out"
        return replace(fit, complaints=(*fit.complaints, moved)), spectrum


def _at_pixels(spectrum: FittedSpectrum, wavelengths: Sequence[Float[np.ndarray, "_"]]) -> FittedSpectrum:
    """A spectrum with other pixels in its windows."""
    if isinstance(spectrum, StarSpectrum):
        return replace(spectrum, pixels=wavelengths[0])
    pairs = zip(spectrum.windows, wavelengths, strict=True)
    return StarWindows(tuple(replace(window, pixels=own) for window, own in pairs))


def _fit(
    spectrum: FittedSpectrum,
    pixels: Sequence[Pixels],
    free: tuple[str, ...],
    start: dict[str, float] | None,
    seed: int,
) -> StarFit:
    flux, error = (np.concatenate([np.asarray(getattr(each, name)) for each in pixels]) for name in ("flux", "error"))
    return fit_star(spectrum, flux, error, free, start=start, seed=seed)
