"""A star's labels at low resolution and from its strong lines, in little time: where the fit of all pixels begins."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from kurucz_a1.numerics.masked import unmasked
from kurucz_a1.spectrum.broadening import FWHM, SPEED_OF_LIGHT_KM
from kurucz_a1.types import AnyArray

RESOLUTION = 20_000.0  # of the search
STRONG = 0.1  # central depth, unsaturated, of the lines of the search
REACH = 4.0  # of the profile, in standard deviations
LEAST_KNOWN = 0.95  # of a profile, where a smoothed pixel is known


class Pixels(NamedTuple):
    """An observed spectrum.

    - ``wavelength``: A; ``flux``: normalised, NaN where it is unknown; ``error``: one standard error.
    """

    wavelength: Float[AnyArray, "pixel"]
    flux: Float[AnyArray, "pixel"]
    error: Float[AnyArray, "pixel"]


def smoothed(pixels: Pixels, resolution: float, lower: float) -> Pixels:
    """A spectrum as a spectrograph of lower resolution records it, on pixels of half its profile.

    - ``pixels``: of a spectrograph of this ``resolution``.
    - ``lower``: that of the result, so much lower that smoothing takes a pixel or more; the same changes nothing.

    Pixels with less than LEAST_KNOWN of the profile on known ones, as at the ends, are NaN. Errors are of the noise
    in each, which neighbours share.
    """
    if lower >= resolution:
        return pixels
    wavelength, flux, error = (unmasked(values) for values in pixels)
    order = np.argsort(wavelength)
    wavelength, flux, error = (values[order] for values in (wavelength, flux, error))
    known = np.isfinite(flux) & np.isfinite(error) & (error > 0)
    velocity = SPEED_OF_LIGHT_KM * np.log(wavelength)
    pixel = np.gradient(velocity)
    width = SPEED_OF_LIGHT_KM / FWHM * np.sqrt(1.0 / lower**2 - 1.0 / resolution**2)
    places = np.arange(velocity[0], velocity[-1], 0.5 * SPEED_OF_LIGHT_KM / lower)
    smooth, noise = np.full((2, places.size), np.nan)
    for k, place in enumerate(places):
        near = slice(*np.searchsorted(velocity, [place - REACH * width, place + REACH * width]))
        weight = np.exp(-0.5 * ((velocity[near] - place) / width) ** 2) * pixel[near]
        own = weight * known[near]
        if own.sum() >= LEAST_KNOWN * np.sqrt(2.0 * np.pi) * width:
            share = own[known[near]] / own.sum()
            smooth[k] = share @ flux[near][known[near]]
            noise[k] = np.sqrt(share**2 @ error[near][known[near]] ** 2)
    return Pixels(np.exp(places / SPEED_OF_LIGHT_KM), smooth, noise)
