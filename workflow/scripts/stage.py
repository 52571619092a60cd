"""What every script of the workflow shares: the package on the path, a log file, errors told in one line.

    from stage import stage

    with stage(snakemake):
        from kurucz_a1... import ...

Standard library only: it is imported before the environment of the rule is known to be complete.
"""

import errno
import fcntl
import hashlib
import os
import platform
import re
import shutil
import signal
import sys
import traceback
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
# What the machine's storage refuses, wherever a library meets it.
STORAGE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@contextmanager
def stage(snakemake):
    """Run the block as the work of a rule.

    The package is imported from ``src/`` of this checkout. What the block prints goes to the terminal and to the
    rule's log. An error that the user can mend and an interrupt end the process with status 1 and one line; any other
    error also with its traceback.
    """
    _set_up_path()
    _set_up_environment(snakemake)
    signal.signal(signal.SIGTERM, _interrupt)
    with _logged(snakemake):
        try:
            _clear(snakemake.output)
            yield
        except KeyboardInterrupt:
            _give_up(snakemake, "interrupted; files that were complete are kept, run again to go on")
        except ModuleNotFoundError as error:
            _give_up(
                snakemake,
                f"no module {error.name} in {sys.prefix}; run `make reproduce`, or install conda and use --sdm conda",
            )
        except Exception as error:
            if isinstance(error, OSError) and error.errno in STORAGE:
                _give_up(snakemake, f"{error.filename or 'a file'} cannot be written or read ({error.strerror})")
            if not _is_users(error):
                traceback.print_exc()
            _give_up(snakemake, " ".join(str(error).split()) or type(error).__name__)


def _set_up_path():
    """Put ``src/`` first, and take out what Snakemake's own environment added to the end."""
    own = {os.path.realpath(prefix) for prefix in (sys.prefix, sys.base_prefix)}

    def is_foreign(entry):
        return entry.endswith("site-packages") and not any(os.path.realpath(entry).startswith(p) for p in own)

    sys.path[:] = [str(PROJECT / "src"), *(entry for entry in sys.path if not is_foreign(entry))]


def _set_up_environment(snakemake):
    """Threads, compiled code shared between rules, no display. The user's settings win.

    As many threads as the rule asks for in ``pool``, even where there are fewer processors: their number rounds sums
    in another order, and a result must not depend on the machine.
    """
    threads = str(snakemake.resources.get("pool", snakemake.threads))
    cache = Path(snakemake.config["results"], ".cache", "jax", _machine()).absolute()
    settings = {
        "NPROC": threads,  # the size of XLA's thread pool
        "OMP_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": threads,
        "JAX_COMPILATION_CACHE_DIR": str(cache),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "1",
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",  # two trainings may share a GPU
        "MPLBACKEND": "Agg",
    }
    for name, value in settings.items():
        os.environ.setdefault(name, value)


def _machine():
    """Name for this kind of processor: compiled code of one kind must not be run on another."""
    try:
        flags = next(line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags"))
    except (OSError, StopIteration):
        flags = platform.processor()
    return f"{platform.machine()}-{hashlib.sha256(flags.encode()).hexdigest()[:8]}"


def _interrupt(number, frame):
    raise KeyboardInterrupt


def _is_users(error):
    from kurucz_a1.errors import UserError

    return isinstance(error, UserError)


def _give_up(snakemake, message):
    print(f"{snakemake.rule}: {message}", file=sys.stderr)
    sys.exit(1)


def _clear(outputs):
    """Remove what a job that was killed left half-written beside the outputs."""
    for path in map(Path, outputs):
        for folder in path.parent.glob(f".writing-{path.name}-*"):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _logged(snakemake):
    """Write to the log as well, which one job at a time may do: the job of a run that was killed may still be there."""
    if not snakemake.log:
        yield
        return
    try:
        file = open(snakemake.log[0], "ab", buffering=0)  # noqa: SIM115
    except OSError as error:
        _give_up(snakemake, f"{snakemake.log[0]}: cannot be written ({error.strerror})")
    with file:
        try:
            _wait_for_turn(file, snakemake.rule)
        except KeyboardInterrupt:
            _give_up(snakemake, "interrupted while another job was at work")
        file.truncate(0)
        with redirect_stdout(_Both(sys.stdout, file)), redirect_stderr(_Both(sys.stderr, file)):
            yield


def _wait_for_turn(file, rule):
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"{rule}: another job still makes the same files; waiting for its end", file=sys.stderr, flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
    except OSError:
        pass  # a file system without locks


class _Both:
    """A stream that writes to the terminal and, without colours and moving progress bars, to the log."""

    def __init__(self, terminal, log):
        self.terminal, self.log = terminal, log

    def write(self, text):
        encoding = self.terminal.encoding or "utf-8"
        self.terminal.write(text.encode(encoding, "backslashreplace").decode(encoding))
        if "\r" not in text and "\x1b[2K" not in text:
            with suppress(OSError):  # a full disk: the job itself will say so
                self.log.write(COLOURS.sub("", text).encode("utf-8"))
        return len(text)

    def flush(self):
        self.terminal.flush()

    def __getattr__(self, name):
        return getattr(self.terminal, name)
