"""What a differentiable chain is for: labels of stars, and line data, from spectra."""

from kurucz_a1.inference.fit import StarFit, fit_star
from kurucz_a1.inference.forward import PARAMETERS, StarSpectrum
from kurucz_a1.inference.population import Calibration, calibrate
from kurucz_a1.inference.windows import StarWindows

__all__ = [
    "PARAMETERS",
    "Calibration",
    "StarFit",
    "StarSpectrum",
    "StarWindows",
    "calibrate",
    "fit_star",
]
