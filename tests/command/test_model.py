"""A model atmosphere for labels: the numbers of the package's own functions, in every form, for one star or many."""

import sys
from dataclasses import replace
from io import StringIO

import numpy as np
import pytest

from kurucz_a1 import atmosphere, load_emulator, read_deck, read_decks, write_deck
from kurucz_a1.atmosphere import NotConverged, from_dataset
from kurucz_a1.command import main
from kurucz_a1.command.stars import file_name
from kurucz_a1.decks import PROGRAMS
from kurucz_a1.label_entries import LABELS
from kurucz_a1.netcdf import read_netcdf

GIANT = {"teff": 4800.0, "logg": 2.5, "feh": -1.5, "afe": 0.4}
WORDS = ["--teff", "4800", "--logg", "2.5", "--feh", "-1.5", "--afe", "0.4"]


@pytest.fixture(autouse=True)
def in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def giant():
    return load_emulator()(**GIANT)


def numbers(text):
    found = []
    for word in text.split():
        try:
            found.append(float(word))
        except ValueError:
            continue
    return np.array(found)


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_deck_is_that_of_write_deck(program, giant, tmp_path):
    """The same text; of column mass, which has up to 9 digits, the last may differ, as single precision is rounded to
    6e-8 in the network and the two calls are compiled apart."""
    assert main(["model", *WORDS, "--format", program, "-o", "giant.mod"]) == 0
    found = (tmp_path / "giant.mod").read_text()
    expected = write_deck("expected.mod", giant, program=program).read_text()
    assert len(found.splitlines()) == len(expected.splitlines()) > 80
    rounding = 1e-3 if program == "korg" else 1.1e-4  # one unit of the last digit of four, or of MARCS's depth
    np.testing.assert_allclose(numbers(found), numbers(expected), rtol=rounding, atol=1e-30)
    same = sum(a == b for a, b in zip(numbers(found), numbers(expected), strict=True))
    assert same > 0.8 * len(numbers(expected))


def test_netcdf_has_all_digits(giant):
    assert main(["model", *WORDS, "-o", "giant.nc"]) == 0
    model = from_dataset(read_netcdf("giant.nc"))
    # single precision in the network
    np.testing.assert_allclose(model.temperature, giant.temperature, rtol=1e-6)
    assert model.floats() == giant.floats()


def test_without_a_file_it_goes_to_stdout(capsys):
    assert main(["model", *WORDS, "--title", "A giant"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("TEFF   4800.  GRAVITY 2.50000 LTE") and "TITLE A giant" in said.out
    assert said.err == ""


def test_every_label_is_an_option(capsys):
    with pytest.raises(SystemExit):
        main(["model", "--help"])
    said = capsys.readouterr().out
    assert all(f"--{label.name} X" in said for label in LABELS if not label.element)
    assert all(label.element in said.partition("--abundance X=DEX")[2] for label in LABELS)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--teff", "5777"], "give --logg"),
        ([], "give --teff and --logg, or a table"),
        (["--teff", "hot", "--logg", "4"], "--teff: 'hot' is not a finite number"),
        (["--teff", "nan", "--logg", "4"], "--teff: 'nan' is not a finite number"),
        ([*WORDS, "--format", "netcdf"], "netcdf is no text; name a file with -o"),
        ([*WORDS, "--format", "mog"], "choose from"),
        ([*WORDS, "--solve", "--extrapolate"], "--solve takes no emulator"),
        ([*WORDS, "--abundance", "C"], "write the element and [X/M], as C=-0.2"),
        ([*WORDS, "--abundance", "c=0.1"], "did you mean C?"),
        ([*WORDS, "--abundance", "C=0.1", "--abundance", "C=0.2"], "--abundance C is given twice"),
    ],
)
def test_a_mistake_of_usage_is_one_line(words, says, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["model", *words])
    assert ended.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and says in lines[0] and lines[0].endswith("see kurucz-a1 model --help")


