"""One self-contained page about a run: figures, numbers, what was run, and which of the paper's claims hold."""

from typing import Any

__all__ = ["write_report"]


def __getattr__(name: str) -> Any:
    # The page needs what draws figures and fills templates; the digest of the tables does not.
    if name == "write_report":
        from kurucz_a1.report.page import write_report

        return write_report
    raise AttributeError(f"module 'kurucz_a1.report' has no attribute {name!r}")
