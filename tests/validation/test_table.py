"""The difference that the opacity table makes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kurucz_a1.errors import BadConfig
from kurucz_a1.labels import LABEL_NAMES
from kurucz_a1.settings import SolverOptions
from kurucz_a1.validation.table import LineByLineSource, table_errors


def test_errors_are_those_that_were_put_in(sun):
    model = sun.model
    labels = pd.DataFrame([{name: float(getattr(model, name)) for name in LABEL_NAMES}] * 2)
    warmer = replace(model, temperature=np.asarray(model.temperature) * 1.002)
    table = table_errors(labels, [model, None], [warmer, model])
    assert table["temperature"][0] == pytest.approx(100.0 * np.log(1.002), rel=1e-6)
    assert table["gas_pressure"][0] == pytest.approx(0.0, abs=1e-12)
    assert np.isinf(table["temperature"][1])


def test_lists_of_another_table_are_refused(tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("lines\n")
    with pytest.raises(BadConfig, match=r"other\.txt"):
        LineByLineSource([other], SolverOptions(frequencies=300))
