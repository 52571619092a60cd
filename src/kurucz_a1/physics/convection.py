"""Convective flux by the mixing-length theory in the form that ATLAS uses.

Böhm-Vitense (1958, ZAp 46, 108); Mihalas (1978, Stellar Atmospheres, 2nd ed., section 7-3); Kurucz (1970, SAO Special
Report 309); without the overshooting that Castelli, Gratton & Kurucz (1997, A&A 318, 841) advise against. Rising and
sinking bubbles lose heat through their own opacities, which where convection sets in are far from that of the mean gas.
"""

import jax
import jax.numpy as jnp

from kurucz_a1.physics.constants import STEFAN_BOLTZMANN

MIXING_LENGTH = 1.25  # pressure scale heights, ATLAS's standard value
LARGEST_CONTRAST = 0.15  # of temperature: farther from the mean gas its opacity is not followed, as in ATLAS
_STEPS = 20  # to find the excess gradient to rounding, where LARGEST_CONTRAST bends its equation too


def convective_flux(
    gradient,
    temperature,
    pressure,
    density,
    specific_heat,
    adiabatic_gradient,
    expansion,
    rosseland_opacity,
    opacity_slope,
    opacity_curvature,
    gravity,
    mixing_length=MIXING_LENGTH,
):
    """Convective flux in erg s-1 cm-2, zero where the layer is stable; all arguments broadcast.

    gradient: dlnT/dlnP of the atmosphere; temperature K; pressure dyn cm-2; density g cm-3; specific_heat at constant
    pressure erg g-1 K-1; adiabatic_gradient; expansion -dln(density)/dlnT at constant pressure; rosseland_opacity
    cm2 g-1; opacity_slope, opacity_curvature dln(rosseland_opacity)/dlnT and its own derivative in ln T at constant
    pressure; gravity cm s-2; mixing_length in pressure scale heights.

    The opacity of a hot and a cold bubble is followed along slope and curvature, which near 11,000 K, where hydrogen
    is most opaque, is the larger part; as in ATLAS their harmonic mean counts.
    """
    scale_height = pressure / (density * gravity)
    speed = 0.5 * mixing_length * jnp.sqrt(0.5 * pressure / density * expansion)  # cm s-1 for unit excess gradient
    heat = 0.5 * density * specific_heat * temperature * mixing_length
    depth = rosseland_opacity * density * mixing_length * scale_height  # optical, of a bubble of mean temperature
    strength = 8.0 * STEFAN_BOLTZMANN * temperature**4 * mixing_length / (heat * speed)

    def loss(contrast):
        contrast = jnp.minimum(contrast, LARGEST_CONTRAST)
        bubble_depth = depth * jnp.exp(0.5 * opacity_curvature * contrast**2) / jnp.cosh(opacity_slope * contrast)
        return strength * bubble_depth / (2.0 + bubble_depth**2)

    # excess over the bubble's own gradient, root**2: root**2 + loss root = gradient - adiabatic_gradient
    unstable = gradient > adiabatic_gradient
    excess = jnp.where(unstable, gradient - adiabatic_gradient, 1.0)

    def imbalance(root):
        return root**2 + loss(mixing_length * root**2) * root - excess

    root = _increasing_root(imbalance, jnp.sqrt(excess))
    return jnp.where(unstable, heat * speed * root**3, 0.0)


def _increasing_root(function, highest):
    """Where a function that increases on (0, highest) vanishes: Newton's method, kept in a bracket.

    The derivatives are those of the root, whatever the way to it.
    """

    def with_slope(root):
        return jax.jvp(function, (root,), (jnp.ones_like(root),))

    low, high, root = jnp.zeros_like(highest), highest, highest
    for _ in range(_STEPS):
        value, slope = with_slope(root)
        low, high = jnp.where(value < 0.0, root, low), jnp.where(value < 0.0, high, root)
        newton = root - value / slope
        root = jnp.where((newton > low) & (newton < high), newton, 0.5 * (low + high))
    root = jax.lax.stop_gradient(root)
    value, slope = with_slope(root)
    return root - value / jax.lax.stop_gradient(slope)
