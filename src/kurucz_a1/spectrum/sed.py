"""The spectral energy distribution: flux at sampled frequencies, for bands of 5 nm or more and bolometric sums."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.lines.opacity_table import load_opacity_table
from kurucz_a1.lines.sampling import BANDS
from kurucz_a1.physics.constants import ANGSTROM, SPEED_OF_LIGHT
from kurucz_a1.physics.continuum import ContinuumTables, continuum_opacity, continuum_tables
from kurucz_a1.physics.equation_of_state import gas_states
from kurucz_a1.physics.line_opacity import LineOpacityTable, at_vturb, line_opacity
from kurucz_a1.physics.planck import planck
from kurucz_a1.spectrum.formal import emergent_flux, optical_depth
from kurucz_a1.spectrum.smooth import continuum_mean_intensity
from kurucz_a1.spectrum.synthesis import model_fractions
from kurucz_a1.types import AnyArray


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class EnergyDistribution:
    """Flux of one model at sampled frequencies.

    - ``wavelength``: A, vacuum; ``frequency``: Hz.
    - ``weights``: Hz, of the quadrature over frequency.
    - ``flux``, ``continuum``: with and without lines, erg s-1 cm-2 A-1 through the star's surface.

    Each flux is that of one frequency, in a line or between lines: only means over bands of many frequencies are
    meaningful.
    """

    wavelength: Float[AnyArray, "nu"]
    frequency: Float[AnyArray, "nu"]
    weights: Float[AnyArray, "nu"]
    flux: Float[AnyArray, "nu"]
    continuum: Float[AnyArray, "nu"]


def spectral_energy_distribution(
    atmosphere: Atmosphere,
    *,
    table: LineOpacityTable | None = None,
    frequencies: int | str = BANDS,
    fractions: Float[AnyArray, "99"] | None = None,
) -> EnergyDistribution:
    """The EnergyDistribution of one model atmosphere, with the opacities of the solver and coherent scattering.

    - ``table``: line opacities; by default the embedded table on ``frequencies`` (see ``load_opacity_table``).
    - ``fractions``: N/N_total, in place of the model's.

    The moment equation gives the scattering of the continuum with the line opacity in place; lines absorb. Raises
    ValueError for several models.
    """
    if np.ndim(atmosphere.temperature) != 1:
        raise ValueError(f"a spectral energy distribution is of one model, not of {np.shape(atmosphere.temperature)}")
    table = load_opacity_table(frequencies=frequencies) if table is None else table
    table = at_vturb(table, jnp.asarray(atmosphere.vturb))
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
def _fluxes(
    table: LineOpacityTable,
    tables: ContinuumTables,
    column_mass: Float[AnyArray, "depth"],
    temperature: Float[AnyArray, "depth"],
    gas_pressure: Float[AnyArray, "depth"],
    fractions: Float[AnyArray, "99"],
) -> Float[Array, "2 nu"]:
    """Flux with and without lines, erg s-1 cm-2 Hz-1."""
    states = gas_states(temperature, gas_pressure, fractions)
    absorption, scattering = jax.vmap(lambda state: continuum_opacity(tables, state), out_axes=1)(states)
    lines = jax.vmap(lambda state: line_opacity(table, state), out_axes=1)(states)
    thermal = planck(tables.frequency[:, None], temperature)

    def surface_flux(true: Float[Array, "nu depth"]) -> Float[Array, "nu"]:
        mean = continuum_mean_intensity(tables.frequency, true, scattering, temperature, column_mass)
        extinction = true + scattering
        source = (true * thermal + scattering * mean) / extinction
        return emergent_flux(source, optical_depth(extinction, column_mass))

    return lax.map(surface_flux, jnp.stack([absorption + lines, absorption]))


def bolometric_flux(distribution: EnergyDistribution) -> Float[Array, ""]:
    """Integral of the flux over frequency, erg s-1 cm-2; sigma Teff^4 for a model in radiative equilibrium."""
    wavelength = distribution.wavelength
    return jnp.sum(distribution.weights * distribution.flux * wavelength / distribution.frequency)


def band_means(
    distribution: EnergyDistribution, edges: Sequence[float] | Float[np.ndarray, "edge"]
) -> tuple[Float[np.ndarray, "band"], Int[np.ndarray, "band"]]:
    """Mean flux in bands, erg s-1 cm-2 A-1, and the number of sampled frequencies in each.

    - ``edges``: of the bands, A, increasing.

    The mean over wavelength of the flux at the sampled points, weighted with the width in wavelength that each stands
    for; NaN in a band without points. With n random points in a band of scatter s the sampling noise is s / sqrt(n);
    points of BANDS between 300 and 1000 nm are not random.
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
