"""The page of benchmarks/spectrum.py from made-up numbers."""

from benchmarks import spectrum as benchmark

OURS = {
    "machine": "CPU, 2 threads: Test",
    "lines": 391,
    "plain": {"first": 7.0, "seconds": 0.2, "processor": 0.3},
    "derivatives": {"first": 26.0, "seconds": 0.5, "processor": 0.9},
    "normalized": [1.0, 0.5, 0.9, 1.0],
}
PEER = {
    "adaptive": {"seconds": 1.25, "processor": 1.2, "points": 2345, "normalized": [1.0, 0.5, 0.9, 0.998]},
    "fixed": {"seconds": 1.75, "processor": 1.68, "points": 2000, "normalized": [1.0, 0.502, 0.9, 1.0]},
}


def test_ratios_are_to_pysme_as_its_users_call_it():
    text = benchmark.page(OURS, PEER, 0.12)
    assert "| flux and continuum | 0.20 | 0.30 | 7 | 0.16 | 0.25 |" in text
    assert "2,345 points that it chooses | 1.25 | 1.20 |  | 1.00 | 1.00 |" in text
    assert "on the same 2,000 points | 1.75 | 1.68 |  | 1.40 | 1.40 |" in text
    assert "ours by 0.0010 (rms), 0.0020 at most;\non the same points by 0.0010 (rms), 0.0020 at most." in text
    assert "before the run: 0.1." in text


def test_without_pysme_there_is_nothing_to_divide_by():
    text = benchmark.page(OURS, None, 0.0)
    assert "| flux and continuum | 0.20 | 0.30 | 7 | - | - |" in text and "PySME 1.2.0" not in text
