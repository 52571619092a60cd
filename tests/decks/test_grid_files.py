"""Files of many models: what is wrong with one costs that one, and cards without their first letter are understood."""

import gzip
from dataclasses import replace

import numpy as np
import pytest

from kurucz_a1 import check_decks, read_deck, read_decks, write_deck
from kurucz_a1.atmosphere import stack
from kurucz_a1.command import main
from kurucz_a1.dataset import atlas12_reference_atmospheres
from kurucz_a1.decks import not_held
from kurucz_a1.decks.deck import read_each
from kurucz_a1.errors import BadFile, LeftOut
from kurucz_a1.grid.deck_source import DeckSource


@pytest.fixture(scope="module")
def models():
    return [m for m in atlas12_reference_atmospheres() if m.temperature.shape == (80,)][:5]


@pytest.fixture
def text(models, tmp_path):
    write_deck(tmp_path / "whole.dat", stack(models))
    return (tmp_path / "whole.dat").read_text()


def change(text, number, old, new):
    """The text with one card of model ``number`` (from 0) changed."""
    parts = text.split("TEFF ")
    assert old in "TEFF " + parts[number + 1]
    parts[number + 1] = ("TEFF " + parts[number + 1]).replace(old, new, 1).removeprefix("TEFF ")
    return "TEFF ".join(parts)


