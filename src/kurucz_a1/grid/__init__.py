"""Which labels to compute, and the sources of models (solver, folder of decks) behind one interface."""

from kurucz_a1.grid.batches import read_batches, read_failures
from kurucz_a1.grid.labels import draw_labels
from kurucz_a1.grid.run import run_batch
from kurucz_a1.grid.sources import make_source

__all__ = ["draw_labels", "make_source", "read_batches", "read_failures", "run_batch"]
