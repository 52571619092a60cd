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
_NEWTON_STEPS = 8
_HALVINGS = 12


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
    gravity,
    mixing_length=MIXING_LENGTH,
):
    """Convective flux in erg s-1 cm-2, zero where the layer is stable; all arguments broadcast.

    gradient: dlnT/dlnP of the atmosphere; temperature K; pressure dyn cm-2; density g cm-3; specific_heat at constant
    pressure erg g-1 K-1; adiabatic_gradient; expansion -dln(density)/dlnT at constant pressure; rosseland_opacity
    cm2 g-1; opacity_slope dln(rosseland_opacity)/dlnT at constant pressure; gravity cm s-2; mixing_length in pressure
    scale heights.

    The opacity of a hot and a cold bubble is followed along ``opacity_slope``; as in ATLAS their harmonic mean counts.
    A thin bubble of higher contrast may then lose less heat, and one gradient would allow several fluxes, among which
    ATLAS's iteration picks one by its history. Here the loss never falls as the contrast grows, so the flux is a
    continuous function of the gradient: the least of those allowed, until the gradient allows only one.
    """
    scale_height = pressure / (density * gravity)
    speed = 0.5 * mixing_length * jnp.sqrt(0.5 * pressure / density * expansion)  # cm s-1 for unit excess gradient
    heat = 0.5 * density * specific_heat * temperature * mixing_length
    depth = rosseland_opacity * density * mixing_length * scale_height  # optical, of a bubble of mean temperature
    strength = 8.0 * STEFAN_BOLTZMANN * temperature**4 * mixing_length / (heat * speed)

    def lost(root, opacity_ratio):
        bubble_depth = depth * opacity_ratio
        return root * strength * bubble_depth / (2.0 + bubble_depth**2)

    steepness = jnp.abs(opacity_slope) * mixing_length

    def opacity_ratio(root):
        return 1.0 / jnp.cosh(jnp.minimum(steepness * root**2, jnp.abs(opacity_slope) * LARGEST_CONTRAST))

    turn = _first_maximum(jax.lax.stop_gradient(depth), jax.lax.stop_gradient(jnp.abs(opacity_slope)))
    # the loss is stationary there, so its derivatives need none of the place
    turn = jnp.sqrt(turn / jax.lax.stop_gradient(jnp.maximum(steepness, 1e-30)))
    plateau = lost(turn, opacity_ratio(turn))

    def loss(root):
        freely = lost(root, opacity_ratio(root))
        return jnp.where(root < turn, freely, jnp.maximum(freely, plateau))

    # excess over the bubble's own gradient, root**2: root**2 + loss(root) = gradient - adiabatic_gradient
    unstable = gradient > adiabatic_gradient
    excess = jnp.where(unstable, gradient - adiabatic_gradient, 1.0)

    def imbalance(root):
        return root**2 + loss(root) - excess

    first = lost(1.0, 1.0)
    root = 2.0 * excess / (first + jnp.sqrt(first**2 + 4.0 * excess))
    for _ in range(_NEWTON_STEPS):
        value, slope = jax.jvp(imbalance, (root,), (jnp.ones_like(root),))
        root = jnp.clip(root - value / slope, 0.1 * root, 10.0 * root)
    return jnp.where(unstable, heat * speed * root**3, 0.0)


def _first_maximum(depth, opacity_slope):
    """abs(ln of the opacity's change) at which the heat that a bubble loses stops to rise with its contrast.

    depth: optical, of a bubble of mean temperature; opacity_slope: not negative. LARGEST_CONTRAST times the slope where
    the loss rises all the way. By halving; the loss is stationary there, so a rough place will do.
    """
    low, high = jnp.zeros_like(opacity_slope * depth), opacity_slope * LARGEST_CONTRAST + 0.0 * depth
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        bubble_depth = depth / jnp.cosh(middle)
        falls = 2.0 * middle * jnp.tanh(middle) * (2.0 - bubble_depth**2) > 2.0 + bubble_depth**2
        low, high = jnp.where(falls, low, middle), jnp.where(falls, middle, high)
    return high
