"""Which absorbers of a list the gas holds."""

import pytest

from kurucz_a1.errors import LeftOut
from kurucz_a1.lines.line_list import make_line_list
from kurucz_a1.lines.species import absorbers_of, warn_of_absent
from kurucz_a1.spectrum import supported

SPECIES = ("Fe", "Fe", "OH", "CH", "ZrO", "H", "H2O", "La")
STAGES = (2, 6, 0, 1, 0, 0, 0, 1)
LINES = make_line_list(range(5000, 5008), SPECIES, STAGES, [1.0] * 8, [0.0] * 8)


def test_tables_leave_out_what_the_gas_lacks_and_count_it():
    assert absorbers_of(LINES) == [("Fe", 2), ("H2O", 0), ("OH", 0)]
    # hydrogen is from theory; of lanthanum there is too little to be an element of the equation of state
    with pytest.warns(LeftOut, match=r"lists: 4 of 8 lines left out, those of CH \+, Fe \+{6}, La \+, ZrO: the gas"):
        warn_of_absent(LINES, "lists")


def test_nothing_is_said_where_nothing_is_left_out():
    warn_of_absent(LINES[[0, 2, 5]], "lists")


def test_spectra_hold_more_elements():
    held = dict(zip(zip(SPECIES, STAGES, strict=True), supported(LINES), strict=True))
    assert [species for species, is_held in held.items() if not is_held] == [("Fe", 6), ("CH", 1), ("ZrO", 0)]
