"""Models side by side in lanes are those of the solver one by one."""

from importlib import import_module

import numpy as np
import pytest

from kurucz_a1.atmosphere import NotConverged, SolverOptions, solve, solve_batch
from kurucz_a1.errors import BadConfig

OPTIONS = SolverOptions(frequencies=300)
STARS = [
    {"teff": 5777.0, "logg": 4.44, "feh": 0.0, "afe": 0.0, "vturb": 2.0},
    {"teff": 8000.0, "logg": 0.0, "feh": 0.0, "afe": 0.0, "vturb": 2.0},  # beyond the Eddington limit
    {"teff": 4700.0, "logg": 2.5, "feh": -0.8, "afe": 0.3, "vturb": 2.7},
]


def test_lanes_give_the_models_of_solve(monkeypatch):
    """Three stars in two lanes, each with its own microturbulence: one lane is taken up again. Opacities are summed in
    float32, in another order here. Lanes take whole steps only, so ``solve`` is held to them."""
    monkeypatch.setattr(import_module("kurucz_a1.atmosphere.solver.solve"), "_KEPT_BELOW", 0.0)
    sun, beyond, giant = solve_batch(STARS, OPTIONS, lanes=2)
    assert isinstance(beyond, NotConverged) and "teff=8000" in str(beyond)
    for model, labels in ((sun, STARS[0]), (giant, STARS[2])):
        alone = solve(**labels, options=OPTIONS)
        for name in ("temperature", "gas_pressure", "electron_density", "rosseland_opacity"):
            np.testing.assert_allclose(getattr(model, name), getattr(alone, name), rtol=1e-6, err_msg=name)


def test_bad_labels_are_refused_before_any_work():
    with pytest.raises(BadConfig, match="logg = nan"):
        solve_batch([*STARS, STARS[0] | {"logg": np.nan}], OPTIONS)


def test_no_labels_no_models():
    assert solve_batch([], OPTIONS) == []
