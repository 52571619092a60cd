"""Fetch a file from a public address and keep it only if its checksum is right."""

import hashlib
import io
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from kurucz_a1.errors import BadFile
from kurucz_a1.files import atomic_path

TIMEOUT = 60.0  # s without an answer
CHUNK = 1 << 20  # bytes


def fetch(address: str, path: Path | str, digest: str, algorithm: str = "md5") -> int:
    """Fetch a file to ``path`` and return its size in bytes; ``path`` changes only if the checksum is right.

    - ``address``: begins with http, https, ftp or file.
    - ``digest``: the checksum in hexadecimal, by the ``algorithm`` "md5" or "sha256".

    Raises BadFile where there is no network, no such file or another checksum; the message says where to put a file
    fetched in another way.
    """
    checksum = hashlib.new(algorithm, usedforsecurity=False)
    with atomic_path(path) as temporary:
        count = _write(temporary, _chunks(address, path), checksum)
        if checksum.hexdigest() != digest:
            raise BadFile(
                f"{address}: what came has {count} bytes and {algorithm.upper()} {checksum.hexdigest()}, not {digest}: "
                f"cut short, or changed at its source; try again, or put the right file at {path}"
            )
    return count


def fetch_member(address: str, member: str, path: Path | str, *, size: int, sha256: str) -> int:
    """Fetch one file of the tar archive at ``address`` to ``path`` and return its size in bytes, like ``fetch``.

    - ``member``: path of the file in the archive, or the end of it.
    - ``size``: bytes that the file must have; ``sha256``: its checksum in hexadecimal.

    Raises BadFile like ``fetch``, and where the archive is damaged or has no such file.
    """
    digest = hashlib.sha256()
    with atomic_path(path) as temporary:
        count = _write(temporary, _member_chunks(address, member, path), digest)
        if (count, digest.hexdigest()) != (size, sha256):
            raise BadFile(
                f"{address}: {member} has {count} bytes and SHA-256 {digest.hexdigest()}, not {size} and {sha256}: "
                f"changed at its source; put the right file at {path}"
            )
    return count


def _write(path: Path, chunks: Iterable[bytes], digest: Any) -> int:
    """Write the chunks to ``path``, update the ``hashlib`` object ``digest`` and return the number of bytes."""
    count = 0
    with open(path, "wb") as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
            count += len(chunk)
    return count


def _member_chunks(address: str, member: str, path: Path | str) -> Iterator[bytes]:
    stream = io.BufferedReader(_Stream(_chunks(address, path)), CHUNK)
    try:
        with tarfile.open(fileobj=stream, mode="r|*") as archive:
            for entry in archive:
                if entry.isfile() and f"/{entry.name}".endswith(f"/{member}"):
                    content = archive.extractfile(entry)
                    while content and (chunk := content.read(CHUNK)):
                        yield chunk
                    return
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise BadFile(
            f"{address}: not a whole tar archive ({error}); try again, or put {member} of it at {path}"
        ) from error
    raise BadFile(f"{address}: the archive holds no {member}; put the right file at {path}")


class _Stream(io.RawIOBase):
    """Chunks of bytes as a file that is read once."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = next(self._chunks, b"")
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def _chunks(address: str, path: Path | str) -> Iterator[bytes]:
    try:
        with urlopen(address, timeout=TIMEOUT) as answer:
            while chunk := answer.read(CHUNK):
                yield chunk
    except (OSError, HTTPException, ValueError) as error:
        if isinstance(error, HTTPError):
            error.close()  # it is the server's response too
        reason = " ".join(str(getattr(error, "reason", None) or error).split())
        raise BadFile(
            f"{address} cannot be fetched ({reason}); get the file in another way and put it at {path}"
        ) from error
