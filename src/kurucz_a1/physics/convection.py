"""Convective flux by the mixing-length theory in the form that ATLAS uses.

Böhm-Vitense (1958, ZAp 46, 108); Mihalas (1978, Stellar Atmospheres, 2nd ed., section 7-3); Kurucz (1970, SAO Special
Report 309); without the overshooting that Castelli, Gratton & Kurucz (1997, A&A 318, 841) advise against.
"""

import jax.numpy as jnp

from kurucz_a1.physics.constants import STEFAN_BOLTZMANN

MIXING_LENGTH = 1.25  # pressure scale heights, ATLAS's standard value


def convective_flux(
    gradient,
    temperature,
    pressure,
    density,
    specific_heat,
    adiabatic_gradient,
    expansion,
    rosseland_opacity,
    gravity,
    mixing_length=MIXING_LENGTH,
):
    """Convective flux in erg s-1 cm-2, zero where the layer is stable; all arguments broadcast.

    gradient: dlnT/dlnP of the atmosphere; temperature K; pressure dyn cm-2; density g cm-3; specific_heat at constant
    pressure erg g-1 K-1; adiabatic_gradient; expansion -dln(density)/dlnT at constant pressure; rosseland_opacity
    cm2 g-1; gravity cm s-2; mixing_length in pressure scale heights.
    """
    scale_height = pressure / (density * gravity)
    speed = 0.5 * mixing_length * jnp.sqrt(0.5 * pressure / density * expansion)  # cm s-1 for unit excess gradient
    heat = 0.5 * density * specific_heat * temperature * mixing_length
    bubble_depth = rosseland_opacity * density * mixing_length * scale_height
    loss = 8.0 * STEFAN_BOLTZMANN * temperature**4 / (rosseland_opacity * scale_height * density * heat * speed)
    loss = loss * bubble_depth**2 / (2.0 + bubble_depth**2)
    # excess over the bubble's own gradient: delta + loss sqrt(delta) = gradient - adiabatic_gradient
    unstable = gradient > adiabatic_gradient
    excess = jnp.where(unstable, gradient - adiabatic_gradient, 1.0)
    root = 2.0 * excess / (loss + jnp.sqrt(loss**2 + 4.0 * excess))
    return jnp.where(unstable, heat * speed * root**3, 0.0)
