"""Thermodynamic derivatives of the gas that convection needs: specific heat, adiabatic gradient, expansion."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kurucz_a1.physics.constants import SPEED_OF_LIGHT, STEFAN_BOLTZMANN
from kurucz_a1.physics.equation_of_state import gas_state
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
    radiation_pressure = radiation * _RADIATION_CONSTANT / 3.0
    pressure = gas_pressure + radiation_pressure * temperature**4

    def along_isobar(temperature: Array) -> tuple[Array, Array]:
        from_photons = radiation_pressure * temperature**4
        state = gas_state(temperature, pressure - from_photons, fractions26)
        enthalpy = state.internal_energy + (3.0 * from_photons + pressure) / state.density
        return enthalpy, state.density

    temperature = jnp.asarray(temperature, float)
    (_, density), (specific_heat, slope) = jax.jvp(along_isobar, (temperature,), (jnp.ones_like(temperature),))
    expansion = -temperature * slope / density
    gradient = pressure * expansion / (density * temperature * specific_heat)
    return Thermodynamics(density, specific_heat, gradient, expansion)
