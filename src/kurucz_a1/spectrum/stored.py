"""A spectrum as a Dataset with units, for storage."""

from collections.abc import Mapping
from typing import Any

import xarray as xr

from kurucz_a1.spectrum.sed import EnergyDistribution
from kurucz_a1.spectrum.synthesis import Spectrum

_FLUX = {"units": "erg s-1 cm-2 angstrom-1"}


def spectrum_dataset(spectrum: Spectrum, distribution: EnergyDistribution, attributes: Mapping[str, Any]) -> xr.Dataset:
    """A Spectrum in air and an EnergyDistribution of one model as a Dataset with global ``attributes``."""
    of_window, of_sample = "wavelength", "sample"
    return xr.Dataset(
        {
            "flux": (of_window, spectrum.flux, {**_FLUX, "long_name": "flux through the surface"}),
            "continuum": (of_window, spectrum.continuum, {**_FLUX, "long_name": "flux without lines"}),
            "normalized": (of_window, spectrum.normalized, {"units": "1", "long_name": "flux over continuum"}),
            "energy_flux": (of_sample, distribution.flux, {**_FLUX, "long_name": "flux at sampled frequencies"}),
            "energy_continuum": (of_sample, distribution.continuum, {**_FLUX, "long_name": "the same without lines"}),
            "frequency": (of_sample, distribution.frequency, {"units": "Hz"}),
            "weight": (of_sample, distribution.weights, {"units": "Hz", "long_name": "weight in a sum over frequency"}),
        },
        coords={of_window: (of_window, spectrum.wavelength, {"units": "angstrom", "long_name": "in air"})},
        attrs={"Conventions": "CF-1.11", **attributes},
    )
