"""Mistakes in the configuration and in how Snakemake is called end its run with one clear line."""

import sys
from pathlib import Path


def test_snakemake_stops_at_an_unknown_key_with_one_line(checkout):
    run = checkout.snakemake("-n", "--configfile", checkout.config(grid={"cuont": 3}))
    assert run.status == 1
    complaints = [line for line in run.text.splitlines() if not line.startswith(("Using", "Config file"))]
    assert complaints == ["config: unknown key grid.cuont; did you mean grid.count?"]


def test_conda_asked_for_and_missing_is_one_line(checkout):
    run = checkout.snakemake(
        "-n", "--cores", "1", "--sdm", "conda", PATH=f"{Path(sys.executable).parent}:/usr/bin:/bin"
    )
    assert run.status == 1
    (line,) = run.lines("Software: conda environments are asked for, but there is no conda program on PATH; install")
    assert "Traceback" not in run.text and run.text.strip().endswith(line)
