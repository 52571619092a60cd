"""One kill of each stage and one case of every other fault; all of them: python tests/faults/campaign.py."""

import pytest
from tests.faults.campaign import cases, try_case

pytestmark = pytest.mark.workflow

BRIEF = [case for case in cases() if case.brief]


@pytest.mark.parametrize("case", BRIEF, ids=[case.name for case in BRIEF])
def test_it_is_survived(undisturbed, tmp_path, case):
    record = try_case(case, undisturbed, tmp_path / "fault")
    assert record["survived"], record["seen"]
