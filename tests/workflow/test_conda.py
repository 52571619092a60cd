"""The whole chain with every rule in its own conda environment, solved and installed from a local channel."""

import json

import pytest
import xarray

pytestmark = pytest.mark.conda

CONFIG = ("--configfile", "config/test.yaml")


@pytest.fixture(scope="module")
def checkout(make_checkout, local_conda):
    checkout = make_checkout("conda-chain")
    checkout.environment |= local_conda
    return checkout


def test_the_chain_runs_in_the_environments(checkout):
    # Plain Snakemake: the conda program is found and taken.
    run = checkout.snakemake("--cores", "all", *CONFIG)
    assert run.status == 0, run.text
    assert run.lines("Software: conda found; every rule runs in its conda environment (envs/).")
    # all but the one for a GPU and those of stages that the default run does not have
    made = {path.stem for path in (checkout.folder / "envs").glob("*.yaml")} - {"train_gpu", "lines", "validation"}
    assert {line.split("/")[-1].removesuffix(".yaml...") for line in run.lines("Creating conda environment")} == made
    with xarray.open_dataset(checkout.folder / "results/test/dataset.nc") as dataset:
        assert json.loads(dataset.attrs["versions"])["python"].startswith("3.12.")
    assert (checkout.folder / "results/test/report.html").is_file()


def test_a_second_run_that_asks_for_conda_has_nothing_to_do(checkout):
    run = checkout.snakemake("--cores", "all", "--sdm", "conda", *CONFIG)
    assert run.status == 0, run.text
    assert run.lines("Software: every rule runs in its conda environment (envs/), as asked for.")
    assert "Nothing to be done" in run.text
