"""What a file is, told from its content."""

import bz2
import gzip
import io
import lzma

import numpy as np
import pytest
from astropy.io import fits

from kurucz_a1.content import content_of, read_content
from kurucz_a1.errors import BadFile

TEXT = "TEFF   5777.\r\nGRAVITY 4.44\r\n"


@pytest.mark.parametrize("compress", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_compression_is_told_from_the_content(tmp_path, compress):
    """The name says something else on purpose."""
    path = tmp_path / "sun.fits"
    path.write_bytes(compress(TEXT.encode()))
    content = read_content(path, "a model deck")
    assert content.kind == "text"
    assert content.rows == ["TEFF   5777.", "GRAVITY 4.44"]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_codings(coding):
    assert content_of("a", "Ångström\n".encode(coding), "a line list").rows == ["Ångström"]


def test_kinds():
    stream = io.BytesIO()
    fits.PrimaryHDU(np.ones(3)).writeto(stream)
    assert content_of("a.txt", stream.getvalue(), "a spectrum").kind == "FITS"
    stream = io.BytesIO()
    np.savez(stream, np.ones(3))
    assert content_of("a.txt", stream.getvalue(), "a spectrum").kind == "zip"
    assert content_of("a.txt", b"\x89HDF\r\n\x1a\n...", "a spectrum").kind == "HDF5"
    assert content_of("a.txt", b"\x01\x00\x02", "a spectrum").kind == "binary"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b" \n", "the file is empty; expected a line list"),
        (gzip.compress(b"abc" * 999, mtime=0)[:-9], "not whole"),
        (gzip.compress(b"", mtime=0), "the file is empty"),
        (b"\x1f\x9dabc", "decompress it first"),
    ],
)
def test_refused(tmp_path, data, says):
    path = tmp_path / "list"
    path.write_bytes(data)
    with pytest.raises(BadFile, match=says):
        read_content(path, "a line list")


def test_no_file(tmp_path):
    with pytest.raises(BadFile, match="no such file; expected a line list"):
        read_content(tmp_path / "list", "a line list")
    with pytest.raises(BadFile, match="a folder; expected a line list"):
        read_content(tmp_path, "a line list")
