"""Which decks count as real, and which as of the solver's physics."""

from dataclasses import replace

import numpy as np

from kurucz_a1.decks import write_deck
from kurucz_a1.validation.decks import is_like_the_solvers, real_decks


def test_the_package_holds_more_than_a_hundred(decks):
    assert len(decks) > 100
    assert all(4000 <= float(deck.model.teff) <= 12000 for deck in decks)
    assert len({deck.name for deck in decks}) == len(decks)


def test_a_folder_adds_real_decks_once_and_says_what_it_leaves_out(tmp_path, decks, sun):
    warmer = replace(sun.model, temperature=1.01 * np.asarray(sun.model.temperature))
    write_deck(tmp_path / "new.atm", warmer)
    write_deck(tmp_path / "same_again.atm", warmer)
    write_deck(tmp_path / "emulated.atm", replace(warmer, gas_pressure=2.0 * warmer.gas_pressure), title="kurucz-a1")
    write_deck(tmp_path / "hot.atm", replace(warmer, teff=20000.0, gas_pressure=3.0 * warmer.gas_pressure))
    (tmp_path / "README").write_text("no deck\n")
    found, left_out = real_decks(tmp_path)
    assert [deck.name for deck in found if not deck.packaged] == ["new.atm"]
    reasons = {file: reason for file, reason in left_out if (tmp_path / file).exists()}
    assert reasons["same_again.atm"] == "the same model as new.atm"
    assert "kurucz-a1" in reasons["emulated.atm"]
    assert reasons["hot.atm"] == "Teff 20000 K"
    assert reasons["README"].startswith("cannot be read")


def test_the_solvers_physics(sun):
    assert is_like_the_solvers(sun, vturb=2.0)
    assert not is_like_the_solvers(sun, vturb=1.0)
    assert not is_like_the_solvers(sun._replace(mixing_length=None), vturb=2.0)
    metal_poor = np.asarray(sun.model.number_fractions).copy()
    metal_poor[25] /= 2.0
    assert not is_like_the_solvers(sun._replace(model=replace(sun.model, number_fractions=metal_poor)), vturb=2.0)
