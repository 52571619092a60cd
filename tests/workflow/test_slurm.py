"""The whole chain as jobs of a real one-node SLURM, each rule in its conda environment, and while the cluster fails."""

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest
import xarray
from tests.checkout import TEST_CONFIG, TEST_RESULTS
from tests.faults.results import assert_same, leftovers

pytestmark = pytest.mark.slurm

# What a cluster without accounting and of one node needs beside the profile; see docs/cluster.md.
SMALL_CLUSTER = (
    "--slurm-no-account",
    "--slurm-status-command=squeue",
    "--slurm-init-seconds-before-status-checks=2",
    "--seconds-between-status-checks=2",
    "--latency-wait=10",
)
# Batches that share a job, side by side; a GPU, of which the node pretends to have one, for the training.
ASKED = (
    *("--groups", "grid_batch=batches", "--group-components", "batches=2"),
    *("--set-threads", "grid_batch=1", "train_emulator=1"),
    *("--set-resources", "train_emulator:gpu=1"),
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


def ask(*command):
    """What a SLURM program answers, as text."""
    return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout


def described(job):
    """{key: value} that SLURM knows of a job."""
    return dict(word.split("=", 1) for word in ask("scontrol", "show", "job", job).split() if "=" in word)


class Trouble(threading.Thread):
    """What happens to the cluster while the chain runs, each to the first running job of a rule or group."""

    def __init__(self, folder):
        super().__init__(daemon=True)
        self.folder, self.over = folder, threading.Event()
        self.seen, self.jobs, self.ends = [], {}, {}

    def run(self):
        for name, trouble in (
            ("batches", self.kill_a_job),
            ("dataset", self.drain_the_node),
            ("train_emulator", self.let_time_run_out),
            ("evaluate", self.restart_the_daemons),
        ):
            job = self.wait_for(name)
            if job is None:
                return
            trouble(job)
            self.seen.append(trouble.__name__)

    def wait_for(self, name):
        """Number of the first running job whose comment begins so; None when the run is over."""
        while not self.over.wait(0.3):
            for line in ask("squeue", "-h", "-o", "%A|%T|%k").splitlines():
                number, state, comment = line.split("|", 2)
                self.jobs.setdefault(number, {**described(number), "comment": comment})
                if state == "RUNNING" and name in comment:
                    return number
        return None

    def kill_a_job(self, job):
        time.sleep(8.0)  # some models are made by then, and kept
        ask("scancel", "--signal=KILL", "--full", job)

    def drain_the_node(self, job):
        node = socket.gethostname().partition(".")[0]
        ask("scontrol", "update", f"NodeName={node}", "State=DRAIN", "Reason=test")
        time.sleep(8.0)  # jobs must wait
        ask("scontrol", "update", f"NodeName={node}", "State=RESUME")

    def let_time_run_out(self, job):
        ask("scontrol", "update", f"JobId={job}", "TimeLimit=1")  # a minute, the least there is
        ask("scancel", "--signal=STOP", "--full", job)  # it hangs
        while not self.over.wait(1.0) and described(job).get("JobState") in ("RUNNING", "STOPPED", "COMPLETING"):
            pass
        self.ends[job] = described(job).get("JobState")

    def restart_the_daemons(self, job):
        for program in ("slurmctld", "slurmd"):
            number = int(Path(self.folder, f"{program}.pid").read_text())
            os.kill(number, signal.SIGTERM)
            while Path(f"/proc/{number}").exists():
                time.sleep(0.2)
            subprocess.run([program], check=True, timeout=60)  # plain: with -c it would forget its jobs


def test_the_chain_runs_as_jobs_and_survives_the_cluster(make_checkout, local_conda, slurm, undisturbed):
    checkout = make_checkout("slurm-chain")
    checkout.environment |= local_conda
    del checkout.environment["SLURM_CONF"]
    trouble = Trouble(slurm)
    trouble.start()
    command = ("--workflow-profile", "slurm", *TEST_CONFIG, *SMALL_CLUSTER, *ASKED)
    runs = [checkout.snakemake(*command, timeout=2400)]
    trouble.over.set()
    if runs[0].status != 0:  # what ends a run is mended by the same command
        runs.append(checkout.snakemake(*command))
    assert runs[-1].status == 0, runs[-1].text
    trouble.join(timeout=60)
    assert trouble.seen == ["kill_a_job", "drain_the_node", "let_time_run_out", "restart_the_daemons"]
    text = "".join(run.text for run in runs)
    assert "Software: every rule runs in its conda environment (envs/), as asked for." in text.splitlines()
    assert text.count("has been submitted with SLURM jobid") >= 20
    assert (checkout.folder / TEST_RESULTS / "report.html").is_file()
    with xarray.open_dataset(checkout.folder / TEST_RESULTS / "dataset.nc") as dataset:
        assert json.loads(dataset.attrs["versions"])["python"].startswith("3.12.")
    # on fewer processors, with another Python, and after all that: the same bits
    assert_same(undisturbed, checkout.folder / TEST_RESULTS)
    assert leftovers(checkout.folder / TEST_RESULTS) == []
    again = checkout.snakemake(*command)
    assert "Nothing to be done" in again.text
    check_resources(trouble.jobs.values())
    check_time(trouble)


def check_resources(jobs):
    """Batches share a job, which asks for more the second time; a training has the GPU."""
    killed, again, *_ = [job for job in jobs if "batches" in job["comment"]]
    assert killed["NumCPUs"] == "2"  # one for each of the two
    assert (killed["MinMemoryNode"], again["MinMemoryNode"]) == ("8000M", "16000M")
    assert (killed["TimeLimit"], again["TimeLimit"]) == ("01:00:00", "02:00:00")
    trainings = [job for job in jobs if "train_emulator" in job["comment"]]
    assert trainings and all(job["TresPerJob"].endswith("gpu:1") for job in trainings)


def check_time(trouble):
    """The training whose time ran out was submitted again, with twice the time."""
    ((job, state),) = trouble.ends.items()
    assert state == "TIMEOUT"
    comment = trouble.jobs[job]["comment"]
    limits = [found["TimeLimit"] for found in trouble.jobs.values() if found["comment"] == comment]
    assert limits == ["04:00:00", "08:00:00"]
