"""ATLAS-12 run by the wrapper: every way in which the program was seen to fail, acted out by a stand-in."""

import itertools
import os
import re
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from kurucz_a1.atlas12.attempt import Start, attempt
from kurucz_a1.atlas12.convergence import convergence, iterations_needed
from kurucz_a1.atlas12.points import between, distance, within_reach
from kurucz_a1.atlas12.printout import read_iterations
from kurucz_a1.atlas12.program import Program
from kurucz_a1.atlas12.search import find_model
from kurucz_a1.dataset import atlas12_reference_atmospheres
from kurucz_a1.decks import to_deck
from kurucz_a1.decks.deck import format_deck
from kurucz_a1.errors import BadConfig
from kurucz_a1.labels import Labels

SUN = Labels(teff=5777.0, logg=4.44)
NEAR = Labels(teff=5900.0, logg=4.2, feh=-0.3, afe=0.1)


@pytest.fixture
def data(atlas12_stand_in):
    return atlas12_stand_in("good")[1]


@pytest.fixture
def program(atlas12_stand_in):
    """A function from the stand-in's behaviours, one a run (the last one for all further runs), to a Program."""

    def make(*behaviours, **options):
        executable, data = atlas12_stand_in(*behaviours)
        return Program(executable=executable, data=data, **{"time_limit": 30.0, "iterations": 20, **options})

    return make


@pytest.fixture(scope="module")
def sun():
    model = next(m for m in atlas12_reference_atmospheres() if m.teff == 5777.0 and m.temperature.shape == (80,))
    return Start(SUN, to_deck(model), "the Sun")


def test_a_good_run(program, sun, tmp_path):
    made = attempt(program("good"), NEAR, sun, 20, tmp_path / "run")
    assert made.converged and made.reason == ""
    assert (made.deck.teff, made.deck.logg, len(made.deck.column_mass)) == (5900.0, 4.2, 80)
    # the stand-in settles at its twelfth iteration
    assert (made.iterations, made.needed) == (20, 12)
    # [M/H] -0.3 and [alpha/M] 0.1 of the abundance table; iron follows [M/H], magnesium both
    solar = sun.deck.log_number_fractions
    np.testing.assert_allclose((made.deck.log_number_fractions - solar)[[25, 11]], [-0.3, -0.2], atol=1e-3)
    assert abs(np.sum(10.0**made.deck.log_number_fractions) - 1.0) < 1e-5  # six digits of the hydrogen fraction


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("unknown card", "did not take its cards: I DO NOT UNDERSTAND FROBNICATE 1"),
        ("too many iterations", "did not take its cards: HOW MANY ITERATIONS"),
        ("start too far", "negative pressure"),
        ("silent", "ended without a word and left no model"),
        ("crash", "crashed"),
        ("status", "ended with status 2"),
        ("empty", "empty model"),
        ("truncated", "the model is damaged .line"),
        ("garbage", "the model is damaged"),
        ("another point", "not of the point asked for"),
        ("stopped early", "iteration 3, not of the last one, 20"),
        ("unprinted", "printed no iteration"),
        ("unconverged", "the flux error is 7.5 %, not below 1 %; the relative change of temperature is"),
        ("out of balance", "the departure from hydrostatic equilibrium is 0.05"),
    ],
)
def test_failures_are_told_apart(program, sun, tmp_path, behaviour, reason):
    made = attempt(program(behaviour), NEAR, sun, 20, tmp_path / "run")
    assert not made.converged
    assert re.search(reason, made.reason), made.reason
    assert "\n" not in made.reason
    # only a model that is one can be gone on with
    assert (made.deck is not None) == (behaviour in ("stopped early", "unprinted", "unconverged", "out of balance"))


def test_a_loop_is_killed_with_all_it_started(program, sun, tmp_path):
    start = time.monotonic()
    made = attempt(program("loop", time_limit=2.0), NEAR, sun, 20, tmp_path / "run")
    assert "time limit of 2 s" in made.reason and time.monotonic() - start < 20.0
    child = int((tmp_path / "run" / "child").read_text())
    state = Path(f"/proc/{child}/stat")

    def over():
        # a killed process may wait to be reaped, but it does not run
        return not state.exists() or state.read_text().split()[2] == "Z"

    while not over() and time.monotonic() - start < 20.0:  # where other work is done, it waits for its turn to die
        time.sleep(0.05)
    assert over()


def test_the_model_of_a_former_run_does_not_pass(program, sun, tmp_path):
    assert attempt(program("good"), NEAR, sun, 20, tmp_path / "run").converged
    assert "left no model" in attempt(program("silent"), NEAR, sun, 20, tmp_path / "run").reason


def run_kinds(attempts):
    return [(one.point == NEAR, one.start.split(",")[0], one.iterations) for one in attempts]


def test_an_unconverged_model_is_gone_on_with(program, sun, tmp_path):
    attempts = find_model(program("unconverged", "good"), NEAR, [sun], tmp_path / "runs")
    assert attempts[-1].converged and run_kinds(attempts) == [(True, "the Sun", 20), (True, "the Sun", 55)]
    assert "gone on with" in attempts[1].start
    assert not (tmp_path / "runs").exists()  # scratch is kept only for points without a model


