"""A file system without locks, as some of NFS are: every call that locks a file answers "No locks available"."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NO_LOCKS = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/file.h>

static int refused(void) { errno = ENOLCK; return -1; }
static int locks(int command) {
    return command == F_SETLK || command == F_SETLKW || command == F_GETLK ||
           command == F_OFD_SETLK || command == F_OFD_SETLKW || command == F_OFD_GETLK;
}
int flock(int file, int operation) { return refused(); }
#define REPLACE(name)                                                                   \\
    int name(int file, int command, ...) {                                              \\
        va_list words;                                                                  \\
        va_start(words, command);                                                       \\
        void *argument = va_arg(words, void *);                                         \\
        va_end(words);                                                                  \\
        if (locks(command)) return refused();                                           \\
        return ((int (*)(int, int, void *))dlsym(RTLD_NEXT, #name))(file, command, argument); \\
    }
REPLACE(fcntl)
REPLACE(fcntl64)
"""

BATCH = """
import sys
from pathlib import Path

import numpy as np
from kurucz_a1.emulator.checkpoints import open_checkpoints
from kurucz_a1.grid import read_batch, run_batch
from kurucz_a1.grid.reference_source import ReferenceSource

folder = Path(sys.argv[1])
source = ReferenceSource()
made = run_batch(source.labels(None, 3, 0), source, folder / "0000.nc", folder / "0000.failures.csv")
assert made == (3, 0), made
assert read_batch(folder / "0000.nc").sizes["model"] == 3
with open_checkpoints(folder / "checkpoints", "mark") as checkpoints:
    checkpoints.save(1, {"weights": np.arange(3.0)})
    assert checkpoints.latest({"weights": np.zeros(3)})["weights"][2] == 2.0

from workflow.support import locking

locking.take()
print("done")
"""


@pytest.fixture(scope="module")
def no_locks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that, loaded before others, takes the locks away."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if not compiler or not sys.platform.startswith("linux"):
        pytest.skip("no C compiler for Linux: a file system without locks cannot be imitated")
    folder = tmp_path_factory.mktemp("no_locks")
    (folder / "no_locks.c").write_text(NO_LOCKS, encoding="ascii")
    library = folder / "no_locks.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, folder / "no_locks.c", "-ldl"], check=True)
    return library


def run(library: Path, project: Path, folder: Path, program: str, **environment: str) -> subprocess.CompletedProcess:
    clean = {name: value for name, value in os.environ.items() if name != "HDF5_USE_FILE_LOCKING"}
    paths = os.pathsep.join(map(str, (project / "src", project)))
    return subprocess.run(
        [sys.executable, "-c", program, folder],
        env={**clean, "LD_PRELOAD": str(library), "PYTHONPATH": paths, **environment},
        cwd=folder,
        capture_output=True,
        text=True,
    )


def test_a_batch_and_a_checkpoint_are_written_and_read(no_locks: Path, project: Path, tmp_path: Path) -> None:
    done = run(no_locks, project, tmp_path, BATCH)
    assert done.stdout.splitlines()[-1:] == ["done"], done.stdout + done.stderr


READ = "from kurucz_a1.dataset import load_atlas12_reference; load_atlas12_reference()"
WRITE = """
import netCDF4
netCDF4.Dataset("memory", "w", diskless=True).close()
import xarray
from kurucz_a1.netcdf import write_netcdf
write_netcdf("a.nc", xarray.Dataset({"a": 1.0}))
"""


@pytest.mark.parametrize(("program", "environment"), [(READ, {"HDF5_USE_FILE_LOCKING": "TRUE"}), (WRITE, {})])
def test_where_hdf5_insists_on_locks_one_line_says_what_to_do(
    no_locks: Path, project: Path, tmp_path: Path, program: str, environment: dict[str, str]
) -> None:
    """The user asked for them, or used HDF5 before this package could say that none are needed."""
    last = run(no_locks, project, tmp_path, program, **environment).stderr.splitlines()[-1]
    assert "the file system has no locks (No locks available)" in last
    assert last.endswith("import kurucz_a1 before netCDF4 and h5py, or set HDF5_USE_FILE_LOCKING=FALSE")
