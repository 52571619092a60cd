"""Opacity that varies little over an Angstrom, and the mean intensity of the continuum, on a coarse grid."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int

from kurucz_a1.physics.constants import KILOMETRE_PER_SECOND
from kurucz_a1.physics.continuum import ContinuumTables, continuum_opacity
from kurucz_a1.physics.equation_of_state import GasState
from kurucz_a1.physics.hydrogen_lines import hydrogen_line_opacity, some_lines
from kurucz_a1.physics.planck import planck
from kurucz_a1.physics.transfer import TransferProblem, eddington_factors, mean_intensity
from kurucz_a1.spectrum.formal import optical_depth
from kurucz_a1.types import AnyArray, Scalar

SMOOTH_BLOCK = 128  # points of the coarse grid computed at once
#: Absorption and scattering of the continuum, its mean intensity, absorption of the hydrogen lines.
SmoothOpacity = tuple[
    Float[Array, "nu depth"], Float[Array, "nu depth"], Float[Array, "nu depth"], Float[Array, "nu depth"]
]


@partial(jax.jit, static_argnames="hydrogen")
def smooth_opacity(
    tables: ContinuumTables,
    states: GasState,
    column_mass: Float[AnyArray, "depth"],
    vmic: Scalar | Float[AnyArray, "depth"],
    *,
    hydrogen: tuple[int, ...],
) -> SmoothOpacity:
    """Opacity that varies little over an Angstrom, and the mean intensity of the continuum.

    - ``vmic``: km s-1.
    - ``hydrogen``: indices of the hydrogen lines in ALL_LINES.

    Returns absorption and scattering of the continuum (cm2 g-1), J (erg s-1 cm-2 Hz-1 sr-1) and the absorption of the
    hydrogen lines (cm2 g-1), computed in blocks of SMOOTH_BLOCK frequencies.
    """
    count = len(tables.frequency)
    size = min(SMOOTH_BLOCK, count)
    blocks = np.minimum(np.arange(-(-count // size) * size), count - 1).reshape(-1, size)

    def block(rows: Int[Array, "block"]) -> SmoothOpacity:
        return _smooth_opacity(tables.at_rows(rows), states, column_mass, vmic, hydrogen)

    absorption, scattering, mean, lines = (each.reshape(-1, each.shape[-1])[:count] for each in lax.map(block, blocks))
    return absorption, scattering, mean, lines


def _smooth_opacity(
    tables: ContinuumTables,
    states: GasState,
    column_mass: Float[AnyArray, "depth"],
    vmic: Scalar | Float[AnyArray, "depth"],
    hydrogen: tuple[int, ...],
) -> SmoothOpacity:
    absorption, scattering = jax.vmap(lambda state: continuum_opacity(tables, state), out_axes=1)(states)
    mean = continuum_mean_intensity(tables.frequency, absorption, scattering, states.temperature, column_mass)
    if not hydrogen:
        return absorption, scattering, mean, jnp.zeros_like(absorption)
    chosen = some_lines(hydrogen)

    def balmer(state: GasState, turbulence: Float[Array, ""]) -> Float[Array, "nu"]:
        per_length = hydrogen_line_opacity(
            tables.frequency,
            state.temperature,
            state.electron_density,
            state.atoms[0, 0],
            state.atomic_partition[0, 0],
            turbulence * KILOMETRE_PER_SECOND,
            chosen,
        )
        return per_length / state.density

    turbulence = jnp.broadcast_to(vmic, states.temperature.shape)
    return absorption, scattering, mean, jax.vmap(balmer, out_axes=1)(states, turbulence)


def continuum_mean_intensity(
    frequency: Float[AnyArray, "nu"],
    absorption: Float[Array, "nu depth"],
    scattering: Float[Array, "nu depth"],
    temperature: Float[AnyArray, "depth"],
    column_mass: Float[AnyArray, "depth"],
) -> Float[Array, "nu depth"]:
    """Mean intensity J with isotropic coherent scattering, from the moment equation."""
    extinction = absorption + scattering
    tau = optical_depth(extinction, column_mass)
    thermal = planck(frequency[:, None], temperature)
    problem = TransferProblem(
        intervals=jnp.diff(tau).T,
        surface_depth=tau[:, 0],
        thermal=(absorption / extinction).T,
        planck=thermal.T,
    )
    # Eddington factors of the thermal source, then of the result: J is then accurate to 1e-3
    intensity = mean_intensity(problem, eddington_factors(problem, problem.planck))
    return mean_intensity(problem, eddington_factors(problem, intensity)).T
