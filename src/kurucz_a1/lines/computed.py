"""Molecules whose lines are computed from published constants, for opacity tables whose lists hold none of them."""

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from kurucz_a1.lines.carbon_monoxide import carbon_monoxide_lines
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.titanium_oxide import titanium_oxide_lines
from kurucz_a1.lines.water import water_lines


class ComputedMolecule(NamedTuple):
    """A molecule: its formula as in a LineList, a function that makes its lines, and what they are made from."""

    formula: str
    lines: Callable[[], LineList]
    origin: str


COMPUTED = (
    ComputedMolecule("CO", carbon_monoxide_lines, "Dunham constants of Guelachvili et al. (1983)"),
    ComputedMolecule("H2O", water_lines, "statistical lines with the means of NASA SP-3080 (Ludwig et al. 1973)"),
    ComputedMolecule("TiO", titanium_oxide_lines, "the potentials and dipoles of McKemmish et al. (2019)"),
)
#: Formulas of COMPUTED. The ATLAS-12 models of the package were made without them: comparisons leave them out.
ABSENT_FROM_ATLAS12 = ("CO", "H2O", "TiO")


def computed_lines(held: Collection[str]) -> Iterator[LineList]:
    """The lines of each molecule of COMPUTED that is not among the formulas ``held``, those that lists hold."""
    for molecule in COMPUTED:
        if molecule.formula not in held:
            yield molecule.lines()
