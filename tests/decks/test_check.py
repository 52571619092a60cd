"""Real decks pass the check, emulated and unconverged ones do not."""

from dataclasses import replace

import numpy as np
import pytest

from kurucz_a1 import write_deck
from kurucz_a1.command import main
from kurucz_a1.dataset import atlas12_reference_atmospheres
from kurucz_a1.decks import to_deck
from kurucz_a1.decks.check import findings

# Real models that the check names: the first was stopped before it had converged, the second put on other depths.
NAMED = {
    "atlas12_kurucz_py_joss/at12_aaaaa_t04000g5.00.atm": "not in hydrostatic equilibrium, or not converged",
    "atlas9_various/ksun.mod": "steps in log tau",
}
EMULATED = ["t04500g2.00", "t05000g3.00", "t05500g4.00", "t05770g4.44", "t06000g4.50", "t08250g4.00"]


def test_the_models_of_the_package_pass():
    # computed, converged by the program's own printed flux errors
    assert [findings(to_deck(model)) for model in atlas12_reference_atmospheres() if findings(to_deck(model))] == []


def emulated_deck(reference_data, name):
    return reference_data / "atmospheres" / "EMULATED_not_real_pykurucz_samples" / f"at12_aaaaa_{name}.atm"


def test_real_decks_pass_and_emulated_ones_do_not(reference_data, capsys):
    folder = reference_data / "atmospheres"
    real = [path for path in sorted(folder.glob("atlas*/*")) if path.suffix in (".atm", ".dat", ".mod", ".krz")]
    real = [path for path in real if path.name != "model.mod"]  # a table for another program
    status = main(["check", *map(str, real)])
    lines = capsys.readouterr().out.splitlines()
    assert status == 1 and len(lines) == len(real) > 110
    odd = {line.partition(": ")[0]: line for line in lines if not line.endswith(": good")}
    named = {str(folder / name): says for name, says in NAMED.items()}
    assert set(odd) == set(named)
    assert all(named[name] in line for name, line in odd.items())
    emulated = [emulated_deck(reference_data, name) for name in EMULATED]
    assert main(["check", *map(str, emulated)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(emulated) == 6 and not any(line.endswith(": good") for line in lines)


@pytest.mark.parametrize("name", [name for name in EMULATED if name != "t05000g3.00"])
def test_emulated_decks_betray_themselves_without_their_title(reference_data, name, tmp_path, capsys):
    """By their numbers alone: hydrostatic equilibrium is off by more than a converged model's four digits allow."""
    lines = emulated_deck(reference_data, name).read_text().splitlines(keepends=True)
    forged = tmp_path / "forged.atm"
    forged.write_text("".join("TITLE ATLAS12\n" if line.startswith("TITLE") else line for line in lines))
    assert main(["check", str(forged)]) == 1
    said = capsys.readouterr().out
    assert "title" not in said and "not in hydrostatic equilibrium" in said


def test_a_changed_deck_is_found(tmp_path, capsys):
    model = atlas12_reference_atmospheres()[0]
    deck = to_deck(model)
    heavier = replace(deck, gas_pressure=1.01 * deck.gas_pressure)
    assert "off by 0.01" in findings(heavier)[0]
    growing = replace(deck, rosseland_opacity=deck.rosseland_opacity * np.linspace(1.0, 50.0, len(deck.column_mass)))
    assert any("steps in log tau" in one for one in findings(growing))
    assert "PRADK" in findings(replace(deck, surface_radiation_pressure=0.2 * deck.surface_radiation_pressure))[0]
    write_deck(tmp_path / "good.atm", model)
    assert main(["check", str(tmp_path / "good.atm")]) == 0
    (tmp_path / "bad.atm").write_text("nothing")
    assert main(["check", str(tmp_path / "bad.atm")]) == 1
    assert "no card of a model deck" in capsys.readouterr().out