@pytest.mark.parametrize(("card", "maimed"), [("TEFF", "EFF"), ("READ DECK6", "EAD DECK6"), ("PRADK", "RADK")])
def test_cards_without_their_first_letter(models, text, tmp_path, card, maimed):
    path = tmp_path / "grid.dat"
    path.write_text(text.replace(f"\n{card}", f"\n{maimed}"))
    back = list(read_decks(path))
    assert [round(float(model.teff)) for model in back] == [round(float(model.teff)) for model in models]
    np.testing.assert_array_equal(back[3].temperature, models[3].temperature)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("READ DECK6", "READ DECK", "expected READ DECK6"),
        ("PRADK", "PRADQ", "expected PRADK or BEGIN"),
        ("GRAVITY", "GRAVITI", "expected TEFF"),
        (" 12Mg", " 13Mg", "expected 12Mg"),
        ("BEGIN  ", "BEGUN  ", "expected PRADK or BEGIN|the next model begins before"),
        ("ABUNDANCE SCALE   1", "ABUNDANCE SCALE   x", "expected ABUNDANCE SCALE"),
    ],
)
def test_a_bad_model_costs_only_itself(models, text, tmp_path, capsys, old, new, says):
    path = tmp_path / "grid.dat"
    path.write_text(change(text, 2, old, new))
    with pytest.warns(LeftOut, match=f"grid.dat: 1 of 5 models left out; line .*({says})"):
        back = list(read_decks(path))
    left = [round(float(model.teff)) for k, model in enumerate(models) if k != 2]
    assert [round(float(model.teff)) for model in back] == left
    assert main(["check", str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5 and [line.endswith(": good") for line in lines] == [True, True, False, True, True]
    assert "grid.dat: model 3: line" in lines[2]
    source = DeckSource(tmp_path)
    table = source.labels(None, 99, 0)
    table = table[table["file"] == "grid.dat"].reset_index(drop=True)
    made = [source.make_model(row.to_dict(), {}) for _, row in table.iterrows()]
    assert [result.model is not None for result in made] == [True, True, False, True, True]
    assert np.isfinite(table["teff"]).tolist() == [True, True, False, True, True]


def test_a_file_that_breaks_off_keeps_its_whole_models(text, tmp_path):
    path = tmp_path / "grid.dat"
    path.write_text(text[: text.rindex("PRADK")])
    with pytest.warns(LeftOut, match="1 of 5 models left out; line .*truncated"):
        assert len(list(read_decks(path))) == 4
    kinds = [type(item).__name__ for item in read_each(path)]
    assert kinds == ["Deck"] * 4 + ["BadFile"]


def test_a_file_without_a_good_model_is_refused(text, tmp_path):
    path = tmp_path / "grid.dat"
    path.write_text(text.replace("READ DECK6", "READ DECK"))
    with pytest.raises(BadFile, match=r"none of its 5 models can be read; line \d+: expected READ DECK6 .*and 4 more"):
        list(read_decks(path))


def test_grid_files_and_compressed_decks_are_sources(models, tmp_path):
    """A folder with a file of three models and a gzipped one gives four, each with its own number in its file."""
    write_deck(tmp_path / "decks" / "grid.dat", stack(models[:3]))
    write_deck(tmp_path / "sun.dat", models[3])
    (tmp_path / "decks" / "sun.dat.gz").write_bytes(gzip.compress((tmp_path / "sun.dat").read_bytes()))
    source = DeckSource(tmp_path / "decks")
    table = source.labels(None, 10, 0)
    assert list(zip(table["file"], table["model"], strict=True)) == [
        *(("grid.dat", number) for number in (1, 2, 3)),
        ("sun.dat.gz", 1),
    ]
    for (_, row), model in zip(table.iterrows(), models, strict=False):
        made = source.make_model(row.to_dict(), {}).model
        np.testing.assert_array_equal(made.temperature, model.temperature)


def test_a_named_solar_pattern(models, tmp_path):
    """Iron of Grevesse & Sauval (1998) is 7.50 as that of Asplund et al. (2009), oxygen 0.14 dex higher (log N/N_total
    -3.21 against -3.35), so that [alpha/M] of a model of the latter comes out lower."""
    write_deck(tmp_path / "decks" / "sun.dat", models[0])
    own = DeckSource(tmp_path / "decks").labels(None, 1, 0)
    other = DeckSource(tmp_path / "decks", "grevesse_sauval1998").labels(None, 1, 0)
    assert float(other["afe"].iloc[0]) < float(own["afe"].iloc[0])
    assert read_deck(tmp_path / "decks" / "sun.dat", solar_pattern="asplund2005").solar_pattern == "asplund2005"


@pytest.mark.parametrize("coding", ["utf-8-sig", "latin-1", "utf-16"])
def test_bytes_beyond_ascii(models, tmp_path, coding):
    """A mark in front, as editors on Windows leave it, or a letter with an accent in the title concerns no number."""
    write_deck(tmp_path / "sun.mod", models[0], title="ATLAS12 Angstrom")
    text = (tmp_path / "sun.mod").read_text().replace("Angstrom", "Ångström")
    (tmp_path / "sun.mod").write_bytes(text.encode(coding))
    np.testing.assert_array_equal(read_deck(tmp_path / "sun.mod").temperature, models[0].temperature)


def test_turbulent_pressure_counts(models, tmp_path):
    """P + P_rad + rho v^2 / 2 = g m: a model with a gas pressure lowered so far that the third term makes up for it is
    good, and the same without TURBULENCE ON is not. rho = mu u (P / k T - n_e) with 1.26 u a nucleus, so that the third
    term is in proportion to P where n_e is lowered too."""
    sun = next(m for m in atlas12_reference_atmospheres() if m.teff == 5777.0)
    nuclei = sun.gas_pressure / (1.380649e-16 * sun.temperature) - sun.electron_density
    share = 0.5 * 1.26 * 1.66054e-24 * nuclei * (2e5) ** 2 / sun.gas_pressure
    lower = {name: getattr(sun, name) / (1.0 + share) for name in ("gas_pressure", "electron_density")}
    lowered = replace(sun, **lower)
    write_deck(tmp_path / "off.mod", lowered)
    text = (tmp_path / "off.mod").read_text()
    (tmp_path / "on.mod").write_text(text.replace("TURBULENCE OFF  0.00", "TURBULENCE ON   2.00"))
    ((_, off),) = check_decks(tmp_path / "off.mod")
    ((_, on),) = check_decks(tmp_path / "on.mod")
    assert "not in hydrostatic equilibrium" in off[0] and on == []
    headless = "\n".join((tmp_path / "on.mod").read_text().split("\n")[1:])
    (tmp_path / "on.mod").write_text(headless)
    # the pressures have four digits
    assert float(read_deck(tmp_path / "on.mod", teff=5777.0).logg) == pytest.approx(4.44, abs=2e-4)


def test_old_decks_state_radiation_pressure(models, tmp_path):
    """READ DECK6 ... PRAD: the acceleration is its slope. PRAD is made here by trapezoids of ACCRAD."""
    sun = next(m for m in atlas12_reference_atmospheres() if m.teff == 5777.0)
    write_deck(tmp_path / "new.mod", sun)
    mass, acceleration = np.asarray(sun.column_mass), np.asarray(sun.radiative_acceleration)
    pressure = 1.0 + np.concatenate([[0.0], np.cumsum(np.diff(mass) * 0.5 * (acceleration[1:] + acceleration[:-1]))])
    lines = (tmp_path / "new.mod").read_text().replace("ACCRAD", "PRAD").split("\n")
    begin = next(k for k, line in enumerate(lines) if line.startswith("READ DECK6")) + 1
    for k in range(80):
        row = lines[begin + k]
        lines[begin + k] = f"{row[:54]} {pressure[k]:.9E}{row[64:]}"
    (tmp_path / "old.mod").write_text("\n".join(lines))
    back = read_deck(tmp_path / "old.mod")
    # trapezoids against splines, where the acceleration rises by half from one layer to the next
    np.testing.assert_allclose(back.radiative_acceleration[5:75], acceleration[5:75], rtol=0.03)


def test_what_a_form_does_not_hold_is_named(reference_data):
    """A Sun of ATLAS9 with convection and the speed of sound; a giant of MARCS with a radius."""
    folder = reference_data / "atmospheres"
    sun = read_deck(folder / "atlas9_castelli_prtc/ap00t5777g44377k1odfnew.dat")
    assert not_held(sun, "atlas9") == []
    lost = ["convective flux and velocity", "the speed of sound", "the radiation pressure at the surface"]
    assert not_held(sun, "moog") == lost
    assert not_held(replace(sun, mixing_length=1.8), "moog") == [*lost[:2], "the mixing length", lost[2]]
    giant = read_deck(next((folder / "marcs").glob("s5000*")))
    assert not_held(giant, "korg") == []
    lost = ["density", "the optical depth at 5000 A", "the radius", "the Rosseland optical depth as stated"]
    assert not_held(giant, "atlas12") == [*lost, "the geometrical depth"]
    assert not_held(atlas12_reference_atmospheres()[0], "korg") == []


def test_the_share_of_convection_is_one_in_the_form_of_marcs(reference_data, tmp_path):
    """ATLAS9's deck prints the share itself, 0.9704 in its last layer; MARCS's form holds shares too."""
    path = reference_data / "atmospheres/atlas9_castelli_prtc/ap00t5777g44377k1odfnew.dat"
    write_deck(tmp_path / "sun.mod", read_deck(path), program="korg")
    last = (tmp_path / "sun.mod").read_text().splitlines()[-1]
    assert float(last.split()[6]) == 0.9704
