"""The script that fetches reference data for the tests: what it fetches and makes, and what it says of the rest."""

import gzip
import hashlib
import re
from dataclasses import replace

import numpy as np
import pytest
from tests import reference_data as script
from tests.reference_data import Part

from kurucz_a1 import read_deck

WORDS = {"star.txt": b"a star\n" * 1000, "one": b"first\n" * 500, "two": b"second\n" * 500}


@pytest.fixture
def table(tmp_path):
    """Rows for a file, and for one that is put together of two and compressed; addresses on this machine."""
    served = tmp_path / "served"
    served.mkdir()
    for name, content in WORDS.items():
        (served / name).write_bytes(content)

    def part(path, name):
        content = WORDS[name]
        return Part(path, (served / name).as_uri(), len(content), hashlib.sha256(content).hexdigest())

    return [part("stars/star.txt", "star.txt"), part("lists/both.gz", "one"), part("lists/both.gz", "two")]


@pytest.fixture
def few_decks(monkeypatch):
    """Three of the package's models are written as decks, the others are not."""
    monkeypatch.setattr(script, "NAME", re.compile(r"t057(77|80)g"))


def test_what_is_missing_is_fetched_once(table, few_decks, tmp_path, capsys):
    folder = tmp_path / "data"
    assert script.get_all(folder, table) == list(script.NOT_PUBLIC)
    assert (folder / "stars" / "star.txt").read_bytes() == WORDS["star.txt"]
    with gzip.open(folder / "lists" / "both.gz") as file:
        assert file.read() == WORDS["one"] + WORDS["two"]
    assert sorted(path.name for path in folder.glob("*/*")) == ["atlas12_computed", "both.gz", "star.txt"]
    assert "star.txt: fetched, 7,000 bytes" in capsys.readouterr().out
    before = (folder / "lists" / "both.gz").stat().st_mtime_ns
    script.get_all(folder, table)
    said = capsys.readouterr().out.splitlines()
    assert [line.partition(": ")[2] for line in said[:2]] == 2 * ["already there"]
    assert "0 of 111 decks" in said[2] and "not public" in said[3]
    assert (folder / "lists" / "both.gz").stat().st_mtime_ns == before


def test_a_damaged_file_is_fetched_again(table, few_decks, tmp_path):
    folder = tmp_path / "data"
    script.get_all(folder, table)
    for name, content in (("stars/star.txt", WORDS["star.txt"] + b"\n"), ("lists/both.gz", b"not gzip")):
        (folder / name).write_bytes(content)
    script.get_all(folder, table)
    assert script.is_complete(folder / "stars" / "star.txt", table[:1])
    assert script.is_complete(folder / "lists" / "both.gz", table[1:])


def test_a_failure_does_not_stop_the_others(table, few_decks, tmp_path, capsys):
    """A wrong checksum and a missing second part: both are said, and the part that came is not fetched again."""
    folder, wrong = tmp_path / "data", [replace(table[0], sha256="0" * 64), *table[1:]]
    (tmp_path / "served" / "two").rename(tmp_path / "served" / "later")
    assert script.get_all(folder, wrong) == ["stars/star.txt", "lists/both.gz", *script.NOT_PUBLIC]
    said = capsys.readouterr().out
    assert said.count("NOT FETCHED") == 2 and len(said.splitlines()) == 5
    assert not (folder / "stars" / "star.txt").exists()
    (tmp_path / "served" / "later").rename(tmp_path / "served" / "two")
    (tmp_path / "served" / "one").unlink()
    assert script.get_all(folder, table) == list(script.NOT_PUBLIC)


def test_made_decks_hold_the_models_of_the_package(few_decks, tmp_path):
    names, models = script.load_atlas12_reference()["name"].values, script.atlas12_reference_atmospheres()
    assert script.make_decks(tmp_path) == len(list(tmp_path.glob("*.atm"))) == 3
    for name, model in zip(names, models, strict=True):
        if (tmp_path / f"{name}.atm").exists():
            deck = read_deck(tmp_path / f"{name}.atm")
            for field in ("temperature", "gas_pressure", "rosseland_opacity", "teff", "vturb"):
                np.testing.assert_array_equal(getattr(deck, field), getattr(model, field), err_msg=f"{name} {field}")
            # powers of ten, whose last bit differs on some processors between an array and a number
            np.testing.assert_allclose(deck.number_fractions, model.number_fractions, rtol=1e-15)


def test_number_of_decks():
    assert sum(bool(script.NAME.match(str(name))) for name in script.load_atlas12_reference()["name"].values) == 111


def test_the_table_is_whole():
    table = script.read_table()
    assert len({part.address for part in table}) == len(table)
    for part in table:
        # a commit, which does not change
        assert re.match(r"https://raw\.githubusercontent\.com/[^/]+/[^/]+/[0-9a-f]{40}/.", part.address), part.path
        assert re.fullmatch(r"[0-9a-f]{64}", part.sha256) and part.bytes > 0
    paths = {part.path for part in table} | {f"{script.COMPUTED}/", *script.NOT_PUBLIC}
    for path in paths:
        assert any(path.startswith(prefix) for prefix in script.TESTS), path
    for prefix in script.TESTS:
        assert any(path.startswith(prefix) for path in paths), prefix


def test_every_test_that_needs_reference_data_is_known(project):
    needing = {
        path.relative_to(project / "tests").as_posix()
        for path in (project / "tests").glob("*/test_*.py")
        if re.search(r"def test_\w+\([^)]*\b(reference_data|atlas_sun)\b|\(reference_data, ", path.read_text())
    }
    known = {test for tests in script.TESTS.values() for test in tests}
    assert known - needing == {"atmosphere/test_line_by_line.py"} and needing <= known


def test_what_is_skipped_is_said():
    lines = list(script.skipped_without(["linelists/linemake_molecules.txt.gz"]))
    tests = ("atmosphere/test_line_by_line.py", "lines/test_moog.py")
    assert lines == [f"tests/{test}: needs linemake_molecules.txt.gz" for test in tests]
    lines = list(script.skipped_without(script.NOT_PUBLIC))
    assert [line.partition(":")[0] for line in lines] == ["tests/atlas12/test_fortran90.py", "tests/decks/test_deck.py"]
