"""The page on what each element does: its numbers are those of the tables."""

import numpy as np
import pandas as pd

from kurucz_a1.labels import ABUNDANCES
from kurucz_a1.validation.elements import FIELDS, STARS, elements_page, strengths, strongest

DEPTHS = np.array([-6.0, -4.0, -2.0, -1.0, 0.0, 1.0, 2.0])


def effects():
    """Temperature moves by 0.01 (k + 1) / 25 per dex of the k-th element, pressure the other way."""
    tables = []
    for star in STARS:
        for k, element in enumerate(ABUNDANCES, start=1):
            slope = np.full(DEPTHS.size, 0.01 * k / 25)
            columns = {"star": star, "element": element, "log_tau": DEPTHS, "temperature": slope}
            tables.append(pd.DataFrame(columns | {"gas_pressure": -slope, "electron_density": slope}))
    return pd.concat(tables, ignore_index=True)


def errors():
    rows = [
        labels.floats() | {"by": name, "field": field, "relative_l2": 1e-4 if name == "fe_m" else 1e-5}
        for labels in STARS.values()
        for name in ABUNDANCES.values()
        for field in (*FIELDS, "column_mass")
    ]
    return pd.DataFrame(rows)


def test_elements_are_ordered_by_their_effect():
    assert strongest(effects(), "Sun", "temperature", 3) == list(ABUNDANCES)[:-4:-1]
    sizes = strengths(effects())
    assert len(sizes) == len(STARS) * len(ABUNDANCES)
    np.testing.assert_allclose(sizes["temperature"].max(), 0.01, rtol=1e-12)


def test_the_page_shows_the_change_by_a_tenth_of_a_dex():
    text = elements_page(effects(), errors(), made="Made here.", image="images/e.png", caption="Effect. More.")
    strongest_row = next(line for line in text.splitlines() if line.startswith(f"| {list(ABUNDANCES)[-1]} |"))
    # 0.01 per dex times 0.1 dex, in per cent
    assert strongest_row.split(" | ")[1] == "+0.100" and strongest_row.rstrip(" |").endswith("-0.100")
    assert "worst 1.0e-04 (Sun, Fe, ln T)" in text
    assert "![Effect](images/e.png)" in text
    for star in STARS:
        assert f"## {star[0].upper()}{star[1:]}" in text
