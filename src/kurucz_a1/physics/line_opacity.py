"""Line opacity of the gas at fixed frequencies, from tabulated cross sections per absorber.

ln sigma of each species at each frequency is a mean plus a few products of a factor of the frequency and a function of
temperature and pressure (for hydrogen: electron density). The functions are cubic B-splines, so opacity has two
continuous derivatives in temperature and pressure; abundances and ionisation enter linearly through the populations.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp

from kurucz_a1.numerics.b_splines import SplineAxis, spline_weights
from kurucz_a1.physics.constants import ANGSTROM, BOLTZMANN, PLANCK, SPEED_OF_LIGHT


class LowRank(NamedTuple):
    """ln sigma (species, nu) = mean + factors . V(x, y), V splined over two axes."""

    mean: jax.Array  # (species, nu)
    factors: jax.Array  # (species, nu, rank)
    coefficients: jax.Array  # (x node + 2, y node + 2, species, rank)
    x: SplineAxis
    y: SplineAxis


class LineOpacityTable(NamedTuple):
    """Tabulated line cross sections on the frequency grid of the model atmospheres.

    frequency: Hz, (nu,), increasing; weights: quadrature weights, Hz, (nu,); absorber: index of each species in the
    populations of ``absorber_populations`` (species,); metals: over ln T and ln P; hydrogen and hydrogen_self: over
    ln T and ln n_e; the latter is per neutral hydrogen atom and cm3. vturb: microturbulence of all, km s-1.
    """

    frequency: jax.Array
    weights: jax.Array
    absorber: jax.Array
    metals: LowRank
    hydrogen: LowRank
    hydrogen_self: LowRank
    vturb: float

    @property
    def wavelength(self):
        """Vacuum wavelength, A, (nu,)."""
        return SPEED_OF_LIGHT / ANGSTROM / self.frequency


def log_cross_sections(table, x, y):
    """ln sigma, (species, nu), of a LowRank table at x = ln T and y = ln P or ln n_e; in the precision of the table."""
    return table.mean + jnp.einsum("snr,sr->sn", table.factors, functions_of_gas(table, x, y))


def functions_of_gas(table, x, y):
    """The functions V of a LowRank table, (species, rank), in the precision of the table."""
    i, weight_x = spline_weights(x, table.x)
    j, weight_y = spline_weights(y, table.y)
    block = jax.lax.dynamic_slice(table.coefficients, (i, j, 0, 0), (4, 4, *table.coefficients.shape[2:]))
    return jnp.einsum("a,b,absr->sr", weight_x, weight_y, block).astype(table.factors.dtype)


def summed_cross_sections(table, x, y, log_absorbers):
    """Sum over species of absorbers (their logarithm: (species,)) times cross section, (nu,).

    Species by species: the sum of one array over all of them, exponential inside, takes five times as long.
    """

    def add(total, species):
        mean, factors, functions, log_absorber = species
        return total + jnp.exp(mean + factors @ functions + log_absorber), None

    columns = (table.mean, table.factors, functions_of_gas(table, x, y), log_absorbers.astype(table.mean.dtype))
    return jax.lax.scan(add, jnp.zeros_like(table.mean[0]), columns)[0]


def absorber_populations(state):
    """n / U of every atom and ion, then of every molecule, cm-3, (78 + molecules,)."""
    return jnp.concatenate(
        [(state.atoms / state.atomic_partition).ravel(), state.molecules / state.molecular_partition]
    )


def line_opacity(table, state):
    """Absorption by metal, molecular and hydrogen lines, cm2 g-1, (nu,), with stimulated emission.

    table: LineOpacityTable; state: GasState of one point. The sum over species is made in the precision of the table
    (float32: 1e-5 of the sum), per gram so that nothing overflows.
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
