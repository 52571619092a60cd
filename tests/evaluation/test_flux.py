"""The flux through a finished model, computed anew."""

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from kurucz_a1.atmosphere import SolverOptions, solve
from kurucz_a1.atmosphere.solver.solve import load_opacities
from kurucz_a1.evaluation.flux import flux_errors

OPTIONS = SolverOptions(frequencies=300)


@pytest.fixture(scope="module")
def tables():
    return load_opacities(OPTIONS)


def test_flux_of_the_suns_model_and_of_a_broken_one(tables):
    model = solve(teff=5777.0, logg=4.44, options=OPTIONS)
    labels = pd.DataFrame([{"teff": 5777.0, "logg": 4.44, "feh": 0.0, "afe": 0.0, "vturb": 2.0}] * 4)
    hotter = _with(model, temperature=1.01 * model.temperature)
    broken = _with(model, temperature=model.temperature.at[40].set(jnp.nan))
    errors = flux_errors(labels, [model, hotter, None, broken], tables)
    assert (
        errors["flux_error"][0] < 2e-4
    )  # the solver's tolerance is 1e-4, and the Eddington factors settle a little further here
    # radiation and convection both rise at least as fast as T^4
    assert errors["flux_error"][1] > 0.03
    assert np.isinf(errors["flux_error"][2]) and np.isinf(errors["flux_error"][3])
    assert errors["finite"].tolist() == [True, True, True, False]


def _with(model, **changes):
    return type(model)(**{**vars(model), **changes})
