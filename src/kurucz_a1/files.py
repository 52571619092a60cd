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

#: Begins the name of the folder in which a file is written; a process that was killed leaves it behind.
WRITING = ".writing-"


def packaged(path: str) -> Path:
    """Path of a data file or folder that comes with the package.

    - ``path``: as seen from the folder of the package, written out in one string: ``made_from`` looks for such strings.

    >>> packaged("physics/data/atomic_weights.csv").name
    'atomic_weights.csv'
    """
    return Path(__file__).parent / path


@contextmanager
def atomic_path(path: Path | str) -> Iterator[Path]:
    """Path of a temporary file to write to; it becomes ``path`` on success and is removed otherwise.

    The temporary file has the name of ``path``, since some writers look at the suffix. Missing parent folders are made.
    The block may also make a folder, if ``path`` does not exist yet or is an empty folder.

    Raises BadFile where the file cannot be written.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with atomic_path(f"{folder}/new/star.txt") as temporary:
    ...         size = temporary.write_text("Sun")
    ...     Path(f"{folder}/new/star.txt").read_text()
    'Sun'
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


def write_text(path: Path | str, text: str) -> None:
    """Write ``text`` to ``path``, whole or not at all. Raises BadFile where that is not possible."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_table(path: Path | str, table: "pandas.DataFrame", *, index: bool = False) -> None:
    """Write a table to ``path`` as csv, whole or not at all. Raises BadFile where that is not possible.

    - ``index``: write the index of the table too, as the first column.
    """
    write_text(path, table.to_csv(index=index, lineterminator="\n"))


def copy_file(source: Path | str, path: Path | str) -> None:
    """Copy a file to ``path``, whole or not at all. Raises BadFile where that is not possible."""
    with atomic_path(path) as temporary:
        shutil.copyfile(source, temporary)


@contextmanager
def writing_explained(path: Path | str, *errors: type[Exception]) -> Iterator[None]:
    """Turn ``errors``, which a library raises where a disk is full or cannot be written, into a BadFile of one line."""
    try:
        yield
    except errors as error:
        free = shutil.disk_usage(Path(path).absolute().parent).free / 1e6
        reason = " ".join(str(error).split())[:120]
        raise BadFile(f"{path}: cannot be written ({reason}; {free:.1f} MB are free there)") from error


def _to_disk(path: Path) -> None:
    """Wait until a file is on the disk, so that a power failure cannot leave its name without its content."""
    if path.is_file():
        with open(path, "rb") as file:
            os.fsync(file.fileno())


@contextmanager
def _explained(path: Path, folder: str | None = None) -> Iterator[None]:
    """Turn the operating system's refusals to write into one line about ``path``.

    - ``folder``: explain only errors with its files; others concern files that the block reads.
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
