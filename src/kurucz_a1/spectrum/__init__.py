"""Spectra of model atmospheres: synthesis, broadening, the observed Sun and comparisons."""

from importlib.resources import files

from kurucz_a1.spectrum.absorbers import supported
from kurucz_a1.spectrum.synthesis import Intensities, Spectrum, Synthesizer, prepare_synthesis, synthesize

# The lines of the default window, 6430-6450 A
LINES_6430_6450 = files("kurucz_a1.spectrum") / "data" / "lines_6430_6450.csv"

__all__ = [
    "LINES_6430_6450",
    "Intensities",
    "Spectrum",
    "Synthesizer",
    "prepare_synthesis",
    "supported",
    "synthesize",
]
