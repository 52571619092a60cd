"""Ranges of effective temperature: each model belongs to one, and a missing model counts."""

import numpy as np
import pandas as pd
import pytest

from kurucz_a1.validation import ranges


def models(**columns):
    table = pd.DataFrame({"feh": 0.0, "deck": [f"deck {k}" for k in range(len(columns["teff"]))], **columns})
    return table.assign(**{name: table.get(name, 0.0) for name in ("temperature", "gas_pressure")})


@pytest.mark.parametrize("feh", [-4.0, -1.0, -0.99, 0.5])
@pytest.mark.parametrize("teff", [2500.0, 3200.0, 3750.0, 4500.0, 12000.0, 17000.0, 17000.5, 20000.0, 20001.0, 44000.0])
def test_every_model_is_in_one_range(teff, feh):
    table = models(teff=[teff], feh=[feh])
    assert sum(bool(part.holds(table)[0]) for part in ranges.STRUCTURES) == 1


def test_hot_stars_of_many_metals_are_judged_apart():
    table = models(teff=[18000.0, 18000.0, 17000.0], feh=[0.0, -2.0, 0.5], temperature=[5.0, 0.3, 0.4])
    judged, reported = (row for row in ranges.structure_rows(table) if "rms of T" in row["quantity"])
    assert judged["models"] == 2 and judged["worst"] == 0.4 and judged["met"] == "yes"
    assert reported["worst"] == 5.0 and reported["met"] == ""


def test_a_deck_without_a_model_is_named_and_counted():
    errors = [0.1, np.inf, 0.2, np.inf]
    row = ranges.share_row(models(teff=[5000.0, 3200.0, 20000.0, 30000.0], temperature=errors))
    assert (row["models"], row["failed"], row["met"], row["worst_case"]) == (3, 1, "no", "deck 1")
    assert row["worst"] == pytest.approx(100.0 / 3.0)
    row = ranges.share_row(models(teff=[5000.0, 3200.0]))
    assert (row["failed"], row["met"], row["worst_case"]) == (0, "yes", "none")


def test_opacity_is_judged_where_the_gas_is_cool_but_not_coldest():
    table = pd.DataFrame(
        {
            "deck": "a",
            "teff": 3500.0,
            "feh": 0.0,
            "log_tau": [-6.0, -3.0, -2.0, 0.0],
            "temperature": [2500.0, 1900.0, 2500.0, 4000.0],
            "rosseland_opacity": [-9.0, -9.0, -0.05, 0.1],
        }
    )
    (row,) = ranges.opacity_rows(table)
    assert row["worst"] == 0.1 and row["met"] == "no"
    table["rosseland_opacity"] *= 0.3
    assert ranges.opacity_rows(table)[0]["met"] == "yes"
