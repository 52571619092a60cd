"""The numbers of the pages are those of the result files."""

import re
import shutil

import pandas as pd
import pytest

from kurucz_a1.errors import BadFile
from kurucz_a1.evaluation.reference_set import reference_section
from kurucz_a1.grid.reference import atlas12_reference_atmospheres, atlas12_runs
from kurucz_a1.report.page_numbers import _plain, compare, quotes
from kurucz_a1.report.pages import fill, main

PAGES = ["README.md", "docs/networks.md"]


@pytest.fixture
def copies(project, tmp_path):
    """The pages and their numbers in a folder of their own."""
    shutil.copytree(project / "docs" / "numbers", tmp_path / "docs" / "numbers")
    for page in PAGES:
        shutil.copyfile(project / page, tmp_path / page)
    return tmp_path


def filled(folder, *options):
    arguments = [*(str(folder / page) for page in PAGES), "--numbers", str(folder / "docs" / "numbers"), *options]
    return main(arguments)


def test_pages_hold_the_numbers_of_the_result_files(project, copies):
    assert filled(copies) == 0
    for page in PAGES:
        assert (copies / page).read_text("utf-8") == (project / page).read_text("utf-8"), page


def test_the_page_of_atlas12_holds_the_numbers_of_the_packages_models(project):
    page = (project / "docs" / "atlas12.md").read_text("utf-8")
    assert fill(page, {"reference_set": reference_section(atlas12_reference_atmospheres(), atlas12_runs())}) == page


def test_the_tables_of_a_run_replace_those_quoted(copies, tmp_path):
    run = tmp_path / "tables"
    run.mkdir()
    accuracy = pd.read_csv(copies / "docs" / "numbers" / "accuracy_summary.csv")
    half = {f"median{end}": 0.5 for end in ("", "_low", "_high")}
    accuracy.assign(**half).to_csv(run / "accuracy_summary.csv", index=False)
    accuracy.to_csv(run / "not_quoted.csv", index=False)
    assert filled(copies, "--tables", str(run)) == 0
    page = (copies / "README.md").read_text("utf-8")
    assert re.search(r"\| error of gas pressure, median \[%\] \| \| \| 50 \(\d+-\d+\) \| 50 .* \| 50 \|", page)
    assert re.search(r"<!--=pinn_pressure-->50 \([\d.]+-\d+\)<!--/-->\s+%", page)
    assert not (copies / "docs" / "numbers" / "not_quoted.csv").exists()


def check(folder, tables):
    return main(["--check", "--numbers", str(folder / "docs" / "numbers"), "--tables", str(tables)])


def test_a_run_is_compared_with_the_ranges_quoted(copies, tmp_path, capsys):
    """The run that is quoted is inside; one that is off by a factor three in one network is not, and is named."""
    run = tmp_path / "tables"
    shutil.copytree(copies / "docs" / "numbers", run)
    assert check(copies, run) == 0
    assert re.search(r"agrees with README.md: 0 of \d+ numbers", capsys.readouterr().out)
    accuracy = pd.read_csv(run / "accuracy_summary.csv")
    off = (accuracy["system"] == "mlp") & (accuracy["field"] == "gas_pressure")
    accuracy.loc[off, "median"] *= 3.0
    accuracy.to_csv(run / "accuracy_summary.csv", index=False)
    assert check(copies, run) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("error of gas pressure, median [%], mlp: ")
    assert len(said) == 2 and "does not agree with README.md: 1 of" in said[1]


def test_of_many_ranges_some_may_miss_a_little(copies, tmp_path):
    """One number beyond its range by a tenth of it is chance; a quarter of all numbers is not."""
    tables = {path.stem: pd.read_csv(path) for path in (copies / "docs" / "numbers").glob("*.csv")}
    known = quotes(tables)["error of gas pressure, median [%]", "pinn"]
    accuracy = tables["accuracy_summary"]
    for systems, agrees in ((["pinn"], True), (["pinn", "mlp", "published"], False)):
        moved = accuracy["system"].isin(systems)
        if agrees:
            moved &= accuracy["field"] == "gas_pressure"
        factor = (known.high + 0.1 * (known.high - known.value)) / known.value
        run = tmp_path / f"tables-{agrees}"
        shutil.copytree(copies / "docs" / "numbers", run)
        accuracy.assign(median=accuracy["median"].where(~moved, factor * accuracy["median"])).to_csv(
            run / "accuracy_summary.csv", index=False
        )
        found = compare(copies / "docs" / "numbers", run)
        assert found.agrees is agrees and found.outside, found


def test_a_range_holds_seeds_and_models(copies):
    """A network's range is wider than that of the bootstrap alone; ATLAS-12 is not trained."""
    tables = {path.stem: pd.read_csv(path) for path in (copies / "docs" / "numbers").glob("*.csv")}
    still = tables["trials"].copy()
    still.loc[:, [name for name in still if str(name).endswith("_scatter")]] = 0.0
    with_seeds, without = quotes(tables), quotes({**tables, "trials": still})
    for key, found in with_seeds.items():
        assert found.low <= found.value <= found.high, key
        if key[1] in ("ATLAS-12", "solver", "interpolation"):
            assert found == without[key]
        elif key[0].startswith("error"):
            assert found.high - found.low > without[key].high - without[key].low, key


def test_a_default_run_of_this_checkout_falls_inside(project):
    tables = project / "results" / "tables"
    if not (tables / "solar_widths_summary.csv").is_file():
        pytest.skip("no default run in this checkout: make reproduce")
    found = compare(project / "docs" / "numbers", tables)
    assert found.agrees, found.outside


def test_a_revision_that_looks_like_a_number_stays_as_it_is(copies):
    run = copies / "docs" / "numbers" / "run.csv"
    run.write_text(re.sub(r"^[0-9a-f]{7},", "14550e7,", run.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
    assert filled(copies) == 0
    assert "<!--=revision-->`14550e7`<!--/-->" in (copies / "README.md").read_text("utf-8")


def test_what_is_missing_is_said_in_one_line(copies, capsys):
    (copies / "docs" / "numbers" / "solar_summary.csv").unlink()
    assert filled(copies) == 1
    assert re.fullmatch(r".*no table or column 'solar_summary'.*\n", capsys.readouterr().out)


def test_only_what_stands_between_marks_is_replaced():
    page = "before <!--=one-->1<!--/--> and\n\n<!--=table-->old<!--/-->\n\nafter\n"
    once = fill(page, {"one": "2", "table": "| a |\n| - |"})
    assert once == "before <!--=one-->2<!--/--> and\n\n<!--=table-->\n\n| a |\n| - |\n\n<!--/-->\n\nafter\n"
    assert fill(once, {"one": "2", "table": "| a |\n| - |"}) == once
    for unknown in ("<!--=other-->1<!--/-->", "no marks"):
        with pytest.raises(BadFile, match="known marks"):
            fill(unknown, {"one": "2"})


@pytest.mark.parametrize("page", [*PAGES, "docs/atlas12.md"])
def test_no_line_of_a_paragraph_begins_with_a_mark(project, page):
    """Markdown takes such a line for HTML and ends the paragraph."""
    assert not re.findall(r"^\s*(?:- )?<!--=\w+-->.", (project / page).read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0139, "0.014"),
        (0.11, "0.11"),
        (0.000339, "0.00034"),
        (3.3e-5, "0.00003"),
        (9.3e-7, "0.0000009"),
        (5.6e-6, "0.000006"),
        (6e-11, "below 1e-7"),
    ],
)
def test_small_numbers_are_written_without_exponents(value, text):
    assert _plain(value) == text
