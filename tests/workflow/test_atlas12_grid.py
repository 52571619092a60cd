"""The grid made by ATLAS-12: a stand-in program, run by the workflow."""

import re

import pandas as pd
import xarray as xr


def test_a_grid_of_atlas12_models(checkout, atlas12_stand_in):
    """Good, unconverged and failing runs end in models, further runs and a table of failures, batch by batch."""
    executable, data = atlas12_stand_in("good", "unconverged", "good", "silent", "silent", "silent", "silent", "good")
    config = checkout.config(
        grid={"source": "atlas12", "count": 5},
        atlas12={
            "executable": str(executable),
            "data": str(data),
            "start": "neighbour",
            "batch": 3,
            "tries": 4,
            "iterations": 15,
        },
    )
    command = ("--cores", "1", "grid", "--configfile", "config/test.yaml", config)
    run = checkout.snakemake(*command)
    assert run.status == 0, run.text
    folder = checkout.folder / "results" / "test" / "grid"
    failures, tries = pd.read_csv(folder / "failures.csv"), pd.read_csv(folder / "tries.csv")
    assert len(failures) == 1
    assert re.search(r"left no model \(4 tries; runs kept in .*scratch/0000/", failures["reason"][0])
    # one run for each good point, two for the one that did not converge at once, four for the one that failed
    assert sorted(tries.groupby("index").size()) == [1, 1, 1, 2, 4]
    assert tries["start"].str.contains("ATLAS-12 teff=|row").all()
    assert "grid: 4 of 5 models made, 1 failed (20.0 %)" in run.text
    batches = [xr.load_dataset(folder / "batches" / f"000{number}.nc") for number in (0, 1)]
    assert [batch.sizes["model"] for batch in batches] == [2, 2]
    labels = pd.read_csv(folder / "labels.csv", index_col="index")
    for batch in batches:
        assert batch.attrs["source"] == "ATLAS-12"
        for name in ("teff", "logg", "feh", "afe"):  # as asked for, though a deck rounds them
            assert (batch[name].values == labels.loc[batch["grid_index"].values, name]).all()
    assert (folder / "batches" / "0000.decks").read_text().count("BEGIN ") == 2

    run = checkout.snakemake("-n", *command)
    assert "Nothing to be done" in run.text


def test_a_missing_line_file_is_told_before_the_first_run(checkout, atlas12_stand_in):
    executable, data = atlas12_stand_in("good")
    (data / "nltelinobsat12.bin").unlink()
    config = checkout.config(
        results="results/missing",
        grid={"source": "atlas12", "count": 5},
        atlas12={"executable": str(executable), "data": str(data), "start": "neighbour"},
    )
    run = checkout.snakemake("--cores", "1", "grid", "--configfile", "config/test.yaml", config)
    assert run.status == 1
    assert run.lines("grid_batch: atlas12.data: ") and "silently leaves out hydrogen" in run.text
    assert "Traceback" not in run.text


def test_a_hundred_thousand_points_are_a_thousand_jobs(checkout, atlas12_stand_in):
    executable, data = atlas12_stand_in("good")
    config = checkout.config(
        grid={"source": "atlas12", "count": 100_000}, atlas12={"executable": str(executable), "data": str(data)}
    )
    run = checkout.snakemake("-n", "--quiet", "rules", "--configfile", config)
    assert run.status == 0, run.text
    assert re.search(r"^grid_batch +1000$", run.text, flags=re.MULTILINE)
