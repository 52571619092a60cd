"""The spectral energy distribution: flux at sampled frequencies, for bands of 5 nm or more and bolometric sums."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from kurucz_a1.lines.opacity_table import load_opacity_table
from kurucz_a1.lines.sampling import BANDS
from kurucz_a1.physics.constants import ANGSTROM, SPEED_OF_LIGHT
from kurucz_a1.physics.continuum import continuum_opacity, continuum_tables
from kurucz_a1.physics.equation_of_state import gas_states
from kurucz_a1.physics.line_opacity import at_vturb, line_opacity
from kurucz_a1.physics.planck import planck
from kurucz_a1.spectrum.formal import emergent_flux, optical_depth
from kurucz_a1.spectrum.synthesis import continuum_mean_intensity, model_fractions


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class EnergyDistribution:
    """Flux of one model at sampled frequencies, all (frequency,).

    wavelength: A, vacuum; frequency: Hz; weights: Hz, of the quadrature over frequency; flux: with lines, continuum:
    without, erg s-1 cm-2 A-1 through the star's surface. Each flux is that of one frequency: between lines or in one.
    Only means over bands that hold many of them mean anything.
    """

    wavelength: jax.Array
    frequency: jax.Array
    weights: jax.Array
    flux: jax.Array
    continuum: jax.Array


def spectral_energy_distribution(atmosphere, *, table=None, frequencies=BANDS, fractions=None):
    """The EnergyDistribution of one model atmosphere, with the opacities of the solver and coherent scattering.

    table: a LineOpacityTable, default the embedded one on ``frequencies`` (of ``load_opacity_table``); fractions:
    N/N_total (99,), in place of the model's. Scattering of the continuum is solved from the moment equation with the
    line opacity in place; lines absorb.
    """
    if np.ndim(atmosphere.temperature) != 1:
        raise ValueError(f"a spectral energy distribution is of one model, not of {np.shape(atmosphere.temperature)}")
    table = load_opacity_table(frequencies=frequencies) if table is None else at_vturb(table, atmosphere.vturb)
    fractions = model_fractions(atmosphere) if fractions is None else fractions
    flux, continuum = _fluxes(
        table,
        continuum_tables(np.asarray(table.frequency)),
        atmosphere.column_mass,
        atmosphere.temperature,
        atmosphere.gas_pressure,
        jnp.asarray(fractions),
    )
    wavelength = SPEED_OF_LIGHT / table.frequency / ANGSTROM
    per_angstrom = table.frequency / wavelength
    return EnergyDistribution(
        wavelength=wavelength,
        frequency=jnp.asarray(table.frequency),
        weights=jnp.asarray(table.weights),
        flux=flux * per_angstrom,
        continuum=continuum * per_angstrom,
    )


@jax.jit
def _fluxes(table, tables, column_mass, temperature, gas_pressure, fractions):
    """Flux with and without lines (frequency,), erg s-1 cm-2 Hz-1."""
    states = gas_states(temperature, gas_pressure, fractions)
    absorption, scattering = jax.vmap(lambda state: continuum_opacity(tables, state), out_axes=1)(states)
    lines = jax.vmap(lambda state: line_opacity(table, state), out_axes=1)(states)
    thermal = planck(tables.frequency[:, None], temperature)

    def surface_flux(true):
        mean = continuum_mean_intensity(tables.frequency, true, scattering, temperature, column_mass)
        extinction = true + scattering
        source = (true * thermal + scattering * mean) / extinction
        return emergent_flux(source, optical_depth(extinction, column_mass))

    return lax.map(surface_flux, jnp.stack([absorption + lines, absorption]))


def bolometric_flux(distribution):
    """Integral of the flux over frequency, erg s-1 cm-2; sigma Teff^4 for a model in radiative equilibrium."""
    wavelength = distribution.wavelength
    return jnp.sum(distribution.weights * distribution.flux * wavelength / distribution.frequency)


def band_means(distribution, edges):
    """Mean flux in bands, erg s-1 cm-2 A-1, and the number of sampled frequencies in each, both (band,).

    edges: (band + 1,) A, increasing. The mean over wavelength of the flux at the sampled points, weighted with the
    width in wavelength that each stands for; NaN in a band without one. With n points at random in a
    band of scatter s the sampling noise is s / sqrt(n); points of BANDS between 300 and 1000 nm are not at random.
    """
    wavelength, flux = np.asarray(distribution.wavelength), np.asarray(distribution.flux)
    width = np.asarray(distribution.weights) * wavelength / np.asarray(distribution.frequency)
    band = np.digitize(wavelength, edges) - 1
    means, counts = np.full(len(edges) - 1, np.nan), np.zeros(len(edges) - 1, dtype=int)
    for k in range(len(means)):
        inside = band == k
        counts[k] = inside.sum()
        if counts[k]:
            means[k] = np.sum(width[inside] * flux[inside]) / np.sum(width[inside])
    return means, counts
