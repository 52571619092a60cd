"""Thermodynamic derivatives of the gas that convection needs: specific heat, adiabatic gradient, expansion."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kurucz_a1.physics.constants import SPEED_OF_LIGHT, STEFAN_BOLTZMANN
from kurucz_a1.physics.equation_of_state import GasState, gas_state
from kurucz_a1.types import AnyArray, Scalar

_RADIATION_CONSTANT = 4.0 * STEFAN_BOLTZMANN / SPEED_OF_LIGHT  # erg cm-3 K-4


class Thermodynamics(NamedTuple):
    """Derivatives at constant total pressure at one point."""

    density: Float[Array, ""]  # g cm-3
    specific_heat: Float[Array, ""]  # cp, erg g-1 K-1
    adiabatic_gradient: Float[Array, ""]  # dlnT / dlnP at constant entropy
    expansion: Float[Array, ""]  # Q = -dln(density) / dlnT


def thermodynamics(
    temperature: Scalar, gas_pressure: Scalar, fractions26: Float[AnyArray, "26"], radiation: Scalar = 0.0
) -> Thermodynamics:
    """Thermodynamics of the gas and of the radiation in it.

    - ``temperature``: K; ``gas_pressure``: dyn cm-2; ``fractions26``: number fractions of ELEMENTS.
    - ``radiation``: share of black-body radiation that moves and exchanges heat with the gas, 0 for gas alone, 1 in the
      deep interior. ATLAS takes 1 - exp(-tau_Rosseland) (Kurucz 1970, SAO Special Report 309). Pressure and energy
      include that share of a T4 / 3 and a T4.

    cp is the derivative of the enthalpy along constant pressure and grad_ad = P Q / (rho T cp) (Kippenhahn, Weigert &
    Weiss 2012, Stellar Structure and Evolution, ch. 4), both with energies of ionisation, dissociation and excitation.
    Differentiable in all arguments.
    """
    return state_and_thermodynamics(temperature, gas_pressure, fractions26, radiation)[1]


def state_and_thermodynamics(
    temperature: Scalar, gas_pressure: Scalar, fractions26: Float[AnyArray, "26"], radiation: Scalar = 0.0
) -> tuple[GasState, Thermodynamics]:
    """``gas_state`` and ``thermodynamics`` at one point, for less than the two apart."""
    temperature, gas_pressure = jnp.asarray(temperature, float), jnp.asarray(gas_pressure, float)
    from_photons = radiation * _RADIATION_CONSTANT / 3.0 * temperature**4
    photon_slope = 4.0 * from_photons / temperature
    pressure = gas_pressure + from_photons
    along_isobar = (jnp.ones_like(temperature), -photon_slope)
    state, slope = jax.jvp(lambda t, p: gas_state(t, p, fractions26), (temperature, gas_pressure), along_isobar)
    expansion = -temperature * slope.density / state.density
    # a T4 + P: the enthalpy is the gas's energy and this over rho
    enthalpy_per_volume = 3.0 * from_photons + pressure
    specific_heat = (
        slope.internal_energy
        + (3.0 * photon_slope - enthalpy_per_volume * slope.density / state.density) / state.density
    )
    gradient = pressure * expansion / (state.density * temperature * specific_heat)
    return state, Thermodynamics(state.density, specific_heat, gradient, expansion)
