"""Fixtures that every part of the tests shares."""

import gc
import os
import shlex
import signal
import struct
import sys
from collections import Counter, defaultdict
from collections.abc import Generator
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[1]

# Compiled functions of one run of the tests serve the next, as those of the workflow do; set before jax is imported.
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(PROJECT / ".cache" / "jax"))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0.2")
# Tests compile more than they compute: with fewer of the compiler's optimisations they take two thirds of the time. The
# fusion emitters set up an MLIR context for each of thousands of loops: a fifth of the time to compile the solver.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=1 --xla_cpu_use_fusion_emitters=false")

# Tracing and compiling make millions of objects that live as long as a module: garbage is looked for less often.
gc.set_threshold(100_000, 50, 100)

# A background job of a shell ignores Ctrl-C, and so would the programs that the tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

from tests import typecheck  # noqa: E402

typecheck.install()

from kurucz_a1.memory import keep_freed_memory  # noqa: E402

keep_freed_memory()


def pytest_addoption(parser):
    group = parser.getgroup("kurucz_a1", "checks that need other programs")
    group.addoption("--run-conda", action="store_true", help="run the workflow in its conda environments")
    group.addoption("--run-packaging", action="store_true", help="install the wheel into an empty environment")
    group.addoption("--run-slurm", action="store_true", help="run the workflow on a one-node SLURM (root)")


def pytest_collection_modifyitems(config, items):
    for mark in ("conda", "packaging", "slurm"):
        if not config.getoption(f"--run-{mark}"):
            for item in items:
                if item.get_closest_marker(mark):
                    item.add_marker(pytest.mark.skip(reason=f"opt-in: --run-{mark}"))
    items.sort(key=_turn)


def _turn(item):
    """What comes first: what others wait for and what takes longest, so that no process is left with it at the end.

    While one process makes the chain that the tests of the workflow share, another tests the atmospheres.
    """
    if item.path.name in ("test_chain.py", "test_conda.py"):
        return 0
    if item.path.parent.name in ("atmosphere", "peers"):
        return 1
    return 2 if any(item.get_closest_marker(mark) for mark in ("slurm", "conda", "workflow")) else 3


def pytest_collection_finish():
    """What is there before the first test stays: no search for garbage need go through it."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter,
) -> Generator[None, object, object]:
    """Say last, and by reason, what was not tried: a check that was skipped must not be taken for one that passed."""
    result = yield
    files_of = defaultdict(Counter)
    for report in terminalreporter.getreports("skipped"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        files_of[reason.removeprefix("Skipped: ")][report.nodeid.partition("::")[0]] += 1
    if files_of:
        total = sum(files.total() for files in files_of.values())
        terminalreporter.section(f"NOT TRIED HERE: {total} checks", sep="!", yellow=True, bold=True)
        for reason, files in sorted(files_of.items()):
            terminalreporter.line(f"{files.total():4d}  {reason}", yellow=True, bold=True)
            for name, count in sorted(files.items()):
                terminalreporter.line(f"        {name}: {count}")
    return result


@pytest.fixture(scope="module", autouse=True)
def memory():
    """Compiled functions of one module are of no use to the next and would fill the memory (gigabytes)."""
    yield
    import jax

    jax.clear_caches()
    gc.collect()


@pytest.fixture(scope="session")
def project():
    """The root of the checkout."""
    return PROJECT


@pytest.fixture(scope="session")
def box():
    """The label box of the default configuration."""
    return yaml.safe_load((PROJECT / "config" / "config.yaml").read_text())["grid"]["box"]


@pytest.fixture(scope="session")
def space(box):
    """The label space of the default configuration."""
    from kurucz_a1.labels import LabelSpace

    return LabelSpace.from_box(box)


class ReferencePath(type(Path())):
    """A path in the folder of reference data: a test that names a file or folder that is not there is skipped."""

    def __truediv__(self, name):
        path = super().__truediv__(name)
        if not path.exists():
            pytest.skip(f"no {path}; see tests/reference_data.py")
        return path


@pytest.fixture(scope="session")
def reference_data():
    """Folder of reference data (real model atmospheres, atomic tables, solar spectra); skips where it is missing."""
    folder = ReferencePath(os.environ.get("KURUCZ_A1_REFERENCE_DATA", PROJECT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no reference data at {folder}; tests/reference_data.py fetches them")
    return folder


def fortran_record(length, species):
    """One of Fortran's unformatted records, with a species where the NLTE lines of ATLAS-12 have it."""
    body = bytearray(length)
    if length > 24:
        struct.pack_into("<i", body, 24, species)
    return struct.pack("<i", length) + bytes(body) + struct.pack("<i", length)


@pytest.fixture
def atlas12_stand_in(tmp_path):
    """A function from behaviours of ``tests/atlas12/stand_in.py``, one a run (the last one for all further runs), to
    the paths of a program that acts like this and of a folder with data for it."""

    def make(*behaviours):
        folder = tmp_path / "atlas12"
        data, turns, executable = folder / "data", folder / "turns", folder / "atlas12.sh"
        data.mkdir(parents=True, exist_ok=True)
        (data / "molecules.dat").write_text("1.\n 0.\n")
        (data / "fort.12").write_bytes(3 * fortran_record(16, 0))
        (data / "nltelinobsat12.bin").write_bytes(fortran_record(60, 2) + fortran_record(60, 1))
        turns.write_text("\n".join(behaviours) + "\n")
        words = {"turns": turns, "python": sys.executable, "script": PROJECT / "tests" / "atlas12" / "stand_in.py"}
        executable.write_text(
            """#!/bin/sh
export BEHAVIOUR="$(head -n 1 {turns})"
[ $(wc -l < {turns}) -gt 1 ] && sed -i 1d {turns}
exec {python} {script}
""".format(**{name: shlex.quote(str(path)) for name, path in words.items()})
        )
        executable.chmod(0o755)
        return executable, data

    return make
