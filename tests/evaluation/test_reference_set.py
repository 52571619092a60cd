"""The section on the reference set counts what it is given."""

import numpy as np
import pandas as pd
import pytest

from kurucz_a1.evaluation.reference_set import BEGIN, END, reference_section, replace_section


def test_points_are_counted_by_start_and_cause(make_model):
    columns = ["layers", "start", "tries", "seconds", "outcome"]
    rows = [
        (80, "solver", 1, 60.0, "converged"),
        (80, "solver", 3, 180.0, "converged"),
        (80, "solver", 4, 120.0, "not converged after 55 iterations: the flux error is 7 %"),
        (72, "neighbour", 2, 100.0, "negative pressure: the start model is too far from the point"),
    ]
    model = make_model()
    text = reference_section([model, model], pd.DataFrame(rows, columns=columns))
    assert "2 models, 2 of them with 80 layers; 0.1 hours" in text
    assert "| 80 | the embedded solver's model | 3 | 2 (67 %) | 2 | 120 | 174 |" in text
    assert "2 of 4 points have no model (50.0 %): not converged (1); pressure not positive" in text
    assert np.array([line.startswith(("| C |", "| I |")) for line in text.splitlines()]).sum() == 2


def test_only_what_stands_between_the_marks_is_replaced():
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    once = replace_section(page, "new")
    assert once == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    assert replace_section(once, "new") == once
    with pytest.raises(ValueError, match="no line"):
        replace_section("a page", "new")
