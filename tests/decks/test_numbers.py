"""Numbers in Fortran's formats."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurucz_a1.decks.numbers import exponential, fixed, parse_row

NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=64).filter(lambda x: x == 0 or abs(x) > 1e-300)


@given(st.lists(NUMBERS, min_size=1, max_size=12))
def test_rows_that_fortran_writes_are_read_back(values):
    # 1PE16.8 leaves a blank before a positive number and may touch the field before a negative one.
    row = "".join(exponential(value, 16, 8) for value in values)
    # 8 digits after the point: half a unit in the ninth digit
    np.testing.assert_allclose(parse_row(row), values, rtol=5.1e-9)


@given(NUMBERS.filter(lambda x: abs(x) < 1e6))
def test_fixed_numbers_are_read_back(value):
    assert parse_row(fixed(value, 12, 3)) == [pytest.approx(value, abs=5.001e-4)]


def test_fields_that_touch_are_split_at_the_sign():
    assert parse_row(" 1.362E+14-3.951E+00 3751.1-1.5") == [1.362e14, -3.951, 3751.1, -1.5]
    assert parse_row("1.234-100 5.0D+02-2.5-101") == [1.234e-100, 500.0, -2.5e-101]


@pytest.mark.parametrize("text", ["*******", "NaN", "1.0 Infinity", "3751.11.639E+01", "1.5E+0", "12", "1,2"])
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="is not a number"):
        parse_row(text)


def test_numbers_wider_than_their_field_are_refused():
    with pytest.raises(ValueError, match="wider"):
        fixed(123456.0, 6, 2)
    with pytest.raises(ValueError, match="cannot be written"):
        exponential(np.inf, 10, 3)
