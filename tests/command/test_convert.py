"""Decks of one form into another, and what is said of that which a form does not hold."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from kurucz_a1 import load_emulator, read_deck, read_decks, write_deck
from kurucz_a1.atmosphere import from_dataset, stack
from kurucz_a1.command import main
from kurucz_a1.dataset import atlas12_reference_atmospheres
from kurucz_a1.decks import to_deck
from kurucz_a1.decks.deck import format_deck
from kurucz_a1.errors import LeftOut
from kurucz_a1.netcdf import read_netcdf, write_netcdf


@pytest.fixture(autouse=True)
def in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def two():
    """The names of files with two ATLAS-12 models of the package, and these."""
    models = stack(atlas12_reference_atmospheres()[:2])
    write_deck("two.atm", models)
    return models


def test_all_models_of_a_file_are_converted(two, tmp_path, capsys):
    assert main(["convert", "two.atm", "--format", "moog", "-o", "moog"]) == 0
    # decks have teff to 1 K
    read = {round(float(model.teff)): model for model in map(read_deck, (tmp_path / "moog").iterdir())}
    assert sorted(read) == sorted(round(teff) for teff in two.teff.tolist())
    for k in range(2):
        # decks have temperature to 0.1 K and pressure to four digits
        model = read[round(float(two.teff[k]))]
        np.testing.assert_allclose(model.temperature, two.temperature[k], atol=0.051)
        np.testing.assert_allclose(model.gas_pressure, two.gas_pressure[k], rtol=6e-4)
    assert capsys.readouterr().err.endswith(
        "two.atm: not written: convective flux and velocity (2 of 2 models); the "
        "radiation pressure at the surface (2 of 2 models)\n"
    )


def test_to_netcdf_and_back(two):
    assert main(["convert", "two.atm", "-o", "two.nc"]) == 0
    stored = from_dataset(read_netcdf("two.nc"))
    assert stored.source == "ATLAS-12" and stored.number_fractions.shape == (2, 99)
    assert main(["convert", "two.nc", "-o", "again.atm"]) == 0
    for first, second in zip(read_decks("two.atm"), read_decks("again.atm"), strict=True):
        np.testing.assert_array_equal(first.temperature, second.temperature)
        np.testing.assert_array_equal(first.column_mass, second.column_mass)


def test_one_model_goes_to_one_file_or_to_stdout(capsys):
    write_deck("sun.atm", load_emulator()(teff=5777.0, logg=4.44))
    assert main(["convert", "sun.atm", "--format", "pysme", "--title", "The Sun"]) == 0
    said = capsys.readouterr()
    assert "The Sun" in said.out and said.err == ""
    assert main(["convert", "sun.atm", "--format", "synthe", "--vturb", "1.5", "-o", "sun.mod"]) == 0
    assert float(read_deck("sun.mod").vturb) == 1.5


def test_what_is_not_written_is_said_for_this_deck_alone(two, tmp_path, capsys):
    deck = to_deck(two[0])
    bubbling = np.linspace(0.0, 1e9, len(deck.column_mass))
    changing = np.linspace(1e5, 3e5, len(deck.column_mass))
    changed = replace(deck, convective_flux=bubbling, microturbulence=changing)
    (tmp_path / "convective.atm").write_text(format_deck(deck) + format_deck(changed))
    assert main(["convert", "convective.atm", "-o", "other.atm"]) == 0
    assert capsys.readouterr().err == ""
    np.testing.assert_array_equal(list(read_decks("other.atm"))[1].extra["microturbulence"], np.round(changing, -2))
    assert main(["convert", "convective.atm", "--format", "korg", "-o", "korg"]) == 0
    assert capsys.readouterr().err == (
        "kurucz-a1 convert: convective.atm: not written: the change of microturbulence with depth (1 of 2 models)\n"
    )
    assert main(["convert", "two.atm", "--format", "moog_kurtype", "-o", "kurtype"]) == 0
    assert capsys.readouterr().err.endswith("; opacity and radiative acceleration (2 of 2 models)\n")


def test_derivatives_are_in_netcdf_alone(two, capsys):
    names = ("teff", "logg")
    model = replace(two[0], label_jacobian=np.zeros((6, 2, len(two[0].log_tau))), jacobian_labels=names)
    write_netcdf("model.nc", model.to_dataset())
    assert main(["convert", "model.nc", "-o", "copy.nc"]) == 0
    assert capsys.readouterr().err == "" and read_netcdf("copy.nc")["label"].values.tolist() == list(names)
    assert main(["convert", "model.nc", "-o", "model.atm"]) == 0
    assert "not written: derivatives by the labels" in capsys.readouterr().err


def test_models_of_different_layers_are_refused_by_netcdf(two, capsys):
    short = to_deck(two[0])
    text = "".join(
        format_deck(replace(short, **{name: getattr(short, name)[:end] for name in _of_depth(short)}))
        for end in (72, 80)
    )
    with open("mixed.atm", "w") as file:
        file.write(text)
    assert main(["convert", "mixed.atm", "-o", "mixed.nc"]) == 1
    assert "72 to 80 layers" in capsys.readouterr().err
    assert main(["convert", "mixed.atm", "--format", "moog", "-o", "mixed"]) == 0


def _of_depth(deck):
    return [name for name, value in vars(deck).items() if np.shape(value) == deck.column_mass.shape]


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (
            ["two.atm", "--format", "moog"],
            2,
            "two.atm holds 2 models, and moog takes one a file; name a folder with -o",
        ),
        (["two.atm", "-o", "two.atm"], 1, "two.atm: is read by this command"),
        (["nothing.atm", "-o", "x.atm"], 1, "nothing.atm: no such file; expected a model"),
        (["empty.nc", "-o", "x.atm"], 1, "holds no model atmosphere of this package"),
        (["two.atm", "--format", "moog", "-o", "two.nc/x"], 1, "two.nc"),
    ],
)
def test_a_mistake_is_one_line(words, status, says, two, capsys, tmp_path):
    write_netcdf("empty.nc", two[0].to_dataset().drop_vars("temperature"))
    (tmp_path / "two.nc").write_text("a file where a folder is asked for")
    try:
        found = main(["convert", *words])
    except SystemExit as ended:
        found = ended.code
    lines = capsys.readouterr().err.splitlines()
    assert found == status and len(lines) == 1 and says in lines[0]
    assert not (tmp_path / "x.atm").exists()


def test_the_models_before_a_bad_one_are_written_and_the_rest_named(two, tmp_path, capsys):
    text = (tmp_path / "two.atm").read_text()
    (tmp_path / "cut.atm").write_text(text[: int(0.8 * len(text))])
    assert main(["convert", "cut.atm", "-o", "one.atm"]) == 1
    assert "cut.atm" in capsys.readouterr().err
    assert float(read_deck("one.atm").teff) == round(float(two.teff[0]))


def test_warnings_of_readers_are_one_line_each_and_once(monkeypatch, capsys):
    def checked(path):
        for _ in range(2):
            warnings.warn(f"{path}: 2 of 9 models left out; line 3", LeftOut, stacklevel=1)
        yield f"{path}: ATLAS-12", []

    monkeypatch.setattr("kurucz_a1.decks.check_decks", checked)
    assert main(["check", "grid.dat"]) == 0
    said = capsys.readouterr()
    assert said.out == "grid.dat: ATLAS-12: good\n"
    assert said.err == "kurucz-a1 check: warning: grid.dat: 2 of 9 models left out; line 3\n"
