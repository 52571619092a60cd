"""kill -9 in the middle of a stage, then the same command again."""

import os
import random
import shutil
import signal
import subprocess
import time
import uuid
from contextlib import suppress
from pathlib import Path

from tests.checkout import TEST_CONFIG, TEST_RESULTS
from tests.faults.results import assert_same, leftovers

# Stage of the workflow -> some of what it leaves in the results, its rules, and the seconds that most of its jobs take.
STAGES = {
    "grid": (("grid/batches/0001.*", "grid/failures.csv"), ("grid_batch", "grid"), 30),
    "dataset": (("dataset.nc",), ("dataset",), 4),
    "train": (("models/pinn",), ("train_emulator",), 12),
    "evaluate": (("tables/accuracy_*", "tables/label_sweeps.csv"), ("evaluate_accuracy", "evaluate_sweeps"), 6),
    "spectrum": (("tables/solar_widths*",), ("solar_widths",), 20),
    "figures": (("figures/a*", "figures/t*"), ("figure",), 6),
    "report": (("report.html",), ("report",), 3),
}
# Who is killed: every process of the run (power), Snakemake alone (its jobs go on), or the job alone (out of memory).
VICTIMS = ("power", "snakemake", "job")
MARK = "KURUCZ_A1_FAULT"


def kill_and_rerun(base, folder, stage, victim, seed):
    """Kill a run of ``stage`` in a copy of the finished run ``base`` at a random moment, and run it again.

    Returns a line on what happened. Raises AssertionError where the second run fails or its results are not those of
    ``base``, or something half-made is left.
    """
    outputs, rules, seconds = STAGES[stage]
    delay = random.Random(seed).uniform(0.0, seconds)
    copy = base.copy(folder)
    results = copy.folder / TEST_RESULTS
    arguments = ("--cores", "all", *TEST_CONFIG, "--", *_targets(base, outputs))
    where = None
    while where is None:
        for pattern in outputs:
            for path in results.glob(pattern):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        where = _kill(copy, arguments, rules, victim, delay)
        delay /= 2  # the run was over before there was anything to kill: once more, earlier
    run = copy.snakemake(*arguments)
    assert run.status == 0, run.text
    assert_same(base, results)
    assert not leftovers(results), leftovers(results)
    return f"killed {where}"


def _targets(base, outputs):
    """The files of the stage, as paths in a checkout."""
    results = base.folder / TEST_RESULTS
    found = [file for pattern in outputs for path in results.glob(pattern) for file in [path, *path.rglob("*")]]
    asked = [file for file in found if file.is_file() and "checkpoints" not in file.parts]
    return [file.relative_to(base.folder) for file in asked]


def _kill(copy, arguments, rules, victim, delay):
    """Run Snakemake, and kill ``victim`` ``delay`` seconds after the first job of one of ``rules`` began, or as soon as
    it is there. Returns what was killed as text, None where the run was over before."""
    mark = uuid.uuid4().hex
    starts = tuple(f"{kind} {rule}:" for kind in ("rule", "localrule") for rule in rules)
    # Into a file, as a batch system does: jobs that outlive Snakemake can go on writing.
    said = copy.folder / "said.txt"
    with open(said, "w") as log:
        process = subprocess.Popen(
            copy.command(*arguments),
            cwd=copy.folder,
            env={**copy.environment, MARK: mark},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        began = None
        while began is None:
            time.sleep(0.1)
            lines = [line for line in said.read_text(errors="replace").splitlines() if line.startswith(starts)]
            began = lines[0].split()[1].rstrip(":") if lines else None
            assert lines or process.poll() is None, said.read_text(errors="replace")
        time.sleep(delay)
        struck = []
        while not struck and process.poll() is None:
            struck = [number for number in _processes(mark) if _is(victim, number, process.pid)]
        for number in struck:
            _kill_process(number)
        process.wait(timeout=600)
    finally:
        process.kill()
    return f"{len(struck)} processes {delay:.1f} s after {began} began" if struck else None


def _processes(mark):
    """Numbers of all processes of a run, parents first."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if f"{MARK}={mark}".encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue  # it ended meanwhile, or is not ours
    return sorted(found)


def _is(victim, number, main):
    if victim == "snakemake":
        return number == main
    if victim == "job":
        try:
            return b"/scripts/" in Path(f"/proc/{number}/cmdline").read_bytes()
        except OSError:
            return False
    return True


def _kill_process(number):
    with suppress(ProcessLookupError):
        os.kill(number, signal.SIGKILL)
