"""The page of benchmarks/atlas12_start.py, and a run of it with a stand-in program."""

import pandas as pd

from benchmarks import atlas12_start as benchmark
from kurucz_a1.atlas12.program import Program
from kurucz_a1.dataset import atlas12_reference_atmospheres


def test_the_page_compares_where_all_starts_succeed():
    rows = [
        (0, "solver", 14, 60.0, "converged"),
        (0, "neighbour", 20, 60.0, "converged"),
        (1, "solver", 30, 60.0, "not converged after 45 iterations"),
        (1, "neighbour", None, 20.0, "negative pressure"),
        (2, "solver", 16, 60.0, "converged"),
        (2, "neighbour", 21, 60.0, "converged"),
        (3, "solver", 99, 60.0, "beyond the labels asked for"),
    ]
    text = benchmark.page(pd.DataFrame([(*row, "x") for row in rows], columns=benchmark.COLUMNS), 3, None)
    assert "of the 2 that all starts reach" in text
    assert "| the embedded solver's model | 2 of 3 | 15 | 14 | 16 | 15 |" in text
    assert "| the nearest of the reference models | 2 of 3 | 20.5 | 20 | 21 | 20.5 |" in text
    assert "emulator" not in text


def test_a_run_is_recorded(atlas12_stand_in, tmp_path):
    executable, data = atlas12_stand_in("good", "crash")
    program = Program(executable=executable, data=data)
    model = next(m for m in atlas12_reference_atmospheres() if m.temperature.shape == (80,))
    point = {name: float(getattr(model, name)) for name in ("teff", "logg", "feh", "afe", "vturb")}
    good = benchmark.run(program, point, "neighbour", model, tmp_path / "run")
    assert good["outcome"] == "converged"
    assert 1 < good["needed"] < benchmark.ITERATIONS  # the stand-in's changes fall below the limits on the way
    assert benchmark.identity(program, None) == benchmark.identity(program, None)
    bad = benchmark.run(program, point, "neighbour", model, tmp_path / "run")
    assert "crashed" in bad["outcome"] and bad["needed"] is None
    assert benchmark.run(program, point, "emulator", None, tmp_path / "run")["outcome"] == "no model to begin with"
