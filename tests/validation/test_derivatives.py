"""The comparison of label derivatives with differences, on models whose derivatives are known."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from kurucz_a1.atmosphere import NotConverged, SolverOptions
from kurucz_a1.atmosphere.solver.newton import Structure
from kurucz_a1.atmosphere.solver.solve import Converged
from kurucz_a1.labels import BY_NAME
from kurucz_a1.validation import jacobian

LABELS = {"teff": 5777.0, "logg": 4.44, "feh": 0.1, "afe": 0.1, "vturb": 2.0}
SLOPES = {"teff": 2e-4, "logg": 0.3, "feh": 0.1, "afe": -0.05}
DEPTH = np.linspace(1.0, 2.0, 5)


@pytest.fixture
def cubic(monkeypatch):
    """Models whose logarithms are slopes times labels and a large cubic; returns the derivatives, to be falsified."""
    derivatives = np.array([SLOPES[label] * DEPTH for label in SLOPES])

    def model(labels):
        logarithm = np.zeros(5)
        for label, slope in SLOPES.items():
            shift = (getattr(labels, label) - LABELS[label]) / BY_NAME[label].difference
            logarithm += slope * DEPTH * BY_NAME[label].difference * (shift + 0.2 * shift**2 + 0.5 * shift**3)
        return SimpleNamespace(**{field: np.exp(logarithm) for field in jacobian.FIELDS})

    def differentiate(*_):
        return None, SimpleNamespace(**dict.fromkeys(jacobian.FIELDS, derivatives)), 0.0

    monkeypatch.setattr(jacobian, "converged", lambda *_, **__: Converged(Structure(*[None] * 4), None))
    monkeypatch.setattr(jacobian, "differentiate", differentiate)
    monkeypatch.setattr(jacobian, "_solved_again", lambda labels, *_: model(labels))
    return derivatives


def test_right_derivatives_are_found_right_in_spite_of_curvature(cubic):
    """A plain central difference over the step would be off by half of itself: the cubic term."""
    table = jacobian.jacobian_errors(pd.DataFrame([LABELS]), SolverOptions(), by=tuple(SLOPES))
    assert len(table) == len(SLOPES) * len(jacobian.FIELDS)
    assert table["relative_l2"].max() < 1e-9


def test_a_wrong_derivative_is_off_by_what_it_is_wrong(cubic):
    cubic[2] *= 1.03
    table = jacobian.jacobian_errors(pd.DataFrame([LABELS]), SolverOptions(), by=tuple(SLOPES))
    np.testing.assert_allclose(table.loc[table["by"] == "feh", "relative_l2"], 0.03, rtol=1e-6)
    assert table.loc[table["by"] != "feh", "relative_l2"].max() < 1e-9


def test_a_model_that_is_not_found_counts_as_the_worst(cubic, monkeypatch):
    def none(*_, **__):
        raise NotConverged("no model")

    monkeypatch.setattr(jacobian, "converged", none)
    table = jacobian.jacobian_errors(pd.DataFrame([LABELS]), SolverOptions(), by=tuple(SLOPES))
    assert np.isinf(table["relative_l2"]).all()
