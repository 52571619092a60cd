"""Files that appear whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kurucz_a1.errors import BadFile

if TYPE_CHECKING:
    import pandas

WRITING = ".writing-"  # begins the name of the folder in which a file is written; one that was killed leaves it behind


def packaged(path: str) -> Path:
    """Path of a data file or folder that comes with the package, such as "physics/data/atomic_weights.csv".

    - ``path``: relative to the folder of the package, in one literal string: ``made_from`` looks for such strings.
    """
    return Path(__file__).parent / path


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Path of a temporary file to write to; it becomes ``path`` on success and is removed otherwise.

    The temporary name keeps the suffix of ``path``, for writers that depend on it. Missing parent folders are made.
    Works for a folder too, if the block makes one at the temporary path and ``path`` is missing or an empty folder.

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


def write_text(path: str | Path, text: str) -> None:
    """Write ``text`` to ``path``, whole or not at all. Raises BadFile where that is not possible."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_table(path: str | Path, table: "pandas.DataFrame", *, index: bool = False) -> None:
    """Write a DataFrame to ``path`` as csv, whole or not at all. Raises BadFile where that is not possible.

    - ``index``: write the index of the table too, as the first column.
    """
    write_text(path, table.to_csv(index=index, lineterminator="\n"))


def copy_file(source: str | Path, path: str | Path) -> None:
    """Copy a file to ``path``, whole or not at all. Raises BadFile where that is not possible."""
    with atomic_path(path) as temporary:
        shutil.copyfile(source, temporary)


@contextmanager
def writing_explained(path: str | Path, *errors: type[Exception]) -> Iterator[None]:
    """Turn ``errors``, those of a library for a disk that is full or not writable, into BadFile, in one line."""
    try:
        yield
    except errors as error:
        free = shutil.disk_usage(Path(path).absolute().parent).free / 1e6
        reason = " ".join(str(error).split())[:120]
        raise BadFile(f"{path}: cannot be written ({reason}; {free:.1f} MB are free there)") from error


def _to_disk(path: Path) -> None:
    """Wait until a file is on the disk, so that its name does not outlive its content when the power fails."""
    if path.is_file():
        with open(path, "rb") as file:
            os.fsync(file.fileno())


@contextmanager
def _explained(path: Path, folder: str | None = None) -> Iterator[None]:
    """Turn the operating system's refusals to write into one line about ``path``.

    - ``folder``: explain only errors of files in it; others concern files that the block reads.
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
