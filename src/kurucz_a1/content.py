"""What a user's file is, told from its content and never from its name."""

import bz2
import gzip
import lzma
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from kurucz_a1.errors import BadFile

Kind = Literal["text", "FITS", "HDF5", "netCDF", "zip", "tar", "binary"]

_COMPRESSIONS: dict[bytes, Callable[[bytes], bytes]] = {
    b"\x1f\x8b": gzip.decompress,
    b"BZh": bz2.decompress,
    b"\xfd7zXZ\x00": lzma.decompress,
}
_UNPACKED_ELSEWHERE = {b"\x1f\x9d": "compress", b"(\xb5/\xfd": "zstd"}  # no module of Python 3.11 reads these
_MARKS: dict[bytes, Kind] = {
    b"SIMPLE  =": "FITS",
    b"\x89HDF\r\n\x1a\n": "HDF5",
    b"CDF\x01": "netCDF",
    b"CDF\x02": "netCDF",
    b"PK\x03\x04": "zip",  # NumPy's npz, too
}
_TAR_MARK = slice(257, 262)
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_ROW_ENDS = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Content:
    """The content of a file, without its compression.

    - ``path``: for messages.
    - ``kind``: of the content; "text" where it holds no byte that text cannot have.
    """

    path: Path
    data: bytes
    kind: Kind

    @cached_property
    def text(self) -> str:
        """The text in UTF-8, UTF-16 with its mark, or else Latin-1, which takes any byte. Raises BadFile for UTF-16
        that breaks off."""
        coding = next((name for mark, name in _BYTE_ORDER_MARKS.items() if self.data.startswith(mark)), "utf-8")
        try:
            return self.data.decode(coding)
        except UnicodeDecodeError:
            if coding == "utf-16":
                raise BadFile(f"{self.path}: its text breaks off within a character; get it again") from None
            return self.data.decode("latin-1")

    @cached_property
    def rows(self) -> list[str]:
        """The rows of the text; those of Windows and of old Macintoshes too."""
        rows = _ROW_ENDS.split(self.text)
        return rows if rows[-1] else rows[:-1]


def read_content(path: str | Path, expected: str) -> Content:
    """The Content of the file at ``path``, decompressed (gzip, bzip2, xz), whatever its name.

    - ``expected``: what the file should be, for messages: "a model deck".

    Raises BadFile where it is missing, a folder, unreadable, empty, or compressed in another way or not wholly.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise BadFile(f"{path}: no such file; expected {expected}") from None
    except IsADirectoryError:
        raise BadFile(f"{path}: a folder; expected {expected}, name a file in it") from None
    except OSError as error:
        raise BadFile(f"{path}: cannot be read as {expected} ({error.strerror})") from error
    return content_of(path, data, expected)


def content_of(path: str | Path, data: bytes, expected: str) -> Content:
    """The Content of bytes at hand, those of a member of an archive, say; arguments and errors as ``read_content``."""
    path = Path(path)
    for mark, name in _UNPACKED_ELSEWHERE.items():
        if data.startswith(mark):
            raise BadFile(f"{path}: compressed by {name}, which is not read here; decompress it first")
    for mark, decompress in _COMPRESSIONS.items():
        if data.startswith(mark):
            try:
                data = decompress(data)
            except (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError) as error:
                reason = str(error).lower().rstrip(".")
                raise BadFile(f"{path}: a compressed file that is not whole ({reason}); get it again") from error
            break
    if not data.strip():
        raise BadFile(f"{path}: the file is empty; expected {expected}")
    return Content(path, data, _kind(data))


def _kind(data: bytes) -> Kind:
    known = next((kind for mark, kind in _MARKS.items() if data.startswith(mark)), None)
    if known:
        return known
    if data[_TAR_MARK] == b"ustar":
        return "tar"
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return "text" if is_utf16 or b"\x00" not in data else "binary"
