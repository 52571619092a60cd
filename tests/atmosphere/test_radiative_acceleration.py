"""Where gas is opaque radiation diffuses: its flux, its push and the mean opacity belong together."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kurucz_a1.atmosphere import SolverOptions
from kurucz_a1.atmosphere.depth import depth_grid
from kurucz_a1.atmosphere.solver import radiation
from kurucz_a1.atmosphere.solver.matter import Matter, _opacity
from kurucz_a1.atmosphere.solver.solve import load_opacities
from kurucz_a1.labels import SUN
from kurucz_a1.lines.sampling import sampling_grid
from kurucz_a1.physics.abundances import eos_fractions, number_fractions
from kurucz_a1.physics.constants import SPEED_OF_LIGHT, STEFAN_BOLTZMANN
from kurucz_a1.physics.equation_of_state import gas_state
from kurucz_a1.physics.planck import planck


@pytest.mark.parametrize("scattered", [0.0, 0.7])
def test_push_of_a_grey_gas_is_opacity_times_flux_over_c(scattered):
    """T^4 = 3/4 Teff^4 (tau + 2/3) carries sigma Teff^4, of which each gram takes kappa F / c, by scattering too."""
    tau, opacity, teff = depth_grid().tau, 0.3, 5777.0
    frequency, weights = (jnp.asarray(values) for values in sampling_grid(300))
    temperature = jnp.asarray(teff * (0.75 * (tau + 2 / 3)) ** 0.25)
    grey = np.ones((tau.size, frequency.size))
    matter = Matter(
        log_absorption=jnp.log((1 - scattered) * opacity * grey),
        log_scattering=jnp.log(np.maximum(scattered, 1e-30) * opacity * grey),
        log_rosseland=jnp.full(tau.size, np.log(opacity)),
        log_thermodynamics=jnp.zeros((tau.size, 4)),
        electron_density=jnp.ones(tau.size),
    )
    start = planck(frequency, temperature[:, None])
    field = jax.jit(lambda: radiation.radiation_field(temperature, matter, start, frequency, passes=1))()
    push = np.asarray(radiation.radiative_acceleration(field, matter, weights))
    deep = (tau > 10.0) & (tau < 300.0)
    expected = opacity * STEFAN_BOLTZMANN * teff**4 / SPEED_OF_LIGHT
    # differences of a Planck function on steps of 0.29 in ln tau, and 300 frequencies
    np.testing.assert_allclose(push[deep], expected, rtol=0.02)


def test_rosseland_mean_is_harmonic():
    """Light takes the gaps between lines: 1/kappa is averaged, with the weight dB/dT of its diffusion."""
    tables = load_opacities(SolverOptions(frequencies=300)).at(SUN)
    fractions = eos_fractions(number_fractions())
    opacity = jax.jit(lambda t, p: _opacity(gas_state(t, p, fractions), tables, None))(6000.0, 1e5)
    extinction = np.asarray(opacity.absorption + opacity.scattering)
    x = 6.62607015e-27 * np.asarray(tables.frequency) / (1.380649e-16 * 6000.0)
    weight = np.asarray(tables.weights) * x**4 * np.exp(-x) / np.expm1(-x) ** 2
    expected = np.sum(weight) / np.sum(weight / extinction)
    assert np.exp(opacity.log_rosseland) == pytest.approx(expected, rel=1e-6)
    # lines count a hundredfold in the other mean
    assert expected < 0.2 * np.sum(weight * extinction) / np.sum(weight)
