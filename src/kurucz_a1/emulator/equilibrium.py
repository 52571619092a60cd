"""Column mass and gas pressure that balance gravity, from opacity and radiative acceleration given as splines.

dm = dtau/kappa and dP_gas = (g - g_rad) dm. Above the first node kappa and g_rad are constant, as in ATLAS-12:
m = tau/kappa and P_gas = (g - g_rad) m there.

ln kappa and ln (g_rad/g) are cubic splines in log tau. Radiation carries less than the weight, so that pressure is
positive and increases inward, whatever the splines do between the nodes.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from kurucz_a1.numerics.quadrature import gauss_legendre
from kurucz_a1.numerics.splines import in_cell, locate

# Gauss-Legendre points of a cell on 0..1: the error is below 1e-6 on opacities as rough as noise (tests), and where an
# emulator at the edge of its labels makes g_rad rise tenfold and fall within two depths. Four points err by 1e-3 there.
_QUADRATURE = tuple((float(point), float(weight)) for point, weight in zip(*gauss_legendre(6), strict=True))
LN10 = float(np.log(10.0))
LEAST_STRETCH = 1e-3  # of g_rad over g P_rad/P: radiation that pulls is none of a network's models
LARGEST_LOG_SHARE = -1e-3  # of ln (g_rad/g) between nodes; the networks stay below at the nodes


class Splines(NamedTuple):
    """Splines in log10 tau by their values and second derivatives at the nodes."""

    nodes: Float[Array, "node"]  # log10 tau
    log_opacity: Float[Array, "... node"]  # ln kappa, cm2 g-1
    log_opacity_curvature: Float[Array, "... node"]
    log_share: Float[Array, "... node"]  # ln (g_rad/g)
    log_share_curvature: Float[Array, "... node"]


def _carried_by_gas(log_share: Float[Array, "*points"]) -> Float[Array, "*points"]:
    """1 - g_rad/g, not below zero."""
    return -jnp.expm1(jnp.minimum(log_share, LARGEST_LOG_SHARE))


def mass_and_pressure(
    curves: Splines, gravity: Float[Array, "..."], log_tau: Float[Array, "... depth"] | None = None
) -> tuple[Float[Array, "... depth"], Float[Array, "... depth"]]:
    """Column mass (g cm-2) and gas pressure (dyn cm-2).

    - ``gravity``: cm s-2.
    - ``log_tau``: log10 tau, None for the nodes.
    """
    nodes = curves.nodes
    cells = jnp.arange(nodes.shape[0] - 1)
    first = jnp.exp(LN10 * nodes[0] - curves.log_opacity[..., 0])
    weight = _carried_by_gas(curves.log_share[..., 0]) * first
    of_cells = _integrals(curves, cells, jnp.zeros_like(nodes[1:]), jnp.ones_like(nodes[1:]))
    mass, carried = (
        jnp.cumsum(jnp.concatenate([start[..., None], pieces], axis=-1), axis=-1)
        for start, pieces in zip((first, weight), of_cells, strict=True)
    )
    if log_tau is not None:
        above = jnp.exp(LN10 * jnp.minimum(log_tau - nodes[0], 0.0))
        cell, share = locate(nodes, jnp.maximum(log_tau, nodes[0]))
        since = _integrals(curves, cell, jnp.zeros_like(share), share)
        shape = jnp.broadcast_shapes(mass.shape[:-1], cell.shape[:-1])
        at = jnp.broadcast_to(cell, (*shape, cell.shape[-1]))
        mass, carried = (
            above * (jnp.take_along_axis(jnp.broadcast_to(whole, (*shape, whole.shape[-1])), at, axis=-1) + piece)
            for whole, piece in zip((mass, carried), since, strict=True)
        )
    return mass, gravity[..., None] * carried


def column_mass(
    nodes: Float[Array, "node"],
    log_opacity: Float[Array, "... node"],
    curvature: Float[Array, "... node"],
    log_tau: Float[Array, "... depth"] | None = None,
) -> Float[Array, "... depth"]:
    """Column mass (g cm-2) alone.

    - ``log_opacity``: ln kappa at the nodes, cm2 g-1; ``curvature``: its second derivatives.
    - ``nodes``, ``log_tau``: log10 tau, None for the nodes.
    """
    none = jnp.full_like(log_opacity, LARGEST_LOG_SHARE)
    return mass_and_pressure(
        Splines(nodes, log_opacity, curvature, none, jnp.zeros_like(none)), jnp.ones(log_opacity.shape[:-1]), log_tau
    )[0]


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
    curves: Splines, cell: Int[Array, "... cell"], start: Float[Array, "... cell"], end: Float[Array, "... cell"]
) -> tuple[Float[Array, "... cell"], Float[Array, "... cell"]]:
    """Integrals of dm and of (1 - g_rad/g) dm in each cell from the share ``start`` to ``end``."""
    width = LN10 * (curves.nodes[cell + 1] - curves.nodes[cell]) * (end - start)
    mass: Any = 0.0
    carried: Any = 0.0
    for point, quadrature_weight in _QUADRATURE:
        share = start + point * (end - start)
        ln_tau = LN10 * (curves.nodes[cell] + share * (curves.nodes[cell + 1] - curves.nodes[cell]))
        log_opacity = in_cell(curves.nodes, curves.log_opacity, curves.log_opacity_curvature, cell, share)
        log_share = in_cell(curves.nodes, curves.log_share, curves.log_share_curvature, cell, share)
        piece = quadrature_weight * width * jnp.exp(ln_tau - log_opacity)
        mass = mass + piece
        carried = carried + piece * _carried_by_gas(log_share)
    return mass, carried
