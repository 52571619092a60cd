"""The tables of the test chain against those that were recorded, and their digest."""

import pandas as pd
import pytest
from tests.checkout import TEST_RESULTS
from tests.recorded_tables import departures, read_record

from kurucz_a1.command import main
from kurucz_a1.report.table_digest import sizes_of_numbers


@pytest.mark.workflow
def test_the_chain_finds_what_was_recorded(undisturbed):
    assert departures(sizes_of_numbers(undisturbed.folder / TEST_RESULTS / "tables"), read_record()) == []


def test_a_change_is_found():
    recorded = read_record()
    assert departures(recorded, recorded) == []
    assert recorded["mean_size"].notna().mean() > 0.9
    changed = recorded.copy()
    row = changed.index[(changed["group"] == "ATLAS-12") & (changed["mean_size"] > 0)][0]
    changed.loc[row, "mean_size"] *= 1.02
    assert len(departures(changed, recorded)) == 1
    assert len(departures(recorded.drop(index=row), recorded)) == 1


def test_the_digest_of_a_folder(tmp_path, capsys):
    assert main(["tables", str(tmp_path)]) == 1
    assert "no tables here" in capsys.readouterr().err
    table = pd.DataFrame({"system": ["a", "b"], "rms": [1.0, -3.0]})
    table.to_csv(tmp_path / "first.csv", index=False)
    table.to_csv(tmp_path / "timing.csv", index=False)
    assert main(["tables", str(tmp_path)]) == 0
    first = capsys.readouterr().out.splitlines()
    assert len(first) == 2 and first[0].endswith("2 rows  first") and first[1].endswith("all 1 tables")
    table.to_csv(tmp_path / "timing.csv")
    assert main(["tables", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() == first
    table.assign(rms=[1.0, -3.1]).to_csv(tmp_path / "first.csv", index=False)
    assert main(["tables", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() != first
    assert sizes_of_numbers(tmp_path)["mean_size"].tolist() == [1.0, 3.1]
