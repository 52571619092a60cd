"""Tables of hydrostatic residuals, accuracy and timing, and the verdicts on the paper's claims."""

from kurucz_a1.evaluation.hydrostatic import hydrostatic_residual

__all__ = ["hydrostatic_residual"]
