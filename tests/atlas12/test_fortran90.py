"""What the Fortran 90 ATLAS-12 is told, and what it wrote of a real run of the Sun."""

import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from kurucz_a1.atlas12 import fortran90
from kurucz_a1.atlas12.convergence import convergence, iterations_needed
from kurucz_a1.atlas12.program import Program
from kurucz_a1.decks.deck import read_deck
from kurucz_a1.labels import Labels


@pytest.fixture
def run(reference_data, tmp_path):
    """A folder as a run of the Sun leaves it: 30 iterations, 72 layers."""
    for suffix in ("atm", "iter"):
        source = reference_data / "atmospheres" / "atlas12_f90_output" / f"sun.{suffix}"
        shutil.copy(source, tmp_path / f"model.{suffix}")
    return tmp_path


def test_a_real_record_of_iterations(run):
    done = fortran90.iterations(run)
    deck = read_deck(fortran90.model_file(run))
    assert len(done) == deck.iterations == 30
    # The temperatures before and after the last correction, of which the record shows the first and the size.
    changed = done[-1].temperature + done[-1].correction
    assert np.max(np.abs(changed / deck.temperature - 1.0)) < 2e-3
    # The record prints the optical depths of the structure; the model's own opacity gives them back.
    np.testing.assert_allclose(np.diff(np.log10(done[-1].optical_depth))[5:-5], 0.125, atol=0.02)
    found = convergence(done[-1], deck)
    assert found.flux_error < convergence(done[0], deck).flux_error / 10.0  # it began 170 % off
    assert found.identity < 1e-3
    assert found.shortfalls() == [] and 1 < iterations_needed(done) < 30


def test_arguments(tmp_path):
    program = Program(executable=Path(sys.executable), data=tmp_path, variant="f90")
    command, cards, environment = fortran90.prepare(
        program, Labels(teff=5700.0, logg=4.3, vturb=1.5, mixing_length=1.5), "a deck", tmp_path, 35
    )
    assert command[1:] == [
        *("start.atm", "model", "numit=35", "vturb=1.5"),
        *("mlt=1.5", "teff=5700.0", "logg=4.3000"),
    ]
    assert cards == "" and environment == {"ATLAS12": str(tmp_path)}
    assert (tmp_path / "start.atm").read_text() == "a deck"


@pytest.mark.parametrize(
    ("printed", "says"),
    [
        (" ERROR: unknown solar scale: x\n", "the program says: ERROR"),
        (" WARNING: unknown argument: x=1\n", "did not take its arguments"),
        ("  12 lines from lowlines (predicted)\n  0 lines from lowlines (observed)\n", "lowlines .observed., hilines"),
    ],
)
def test_failures(run, printed, says):
    (run / "stdout").write_text(printed)
    assert re.search(says, fortran90.failure(run))


def test_every_list_counted_is_no_failure(run):
    names = ("lowlines (predicted)", "lowlines (observed)", "hilines")
    (run / "stdout").write_text("".join(f"     12 lines from {name}\n" for name in names))
    assert fortran90.failure(run) is None
