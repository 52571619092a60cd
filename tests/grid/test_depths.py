"""Interpolation to the standard depths."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from kurucz_a1 import hydrostatic_residual
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.dataset import atlas12_reference_atmospheres
from kurucz_a1.errors import OutsideSupport
from kurucz_a1.grid.depths import on_standard_depths
from kurucz_a1.numerics.quadrature import integral_over_mass


def resampled(model, log_tau):
    own = np.asarray(model.log_tau)
    fields = {
        name: jnp.asarray(np.exp(CubicSpline(own, np.log(getattr(model, name)))(log_tau))) for name in FIELD_NAMES
    }
    return replace(model, log_tau=jnp.asarray(log_tau), **fields)


def test_atlas12_layers_keep_their_numbers(sun):
    model = on_standard_depths(sun)
    np.testing.assert_array_equal(model.log_tau, -6.875 + 0.125 * np.arange(80))
    for name in FIELD_NAMES:
        np.testing.assert_array_equal(getattr(model, name), getattr(sun, name))


def test_other_depths_are_interpolated(sun):
    """There and back over a finer grid of uneven steps: splines in the logarithm are good to 0.2 % except where
    convection sets in and opacity climbs by a factor two from layer to layer."""
    log_tau = -6.875 + 9.875 * np.linspace(0, 1, 140) ** 1.1
    back = on_standard_depths(resampled(sun, np.clip(log_tau, *sun.log_tau[np.array([0, -1])])))
    for name in FIELD_NAMES:
        error = np.abs(np.log(getattr(back, name) / getattr(sun, name)))
        assert np.median(error) < 5e-4 and error.max() < 0.02, name
    # optical depth rebuilt from column mass and opacity, and pressure balance, are as good as before
    tau = np.log10(integral_over_mass(np.asarray(back.column_mass), np.asarray(back.rosseland_opacity)))
    np.testing.assert_allclose(tau, back.log_tau, atol=5e-3)
    assert np.median(hydrostatic_residual(back, "I")) < 1e-4


def test_models_that_do_not_reach_the_bottom_are_refused():
    shallow = next(m for m in atlas12_reference_atmospheres() if m.temperature.shape == (72,))
    with pytest.raises(OutsideSupport, match=r"spans log tau -6\.8\d to 2\.00"):
        on_standard_depths(shallow)
