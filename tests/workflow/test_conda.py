"""The whole chain in its conda environment, solved and installed from a local channel."""

import pytest
from tests.checkout import TEST_CONFIG, TEST_RESULTS

pytestmark = pytest.mark.conda

CONFIG = TEST_CONFIG


@pytest.fixture(scope="module")
def checkout(make_checkout, local_conda):
    checkout = make_checkout("conda-chain")
    checkout.environment |= local_conda
    return checkout


@pytest.fixture(scope="module")
def target(request):
    """The whole chain; where SLURM runs it too, each rule in its environment, the labels alone."""
    return (TEST_RESULTS / "grid" / "labels.csv",) if request.config.getoption("--run-slurm") else ()


def test_the_chain_runs_in_the_environments(checkout, target, environments_log):
    # Plain Snakemake: the conda program is found and taken.
    run = checkout.snakemake("--cores", "all", *CONFIG, "--", *target)
    assert run.status == 0, run.text
    assert run.lines("Software: conda found; every rule runs in its conda environment (envs/).")
    created = [line for line in environments_log.splitlines() if line.startswith("Creating conda environment")]
    assert [line.split("/")[-1] for line in created] == ["cpu.yaml..."]
    assert (checkout.folder / (target[0] if target else TEST_RESULTS / "report.html")).is_file()


def test_a_second_run_that_asks_for_conda_has_nothing_to_do(checkout, target):
    run = checkout.snakemake("--cores", "all", "--sdm", "conda", *CONFIG, "--", *target)
    assert run.status == 0, run.text
    assert run.lines("Software: every rule runs in its conda environment (envs/), as asked for.")
    assert "Nothing to be done" in run.text
