"""Line opacity of the gas at fixed frequencies, from tabulated cross sections per absorber.

ln sigma of each species at each frequency is a mean plus a few products of a factor of the frequency and a function of
temperature and pressure (for hydrogen: electron density). The functions are cubic B-splines, so opacity has two
continuous derivatives in temperature and pressure; abundances and ionisation enter linearly through the populations.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from kurucz_a1.numerics.b_splines import SplineAxis, spline_coefficients, spline_weights
from kurucz_a1.physics.constants import ANGSTROM, BOLTZMANN, PLANCK, SPEED_OF_LIGHT
from kurucz_a1.physics.equation_of_state import GasState
from kurucz_a1.types import Real, Scalar

NOTHING = -1e3  # ln of a cross section whose exponential is 0
SLOW = 2.0  # km2 s-2
HYDROGEN_EVERY = 3  # of the microturbulences of a table has its own functions of hydrogen


class LowRank(NamedTuple):
    """ln sigma (species, nu) = mean + factors . V(x, y), V splined over two axes."""

    mean: Float[Array, "species nu"]
    factors: Float[Array, "species nu rank"]
    coefficients: Float[Array, "*vturb x_node+2 y_node+2 species rank"]  # first axis: of a table of several vturb
    x: SplineAxis
    y: SplineAxis


class Pieces(NamedTuple):
    """ln sigma = mean + factors . V(x, y) of each species, V splined over two axes, where the species matters.

    A piece is of one species at some consecutive frequencies; elsewhere the species does not absorb. The functions V
    are common to all microturbulences.
    """

    mean: Float[Array, "*vturb piece point"]  # first axis, here and below: of a table of several vturb
    factors: Float[Array, "*vturb piece point rank"]
    species: Int[Array, "piece"]  # row in V
    block: Int[Array, "piece"]  # number of the block of frequencies
    coefficients: Float[Array, "x_node+2 y_node+2 species rank"]
    x: SplineAxis
    y: SplineAxis


class LineOpacityTable(NamedTuple):
    """Tabulated line cross sections on the frequency grid of the model atmospheres.

    ``vturb`` is the microturbulence in km s-1; a table of several holds them in increasing order, evenly spaced in
    ``vturb_place``, and ``at_vturb`` interpolates between them.
    """

    frequency: Float[Array, "nu"]  # Hz, increasing
    weights: Float[Array, "nu"]  # of the quadrature, Hz
    absorber: Int[Array, "species"]  # index of each species in ``absorber_populations``
    metals: Pieces  # over ln T and ln P
    hydrogen: LowRank  # over ln T and ln n_e
    hydrogen_self: LowRank  # over ln T and ln n_e, per neutral hydrogen atom and cm3
    vturb: Scalar | Float[Array, "vturb"]

    @property
    def wavelength(self) -> Float[Array, "nu"]:
        """Vacuum wavelength, A."""
        return SPEED_OF_LIGHT / ANGSTROM / self.frequency


def vturb_place(vturb: Real) -> Float[Array, "..."]:
    """The place of a microturbulence (km s-1) on the axis of a table: the logarithm of the square of a line's width.

    That of the thermal speed of heavy atoms, SLOW (of iron at 6700 K), is added to the square: below it little changes.
    """
    return jnp.log(SLOW + jnp.square(vturb))


def vturb_at(place: Real) -> Float[Array, "..."]:
    """The microturbulence (km s-1) at a place on the axis of a table."""
    return jnp.sqrt(jnp.exp(place) - SLOW)


@jax.jit
def at_vturb(table: LineOpacityTable, vturb: Scalar) -> LineOpacityTable:
    """The LineOpacityTable at one microturbulence in km s-1, differentiable in it; a table of one stays as it is.

    Metals follow a cubic spline through all tabulated values, hydrogen, whose atoms are fast, the polynomial in vturb
    squared through every HYDROGEN_EVERY-th of them (tests/lines/test_opacity_table.py).
    """
    if jnp.ndim(table.vturb) == 0:
        return table
    nodes = jnp.asarray(table.vturb)
    ends = vturb_place(nodes[jnp.array([0, -1])])
    axis = SplineAxis(ends[0], (ends[1] - ends[0]) / (nodes.size - 1), nodes.size, 1.0)
    first, of_coefficients = spline_weights(vturb_place(vturb), axis)
    through_nodes = jnp.asarray(spline_coefficients(np.eye(nodes.size), 0))
    spline = of_coefficients @ jax.lax.dynamic_slice(through_nodes, (first, 0), (4, nodes.size))

    squares = nodes[::HYDROGEN_EVERY] ** 2
    same = jnp.eye(squares.size, dtype=bool)
    apart = jnp.where(same, 1.0, squares[:, None] - squares)
    polynomial = jnp.prod(jnp.where(same, 1.0, vturb**2 - squares) / apart, axis=1)

    def between(weights: Array, values: Array) -> Array:
        return jnp.tensordot(weights.astype(values.dtype), values, axes=1)

    def of_hydrogen(part: LowRank) -> LowRank:
        return part._replace(coefficients=between(polynomial, part.coefficients))

    metals = table.metals
    return table._replace(
        metals=metals._replace(mean=between(spline, metals.mean), factors=between(spline, metals.factors)),
        hydrogen=of_hydrogen(table.hydrogen),
        hydrogen_self=of_hydrogen(table.hydrogen_self),
        vturb=vturb,
    )


def log_cross_sections(table: LowRank, x: Scalar, y: Scalar) -> Float[Array, "species nu"]:
    """ln sigma at x = ln T and y = ln n_e, in the precision of the table."""
    return table.mean + jnp.einsum("snr,sr->sn", table.factors, functions_of_gas(table, x, y))


def log_metal_cross_sections(table: LineOpacityTable, x: Scalar, y: Scalar) -> Float[Array, "species nu"]:
    """ln sigma of metals and molecules at x = ln T and y = ln P, NOTHING where a species does not matter."""
    metals = table.metals
    functions = functions_of_gas(metals, x, y)[metals.species]
    values = metals.mean + jnp.einsum("pnr,pr->pn", metals.factors, functions)
    width = metals.mean.shape[-1]
    blocks = -(-table.frequency.size // width)
    sections = jnp.full((table.absorber.size, blocks, width), NOTHING, values.dtype)
    sections = sections.at[metals.species, metals.block].set(values)
    return sections.reshape(table.absorber.size, -1)[:, : table.frequency.size]


def functions_of_gas(table: LowRank | Pieces, x: Scalar, y: Scalar) -> Float[Array, "species rank"]:
    """The functions V of a table, in its precision."""
    i, weight_x = spline_weights(x, table.x)
    j, weight_y = spline_weights(y, table.y)
    block = jax.lax.dynamic_slice(table.coefficients, (i, j, 0, 0), (4, 4, *table.coefficients.shape[2:]))
    return jnp.einsum("a,b,absr->sr", weight_x, weight_y, block).astype(table.factors.dtype)


def summed_cross_sections(
    table: LineOpacityTable, x: Scalar, y: Scalar, log_absorbers: Float[Array, "species"]
) -> Float[Array, "nu"]:
    """Sum over metals and molecules of absorbers, given by their logarithm, times cross section.

    Piece by piece: to sum one array over all of them, exponential inside, takes five times as long.
    """
    metals = table.metals
    width = metals.mean.shape[-1]
    functions, log_absorbers = functions_of_gas(metals, x, y), log_absorbers.astype(metals.mean.dtype)

    def add(total: Array, piece: tuple[Array, ...]) -> tuple[Array, None]:
        mean, factors, species, block = piece
        more = jnp.exp(mean + factors @ functions[species] + log_absorbers[species])
        return total.at[block].add(more), None

    total = jnp.zeros((-(-table.frequency.size // width), width), metals.mean.dtype)
    total, _ = jax.lax.scan(add, total, (metals.mean, metals.factors, metals.species, metals.block))
    return total.ravel()[: table.frequency.size]


def absorber_populations(state: GasState) -> Float[Array, "absorber"]:
    """n / U of all stages of every element, then of every molecule, cm-3."""
    return jnp.concatenate(
        [(state.atoms / state.atomic_partition).ravel(), state.molecules / state.molecular_partition]
    )


def line_opacity(table: LineOpacityTable, state: GasState) -> Float[Array, "nu"]:
    """Absorption by metal, molecular and hydrogen lines at one point, cm2 g-1, less stimulated emission.

    The sum over species has the precision of the table (float32: 1e-5 of the sum) and is per gram, so that nothing
    overflows.
    """
    log_temperature = jnp.log(state.temperature)
    per_gram = absorber_populations(state) / state.density

    log_absorbers = jnp.log(jnp.maximum(per_gram[table.absorber], 1e-200))
    total = summed_cross_sections(table, log_temperature, jnp.log(state.gas_pressure), log_absorbers)

    log_electrons = jnp.log(state.electron_density)
    neutral = state.atoms[0, 0]
    hydrogen = jnp.exp(log_cross_sections(table.hydrogen, log_temperature, log_electrons)[0])
    collisions = jnp.exp(log_cross_sections(table.hydrogen_self, log_temperature, log_electrons)[0])
    total = total.astype(float) + per_gram[0] * (hydrogen.astype(float) + neutral * collisions.astype(float))
    return total * -jnp.expm1(-PLANCK * table.frequency / (BOLTZMANN * state.temperature))
