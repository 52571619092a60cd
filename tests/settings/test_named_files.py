"""Files that the settings name are looked for before anything runs."""

import pytest

from kurucz_a1.errors import BadConfig
from kurucz_a1.settings import check_files, read_settings


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"grid": {"source": "decks"}}, "grid.source is decks, but grid.decks names nothing; name a folder or archive"),
        ({"grid": {"source": "decks", "decks": "nowhere"}}, "grid.decks is nowhere, which is not there"),
        ({"grid": {"source": "atlas12"}}, "grid.source is atlas12, but atlas12.executable is null; name it"),
        (
            {"grid": {"source": "atlas12"}, "atlas12": {"executable": "nowhere"}},
            "atlas12.executable is nowhere, which is not a file; name your ATLAS-12 program",
        ),
        (
            {"grid": {"source": "atlas12"}, "atlas12": {"executable": "file", "data": "file"}},
            "atlas12.data is file, which is not a folder",
        ),
        (
            {"grid": {"source": "atlas12"}, "atlas12": {"executable": "file", "data": ".", "layers": 72}},
            "atlas12.layers is 72; the dataset needs 80",
        ),
        ({"solver": {"lines": "nowhere.dat"}}, "solver.lines names nowhere.dat, which is not a file; name line lists"),
        ({"solver": {"lines": ["gfall", "nowhere.dat"]}}, "solver.lines names nowhere.dat, which is not a file"),
        ({"spectrum": {"observed": "nowhere.txt"}}, "spectrum.observed is nowhere.txt, which is not a file"),
        ({"validation": {"decks": "nowhere"}}, "validation.decks is nowhere, which is not a folder"),
        ({"spectrum": {"observed": "nso"}}, "spectrum.observed is nso, which is not a file; name a file, iag, hsrs or"),
        ({"inference": {"lines": "nowhere"}}, "inference.lines is nowhere, which is not a file; name a file, gfall or"),
        ({"inference": {"observed": "nowhere"}}, "inference.observed is nowhere, which is not a file"),
        ({"inference": {"observed": "file"}}, "are complete from 6430 to 6450 A only; set inference.window"),
        ({"validation": {"line_lists": ["nowhere"]}}, "validation.line_lists names nowhere, which is not a file"),
        ({"validation": {"solar_spectrum": "nowhere"}}, "validation.solar_spectrum is nowhere, which is not a file"),
        ({"results": "file/below"}, "is a file; name another folder"),
        ({"results": "/proc/results"}, "/proc cannot be written"),
    ],
)
def test_a_missing_file_is_one_line(tmp_path, monkeypatch, change, complaint):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(BadConfig) as raised:
        check_files(read_settings(change))
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_defaults_need_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check_files(read_settings({}))
