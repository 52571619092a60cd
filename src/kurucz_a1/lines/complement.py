"""Line lists that fill in the species which other lists lack."""

from collections.abc import Iterable

import numpy as np

from kurucz_a1.lines.line_list import LineList, concatenate
from kurucz_a1.lines.species import species_of


def complemented(lines: LineList, further: Iterable[LineList]) -> LineList:
    """The lines, and of each further list those of the species, element and ion stage, that no list before it holds.

    So a list of many ions adds what is missing, but no second copy of a line that a better list has.
    """
    for other in further:
        held = set(species_of(lines))
        species = zip(other.species, other.ion_stage, strict=True)
        absent = np.array([(str(name), int(stage)) not in held for name, stage in species], dtype=bool)
        lines = concatenate([lines, other[absent]])
    return lines
