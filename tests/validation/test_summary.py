"""Rows of the table and the page that they make."""

import numpy as np
import pandas as pd
import pytest

from kurucz_a1.evaluation.targets import as_table, row
from kurucz_a1.validation import summary
from kurucz_a1.validation.document import document


def test_a_failed_model_counts_as_the_worst():
    sizes, names = [0.1, 0.3, np.inf, 0.2], ["a", "b", "c", "d"]
    entry = row("T", "ATLAS-12", "%", sizes, names, {"median": 0.35, "worst": 1.0})
    assert entry["worst"] == np.inf
    assert entry["worst_case"] == "c"
    assert entry["failed"] == 1
    assert entry["met"] == "no"
    assert entry["median"] == 0.3


@pytest.mark.parametrize(
    ("targets", "met"), [({"median": 2.0, "worst": 3.0}, "yes"), ({"median": 1.9}, "no"), ({}, "")]
)
def test_every_target_must_be_met(targets, met):
    entry = row("T", "ATLAS-12", "%", [1.0, 2.0, 3.0], ["a", "b", "c"], targets)
    assert entry["met"] == met


def test_a_row_without_a_number_was_not_measured():
    assert row("T", "ATLAS-12", "%", [], [], {"worst": 1.0})["met"] == "not measured"
    (entry,) = summary.solar_rows(None)
    assert entry["met"] == "not measured"
    assert "no file named" in entry["worst_case"]


def test_99_per_cent_of_the_labels_must_have_a_constant_flux():
    labels = {"teff": np.arange(5000.0, 5300.0), "logg": 4.0, "feh": 0.0, "afe": 0.0, "vturb": 2.0}
    table = pd.DataFrame(labels).assign(flux_error=1e-5)
    table.loc[:2, "flux_error"] = np.inf
    assert summary.flux_row(table)["met"] == "yes"
    table.loc[3, "flux_error"] = np.inf
    assert summary.flux_row(table)["met"] == "no"


def test_bands_of_the_sun():
    first = np.arange(410.0, 510.0, 5.0)
    ratio = np.where(np.arange(20) % 2, 1.03, 0.97)
    columns = {"first_nm": first, "last_nm": first + 5.0, "observed": 100.0, "solver": 100.0 * ratio}
    table = pd.DataFrame(columns).assign(ratio=ratio, frequencies=4)
    narrow, broad = summary.solar_rows(table)
    assert narrow["worst"] == pytest.approx(3.0)
    assert broad["worst"] == pytest.approx(0.0, abs=1e-9)


def test_the_page():
    rows = [
        row("T", "ATLAS-12", "%", [0.1, np.inf], ["a", "b"], {"median": 0.35}),
        row("flux", "itself", "1", [1e-5], ["5777 K"], {"p99": 1e-4}),
    ]
    failures = pd.DataFrame([{"set": "box", "reason": "teff=8000: a|b"}])
    text = document(
        as_table(rows),
        made="Made here.",
        figures=[("images/flux.png", "The flux. More words.")],
        failures=failures,
        left_out=[("x.atm", "made by ATLAS9")],
    )
    assert "| T | ATLAS-12 | 2 (1) | median 0.35 % | no model | no model | no model | no model | b | no |" in text
    assert "| flux | itself | 1 (0) | p99 0.0001 | 1e-05 | 1e-05 | 1e-05 | 1e-05 | 5777 K | yes |" in text
    assert "![The flux](images/flux.png)" in text
    assert r"teff=8000: a\|b" in text
    assert "x.atm" in text
    assert "Made here." in text


def test_label_derivatives_are_judged_by_quantity():
    labels = {"teff": 5777.0, "logg": 4.44, "feh": 0.0, "afe": 0.0, "vturb": 2.0}
    cells = [("teff", "temperature", 2e-4), ("logg", "temperature", 5e-4), ("teff", "column_mass", 2e-3)]
    table = pd.DataFrame([labels | {"by": by, "field": field, "relative_l2": size} for by, field, size in cells])
    temperature, mass = summary.jacobian_rows(table)
    assert "ln T" in temperature["quantity"] and temperature["met"] == "yes"
    assert temperature["worst_case"].endswith("by logg") and temperature["models"] == 1
    assert "ln m" in mass["quantity"] and mass["met"] == "no"


def test_the_opacity_table_is_judged_where_line_lists_are_named():
    (entry,) = summary.table_rows(None)
    assert entry["met"] == "not measured" and "validation.line_lists" in entry["worst_case"]
    labels = {"teff": 5777.0, "logg": 4.44, "feh": 0.0, "afe": 0.0, "vturb": 2.0}
    (entry,) = summary.table_rows(pd.DataFrame([labels | {"temperature": 0.05}, labels | {"temperature": 0.4}]))
    assert entry["met"] == "no" and entry["worst"] == 0.4
