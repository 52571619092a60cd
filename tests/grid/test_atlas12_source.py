"""ATLAS-12 as a source: the order of the points, what runs begin with, what is said of failures."""

from dataclasses import replace

import numpy as np
import pytest

from kurucz_a1.errors import OutsideSupport
from kurucz_a1.grid import draw_labels
from kurucz_a1.grid.atlas12_source import Atlas12Source
from kurucz_a1.grid.guesses import emulator_guess

ROW = {"teff": 5905.3, "logg": 4.211, "feh": -0.3, "afe": 0.1, "vturb": 2.0}


@pytest.fixture
def make(atlas12_stand_in, sun, tmp_path):
    """A function from the stand-in's behaviours and options to an Atlas12Source that has the Sun to start from."""

    def make(*behaviours, **options):
        executable, data = atlas12_stand_in(*behaviours)
        return Atlas12Source(executable, data, [sun], tmp_path / "scratch", iterations=15, **options)

    return make


def test_points_are_made_outward_from_the_models_at_hand(make, space):
    labels = draw_labels(space, 12, 3)
    order = make("good").order(labels)
    assert sorted(order) == labels.index.tolist()
    distance = np.abs(np.log10(labels["teff"] / 5777.0)) / 0.02 + np.abs(labels["logg"] - 4.44) / 0.5
    distance += 0.6 * np.abs(labels["feh"]) / 0.5 + 0.6 * np.abs(labels["afe"]) / 0.4
    assert order[0] == distance.idxmin()
    assert make("good").order(labels.iloc[::-1]) == order


def test_a_guess_is_what_the_first_run_begins_with(make, sun):
    result = make("good", guess=lambda row: sun, guesser="a guess").make_model(ROW, {})
    assert [one["start"] for one in result.tries] == ["a guess"]
    # labels as they were asked for; the deck itself rounds Teff
    assert float(result.model.teff) == 5905.3 and "TEFF   5905." in result.deck
    assert result.model.source == "ATLAS-12"


def test_models_of_the_batch_are_neighbours(make, sun):
    near = replace(sun, **{name: np.asarray(value) for name, value in ROW.items()})
    result = make("good").make_model(ROW | {"teff": 5910.0}, {7: near})
    assert result.tries[0]["start"] == "row 7"


@pytest.mark.parametrize("broken", ["column_mass", "gas_pressure"])
def test_a_guess_with_which_no_run_can_begin_is_passed_over(make, sun, broken):
    values = np.asarray(getattr(sun, broken)).copy()
    values[40] = -values[40]
    result = make("good", guess=lambda row: replace(sun, **{broken: values}), guesser="a guess").make_model(ROW, {})
    assert result.model is not None and result.tries[0]["start"].startswith("ATLAS-12 teff=5777")


def test_a_failure_tells_of_the_last_run_for_the_point_itself(make):
    """The third try is a stepping stone to half the way, which is not the point's own failure."""
    result = make("start too far", "unconverged", "start too far", tries=2).make_model(ROW, {})
    assert result.model is None
    assert result.reason.startswith("negative pressure: the start model is too far from the point (2 tries; runs kept")


def test_outside_its_range_an_emulator_has_no_guess(sun):
    def emulator(labels):
        if labels.teff > 6000.0:
            raise OutsideSupport("too hot")
        return sun

    guess = emulator_guess(emulator)
    assert guess(ROW) is sun and guess(ROW | {"teff": 7000.0}) is None


def test_models_are_tied_to_program_and_data_by_their_content(make):
    """What is kept of an interrupted batch holds as long as they are the same."""
    source = make("good")
    before, program = source.description, source.program
    assert make("good").description == before
    (program.data / "molecules.dat").write_text("2.\n 0.\n")
    assert program.description()["data_sha256"] != before["data_sha256"]
    program.executable.write_text(program.executable.read_text() + "# another build\n")
    assert program.description()["executable_sha256"] != before["executable_sha256"]
