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


def fetch(address, path, md5):
    """Fetch ``address`` (http, https, ftp or file) to ``path``; returns the number of bytes.

    The file is written under another name and takes ``path`` only if its MD5 digest is ``md5`` (hexadecimal).
    Raises BadFile, in one line, where there is no network, no such file or another digest; it says where to put a
    file that was got in another way.
    """
    digest, count = hashlib.md5(usedforsecurity=False), 0
    with atomic_path(path) as temporary:
        with open(temporary, "wb") as file:
            for chunk in _chunks(address, path):
                file.write(chunk)
                digest.update(chunk)
                count += len(chunk)
        if digest.hexdigest() != md5:
            raise BadFile(
                f"{address}: what came has {count} bytes and MD5 {digest.hexdigest()}, not {md5}: cut short, or "
                f"changed at its source; try again, or put the right file at {path}"
            )
    return count


def fetch_member(address, member, path, *, size, sha256):
    """Fetch the file ``member`` of the tar archive at ``address`` to ``path``; nothing else of the archive is written.

    member: its path in the archive, or the end of it; size: bytes; sha256: hexadecimal digest. Raises BadFile like
    ``fetch``, and where the archive is damaged or has no such file.
    """
    digest, count = hashlib.sha256(), 0
    with atomic_path(path) as temporary:
        with open(temporary, "wb") as file:
            for chunk in _member_chunks(address, member, path):
                file.write(chunk)
                digest.update(chunk)
                count += len(chunk)
        if (count, digest.hexdigest()) != (size, sha256):
            raise BadFile(
                f"{address}: {member} has {count} bytes and SHA-256 {digest.hexdigest()}, not {size} and {sha256}: "
                f"changed at its source; put the right file at {path}"
            )
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
