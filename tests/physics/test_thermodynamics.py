"""Thermodynamic derivatives: limits, the first law, finite differences."""

import jax
import numpy as np

from kurucz_a1.physics.abundances import ATOMIC_WEIGHTS, ELEMENTS, eos_fractions, number_fractions
from kurucz_a1.physics.constants import ATOMIC_MASS, BOLTZMANN
from kurucz_a1.physics.equation_of_state import gas_state
from kurucz_a1.physics.thermodynamics import Thermodynamics, thermodynamics

SUN = np.asarray(eos_fractions(number_fractions()))
BATCH = 24


def _with_slope(temperature, pressure, fractions, radiation):
    """Thermodynamics and its derivative in ln T."""
    return jax.jvp(lambda t: thermodynamics(t, pressure, fractions, radiation), (temperature,), (temperature,))


_mapped = jax.jit(jax.vmap(_with_slope))
_state = jax.jit(jax.vmap(gas_state))


def derivatives(temperature, pressure, fractions, radiation=0.0):
    """Thermodynamics and d/dlnT of many points; padded to one shape, so that it compiles once."""
    count = len(temperature)
    arguments = [np.resize(np.asarray(values, float), BATCH) for values in (temperature, pressure, radiation)]
    result = _mapped(arguments[0], arguments[1], np.broadcast_to(fractions, (BATCH, 26)), arguments[2])
    return jax.tree.map(lambda values: np.asarray(values)[:count], result)


def pure(symbol):
    fractions = np.full(26, 1e-30)
    fractions[ELEMENTS.index(symbol)] = 1.0
    return fractions


def test_monatomic_gas():
    gas, _ = derivatives([2000.0, 3500.0, 5000.0], [1e4, 1e4, 1e4], pure("He"))
    mass = ATOMIC_WEIGHTS[1] * ATOMIC_MASS
    # Ionisation of helium at 5000 K costs 1e-7 of cp.
    np.testing.assert_allclose(gas.adiabatic_gradient, 0.4, rtol=1e-6)
    np.testing.assert_allclose(gas.expansion, 1.0, rtol=1e-6)
    np.testing.assert_allclose(gas.specific_heat, 2.5 * BOLTZMANN / mass, rtol=1e-6)
    np.testing.assert_allclose(gas.density, 1e4 * mass / BOLTZMANN / np.array([2000.0, 3500.0, 5000.0]), rtol=1e-6)


def test_ionised_hydrogen():
    gas, _ = derivatives([40_000.0], [1.0], pure("H"))
    # Neutral atoms: 1e-7; attraction of charges: 1e-5.
    np.testing.assert_allclose(gas.adiabatic_gradient, 0.4, rtol=1e-3)
    np.testing.assert_allclose(gas.specific_heat, 5.0 * BOLTZMANN / (ATOMIC_WEIGHTS[0] * ATOMIC_MASS), rtol=1e-3)


def test_ionisation_and_dissociation_lower_the_gradient():
    temperature = np.geomspace(1600, 40_000, BATCH)
    gas, _ = derivatives(temperature, np.full(BATCH, 1e5), SUN)
    gradient = dict(zip(temperature, gas.adiabatic_gradient, strict=True))
    hydrogen = min((value, t) for t, value in gradient.items() if 5500 < t < 20_000)
    molecules = min((value, t) for t, value in gradient.items() if t < 4000)
    assert hydrogen[0] < 0.13
    assert 8000 < hydrogen[1] < 15_000
    assert molecules[0] < 0.25
    assert 2000 < molecules[1] < 4000
    between = max(value for t, value in gradient.items() if 4000 < t < 6500)
    assert 0.36 < between < 0.4
    assert np.all(gas.adiabatic_gradient < 0.4)
    assert np.all(gas.specific_heat > 0)


def test_photon_gas():
    """Where radiation carries the pressure, grad_ad is 1/4."""
    gas, _ = derivatives([30_000.0], [1e-3], pure("He"), radiation=[1.0])
    # Gas pressure is 5e-7 of the whole, but holds the inertia; its entropy counts to the same order.
    np.testing.assert_allclose(gas.adiabatic_gradient, 0.25, rtol=1e-3)


def test_first_law():
    """Along the adiabat that grad_ad gives, de = P / rho dln(rho): by differences of gas_state alone."""
    temperature = np.array([2500.0, 4000.0, 6000.0, 9000.0, 11_000.0, 20_000.0])
    pressure = np.array([1e4, 1e4, 1e5, 2e5, 4e5, 1e5])
    gas, _ = derivatives(temperature, pressure, SUN)
    step = 1e-4
    ends = [
        _state(temperature * np.exp(s * gas.adiabatic_gradient), pressure * np.exp(s), np.broadcast_to(SUN, (6, 26)))
        for s in (-step, step)
    ]
    heat = ends[1].internal_energy - ends[0].internal_energy
    middle = np.sqrt(np.asarray(ends[0].density) * np.asarray(ends[1].density))
    work = pressure / middle * np.log(ends[1].density / ends[0].density)
    # 1e-4: twice ionised helium and the bound on the lowering are not in the Debye length that pressure and energy use.
    np.testing.assert_allclose(heat, work, rtol=1e-4)


def test_derivatives_are_differentiable():
    temperature = np.array([2500.0, 4000.0, 6000.0, 11_000.0])
    pressure = np.array([1e3, 1e4, 1e5, 1e5])
    _, slope = derivatives(temperature, pressure, SUN)
    step = 1e-4
    high, low = (derivatives(temperature * np.exp(s), pressure, SUN)[0] for s in (step, -step))
    for name in Thermodynamics._fields:
        expected = (getattr(high, name) - getattr(low, name)) / (2 * step)
        scale = np.abs(getattr(high, name))
        # Truncation of the central difference: step squared times third derivatives of up to 1e2.
        np.testing.assert_allclose(getattr(slope, name) / scale, expected / scale, rtol=1e-5, atol=1e-6)