def test_half_the_way_is_tried_then_the_next_start(program, sun, tmp_path):
    other = Start(Labels(teff=5000.0, logg=4.0), sun.deck, "another star")
    behaviours = ("start too far", "good", "start too far", "start too far", "good")
    attempts = find_model(program(*behaviours, tries=5), NEAR, [other, sun], tmp_path / "runs")
    whole, half = NEAR, between(SUN, NEAR, 0.5)
    assert [one.point for one in attempts[:3]] == [whole, half, whole]
    assert attempts[2].start.startswith("the Sun, by way of teff=5838.2")
    assert attempts[-1].converged and len(attempts) == 5


def test_a_run_that_failed_is_not_repeated(program, sun, tmp_path):
    """From a start at the point itself there is no half of the way: the next one is taken at once."""
    guess = Start(NEAR, sun.deck, "a guess")
    attempts = find_model(program("start too far", "good"), NEAR, [sun, guess], tmp_path / "runs")
    assert [one.start for one in attempts] == ["a guess", "the Sun"] and attempts[-1].converged


def test_far_points_are_reached_by_stepping_stones(program, sun, tmp_path):
    far = Labels(teff=8000.0, logg=3.0)
    attempts = find_model(program("good", tries=6), far, [sun], tmp_path / "runs")
    assert attempts[-1].point == far and attempts[-1].converged
    steps = [SUN, *(one.point for one in attempts)]
    assert all(within_reach(here, there) for here, there in itertools.pairwise(steps))


def test_tries_are_limited_and_the_scratch_of_failures_is_kept(program, sun, tmp_path):
    attempts = find_model(program("silent", tries=3), NEAR, [sun, sun, sun, sun], tmp_path / "runs")
    assert len(attempts) == 3 and not attempts[-1].converged
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["1", "2", "3"]
    assert "ABUNDANCE SCALE" in (tmp_path / "runs" / "1" / "stdin").read_text()


def keep(path, size):
    """The first bytes of a file alone; the first of the stand-in's NLTE lines, 68 bytes, is one of helium."""
    path.write_bytes(path.read_bytes()[:size])


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda data: (data / "nltelinobsat12.bin").unlink(), "silently leaves out hydrogen"),
        (lambda data: keep(data / "nltelinobsat12.bin", 68), "no line of hydrogen"),
        (lambda data: (data / "fort.12").unlink(), "holds no fort.12"),
        (lambda data: keep(data / "fort.12", 21), "cut short"),
        (lambda data: (data / "fort.12").write_bytes(b""), "cut short"),
        (lambda data: (data / "molecules.dat").write_bytes(b""), "is empty"),
    ],
)
def test_missing_or_wrong_data_is_told_before_the_first_run(program, data, damage, complaint):
    good = program("good")
    good.check()
    damage(data)
    with pytest.raises(BadConfig, match=complaint) as caught:
        good.check()
    assert "\n" not in str(caught.value)


def test_missing_programs_are_told(data, tmp_path):
    with pytest.raises(BadConfig, match=r"atlas12\.executable is .*no file"):
        Program(executable=tmp_path / "none", data=data).check()
    (tmp_path / "text").write_text("no program")
    with pytest.raises(BadConfig, match="cannot be executed"):
        Program(executable=tmp_path / "text", data=data).check()
    with pytest.raises(BadConfig, match="no folder"):
        Program(executable=Path(sys.executable), data=tmp_path / "none").check()
    with pytest.raises(BadConfig, match=r"atlas12\.variant"):
        Program(executable=Path(sys.executable), data=data, variant="c++").check()


def test_fortran_90_needs_all_its_lists(data):
    with pytest.raises(BadConfig, match=r"gfpred29dec2014\.bin; without it the program silently leaves lines out"):
        Program(executable=Path(sys.executable), data=data, variant="f90").check()


def test_distance():
    assert distance(SUN, SUN) == 0.0
    # 0.02 in log teff, 0.5 in log g: one each
    assert distance(SUN, Labels(teff=5777.0 * 10**0.02, logg=4.94)) == pytest.approx(2.0)
    far = Labels(teff=7000.0, logg=3.44, feh=-1.0, afe=0.4)
    assert between(SUN, far, 1.0) == far


@pytest.mark.skipif("ATLAS12_EXECUTABLE" not in os.environ, reason="no ATLAS-12: name one in ATLAS12_EXECUTABLE")
def test_the_real_program(sun, tmp_path):
    """The classic program itself, for 80 layers; ATLAS12_DATA names the folder of its line files."""
    program = Program(executable=Path(os.environ["ATLAS12_EXECUTABLE"]), data=Path(os.environ["ATLAS12_DATA"]))
    program.check()
    made = attempt(program, Labels(teff=5700.0, logg=4.4, feh=0.1), sun, 35, tmp_path / "run")
    assert made.converged, made.reason
    done = read_iterations((tmp_path / "run" / "stdout").read_text())
    assert len(done) == 35 and iterations_needed(done) < 35
    assert convergence(done[-1], made.deck).flux_error < 1.0
    assert format_deck(made.deck) == (tmp_path / "run" / "fort.7").read_text()
