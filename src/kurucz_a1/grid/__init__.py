"""Which labels to compute, and the sources of models behind one interface, a module each: ``solver_source``,
``atlas12_source``, ``reference_source``, ``corpus_source``, ``deck_source``. They are not imported here: a stage that
uses one does not depend on the others.
"""

from kurucz_a1.grid.batches import read_batch, read_failures, read_tries
from kurucz_a1.grid.labels import draw_labels
from kurucz_a1.grid.run import run_batch
from kurucz_a1.grid.source import Result, Source

__all__ = [
    "Result",
    "Source",
    "draw_labels",
    "read_batch",
    "read_failures",
    "read_tries",
    "run_batch",
]
