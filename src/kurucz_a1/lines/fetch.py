"""Fetch a file from a public address and keep it only if its checksum is right."""

import hashlib
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
