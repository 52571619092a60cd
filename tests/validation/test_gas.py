"""Electron density and opacity at a deck's own temperature and pressure."""

import numpy as np
import pytest

from kurucz_a1.atmosphere import SolverOptions
from kurucz_a1.atmosphere.solver.solve import load_opacities
from kurucz_a1.lines.computed import ABSENT_FROM_ATLAS12
from kurucz_a1.validation.gas import gas_errors, log_ratio


def test_a_changed_deck_is_off_by_exactly_the_change(sun, perturb):
    tables = load_opacities(SolverOptions(frequencies=300, leave_out=ABSENT_FROM_ATLAS12))
    errors = gas_errors([sun, perturb(sun, electron_density=2.0, rosseland_opacity=10.0)], tables)
    true, changed = (errors.iloc[:80], errors.iloc[80:])
    moved = true["electron_density"].to_numpy() - changed["electron_density"].to_numpy()
    assert moved == pytest.approx(np.log10(2.0), abs=1e-12)
    moved = true["rosseland_opacity"].to_numpy() - changed["rosseland_opacity"].to_numpy()
    assert moved == pytest.approx(1.0, abs=1e-12)
    assert np.abs(true["electron_density"]).max() < 0.03
    assert np.abs(true["rosseland_opacity"]).median() < 0.06


def test_a_number_without_a_logarithm_counts_as_infinitely_wrong():
    assert list(log_ratio(np.array([1.0, -1.0, np.nan, 100.0]), np.array([1.0, 1.0, 1.0, 10.0]))) == [
        0.0,
        np.inf,
        np.inf,
        1.0,
    ]
