"""A short campaign against the readers of line lists; line_lists.py and mutate.py serve a longer one."""

import numpy as np
import pytest
from tests.fuzz.line_lists import check, inputs
from tests.fuzz.mutate import mutate

MUTATIONS = 100  # of each form, in seconds; thousands were tried once


@pytest.mark.parametrize("name", inputs())
def test_what_becomes_of_a_list_is_true_or_refused(tmp_path, name):
    path, data = tmp_path / name, inputs()[name]
    path.write_bytes(data)
    assert check(path)
    generator = np.random.default_rng(len(name))
    for attempt in range(MUTATIONS):
        path.write_bytes(mutate(data, generator))
        try:
            check(path)
        except AssertionError as error:
            pytest.fail(f"attempt {attempt}: {error}; the file: {path}")
