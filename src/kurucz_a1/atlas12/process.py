"""Run another program with limits on its time and on the size of its files."""

import os
import resource
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_LARGEST_FILE = 500_000_000  # bytes; a run of 60 iterations prints 2 MB


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit status (negative: the signal that ended it; None: the time limit), and its seconds."""

    status: int | None
    seconds: float


def run_limited(
    command: list[str], folder: Path, *, cards: str = "", seconds: float, environment: dict[str, str] | None = None
) -> Ended:
    """Run ``command`` in ``folder``; its output goes to the files ``stdout`` and ``stderr`` there.

    - ``cards``: text on its standard input.
    - ``seconds``: time limit, after which the program and its children are killed, as they are when this process is
      interrupted.
    - ``environment``: variables to add.

    Raises OSError where the program cannot be started.
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


def _limit_files(process: subprocess.Popen[bytes]) -> None:
    """Keep a program that prints without end from filling the disk, on systems that can (Linux)."""
    if hasattr(resource, "prlimit"):
        with suppress(ProcessLookupError):  # it may have ended already
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the process and its children."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
