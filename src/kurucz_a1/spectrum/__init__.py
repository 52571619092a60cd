"""Spectra of model atmospheres: synthesis, broadening, the observed Sun and comparisons."""

from kurucz_a1.spectrum.absorbers import supported
from kurucz_a1.spectrum.synthesis import Spectrum, synthesize

__all__ = ["Spectrum", "supported", "synthesize"]
