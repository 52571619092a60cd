"""Which molecules are computed."""

from kurucz_a1.lines.computed import ABSENT_FROM_ATLAS12, COMPUTED, computed_lines
from kurucz_a1.physics.partition_functions import MOLECULES


def test_molecules_that_lists_hold_are_not_computed():
    everything = {molecule.formula for molecule in COMPUTED}
    assert list(computed_lines(everything)) == []
    (lines,) = computed_lines(everything - {"CO"})
    assert set(lines.species) == {"CO"}


def test_the_gas_holds_all_of_them():
    assert set(ABSENT_FROM_ATLAS12) == {molecule.formula for molecule in COMPUTED} <= set(MOLECULES)
