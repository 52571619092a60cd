"""One self-contained page about a run: figures, numbers, what was run, and what holds of the paper's claims."""

from kurucz_a1.report.page import write_report

__all__ = ["write_report"]
