"""The locks that a killed run left, told apart from those of a run that is alive.

Snakemake locks the files of a run, and the locks of a run that was killed stay. Here each run also holds a lock of the
operating system, which ends with the process: a run that is alone in its folder removes what others left.
"""

import fcntl
import socket
from contextlib import suppress
from pathlib import Path

ALIVE = Path(".snakemake", "alive.lock")
LOCKS = Path(".snakemake", "locks")

_held = []  # the open file, for as long as the process lives


def take():
    """Hold the lock of the current folder, shared with other runs; remove Snakemake's locks where there is no other.

    Locks that a run on another machine left stay, since not every file system says there whether it still runs; so do
    all where the file system has no locks. Snakemake then says what to do.
    """
    try:
        ALIVE.parent.mkdir(exist_ok=True)
        file = open(ALIVE, "a+", encoding="utf-8")  # noqa: SIM115
    except OSError:
        return  # Snakemake explains a folder that cannot be written
    _held.append(file)
    here = socket.gethostname()
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        file.seek(0)
        left = list(LOCKS.glob("*.lock"))
        if not left or set(file.read().split()) <= {here}:
            for path in left:
                path.unlink()
            file.truncate(0)
    except OSError:
        pass  # someone else is at work here
    print(here, file=file, flush=True)
    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_SH)  # waits for one that looks whether it is alone, no longer
