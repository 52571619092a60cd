"""The solver as a source of models that may begin with a guess."""

import pytest

import kurucz_a1.atmosphere
from kurucz_a1.atmosphere import NotConverged, SolverOptions, solve, solve_with_jacobian
from kurucz_a1.dataset import atlas12_reference_atmospheres
from kurucz_a1.grid.solver_source import SolverSource

ROW = {"teff": 5800.0, "logg": 4.4}


@pytest.fixture
def starts(monkeypatch):
    """What ``solve`` began with, of which none but None converges."""
    begun = []
    model = atlas12_reference_atmospheres()[0]

    def fake(labels, *, options, start):
        begun.append(start)
        if start is not None:
            raise NotConverged("not from here")
        return model

    monkeypatch.setattr(kurucz_a1.atmosphere, "solve", fake, raising=False)
    return begun


@pytest.fixture(scope="module")
def guess():
    return atlas12_reference_atmospheres()[1]


def test_a_guess_that_fails_is_dropped(starts, guess):
    result = SolverSource(derivatives=False, guess=lambda row: guess).make_model(ROW, {})
    assert starts[0] is guess and starts[1:] == [None] and result.model is not None


def test_where_there_is_no_guess_the_solver_begins_by_itself(starts):
    assert SolverSource(derivatives=False, guess=lambda row: None).make_model(ROW, {}).model is not None
    assert starts == [None]


def test_the_start_is_part_of_the_description():
    assert SolverSource(guess=lambda row: None, guesser="emulator").description["start"] == "emulator"
    assert "start" not in SolverSource().description


def test_derivatives_do_not_depend_on_the_start():
    """Both are converged to 1e-4 of the largest derivative of each quantity; the models behind them a little less."""
    options = SolverOptions(frequencies=300)
    near = solve(teff=5700.0, logg=4.3, options=options)
    model, cold = solve_with_jacobian(**ROW, by=["teff", "feh"], options=options)
    again, warm = solve_with_jacobian(**ROW, by=["teff", "feh"], options=options, start=near)
    assert abs(again.temperature / model.temperature - 1.0).max() < 1e-5
    for name in ("temperature", "gas_pressure", "electron_density"):
        one, other = getattr(cold, name), getattr(warm, name)
        assert (abs(one - other).max(axis=1) < 1e-3 * abs(one).max(axis=1)).all()
