"""Depth grids: ATLAS-12's, and denser ones through the same depths."""

import jax.numpy as jnp
import numpy as np
import pytest

from kurucz_a1.atmosphere.depth import DEPTH_COUNTS, depth_grid, standard_log_tau
from kurucz_a1.atmosphere.hydrostatics import column_mass, gas_pressure
from kurucz_a1.atmosphere.solver.newton import Structure
from kurucz_a1.atmosphere.solver.start import at_depths

COUNTS = sorted(DEPTH_COUNTS)


@pytest.mark.parametrize("count", COUNTS)
def test_every_grid_holds_the_depths_of_atlas12(count):
    log_tau = depth_grid(count).log_tau
    assert log_tau.size == count
    assert np.all(np.diff(log_tau) > 0.0)
    place = np.searchsorted(log_tau, np.asarray(standard_log_tau()) - 1e-9)
    np.testing.assert_allclose(log_tau[place], standard_log_tau(), atol=1e-12)


def test_the_standard_depths_are_those_of_atlas12():
    np.testing.assert_allclose(standard_log_tau(), -6.875 + 0.125 * np.arange(80), atol=1e-12)


@pytest.mark.parametrize("count", COUNTS)
def test_column_mass_of_a_power_law_is_exact(count):
    """kappa = 0.3 tau^0.4: m = tau^0.6 / 0.18 below the first depth; the spline's error falls as the fourth power."""
    tau = jnp.asarray(depth_grid(count).tau)
    exact = tau[0] ** 0.6 / 0.3 + (tau**0.6 - tau[0] ** 0.6) / 0.18
    np.testing.assert_allclose(column_mass(0.3 * tau**0.4), exact, rtol=3e-5)
    np.testing.assert_allclose(gas_pressure(0.3 * tau**0.4, 1e4, jnp.zeros(count)), 1e4 * exact, rtol=3e-5)


def test_a_structure_keeps_its_numbers_on_denser_depths():
    tau = depth_grid(80).tau
    frequency = jnp.array([3e14, 6e14])
    structure = Structure(*(jnp.asarray(v) for v in (5000.0 * (tau + 0.7) ** 0.25, 1e5 * tau**0.6, 10.0 + tau)), None)
    denser = at_depths(structure, 152, frequency)
    assert denser.intensity.shape == (152, 2)
    place = np.searchsorted(depth_grid(152).log_tau, np.asarray(standard_log_tau()) - 1e-9)
    for name in ("temperature", "pressure", "radiative_acceleration"):
        found = np.asarray(getattr(denser, name))
        np.testing.assert_allclose(found[place], getattr(structure, name), rtol=1e-12)
        assert np.all(np.diff(found) > 0.0), name  # monotonic between them, too
