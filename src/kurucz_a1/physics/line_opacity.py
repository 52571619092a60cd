"""Line opacity of the gas at fixed frequencies, from tabulated cross sections per absorber.

ln sigma of each species at each frequency is a mean plus a few products of a factor of the frequency and a function of
temperature and pressure (for hydrogen: electron density). The functions are cubic B-splines, so opacity has two
continuous derivatives in temperature and pressure; abundances and ionisation enter linearly through the populations.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from kurucz_a1.numerics.b_splines import SplineAxis, spline_weights
from kurucz_a1.physics.constants import ANGSTROM, BOLTZMANN, PLANCK, SPEED_OF_LIGHT
from kurucz_a1.physics.equation_of_state import GasState
from kurucz_a1.types import Scalar


class LowRank(NamedTuple):
    """ln sigma (species, nu) = mean + factors . V(x, y), V splined over two axes."""

    mean: Float[Array, "species nu"]
    factors: Float[Array, "species nu rank"]
    coefficients: Float[Array, "*vturb x_node+2 y_node+2 species rank"]  # first axis: of a table of several vturb
    x: SplineAxis
    y: SplineAxis


class LineOpacityTable(NamedTuple):
    """Tabulated line cross sections on the frequency grid of the model atmospheres.

    ``vturb`` is the microturbulence in km s-1; a table of several holds them in increasing order, and ``at_vturb``
    interpolates between them.
    """

    frequency: Float[Array, "nu"]  # Hz, increasing
    weights: Float[Array, "nu"]  # of the quadrature, Hz
    absorber: Int[Array, "species"]  # index of each species in ``absorber_populations``
    metals: LowRank  # over ln T and ln P
    hydrogen: LowRank  # over ln T and ln n_e
    hydrogen_self: LowRank  # over ln T and ln n_e, per neutral hydrogen atom and cm3
    vturb: Scalar | Float[Array, "vturb"]

    @property
    def wavelength(self) -> Float[Array, "nu"]:
        """Vacuum wavelength, A."""
        return SPEED_OF_LIGHT / ANGSTROM / self.frequency


def at_vturb(table: LineOpacityTable, vturb: Scalar) -> LineOpacityTable:
    """The LineOpacityTable at one microturbulence in km s-1, differentiable in it; a table of one stays as it is.

    The functions of the gas are interpolated by the polynomial through all tabulated values. A width enters ln sigma
    smoothly, so a cubic suffices (tests/lines/test_opacity_table.py).
    """
    if jnp.ndim(table.vturb) == 0:
        return table
    nodes = jnp.asarray(table.vturb)
    distances = vturb - nodes
    apart = nodes[:, None] - nodes + jnp.eye(nodes.size)
    others = jnp.where(jnp.eye(nodes.size, dtype=bool), 1.0, distances[None, :])
    weights = jnp.prod(others / apart, axis=1)

    def of_part(part: LowRank) -> LowRank:
        return part._replace(coefficients=jnp.tensordot(weights, part.coefficients, axes=1))

    return table._replace(
        metals=of_part(table.metals),
        hydrogen=of_part(table.hydrogen),
        hydrogen_self=of_part(table.hydrogen_self),
        vturb=vturb,
    )


def log_cross_sections(table: LowRank, x: Scalar, y: Scalar) -> Float[Array, "species nu"]:
    """ln sigma at x = ln T and y = ln P or ln n_e, in the precision of the table."""
    return table.mean + jnp.einsum("snr,sr->sn", table.factors, functions_of_gas(table, x, y))


def functions_of_gas(table: LowRank, x: Scalar, y: Scalar) -> Float[Array, "species rank"]:
    """The functions V of a table, in its precision."""
    i, weight_x = spline_weights(x, table.x)
    j, weight_y = spline_weights(y, table.y)
    block = jax.lax.dynamic_slice(table.coefficients, (i, j, 0, 0), (4, 4, *table.coefficients.shape[2:]))
    return jnp.einsum("a,b,absr->sr", weight_x, weight_y, block).astype(table.factors.dtype)


def summed_cross_sections(
    table: LowRank, x: Scalar, y: Scalar, log_absorbers: Float[Array, "species"]
) -> Float[Array, "nu"]:
    """Sum over species of absorbers, given by their logarithm, times cross section.

    Species by species: to sum one array over all of them, exponential inside, takes five times as long.
    """

    def add(total: Array, species: tuple[Array, ...]) -> tuple[Array, None]:
        mean, factors, functions, log_absorber = species
        return total + jnp.exp(mean + factors @ functions + log_absorber), None

    columns = (table.mean, table.factors, functions_of_gas(table, x, y), log_absorbers.astype(table.mean.dtype))
    return jax.lax.scan(add, jnp.zeros_like(table.mean[0]), columns)[0]


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
    total = summed_cross_sections(table.metals, log_temperature, jnp.log(state.gas_pressure), log_absorbers)

    log_electrons = jnp.log(state.electron_density)
    neutral = state.atoms[0, 0]
    hydrogen = jnp.exp(log_cross_sections(table.hydrogen, log_temperature, log_electrons)[0])
    collisions = jnp.exp(log_cross_sections(table.hydrogen_self, log_temperature, log_electrons)[0])
    total = total.astype(float) + per_gram[0] * (hydrogen.astype(float) + neutral * collisions.astype(float))
    return total * -jnp.expm1(-PLANCK * table.frequency / (BOLTZMANN * state.temperature))
