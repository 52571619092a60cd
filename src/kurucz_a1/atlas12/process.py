"""Run another program under limits of time and of what it may write."""

import os
import resource
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass

_LARGEST_FILE = 500_000_000  # bytes; a run of 60 iterations prints 2 MB


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit status (negative: the signal that ended it), None if the time limit did; seconds."""

    status: int | None
    seconds: float


def run_limited(command, folder, *, cards="", seconds, environment=None):
    """Run ``command`` (a list) in ``folder``; its output goes to the files ``stdout`` and ``stderr`` there.

    cards: text on its standard input; seconds: time limit, after which the program and everything it started is
    killed, as it is when this process is interrupted; environment: variables to add.

    Returns Ended. Raises OSError where the program cannot be started.
    """
    start = time.monotonic()
    (folder / "stdin").write_text(cards, encoding="ascii")
    with (
        (folder / "stdin").open("rb") as stdin,
        (folder / "stdout").open("wb") as stdout,
        (folder / "stderr").open("wb") as stderr,
    ):
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env={**os.environ, **(environment or {})},
            start_new_session=True,  # a group of its own, which can be killed whole
        )
        _limit_files(process)
        try:
            status = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            _kill_group(process)
    return Ended(status, time.monotonic() - start)


def _limit_files(process):
    """Keep a program that prints without end from filling the disk, where the system can (Linux)."""
    if hasattr(resource, "prlimit"):
        with suppress(ProcessLookupError):  # it may have ended already
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))


def _kill_group(process):
    """Kill what is left of the process and its children."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
