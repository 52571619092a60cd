"""The section on the reference set counts what it is given."""

import numpy as np
import pandas as pd

from kurucz_a1.evaluation.reference_set import reference_section


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
