"""Files that the settings name are read before anything runs."""

import numpy as np
import pytest

from kurucz_a1.errors import BadConfig
from kurucz_a1.settings import read_settings
from kurucz_a1.stages.named_files import check_contents


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wavelength = np.arange(6430.0, 6445.0, 0.02)
    np.savetxt("star.txt", np.stack([wavelength, np.ones_like(wavelength)], axis=1), header="vacuum wavelength, flux")
    (tmp_path / "words.txt").write_text("not a\nspectrum\n")
    (tmp_path / "lines.dat").write_text("no line\nat all\n")
    return tmp_path


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            {"spectrum": {"observed": "words.txt"}},
            "config: spectrum.observed: words.txt: cannot be read",
        ),
        (
            {"inference": {"observed": "words.txt"}},
            "config: inference.observed: words.txt: cannot be read",
        ),
        (
            {"inference": {"observed": "star.txt", "window": [6500, 6510], "lines": "gfall"}},
            "only 0 points from 6500 to 6510 A; it covers 6428 to 6443 A",  # in air
        ),
        ({"spectrum": {"observed": "star.txt", "medium": "air"}}, "are in vacuum (its column"),
        ({"spectrum": {"lines": "lines.dat"}}, "config: spectrum.lines: lines.dat: "),
        ({"inference": {"lines": "lines.dat"}}, "config: inference.lines: lines.dat: "),
    ],
)
def test_what_is_wrong_is_one_line(folder, change, complaint):
    with pytest.raises(BadConfig) as raised:
        check_contents(read_settings(change))
    assert complaint in str(raised.value) and "\n" not in str(raised.value)


def test_nothing_is_said_of_good_files(folder):
    check_contents(read_settings({}))
    check_contents(read_settings({"spectrum": {"observed": "iag"}}))
    check_contents(read_settings({"spectrum": {"observed": "star.txt", "window": [6432, 6443]}}))
