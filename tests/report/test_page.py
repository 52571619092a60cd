"""The report: one file with everything in it, and nothing invented."""

import re

import numpy as np
import pandas as pd
import pytest

from kurucz_a1.report import write_report
from kurucz_a1.report.page import render
from kurucz_a1.report.tables import SHAPES, _text, readable_tables

TABLES = {
    "hydrostatic_summary": pd.DataFrame(
        {
            "label_set": ["ATLAS-12", "test", "test"],
            "system": ["ATLAS-12", "pinn", "mlp"],
            "form": ["C", "C", "C"],
            "depths": ["all", "all", "all"],
            "models": [111, 32, 32],
            "median": [3.1e-4, 0.0123, 0.0456],
            "median_low": [3.0e-4, 0.0113, 0.0446],
            "median_high": [3.2e-4, 0.0133, 0.0466],
            "p95": [2e-3, 0.04, np.inf],
            "p95_low": [1e-3, 0.03, 0.07],
            "p95_high": [3e-3, 0.05, np.inf],
            "pressure_falls": [0.0, 0.031, 0.062],
            "unphysical": [0.0, 0.031, 0.062],
        }
    ),
    "failures": pd.DataFrame({"index": [7], "teff": [7900.0], "reason": ["g_rad > g <at the surface>"]}),
}
RUN = {
    "configuration": {"seed": 42, "grid": {"source": "solver"}},
    "versions": {"jax": "0.10.2"},
    "git_commit": "0123abc",
    "sources": "solver",
    "models": {"requested": 320, "made": 319, "failed": 1},
}


@pytest.fixture
def figures(tmp_path):
    from kurucz_a1.figures import draw, save_figure

    path = tmp_path / "architecture.png"
    network = {"label_width": 8, "depth_width": 4, "dropout": 0.0, "parameters": 100}
    inputs = ["teff", "logg", "feh", "afe", "log_tau"]
    save_figure(draw("architecture", emulator={"inputs": inputs, "network": network}), path)
    return {"architecture": path}


def test_the_page_stands_alone(tmp_path, figures):
    write_report(tmp_path / "report.html", tables=TABLES, figures=figures, run=RUN)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    sources = re.findall(r'(?:src|href)="([^"]{0,40})', page)
    assert sources
    assert all(source.startswith("data:image/png;base64,") for source in sources)


def test_numbers_are_those_of_the_tables():
    page = render(tables=TABLES, figures={}, run=RUN)
    for number in ("0.0123", "3.10e-4", "0.0456", "undefined"):
        assert f"<td>{number}</td>" in page, number
    assert "319 of 320 model atmospheres" in page
    assert "seed: 42" in page
    assert "jax 0.10.2" in page
    assert "0123abc" in page


def both_forms(table):
    return pd.concat([table, table.assign(form="I")])


def test_the_verdict_follows_from_the_tables():
    table = both_forms(TABLES["hydrostatic_summary"])
    page = render(tables={**TABLES, "hydrostatic_summary": table}, figures={}, run=RUN)
    assert page.count("does not hold") == 1  # superior to ATLAS-12 at 0.0123 against 3.1e-4 dex: it is not
    names = [f"{part}{end}" for part in ("median", "p95") for end in ("", "_low", "_high")]
    table.loc[table["system"] == "pinn", names] = 1e-6
    page = render(tables={**TABLES, "hydrostatic_summary": table}, figures={}, run=RUN)
    assert "does not hold" not in page


def test_what_is_missing_is_left_out_or_said():
    page = render(tables={}, figures={}, run={})
    assert page.count("not tested") == 10  # five claims, as published and mended
    assert "<figure>" not in page
    assert "requested" not in page


def test_text_from_tables_cannot_break_the_page():
    page = render(tables=TABLES, figures={}, run=RUN)
    assert "g_rad &gt; g &lt;at the surface&gt;" in page


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0123456, "0.0123"),
        (5777.0, "5777"),
        (3.14159e-5, "3.14e-5"),
        (np.nan, "n/a"),
        (np.inf, "undefined"),
        ("a", "a"),
    ],
)
def test_numbers_have_three_figures(value, text):
    assert _text(value) == text


def test_empty_tables_are_not_shown():
    assert readable_tables({"failures": TABLES["failures"].iloc[:0], "unknown": TABLES["failures"]}) == {}
    assert set(readable_tables(TABLES)) == set(TABLES) <= set(SHAPES)
