"""The labels of a star, as one object, and the space of labels that a grid or an emulator covers, as another."""

from kurucz_a1.label_entries import ABUNDANCES, BY_NAME, LABEL_NAMES, LABELS, REQUIRED, Label
from kurucz_a1.labels.labels import SUN, Labels, takes_labels, told, told_table
from kurucz_a1.labels.space import LabelSpace

__all__ = [
    "ABUNDANCES",
    "BY_NAME",
    "LABELS",
    "LABEL_NAMES",
    "REQUIRED",
    "SUN",
    "Label",
    "LabelSpace",
    "Labels",
    "takes_labels",
    "told",
    "told_table",
]
