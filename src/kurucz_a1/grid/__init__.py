"""Which labels to compute, and the sources of models (solver, ATLAS-12, folder of decks) behind one interface."""

from kurucz_a1.grid.batches import read_batches, read_failures, read_tries
from kurucz_a1.grid.choose import SOURCES, make_source
from kurucz_a1.grid.labels import draw_labels
from kurucz_a1.grid.run import run_batch
from kurucz_a1.grid.source import Result, Source

__all__ = [
    "SOURCES",
    "Result",
    "Source",
    "draw_labels",
    "make_source",
    "read_batches",
    "read_failures",
    "read_tries",
    "run_batch",
]
