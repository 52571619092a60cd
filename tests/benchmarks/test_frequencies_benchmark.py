"""The page of benchmarks/frequencies.py; it solves for nothing here."""

import numpy as np

from benchmarks import frequencies as benchmark


def test_the_page_states_differences_in_per_cent():
    found = {count: np.full((63, 57), 8.0 + shift) for count, shift in ((300, 0.02), (600, 0.003), (1200, 0.0))}
    found[600][0] = np.nan
    of_all = benchmark.differences(found)
    of_stars = {count: values.reshape(9, 7) for count, values in of_all.items()}
    text = benchmark.page(of_stars, of_all)
    assert "| 3500 | 1 | 0 | 2.00 | 2.00 | 2.00 | 2.00 | 2.00 | 2.00 | 2.00 | nan | 0.30 |" in text
    assert "| 4700 | 1.5 | -2.5 | 2.00 |" in text
    assert "| 600 | 62 of 63 | 0.30 | 0.30 | 0.30 |" in text
    assert "drawn" not in benchmark.page(of_stars, None)
