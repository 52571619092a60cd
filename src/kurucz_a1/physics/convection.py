"""Convective flux by the mixing-length theory in the form that ATLAS uses.

Böhm-Vitense (1958, ZAp 46, 108); Mihalas (1978, Stellar Atmospheres, 2nd ed., section 7-3); Kurucz (1970, SAO Special
Report 309); without the overshooting that Castelli, Gratton & Kurucz (1997, A&A 318, 841) advise against. Rising and
sinking bubbles lose heat through their own opacities, which where convection sets in are far from that of the mean gas.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kurucz_a1.physics.constants import STEFAN_BOLTZMANN
from kurucz_a1.types import Real

LARGEST_CONTRAST = 0.15  # of temperature: farther from the mean gas its opacity is not followed, as in ATLAS
_STEPS = 20  # to find the excess gradient to rounding, where LARGEST_CONTRAST bends its equation too


class Bubbles(NamedTuple):
    """How convective bubbles carry heat at some places: the square root of their excess gradient is the unknown.

    The excess is that of the atmosphere's gradient over the bubble's own. The flux is ``carried`` times its power 3/2.
    """

    adiabatic_gradient: Real
    carried: Real  # erg s-1 cm-2
    strength: Real  # of the loss of heat
    depth: Real  # optical, of a bubble of mean temperature
    opacity_slope: Real
    opacity_curvature: Real
    mixing_length: Real

    def superadiabatic(self, root: Array) -> Array:
        """Gradient of the atmosphere over the adiabatic one, for a ``root`` of the excess: root**2 + loss root."""
        contrast = jnp.minimum(jnp.multiply(self.mixing_length, root**2), LARGEST_CONTRAST)
        bubble_depth = (
            self.depth * jnp.exp(0.5 * self.opacity_curvature * contrast**2) / jnp.cosh(self.opacity_slope * contrast)
        )
        return root**2 + self.strength * bubble_depth / (2.0 + bubble_depth**2) * root


def bubbles(
    temperature: Real,
    pressure: Real,
    density: Real,
    specific_heat: Real,
    adiabatic_gradient: Real,
    expansion: Real,
    rosseland_opacity: Real,
    opacity_slope: Real,
    opacity_curvature: Real,
    gravity: Real,
    mixing_length: Real,
) -> Bubbles:
    """The ``Bubbles`` of a gas. All arguments broadcast.

    - ``adiabatic_gradient``: dlnT/dlnP at constant entropy.
    - ``temperature``: K; ``pressure``: dyn cm-2; ``density``: g cm-3; ``gravity``: cm s-2.
    - ``specific_heat``: erg g-1 K-1, and ``expansion``: -dln(density)/dlnT, both at constant pressure.
    - ``rosseland_opacity``: cm2 g-1; ``opacity_slope``, ``opacity_curvature``: first and second derivative of its
      logarithm by ln T at constant pressure.
    - ``mixing_length``: pressure scale heights.

    A hot and a cold bubble have the opacities that slope and curvature give; near 11,000 K, where hydrogen is most
    opaque, the curvature matters more. As in ATLAS their harmonic mean counts.
    """
    scale_height = pressure / (density * gravity)
    speed = 0.5 * mixing_length * jnp.sqrt(0.5 * pressure / density * expansion)  # cm s-1 for unit excess gradient
    heat = 0.5 * density * specific_heat * temperature * mixing_length
    depth = rosseland_opacity * density * mixing_length * scale_height
    strength = 8.0 * STEFAN_BOLTZMANN * temperature**4 * mixing_length / (heat * speed)
    return Bubbles(adiabatic_gradient, heat * speed, strength, depth, opacity_slope, opacity_curvature, mixing_length)


def convective_flux(gradient: Real, *gas: Real, **named_gas: Real) -> Float[Array, "..."]:
    """Convective flux in erg s-1 cm-2, zero where the layer is stable.

    ``gradient`` is dlnT/dlnP of the atmosphere; the other arguments are those of ``bubbles``.
    """
    of_gas = bubbles(*gas, **named_gas)
    unstable = gradient > of_gas.adiabatic_gradient
    excess = jnp.where(unstable, gradient - of_gas.adiabatic_gradient, 1.0)

    def imbalance(root: Array, of_gas: Bubbles, excess: Array) -> Array:
        return of_gas.superadiabatic(root) - excess

    root = _increasing_root(imbalance, (of_gas, excess), jnp.sqrt(excess))
    return jnp.where(unstable, of_gas.carried * root**3, 0.0)


def gradient_of_total_flux(radiative_gradient: Real, flux: Real, *gas: Real, **named_gas: Real) -> Float[Array, "..."]:
    """dlnT/dlnP at which radiation and convection together carry ``flux`` (erg s-1 cm-2).

    The flux of radiation is proportional to the gradient, and ``radiative_gradient``, which is positive, is the one at
    which it would carry all; the other arguments are those of ``bubbles``. The flux of convection rises steeply from
    nothing where a layer turns unstable; this gradient is a smooth function there.
    """
    of_gas = bubbles(*gas, **named_gas)
    unstable = radiative_gradient > of_gas.adiabatic_gradient
    excess = jnp.where(unstable, radiative_gradient - of_gas.adiabatic_gradient, 1.0)
    share = radiative_gradient * of_gas.carried / flux

    def imbalance(root: Array, of_gas: Bubbles, excess: Array, share: Array) -> Array:
        return of_gas.superadiabatic(root) + share * root**3 - excess

    highest = jnp.minimum(jnp.sqrt(excess), jnp.cbrt(excess / share))
    root = _increasing_root(imbalance, (of_gas, excess, share), highest)
    return jnp.where(unstable, of_gas.adiabatic_gradient + of_gas.superadiabatic(root), radiative_gradient)


def _increasing_root(
    function: Callable[..., Array], parameters: tuple[Any, ...], highest: Float[Array, "*shape"]
) -> Float[Array, "*shape"]:
    """Root of ``function(root, *parameters)`` that increases on (0, highest), by Newton's method within a bracket.

    Derivatives are those of the root, not of the iterations.
    """
    held = jax.lax.stop_gradient(parameters)
    highest = jax.lax.stop_gradient(jnp.broadcast_to(highest, jnp.shape(function(highest, *held))))

    def with_slope(root: Array, parameters: tuple[Any, ...]) -> tuple[Array, Array]:
        return jax.jvp(lambda root: function(root, *parameters), (root,), (jnp.ones_like(root),))

    def approach(_: Any, bracket: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        low, high, root = bracket
        value, slope = with_slope(root, held)
        low, high = jnp.where(value < 0.0, root, low), jnp.where(value < 0.0, high, root)
        newton = root - value / slope
        return low, high, jnp.where((newton >= low) & (newton <= high), newton, 0.5 * (low + high))

    _, _, root = jax.lax.fori_loop(0, _STEPS, approach, (jnp.zeros_like(highest), highest, highest))
    value, slope = with_slope(root, parameters)
    return root - value / jax.lax.stop_gradient(slope)
