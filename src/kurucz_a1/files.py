"""Files that appear whole or not at all."""

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from kurucz_a1.errors import BadFile

WRITING = ".writing-"  # begins the name of the folder in which a file is written; one that was killed leaves it behind


def packaged(path: str) -> Path:
    """Path of a data file or folder that comes with the package, such as "physics/data/atomic_weights.csv".

    path: as seen from the folder of the package, written out in one string: ``made_from`` looks for such strings.
    """
    return Path(__file__).parent / path


@contextmanager
def atomic_path(path):
    """Path of a temporary file to write to; it becomes ``path`` on success and is removed otherwise.

    The temporary name keeps the suffix of ``path``, so that writers that look at it behave the same. Missing
    parent folders are made. Works for a folder too, if the block makes one at the temporary path and ``path``
    does not exist yet or is an empty folder.

    Raises BadFile, in one line, where the file cannot be written.
    """
    path = Path(path)
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        # A folder of its own beside the target: same file system, and a name that nothing else can take.
        workplace = tempfile.TemporaryDirectory(prefix=f"{WRITING}{path.name}-", dir=path.parent)
    with workplace as folder:
        temporary = Path(folder) / path.name
        with _explained(path, folder):
            yield temporary
            if not temporary.exists():
                raise BadFile(f"{path}: nothing was written")
            _to_disk(temporary)
            os.replace(temporary, path)


def write_text(path, text):
    """Write ``text`` to ``path``, whole or not at all. Raises BadFile where that is not possible."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_table(path, table, *, index=False):
    """Write a pandas DataFrame to ``path`` as csv, whole or not at all. Raises BadFile where that is not possible.

    index: write the index of the table too, as the first column.
    """
    write_text(path, table.to_csv(index=index, lineterminator="\n"))


def copy_file(source, path):
    """Copy a file to ``path``, whole or not at all. Raises BadFile where that is not possible."""
    with atomic_path(path) as temporary:
        shutil.copyfile(source, temporary)


@contextmanager
def writing_explained(path, *errors):
    """Turn ``errors``, what a library makes of a disk that is full or cannot be written, into one line, BadFile."""
    try:
        yield
    except errors as error:
        free = shutil.disk_usage(Path(path).absolute().parent).free / 1e6
        reason = " ".join(str(error).split())[:120]
        raise BadFile(f"{path}: cannot be written ({reason}; {free:.1f} MB are free there)") from error


def _to_disk(path):
    """Wait until a file is on the disk, so that its name does not outlive its content when the power fails."""
    if path.is_file():
        with open(path, "rb") as file:
            os.fsync(file.fileno())


@contextmanager
def _explained(path, folder=None):
    """Turn the operating system's refusals to write into one line about ``path``.

    folder: explain those of files in it alone; others are of files that the block wants to read.
    """
    try:
        yield
    except OSError as error:
        elsewhere = folder and error.filename and Path(folder) not in Path(os.fsdecode(error.filename)).parents
        if error.errno is None or elsewhere:
            raise
        if isinstance(error, PermissionError):
            reason = "no permission to write here; change the output folder or its permissions"
            raise BadFile(f"{path}: {reason}") from error
        raise BadFile(f"{path}: cannot be written ({os.strerror(error.errno)})") from error
