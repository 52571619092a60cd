"""Spectra in memory: objects like those of specutils, told by their attributes."""

from typing import Any

import numpy as np

from kurucz_a1.numerics.masked import unmasked
from kurucz_a1.spectrum.readers.columns import Column, standard_error
from kurucz_a1.spectrum.readers.raw import NotASpectrum, Raw


def is_spectrum_object(source: Any) -> bool:
    """Whether an object has an axis and a flux, as a ``Spectrum`` of specutils has."""
    return hasattr(source, "spectral_axis") and hasattr(source, "flux")


def read_object(source: Any) -> Raw:
    """The spectrum in such an object: quantities, an uncertainty of astropy.nddata, and a mask. Raises NotASpectrum."""
    axis, flux = source.spectral_axis, source.flux
    values = unmasked(getattr(flux, "value", flux))
    if np.shape(values) != np.shape(axis):
        raise NotASpectrum(f"its spectral axis has the shape {np.shape(axis)}, its flux {np.shape(values)}")
    uncertainty, error = getattr(source, "uncertainty", None), None
    if uncertainty is not None:
        kind = getattr(uncertainty, "uncertainty_type", "std")
        name = {"std": "error", "var": "variance", "ivar": "ivar"}.get(kind)
        if name is None:
            raise NotASpectrum(f"its uncertainty is of the type {kind}; std, var and ivar are read")
        array = unmasked(getattr(uncertainty, "array", uncertainty))
        own, of_flux = (getattr(item, "unit", None) for item in (uncertainty, flux))
        stated = [None if item is None else item.to_string() for item in (own, of_flux)]
        error = standard_error(name, Column("error", array, stated[0]), values, stated[1])
    mask = getattr(source, "mask", None)
    unit = getattr(axis, "unit", None)
    return Raw(
        wavelength=np.asarray(getattr(axis, "value", axis), dtype=float),
        flux=values,
        error=error,
        bad=None if mask is None else np.broadcast_to(np.asarray(mask, dtype=bool), np.shape(values)),
        unit=None if unit is None else str(unit),
        form="object",
    )
