"""Output files appear whole or not at all."""

import os

import pytest

from kurucz_a1.errors import BadFile
from kurucz_a1.files import atomic_path, write_text


def test_a_finished_file_appears_under_its_name_only(tmp_path):
    with atomic_path(tmp_path / "made" / "table.csv") as temporary:
        assert temporary.suffix == ".csv"
        temporary.write_text("a,b\n")
        assert not (tmp_path / "made" / "table.csv").exists()
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["table.csv"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_interrupted_write_leaves_the_old_file(tmp_path, error):
    write_text(tmp_path / "table.csv", "old")
    with pytest.raises(error), atomic_path(tmp_path / "table.csv") as temporary:
        temporary.write_text("half of the n")
        raise error
    assert (tmp_path / "table.csv").read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_refused_write_is_one_line(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(BadFile) as caught, atomic_path(tmp_path / "file" / "table.csv"):
        pass
    assert "table.csv" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_no_permission_is_one_line(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(BadFile, match="permission"), atomic_path(tmp_path / "table.csv"):
        pass


def test_nothing_written_is_an_error(tmp_path):
    with pytest.raises(BadFile, match="nothing was written"), atomic_path(tmp_path / "table.csv"):
        pass
