"""The structure of models as a picture."""

import matplotlib.image
import numpy as np
import pytest

from kurucz_a1 import load_emulator, write_deck
from kurucz_a1.command import main
from kurucz_a1.command.pictures import FIELDS, structure_picture


@pytest.fixture(autouse=True)
def in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("against", ["log_tau", "column_mass"])
def test_each_panel_shows_each_model(against):
    models = load_emulator()(teff=np.array([5000.0, 6000.0]), logg=4.0)
    figure = structure_picture([("cool", models[0]), ("warm", models[1])], against)
    for panel, field in zip(figure.axes, FIELDS, strict=True):
        for k, line in enumerate(panel.get_lines()):
            np.testing.assert_array_equal(line.get_xdata(), getattr(models, against)[k])
            np.testing.assert_array_equal(line.get_ydata(), getattr(models, field)[k])
        assert len(panel.get_lines()) == 2
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["cool", "warm"]


def test_decks_and_labels_together():
    write_deck("sun.atm", load_emulator()(teff=5777.0, logg=4.44))
    assert main(["plot", "sun.atm", "--teff", "5000", "--logg", "4", "--against", "mass", "-o", "models.png"]) == 0
    assert matplotlib.image.imread("models.png").std() > 0.05


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["-o", "x.png"], 2, "give --teff and --logg, or a FILE"),
        (["--teff", "5000", "-o", "x.png"], 2, "give --logg"),
        (["--teff", "5000", "--logg", "4", "-o", "x.gif"], 2, "must end in .png or .pdf"),
        (["none.atm", "-o", "x.png"], 1, "none.atm: no such file"),
    ],
)
def test_a_mistake_is_one_line(words, status, says, capsys):
    try:
        found = main(["plot", *words])
    except SystemExit as ended:
        found = ended.code
    lines = capsys.readouterr().err.splitlines()
    assert found == status and len(lines) == 1 and says in lines[0]
