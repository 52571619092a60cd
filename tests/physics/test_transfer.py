"""The transfer solution against known solutions of plane-parallel media."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kurucz_a1.physics.constants import STEFAN_BOLTZMANN
from kurucz_a1.physics.planck import planck, planck_temperature_derivative
from kurucz_a1.physics.transfer import (
    TransferProblem,
    eddington_factors,
    mean_intensity,
    moments,
    optical_intervals,
)

TAU = 10.0 ** jnp.linspace(-6.875, 3.0, 80)


@jax.jit
def solve(problem):
    """Mean intensity and Eddington factors, iterated together until they agree."""

    def again(_, intensity):
        return mean_intensity(problem, eddington_factors(problem, intensity))

    intensity = jax.lax.fori_loop(0, 100, again, problem.planck)
    return intensity, eddington_factors(problem, intensity)


def medium(ratio, thermal, source):
    ratio = jnp.broadcast_to(jnp.atleast_2d(ratio), (80, jnp.shape(ratio)[-1]))
    thermal, source = jnp.broadcast_to(thermal, ratio.shape), jnp.broadcast_to(source, ratio.shape)
    return TransferProblem(optical_intervals(ratio, TAU), ratio[0] * TAU[0], thermal, source)


def test_optical_intervals_are_exact_for_power_laws():
    ratio = jnp.stack([jnp.ones(80), TAU**0.7, TAU**-1.0], axis=1)
    exact = jnp.stack([TAU, TAU**1.7 / 1.7, jnp.log(TAU)], axis=1)
    np.testing.assert_allclose(optical_intervals(ratio, TAU), jnp.diff(exact, axis=0), rtol=1e-10)


def test_isothermal_gas_without_scattering_radiates_as_a_black_body_at_depth():
    intensity, _ = solve(medium(jnp.ones(1), 1.0, 1.0))
    deep = np.asarray(TAU) > 20.0
    np.testing.assert_allclose(intensity[deep, 0], 1.0, rtol=1e-6)
    # J(0) = B/2: no radiation comes from outside; three angles and 8 depths a decade give it to 1 %
    assert intensity[0, 0] == pytest.approx(0.5, rel=0.01)


def test_linear_source_gives_the_milne_flux():
    """S = 1 + 1.5 tau without scattering has the emergent flux pi S(2/3), H = S(2/3)/4 (Eddington and Barbier)."""
    problem = medium(jnp.ones(1), 1.0, (1.0 + 1.5 * TAU)[:, None])
    intensity, factors = solve(problem)
    surface = factors.surface * intensity[0]
    # second-order differences on steps of 0.29 in ln tau
    assert surface[0] == pytest.approx((1.0 + 1.0) / 4.0, rel=0.01)
    flux = moments(problem, factors, intensity).flux
    assert flux[0, 0] == pytest.approx(float(surface[0]), rel=1e-4)


@pytest.mark.parametrize("thermal", [1e-2, 1e-4])
def test_scattering_isothermal_gas_has_the_square_root_law(thermal):
    """The source function at the surface is sqrt(eps) B, exact for isotropic scattering (e.g. Mihalas 1978, 11-2)."""
    intensity, _ = solve(medium(jnp.ones(1), thermal, 1.0))
    source = thermal + (1.0 - thermal) * intensity[0, 0]
    # two-stream accuracy is sqrt(eps) 2/sqrt(3) = +15 %; three angles are within 3 %
    assert source == pytest.approx(np.sqrt(thermal), rel=0.03)


def test_conservative_scattering_carries_constant_flux():
    """With no absorption and a hot bottom the flux is the same everywhere, and J follows the Hopf function."""
    source = (0.75 * (TAU + 0.7))[:, None]
    problem = medium(jnp.ones(1), 1e-300, source)
    intensity, factors = solve(problem)
    flux = moments(problem, factors, intensity).flux[:, 0]
    # rounding: J differs by 1e-7 between the top layers
    np.testing.assert_allclose(flux, flux[0], rtol=1e-7)
    assert flux[0] == pytest.approx(0.25, rel=0.02)
    # J(0)/H = sqrt(3) exactly for the grey problem (Hopf-Bronstein); three angles and the grid give 2 %
    assert intensity[0, 0] / flux[0] == pytest.approx(np.sqrt(3.0), rel=0.02)


def test_planck_integrates_to_stefan_boltzmann():
    for temperature in (3000.0, 5777.0, 20000.0):
        x = jnp.linspace(1e-4, 60.0, 20001)
        frequency = x * temperature * 1.380649e-16 / 6.62607015e-27
        total = jnp.trapezoid(planck(frequency, temperature), frequency)
        assert np.pi * total == pytest.approx(STEFAN_BOLTZMANN * temperature**4, rel=1e-6)
        slope = jax.grad(lambda t: planck(5e14, t))(temperature)
        assert planck_temperature_derivative(5e14, temperature) == pytest.approx(float(slope), rel=1e-12)
