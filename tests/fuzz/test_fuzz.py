"""Damaged files of every family end in values that can be true, or in one clean line. CI runs few of them: the whole
campaign is ``python -m tests.fuzz.campaign FAMILY``."""

import os

import pytest
from tests.fuzz.campaign import FAMILIES, run

TIMES = int(os.environ.get("MUTANTS", "150"))


@pytest.mark.parametrize("family", FAMILIES)
def test_damaged_files(family):
    counts, failures = run(family, TIMES)
    assert not failures, failures[0]
    # a third at least is refused, and some is read: else the mutations would be too tame or too wild
    assert TIMES / 10 < counts["BadFile"] < TIMES
