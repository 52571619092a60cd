"""A full disk, a folder that cannot be written, and two runs in one folder. The first two need root for mounts."""

import shutil
import subprocess
import time
from contextlib import contextmanager

from tests.checkout import TEST_CONFIG, TEST_RESULTS
from tests.faults.results import assert_same, leftovers

DATASET = TEST_RESULTS / "dataset.nc"
KINDS = ("pinn", "mlp", "hydrostatic")
MODEL = TEST_RESULTS / "models" / "mlp" / "emulator.json"
SWEEPS = TEST_RESULTS / "tables" / "label_sweeps.csv"


def full_disk(base, folder):
    """The disk fills up while dataset and network are made; with more room the same command ends as ever."""
    copy = base.copy(folder)
    _forget(copy, DATASET, MODEL)
    results = copy.folder / TEST_RESULTS
    kept = shutil.move(results, copy.folder / "kept")
    results.mkdir()
    arguments = ("--cores", "all", *TEST_CONFIG, "--", DATASET, MODEL)
    complaints = []
    with _mounted(results, size=64 << 20):
        shutil.copytree(kept, results, dirs_exist_ok=True, symlinks=True)
        # Less room than is needed: none, and so little that the dataset, or after it the network, is cut short.
        for room in (0, 30_000, 300_000):
            _leave(results, room)
            run = copy.snakemake(*arguments)
            complaints += _refused(run, "No space left on device", "MB are free there", "cannot be written")
            assert not (copy.folder / MODEL).exists()
        (results / "ballast").unlink()
        run = copy.snakemake(*arguments)
        assert run.status == 0, run.text
        _same(base, results)
    return complaints[0]


def read_only_folder(base, folder):
    """The results cannot be written, all of them or one folder of them: one line, and nothing is lost."""
    copy = base.copy(folder)
    _forget(copy, DATASET, SWEEPS)
    results = copy.folder / TEST_RESULTS
    with _mounted(results, source=results, options="bind"):
        subprocess.run(["mount", "-o", "remount,bind,ro", results], check=True)
        run = copy.snakemake("--cores", "1", *TEST_CONFIG, "--", DATASET)
        (complaint,) = _refused(run, "cannot be written")
    tables = results / "tables"
    with _mounted(tables, source=tables, options="bind"):
        subprocess.run(["mount", "-o", "remount,bind,ro", tables], check=True)
        run = copy.snakemake("--cores", "1", *TEST_CONFIG, "--", SWEEPS)
        _refused(run, "cannot be written")
    run = copy.snakemake("--cores", "all", *TEST_CONFIG, "--", DATASET, SWEEPS)
    assert run.status == 0, run.text
    _same(base, results)
    return complaint


def two_runs(base, folder):
    """The second run in a folder says that there is another, and the first one is not disturbed."""
    copy = base.copy(folder)
    models = [TEST_RESULTS / "models" / kind / "emulator.json" for kind in KINDS]
    _forget(copy, *models)
    arguments = ("--cores", "1", *TEST_CONFIG, "--", *models)
    with subprocess.Popen(
        copy.command(*arguments),
        cwd=copy.folder,
        env=copy.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as first:
        while b"rule train_emulator:" not in (line := first.stdout.readline()):
            assert line, "the first run ended"
        second = copy.snakemake(*arguments)
        said = first.stdout.read()
    assert second.status == 1 and "Traceback" not in second.text, second.text
    (complaint,) = [line for line in second.text.splitlines() if "Directory cannot be locked" in line]
    assert first.returncode == 0, said.decode()
    _same(base, copy.folder / TEST_RESULTS)
    return " ".join(complaint.split())


@contextmanager
def _mounted(place, *, size=None, source="tmpfs", options=None):
    kind = ["-t", "tmpfs", "-o", f"size={size}"] if size else ["-o", options]
    subprocess.run(["mount", *kind, source, place], check=True)
    try:
        yield
    finally:
        for _ in range(50):  # a job that was refused may still be closing its files
            if subprocess.run(["umount", place], capture_output=True).returncode == 0:
                break
            time.sleep(0.2)


def _leave(folder, room):
    """Fill the disk of ``folder`` until ``room`` bytes are free."""
    ballast = folder / "ballast"
    ballast.unlink(missing_ok=True)
    free = shutil.disk_usage(folder).free - room
    with open(ballast, "wb") as file:
        while free > 0:
            file.write(bytes(min(free, 1 << 20)))
            free -= 1 << 20


def _refused(run, *complaints):
    """The lines of a failed run that say why, each one of ``complaints``; there is no traceback."""
    assert run.status == 1, run.text
    assert "Traceback" not in run.text, run.text
    lines = [line for line in run.text.splitlines() if any(complaint in line for complaint in complaints)]
    assert lines, run.text
    return lines[:1]


def _forget(copy, *files):
    for file in files:
        (copy.folder / file).unlink()
        shutil.rmtree(copy.folder / file.parent / "checkpoints", ignore_errors=True)


def _same(base, results):
    assert_same(base, results)
    assert not leftovers(results), leftovers(results)
