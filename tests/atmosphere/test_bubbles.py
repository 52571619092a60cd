"""The opacity of convective bubbles, a parabola in ln T, against the opacity of such gas itself."""

import jax
import numpy as np
import pytest

from kurucz_a1.atmosphere import SolverOptions
from kurucz_a1.atmosphere.solver.matter import BUBBLES_BELOW, matter, opacity_of_bubbles
from kurucz_a1.atmosphere.solver.solve import load_opacities
from kurucz_a1.dataset import atlas12_reference_atmospheres
from kurucz_a1.physics.abundances import eos_fractions

ROSSELAND = jax.jit(lambda *gas: matter(*gas).log_rosseland)


@pytest.fixture(scope="module")
def warm():
    """Opacity tables and the ATLAS-12 model, EOS fractions included, of a star whose convection zone ends at 11,000 K
    and beyond."""
    model = next(m for m in atlas12_reference_atmospheres() if m.teff == 7762.0 and m.temperature.size == 80)
    return load_opacities(SolverOptions(frequencies=300)).at(model), model, eos_fractions(model.number_fractions)


@pytest.mark.parametrize("contrast, tolerance", [(0.05, 0.02), (0.1, 1e-5), (0.15, 0.08)])
def test_harmonic_mean_of_a_hot_and_a_cold_bubble(warm, contrast, tolerance):
    """2 / (1/kappa_hot + 1/kappa_cold), the mean that ATLAS-12 takes: exact at the contrast of the parabola; elsewhere
    higher powers count. A power law is off by 0.33 at a contrast of 0.1 and by 0.7 at 0.15."""
    tables, model, fractions = warm

    def log_rosseland(factor):
        return np.asarray(ROSSELAND(model.temperature * factor, model.gas_pressure, fractions, tables))

    mean = log_rosseland(1.0)
    hot, cold = log_rosseland(np.exp(contrast)) - mean, log_rosseland(np.exp(-contrast)) - mean
    expected = np.log(2.0 / (np.exp(-hot) + np.exp(-cold)))
    slope, curvature = np.asarray(opacity_of_bubbles(model.temperature, model.gas_pressure, mean, fractions, tables)).T
    found = 0.5 * curvature * contrast**2 - np.log(np.cosh(slope * contrast))
    convective = (np.asarray(model.log_tau) > -0.5) & (np.asarray(model.log_tau) < 1.7)
    np.testing.assert_allclose(found[convective], expected[convective], atol=tolerance)


def test_nothing_is_computed_where_nothing_convects(warm):
    tables, model, fractions = warm
    mean = ROSSELAND(model.temperature, model.gas_pressure, fractions, tables)
    curve = np.asarray(opacity_of_bubbles(model.temperature, model.gas_pressure, mean, fractions, tables))
    above = np.flatnonzero(np.asarray(model.log_tau) < BUBBLES_BELOW - 0.1)
    assert above.size > 30 and (curve[above] == curve[above[-1] + 1]).all()
