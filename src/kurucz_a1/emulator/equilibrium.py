"""Column mass from an opacity given as a spline, and the pressure of gas and radiation that balance gravity.

dm = dtau/kappa, where ln kappa is a cubic spline in log tau. Above the first node kappa is constant, as in ATLAS-12:
m = tau/kappa there.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from kurucz_a1.numerics.quadrature import gauss_legendre
from kurucz_a1.numerics.splines import in_cell, locate

# Gauss-Legendre points of a cell on 0..1: the error is below 1e-6 on opacities as rough as noise (tests).
_QUADRATURE = tuple((float(point), float(weight)) for point, weight in zip(*gauss_legendre(6), strict=True))
LN10 = float(np.log(10.0))
LEAST_STRETCH = 1e-3  # of g_rad over g P_rad/P: radiation that pulls is none of a network's models


def column_mass(
    nodes: Float[Array, "node"],
    log_opacity: Float[Array, "... node"],
    curvature: Float[Array, "... node"],
    log_tau: Float[Array, "... depth"] | None = None,
) -> Float[Array, "... depth"]:
    """Column mass (g cm-2).

    - ``log_opacity``: ln kappa at the nodes, cm2 g-1; ``curvature``: its second derivatives by log10 tau.
    - ``nodes``, ``log_tau``: log10 tau, None for the nodes.
    """
    cells = jnp.arange(nodes.shape[0] - 1)
    first = jnp.exp(LN10 * nodes[0] - log_opacity[..., 0])
    pieces = _integrals(nodes, log_opacity, curvature, cells, jnp.ones_like(nodes[1:]))
    mass = jnp.cumsum(jnp.concatenate([first[..., None], pieces], axis=-1), axis=-1)
    if log_tau is None:
        return mass
    above = jnp.exp(LN10 * jnp.minimum(log_tau - nodes[0], 0.0))
    cell, share = locate(nodes, jnp.maximum(log_tau, nodes[0]))
    piece = _integrals(nodes, log_opacity, curvature, cell, share)
    shape = jnp.broadcast_shapes(mass.shape[:-1], cell.shape[:-1])
    at = jnp.broadcast_to(cell, (*shape, cell.shape[-1]))
    return above * (jnp.take_along_axis(jnp.broadcast_to(mass, (*shape, mass.shape[-1])), at, axis=-1) + piece)


def balanced(
    log_mass: Float[Array, "... depth"],
    log_opacity: Float[Array, "... depth"],
    balance: Float[Array, "... depth"],
    slope: Float[Array, "... depth"],
    log_tau: Float[Array, "... depth"],
    gravity: Float[Array, "..."],
) -> tuple[Float[Array, "... depth"], Float[Array, "... depth"]]:
    """ln of gas pressure (dyn cm-2) and of radiative acceleration (cm s-2), from how both share the weight.

    Of P_gas + P_rad = g m radiation carries the share sigma(x), where x, the ``balance``, is a logit: P_gas is positive
    whatever x is, and where radiation pushes harder than gravity pulls it may fall inward, as in real models. The
    acceleration is that of this pressure, g_rad = dP_rad/dm = g sigma(x) (1 + sigma(-x) dx/dln m).

    - ``slope``: dx/dlog10 tau. ``log_mass``, ``log_opacity``: ln of g cm-2 and cm2 g-1; ``log_tau``: log10 tau.
    """
    log_gravity = jnp.log(gravity)[..., None]
    by_mass = slope / LN10 * jnp.exp(log_opacity + log_mass - LN10 * log_tau)  # dx/dln m, as dm = dtau/kappa
    stretch = 1.0 + jax.nn.sigmoid(-balance) * by_mass
    acceleration = log_gravity + jax.nn.log_sigmoid(balance) + jnp.log(jnp.maximum(stretch, LEAST_STRETCH))
    return log_gravity + log_mass + jax.nn.log_sigmoid(-balance), acceleration


def _integrals(
    nodes: Float[Array, "node"],
    log_opacity: Float[Array, "... node"],
    curvature: Float[Array, "... node"],
    cell: Int[Array, "... cell"],
    end: Float[Array, "... cell"],
) -> Float[Array, "... cell"]:
    """Integrals of dm in each cell from its start to the share ``end`` of it."""
    width = LN10 * (nodes[cell + 1] - nodes[cell]) * end
    mass: Any = 0.0
    for point, quadrature_weight in _QUADRATURE:
        share = point * end
        ln_tau = LN10 * (nodes[cell] + share * (nodes[cell + 1] - nodes[cell]))
        values = in_cell(nodes, log_opacity, curvature, cell, share)
        mass = mass + quadrature_weight * width * jnp.exp(ln_tau - values)
    return mass
