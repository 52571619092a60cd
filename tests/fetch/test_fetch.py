"""Fetching: the right file, a wrong checksum, no file, no server; from local addresses only."""

import hashlib
import io
import tarfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kurucz_a1.errors import BadFile
from kurucz_a1.fetch import fetch, fetch_member

CONTENT = b"a line of a list\n" * 100_000
MD5 = hashlib.md5(CONTENT).hexdigest()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture
def address(tmp_path):
    """Address of a file with CONTENT on a server of this machine."""
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "list.dat").write_bytes(CONTENT)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path / "served")) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/list.dat"
        server.shutdown()
        thread.join()


def test_the_right_file_is_kept(address, tmp_path):
    path = tmp_path / "new" / "list.dat"
    assert fetch(address, path, MD5) == len(CONTENT)
    assert path.read_bytes() == CONTENT
    assert [file.name for file in path.parent.iterdir()] == ["list.dat"]


def test_another_kind_of_checksum(address, tmp_path):
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert fetch(address, tmp_path / "list.dat", digest, "sha256") == len(CONTENT)
    with pytest.raises(BadFile, match=f"SHA256 {digest}, not 0"):
        fetch(address, tmp_path / "other.dat", "0" * 64, "sha256")


def test_a_file_address_will_do(address, tmp_path):
    path = tmp_path / "list.dat"
    fetch((tmp_path / "served" / "list.dat").as_uri(), path, MD5)
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda address: (address, "0" * 32), f"has 1700000 bytes and MD5 {MD5}, not 0{{32}}"),
        (lambda address: (address + ".gz", MD5), r"cannot be fetched \(File not found\)"),
        (lambda address: ("http://127.0.0.1:9/list.dat", MD5), r"cannot be fetched \(.*refused"),
        (lambda address: ("nonsense", MD5), r"cannot be fetched \(unknown url type"),
    ],
)
def test_nothing_else_is(address, tmp_path, change, says):
    path = tmp_path / "here" / "list.dat"
    place, md5 = change(address)
    with pytest.raises(BadFile, match=says) as caught:
        fetch(place, path, md5)
    assert str(caught.value).endswith(f"at {path}") and "\n" not in str(caught.value)
    assert list(path.parent.iterdir()) == []


def test_a_file_that_was_there_is_not_lost(address, tmp_path):
    path = tmp_path / "list.dat"
    path.write_text("old")
    with pytest.raises(BadFile):
        fetch(address, path, "0" * 32)
    assert path.read_text() == "old"


def archive(path, names, cut=None):
    """A compressed tar archive of files of these names with CONTENT, perhaps cut short; returns its address."""
    with tarfile.open(path, "w:gz") as tar:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size = len(CONTENT)
            tar.addfile(entry, io.BytesIO(CONTENT))
    path.write_bytes(path.read_bytes()[:cut])
    return path.as_uri()


SHA256 = hashlib.sha256(CONTENT).hexdigest()


def test_one_file_of_an_archive_is_kept_and_nothing_else_written(tmp_path):
    address = archive(tmp_path / "all.tar.gz", ["../outside.dat", "top/set/a.npz", "top/set/b.npz", "/absolute.dat"])
    path = tmp_path / "new" / "models.npz"
    assert fetch_member(address, "set/b.npz", path, size=len(CONTENT), sha256=SHA256) == len(CONTENT)
    assert path.read_bytes() == CONTENT
    assert sorted(file.name for file in tmp_path.rglob("*") if file.is_file()) == ["all.tar.gz", "models.npz"]


@pytest.mark.parametrize(
    ("names", "cut", "size", "says"),
    [
        (["set/b.npz"], None, 5, "has 1700000 bytes and SHA-256"),
        (["set/a.npz", "b.npz"], None, len(CONTENT), r"holds no set/b\.npz"),
        (["a", "set/b.npz"], 300, len(CONTENT), "not a whole tar archive"),
    ],
)
def test_another_archive_is_refused(tmp_path, names, cut, size, says):
    address, path = archive(tmp_path / "all.tar.gz", names, cut), tmp_path / "here" / "models.npz"
    with pytest.raises(BadFile, match=says) as caught:
        fetch_member(address, "set/b.npz", path, size=size, sha256=SHA256)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)
    assert list(path.parent.iterdir()) == []
