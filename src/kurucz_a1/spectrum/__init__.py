"""Spectra of model atmospheres: synthesis, broadening, the observed Sun and comparisons."""

from kurucz_a1.spectrum.absorbers import supported
from kurucz_a1.spectrum.package_lines import LINES_6430_6450, SOLAR_LINES
from kurucz_a1.spectrum.synthesis import Intensities, Spectrum, Synthesizer, prepare_synthesis, synthesize
from kurucz_a1.spectrum.weak_lines import central_depths, lines_that_matter

__all__ = [
    "LINES_6430_6450",
    "SOLAR_LINES",
    "Intensities",
    "Spectrum",
    "Synthesizer",
    "central_depths",
    "lines_that_matter",
    "prepare_synthesis",
    "supported",
    "synthesize",
]
