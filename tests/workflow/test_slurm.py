"""The whole chain as jobs of a real one-node SLURM, each rule in its conda environment."""

import json
import os
import shutil
import subprocess

import pytest
import xarray

pytestmark = pytest.mark.slurm

# What a cluster without accounting and of one node needs beside the profile; see docs/cluster.md.
SMALL_CLUSTER = (
    "--slurm-no-account",
    "--slurm-status-command=squeue",
    "--slurm-init-seconds-before-status-checks=2",
    "--seconds-between-status-checks=2",
    "--latency-wait=10",
)


@pytest.fixture(scope="module")
def slurm(test_tools, tmp_path_factory):
    """A running one-node SLURM whose partition is called main."""
    if os.geteuid() != 0:
        pytest.skip("a SLURM of our own needs root")
    if shutil.which("slurmctld") is None:
        pytest.skip("no slurmctld here; apt-get install slurmctld slurmd slurm-client munge")
    folder = tmp_path_factory.mktemp("slurm")
    up = subprocess.run([test_tools / "slurm_local/slurm_up.sh", folder], capture_output=True, text=True, timeout=120)
    assert up.returncode == 0, up.stdout + up.stderr
    assert "idle" in up.stdout
    yield folder
    subprocess.run([test_tools / "slurm_local/slurm_down.sh", folder], check=True, timeout=60)


def test_the_chain_runs_as_jobs(make_checkout, local_conda, slurm):
    checkout = make_checkout("slurm-chain")
    checkout.environment |= local_conda
    run = checkout.snakemake("--workflow-profile", "slurm", "--configfile", "config/test.yaml", *SMALL_CLUSTER)
    assert run.status == 0, run.text
    assert run.lines("Software: every rule runs in its conda environment (envs/), as asked for.")
    assert run.text.count("has been submitted with SLURM jobid") >= 20
    assert (checkout.folder / "results/test/report.html").is_file()
    with xarray.open_dataset(checkout.folder / "results/test/dataset.nc") as dataset:
        assert json.loads(dataset.attrs["versions"])["python"].startswith("3.12.")
    again = checkout.snakemake("--workflow-profile", "slurm", "--configfile", "config/test.yaml", *SMALL_CLUSTER)
    assert "Nothing to be done" in again.text
