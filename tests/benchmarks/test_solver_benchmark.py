"""The page of benchmarks/solver.py and the stars of other programs that it takes; it solves for nothing here."""

import subprocess
import sys

import pandas as pd
import pytest

from benchmarks import solver as benchmark


def run_of(seconds, first=30.0):
    return {
        "first_s": first,
        "again_s": 1.0,
        "wall_s": seconds,
        "cpu_s": [2.0 * s for s in seconds],
        "failed": 1,
        "peak_mb": 900.0,
    }


def test_the_page_states_medians_growth_and_the_ratio():
    seconds = [0.5] * 30 + [1.0] * 20
    results = {600: (run_of([0.5], first=41.0), run_of(seconds, first=4.0))}
    batch = (300, 8, {"wall_s": 60.0, "failed": 2})
    text = benchmark.page(results, [("ATLAS-12", 600, 12.34, 7)], "one machine", batch, (300, {152: run_of(seconds)}))
    assert "| 600 | 0.50 | 0.70 | 1.00 | 1.00 | 1 | 40 | 3 | 900 |" in text
    assert "| frequencies | 1 models, s | 10 models, s | 50 models, s |" in text
    assert "| 600 | 0.5 | 5.0 | 35.0 |" in text
    assert "12.3 in the median of 7 stars" in text
    assert "8 lanes at 300 frequencies: 1.20 s per model in the mean of the same labels, 2 without" in text
    assert "| 152 | 0.50 | 1.00 | 1 |" in text
    assert "ATLAS-12" not in benchmark.page(results, [], "one machine")


def test_stars_are_those_that_converged_inside_the_solvers_limits(tmp_path):
    rows = [
        {"teff": 5777.0, "vturb_km_s": 2.0, "status": "ok", "layers": 80, "wall_s": 30.0},
        {"teff": 5777.0, "vturb_km_s": 1.0, "status": "ok", "layers": 80, "wall_s": 31.0},
        {"teff": 3500.0, "vturb_km_s": 2.0, "status": "ok", "layers": 80, "wall_s": 32.0},
        {"teff": 6000.0, "vturb_km_s": 2.0, "status": "failed", "layers": 80, "wall_s": 33.0},
    ]
    pd.DataFrame(rows).assign(logg=4.4, m_h=-0.5, alpha_m=0.2).to_csv(tmp_path / "tries.csv", index=False)
    ((labels, seconds),) = benchmark.peer_stars(tmp_path / "tries.csv")
    assert labels == {"teff": 5777.0, "logg": 4.4, "feh": -0.5, "afe": 0.2, "vturb": 2.0}
    assert seconds == 30.0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--labels", "0"], "at least 1"),
        (["--peer", "ATLAS-12=nowhere.csv"], "no such file"),
        (["--frequencies", "5"], "5"),
    ],
)
def test_mistakes_are_told(project, arguments, complaint):
    command = [sys.executable, project / "benchmarks" / "solver.py", *arguments]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert complaint in done.stderr