def test_outside_the_support_is_one_line(capsys, tmp_path):
    assert main(["model", "--teff", "3000", "--logg", "4", "-o", "cool.atm"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and "teff=3000" in lines[0] and lines[0].endswith("take --solve, or --extrapolate")
    assert list(tmp_path.iterdir()) == []
    assert main(["model", "--teff", "3150", "--logg", "4", "--extrapolate", "-o", "cool.atm"]) == 0
    assert float(read_deck("cool.atm").teff) == 3150.0


def test_a_model_that_is_less_sure_says_so(capsys):
    assert main(["model", "--teff", "4000", "--logg", "1.5", "--abundance", "C=0.4", "-o", "carbon.atm"]) == 0
    assert "this model is less sure: " in capsys.readouterr().err


TABLE = "# two of four are good\nname, logg, TEFF, feh\nA,4.44,5777,0\nB,4.0,3000,0\nC,x,5000,0\nD,2.5,4800,-1.5\n"


def test_a_bad_star_of_a_table_costs_itself_only(tmp_path, capsys):
    (tmp_path / "stars.csv").write_text(TABLE)
    assert main(["model", "stars.csv", "--afe", "0.4", "--format", "moog", "-o", "models"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.removeprefix("kurucz-a1 model: ").partition(": ")[0] for line in lines] == [
        "stars.csv",
        "stars.csv, line 4",
        "stars.csv, line 5",
    ]
    assert "not used: name" in lines[0] and "teff=3000" in lines[1] and "logg is 'x'" in lines[2]
    names = ["teff4800_logg2.5_feh-1.5_afe0.4.mod", "teff5777_logg4.44_afe0.4.mod"]
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == names
    # a model of many is the model alone: temperature is written to 0.1 K
    alone = load_emulator()(**GIANT)
    np.testing.assert_allclose(read_deck(f"models/{names[0]}").temperature, alone.temperature, atol=0.1)


@pytest.mark.parametrize("name", ["models.atm", "models.nc"])
def test_some_forms_take_all_stars_of_a_table(name, tmp_path):
    (tmp_path / "stars.csv").write_text("teff,logg\n5777,4.44\n4800,2.5\n")
    assert main(["model", "stars.csv", "-o", name]) == 0
    if name.endswith(".nc"):
        teff = from_dataset(read_netcdf(name)).teff.tolist()
    else:
        teff = [float(model.teff) for model in read_decks(name)]
    assert teff == [5777.0, 4800.0]


@pytest.mark.parametrize(
    ("text", "words", "says"),
    [
        ("teff,feh\n5000,0\n", [], "no column logg in its heading (teff, feh); give one, or --logg"),
        ("teff,logg\n5000,4\n", ["--logg", "4"], "logg is given twice"),
        ("teff,logg\n", [], "a heading and no star"),
        ("", [], "the file is empty; expected a csv table of labels"),
        ("teff,logg\n5000\n", [], "line 2: 1 cells, the heading has 2"),
    ],
)
def test_a_bad_table_is_one_line(text, words, says, tmp_path, capsys):
    (tmp_path / "stars.csv").write_text(text)
    assert main(["model", "stars.csv", *words, "-o", "all.atm"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and "stars.csv" in lines[0] and says in lines[0]
    assert not (tmp_path / "all.atm").exists()


def test_the_table_is_not_written_over(tmp_path, capsys):
    (tmp_path / "stars.csv").write_text(TABLE)
    assert main(["model", "stars.csv", "-o", "./stars.csv"]) == 1
    assert "is read by this command" in capsys.readouterr().err
    assert (tmp_path / "stars.csv").read_text() == TABLE


def test_names_of_files_differ_where_rounded_labels_do():
    assert file_name({"teff": 5777.04, "logg": 4.44, "feh": 1e-5, "vturb": 1.2}) == "teff5777_logg4.44_vturb1.2"


def test_the_solver_is_asked(monkeypatch, giant, tmp_path, capsys):
    def solve(**labels):
        if labels["teff"] > 5000.0:
            raise NotConverged("teff=6000: no model")
        return giant

    monkeypatch.setattr(atmosphere, "solve", solve)
    (tmp_path / "stars.csv").write_text("teff,logg,feh,afe\n4800,2.5,-1.5,0.4\n6000,4,0,0\n")
    assert main(["model", "stars.csv", "--solve", "-o", "solved.nc"]) == 1
    assert capsys.readouterr().err == "kurucz-a1 model: stars.csv, line 3: teff=6000: no model\n"
    np.testing.assert_array_equal(from_dataset(read_netcdf("solved.nc")).temperature, giant.temperature)


def test_abundances_and_mixing_length_reach_the_solver(monkeypatch, giant, tmp_path):
    """From the command line for all stars, from columns of a table by either name."""
    asked = []

    def solve(**labels):
        asked.append(labels)
        return replace(giant, **labels)

    monkeypatch.setattr(atmosphere, "solve", solve)
    (tmp_path / "stars.csv").write_text("teff,logg,[C/M],n_m\n4800,2.5,-0.2,0.4\n4800,2.5,0,0.1\n")
    words = ["--abundance", "Mg=0.1", "--abundance", "He=0.2", "--mixing-length", "1.5"]
    assert main(["model", "stars.csv", *words, "--solve", "-o", "models.atm"]) == 0
    both = {"teff": 4800.0, "logg": 2.5, "mg_m": 0.1, "he_m": 0.2, "mixing_length": 1.5}
    assert asked == [both | {"c_m": -0.2, "n_m": 0.4}, both | {"c_m": 0.0, "n_m": 0.1}]


def test_the_emulator_of_the_package_takes_some_abundances(giant, capsys):
    assert main(["model", *WORDS, "--abundance", "Mg=0.2", "-o", "giant.nc"]) == 0
    model = from_dataset(read_netcdf("giant.nc"))
    assert float(model.mg_m) == 0.2
    # magnesium gives electrons: more of it, more opacity
    assert model.rosseland_opacity[40] > 1.01 * giant.rosseland_opacity[40]
    assert main(["model", *WORDS, "--abundance", "P=0.2"]) == 1
    assert capsys.readouterr().err == (
        "kurucz-a1 model: p_m=0.2 lies outside 0..0, for which this emulator was trained; "
        "take --solve, or --extrapolate\n"
    )


def test_ctrl_c_is_one_line(monkeypatch, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("kurucz_a1.command.model.models_of_stars", interrupt)
    assert main(["model", *WORDS]) == 130
    assert capsys.readouterr().err == "kurucz-a1 model: interrupted; files that were not finished are not there\n"


def test_a_fault_of_the_program_is_one_line(monkeypatch, capsys):
    monkeypatch.setattr("kurucz_a1.command.model.models_of_stars", lambda *_: 1 + "1")
    assert main(["model", *WORDS]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and "TypeError at" in lines[0]


def test_a_full_disk_is_one_line(monkeypatch, capsys):
    class Full(StringIO):
        def write(self, text):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())
    assert main(["model", *WORDS]) == 1
    assert "No space left on device" in capsys.readouterr().err
