"""Fetch a file from a public address and keep it only if its checksum is right."""

import hashlib
import io
import tarfile
import zlib
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import urlopen

from kurucz_a1.errors import BadFile
from kurucz_a1.files import atomic_path

TIMEOUT = 60.0  # s without an answer
CHUNK = 1 << 20  # bytes


def fetch(address, path, digest, algorithm="md5"):
    """Fetch ``address`` (http, https, ftp or file) to ``path``; returns the number of bytes.

    The file is written under another name and takes ``path`` only if its ``digest`` (hexadecimal) by the ``algorithm``,
    "md5" or "sha256", is the one given. Raises BadFile, in one line, where there is no network, no such file or another
    digest; it says where to put a file that was got in another way.
    """
    found = hashlib.new(algorithm, usedforsecurity=False)
    with atomic_path(path) as temporary:
        count = _write(temporary, _chunks(address, path), found)
        if found.hexdigest() != digest:
            raise BadFile(
                f"{address}: what came has {count} bytes and {algorithm.upper()} {found.hexdigest()}, not {digest}: "
                f"cut short, or changed at its source; try again, or put the right file at {path}"
            )
    return count


def fetch_member(address, member, path, *, size, sha256):
    """Fetch the file ``member`` of the tar archive at ``address`` to ``path``; nothing else of the archive is written.

    member: its path in the archive, or the end of it; size: bytes; sha256: hexadecimal digest. Raises BadFile like
    ``fetch``, and where the archive is damaged or has no such file.
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


def _write(path, chunks, digest):
    """Write the chunks to ``path`` and put them into the digest; returns the number of bytes."""
    count = 0
    with open(path, "wb") as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
            count += len(chunk)
    return count


def _member_chunks(address, member, path):
    stream = io.BufferedReader(_Stream(_chunks(address, path)), CHUNK)
    try:
        with tarfile.open(fileobj=stream, mode="r|*") as archive:
            for entry in archive:
                if entry.isfile() and f"/{entry.name}".endswith(f"/{member}"):
                    content = archive.extractfile(entry)
                    while chunk := content.read(CHUNK):
                        yield chunk
                    return
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise BadFile(
            f"{address}: not a whole tar archive ({error}); try again, or put {member} of it at {path}"
        ) from error
    raise BadFile(f"{address}: the archive holds no {member}; put the right file at {path}")


class _Stream(io.RawIOBase):
    """Chunks of bytes as a file to be read once."""

    def __init__(self, chunks):
        self._chunks, self._rest = chunks, b""

    def readable(self):
        return True

    def readinto(self, buffer):
        if not self._rest:
            self._rest = next(self._chunks, b"")
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def _chunks(address, path):
    try:
        with urlopen(address, timeout=TIMEOUT) as answer:
            while chunk := answer.read(CHUNK):
                yield chunk
    except (OSError, HTTPException, ValueError) as error:
        if isinstance(error, HTTPError):
            error.close()  # it is the server's answer as well
        reason = " ".join(str(getattr(error, "reason", None) or error).split())
        raise BadFile(
            f"{address} cannot be fetched ({reason}); get the file in another way and put it at {path}"
        ) from error
