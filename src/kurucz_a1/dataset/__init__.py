"""The netCDF form of a set of model atmospheres: schema, writing, reading, checks, and the ATLAS-12 reference set."""

from kurucz_a1.dataset.assembly import assemble
from kurucz_a1.dataset.provenance import provenance
from kurucz_a1.dataset.reference import atlas12_reference_dataset
from kurucz_a1.dataset.split import add_split, fewer_to_train, split_labels
from kurucz_a1.dataset.store import build_dataset, open_dataset, write_dataset
from kurucz_a1.grid.reference import atlas12_reference_atmospheres, load_atlas12_reference

__all__ = [
    "add_split",
    "assemble",
    "atlas12_reference_atmospheres",
    "atlas12_reference_dataset",
    "build_dataset",
    "fewer_to_train",
    "load_atlas12_reference",
    "open_dataset",
    "provenance",
    "split_labels",
    "write_dataset",
]
