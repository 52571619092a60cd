"""Numbers in, tables out: hydrostatic residuals, accuracy, timing, and what they say about the paper's claims."""

from kurucz_a1.evaluation.hydrostatic import hydrostatic_residual

__all__ = ["hydrostatic_residual"]
