"""One self-contained page about a run: figures, numbers, what was run, and which of the paper's claims hold."""

from kurucz_a1.report.page import write_report

__all__ = ["write_report"]
