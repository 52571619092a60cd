"""Run a stage of the package as the job of a rule: its arguments, threads, log file, and errors told in one line.

Standard library only: it is imported before the environment of the rule is known to be complete.
"""

import errno
import fcntl
import inspect
import os
import re
import shutil
import signal
import sys
import traceback
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from importlib import import_module
from pathlib import Path
from typing import get_args, get_type_hints

PROJECT = Path(__file__).resolve().parents[2]
# What the machine's storage refuses, wherever a library meets it.
STORAGE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# Params of the rule itself: functions need not take them.
OF_THE_RULE = {"stage", "threads_of", "code", "caption"}


def run(snakemake):
    """Call the function that ``params.stage`` names, such as "kurucz_a1.stages.grid:draw", as the job of a rule.

    The package is imported from ``src/`` of this checkout. What the function prints goes to the terminal and to the
    rule's log. An error that the user can mend and an interrupt end the process with status 1 and one line; any other
    error also with its traceback.
    """
    _set_up_path()
    _set_up_environment(snakemake)
    signal.signal(signal.SIGTERM, _interrupt)
    with _logged(snakemake):
        try:
            _clear(snakemake.output)
            import_module("kurucz_a1.memory").keep_freed_memory()
            _call(snakemake)
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


def _call(snakemake):
    from pydantic import validate_call

    if snakemake.params.get("stage") is None:
        _give_up(snakemake, "runs nothing by itself; name a rule that is made from it")
    module, _, name = snakemake.params["stage"].partition(":")
    function = getattr(import_module(module), name)
    # text becomes a Path, a section of the configuration its settings: as the annotations say
    validate_call(function, config={"arbitrary_types_allowed": True})(**arguments(function, snakemake))


def arguments(function, snakemake):
    """The keyword arguments of a stage: named input and output files and params of its job; of wildcards, resources and
    what is OF_THE_RULE, those that it asks for.

    Raises TypeError for a name with two meanings.
    """
    known = inspect.signature(function).parameters
    hints = get_type_hints(function)
    given = {}
    for source, only_known in (
        (snakemake.input, False),
        (snakemake.output, False),
        (snakemake.params, False),
        (snakemake.wildcards, True),
        (snakemake.resources, True),
    ):
        for name, value in source.items():
            if name not in known and (only_known or name in OF_THE_RULE):
                continue
            if name in given:
                raise TypeError(f"{name} is given twice, as file, param, wildcard or resource; rename one of them")
            # a rule has an empty list for a file that is not there
            given[name] = None if value == [] and type(None) in get_args(hints.get(name)) else value
    return given


def _set_up_path():
    """Put ``src/`` first, and take out what Snakemake's own environment added to the end."""
    own = {os.path.realpath(prefix) for prefix in (sys.prefix, sys.base_prefix)}

    def is_foreign(entry):
        return entry.endswith("site-packages") and not any(os.path.realpath(entry).startswith(p) for p in own)

    sys.path[:] = [str(PROJECT / "src"), *(entry for entry in sys.path if not is_foreign(entry))]


def _set_up_environment(snakemake):
    """Threads, compiled code shared between rules, no display. The user's settings win.

    A job has the threads of the section of the configuration that the rule names in ``threads_of``, even where there
    are fewer processors: their number rounds sums in another order, and a result must not depend on the machine.
    """
    section = snakemake.params.get("threads_of")
    threads = str(snakemake.config[section]["threads"] if section else snakemake.threads)
    settings = {
        "NPROC": threads,  # the size of XLA's thread pool
        "OMP_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": threads,
        "KURUCZ_A1_COMPILED": str(Path(snakemake.config["results"], ".cache", "jax").absolute()),
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",  # two trainings may share a GPU
        "MPLBACKEND": "Agg",
    }
    for name, value in settings.items():
        os.environ.setdefault(name, value)


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
