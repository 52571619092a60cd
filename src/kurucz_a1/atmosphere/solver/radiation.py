"""The radiation field of a model and its exact response to a change of temperature at any depth."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Int

from kurucz_a1.atmosphere.depth import depth_grid
from kurucz_a1.atmosphere.solver.matter import Matter
from kurucz_a1.physics.constants import SPEED_OF_LIGHT
from kurucz_a1.physics.planck import planck
from kurucz_a1.physics.transfer import (
    EddingtonFactors,
    Moments,
    TransferProblem,
    eddington_factors,
    mean_intensity,
    moment_matrix,
    moments,
    optical_intervals,
)

FREQUENCIES_AT_ONCE = 50  # keeps the right-hand sides of the response in the processor's cache


class RadiationField(NamedTuple):
    """The radiation field of one model."""

    problem: TransferProblem
    factors: EddingtonFactors
    intensity: Float[Array, "depth nu"]  # mean intensity J
    moments: Moments


def transfer_problem(
    temperature: Float[Array, "depth"], matter: Matter, frequency: Float[Array, "nu"]
) -> TransferProblem:
    """The transfer problem of a gas at ``temperature``."""
    absorption, scattering = jnp.exp(matter.log_absorption), jnp.exp(matter.log_scattering)
    extinction = absorption + scattering
    ratio = extinction * jnp.exp(-matter.log_rosseland)[:, None]
    tau = depth_grid(temperature.size).tau
    return TransferProblem(
        optical_intervals(ratio, tau),
        ratio[0] * tau[0],
        absorption / extinction,
        planck(frequency, temperature[:, None]),
    )


def radiation_field(
    temperature: Float[Array, "depth"],
    matter: Matter,
    intensity: Float[Array, "depth nu"],
    frequency: Float[Array, "nu"],
    passes: int = 2,
) -> RadiationField:
    """The field by variable Eddington factors, starting from the mean ``intensity``."""
    problem = transfer_problem(temperature, matter, frequency)
    for _ in range(passes):
        factors = eddington_factors(problem, intensity)
        intensity = mean_intensity(problem, factors)
    return RadiationField(problem, factors, intensity, moments(problem, factors, intensity))


def flux_at_depths(field: RadiationField) -> Float[Array, "depth nu"]:
    """H at the depths themselves, erg s-1 cm-2 Hz-1 sr-1."""
    flux = field.moments.flux
    top = (field.factors.surface * field.intensity[0])[None]
    return jnp.concatenate([top, 0.5 * (flux[1:] + flux[:-1]), flux[-1:]])


def radiative_acceleration(field: RadiationField, matter: Matter, weights: Float[Array, "nu"]) -> Float[Array, "depth"]:
    """(4 pi / c) integral of extinction times H, in cm s-2."""
    extinction = jnp.exp(matter.log_absorption) + jnp.exp(matter.log_scattering)
    return 4.0 * jnp.pi / SPEED_OF_LIGHT * jnp.sum(weights * extinction * flux_at_depths(field), axis=1)


def _coloured_slopes(
    temperature: Float[Array, "depth"],
    matter: Matter,
    slopes: Matter,
    field: RadiationField,
    frequency: Float[Array, "nu"],
) -> Moments:
    """Derivatives of the moment terms at fixed J in ln T of every third depth: ``Moments`` of three such changes."""
    depths = jnp.arange(temperature.size)

    def terms(shift: Array) -> Moments:
        moved = matter._replace(
            log_absorption=matter.log_absorption + slopes.log_absorption * shift[:, None],
            log_scattering=matter.log_scattering + slopes.log_scattering * shift[:, None],
            log_rosseland=matter.log_rosseland + slopes.log_rosseland * shift,
        )
        problem = transfer_problem(temperature * jnp.exp(shift), moved, frequency)
        return moments(problem, field.factors, field.intensity)

    zero, colours = jnp.zeros_like(temperature), jnp.arange(3)[:, None]
    return jax.vmap(lambda shift: jax.jvp(terms, (zero,), (shift,))[1])(jnp.where(depths % 3 == colours, 1.0, 0.0))


def _of_depth(colours: Float[Array, "3 row nu"], depth_of_row: Int[Array, "row"]) -> Float[Array, "row nu"]:
    """From three coloured derivatives, that of each row with respect to ``depth_of_row``."""
    return jnp.take_along_axis(colours, (depth_of_row % 3)[None, :, None], axis=0)[0]


def response(
    temperature: Float[Array, "depth"],
    matter: Matter,
    slopes: Matter,
    field: RadiationField,
    frequency: Float[Array, "nu"],
    weights: Float[Array, "nu"],
) -> tuple[Float[Array, "depth-1 depth"], Float[Array, "depth depth"]]:
    """Derivatives of the frequency-integrated moment terms in ln T of each depth, erg s-1 cm-2 sr-1.

    Returns d(integral of H)/dlnT and d(integral of absorbed)/dlnT; ``slopes`` are derivatives of ``matter`` in ln T.
    The Eddington factors are fixed; J follows the moment equation exactly.
    """
    count = temperature.size
    colours = _coloured_slopes(temperature, matter, slopes, field, frequency)
    rows = jnp.arange(count)
    residual, flux, absorbed = colours
    inside = (rows > 0)[:, None], (rows < count - 1)[:, None]
    near = {
        "residual": (
            jnp.where(inside[0], _of_depth(residual, rows - 1), 0.0),
            _of_depth(residual, rows),
            jnp.where(inside[1], _of_depth(residual, rows + 1), 0.0),
        ),
        "absorbed": (
            jnp.where(inside[0], _of_depth(absorbed, rows - 1), 0.0),
            _of_depth(absorbed, rows),
            jnp.where(inside[1], _of_depth(absorbed, rows + 1), 0.0),
        ),
        "flux": (_of_depth(flux, rows[:-1]), _of_depth(flux, rows[1:])),
    }
    # the explicit part, summed over frequency, sits on the diagonals next to the main one
    absorbed_sum = [jnp.sum(weights * part, axis=1) for part in near["absorbed"]]
    flux_sum = [jnp.sum(weights * part, axis=1) for part in near["flux"]]
    absorbed_matrix = jnp.diag(absorbed_sum[0][1:], -1) + jnp.diag(absorbed_sum[1]) + jnp.diag(absorbed_sum[2][:-1], 1)
    flux_matrix = jnp.zeros((count - 1, count))
    flux_matrix = flux_matrix.at[rows[:-1], rows[:-1]].set(flux_sum[0]).at[rows[:-1], rows[1:]].set(flux_sum[1])

    # the part through J: rows of dH and of dabsorbed in dJ, weighted by frequency
    problem, factors = field.problem, field.factors
    lower, diagonal, upper = moment_matrix(problem, factors)
    zero = jnp.zeros_like(problem.intervals[:1])
    width = 0.5 * (jnp.concatenate([zero, problem.intervals]) + jnp.concatenate([problem.intervals, zero]))
    absorbed_weight = weights * width * problem.thermal
    above = weights * factors.pressure * jnp.concatenate([zero, 1.0 / problem.intervals])  # on J[k] in H[k-1/2]
    below = weights * factors.pressure * jnp.concatenate([1.0 / problem.intervals, zero])  # on J[k] in H[k+1/2]
    per_depth = jnp.stack(
        [lower, diagonal, upper, *near["residual"], absorbed_weight, above, below], axis=1
    )  # (depth, 9, nu)
    blocks = -(-frequency.size // FREQUENCIES_AT_ONCE)
    padding = blocks * FREQUENCIES_AT_ONCE - frequency.size
    # padded frequencies have a unit diagonal and no weight
    pad = jnp.zeros((count, 9, padding)).at[:, 1].set(1.0)
    per_depth = jnp.concatenate([per_depth, pad], axis=2).reshape(count, 9, blocks, FREQUENCIES_AT_ONCE)
    through = lax.map(_through_intensity, jnp.moveaxis(per_depth, 2, 0))
    absorbed_j, above_j, below_j = (jnp.sum(part, axis=0) for part in through)
    return flux_matrix + above_j[1:] - below_j[:-1], absorbed_matrix + absorbed_j


def _through_intensity(
    per_depth: Float[Array, "depth 9 nu"],
) -> tuple[Float[Array, "depth depth"], Float[Array, "depth depth"], Float[Array, "depth depth"]]:
    """Sums over a block of frequencies of (absorbed, above, below) weights times dJ/dlnT."""
    count = per_depth.shape[0]
    unit = jnp.eye(count)

    def eliminate(carry: tuple[Array, Array], row: Any) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        ratio, value = carry
        (low, diag, up, r_low, r_diag, r_up, *_), previous, this, following = row
        pivot = 1.0 / (diag - low * ratio)
        right = -(r_low[:, None] * previous + r_diag[:, None] * this + r_up[:, None] * following)
        value = (right - low[:, None] * value) * pivot[:, None]
        ratio = up * pivot
        return (ratio, value), (ratio, value)

    def substitute(value: Array, row: tuple[Array, Array, Array]) -> tuple[Array, Array]:
        ratio, partial, weights = row
        value = partial - ratio[:, None] * value
        return value, weights @ value

    start = (jnp.zeros_like(per_depth[0, 0]), jnp.zeros((per_depth.shape[2], count)))
    # row k sees unit vectors of depths k-1, k, k+1
    rows = (
        tuple(jnp.moveaxis(per_depth, 1, 0)),
        unit[jnp.maximum(jnp.arange(count) - 1, 0)],
        unit,
        unit[jnp.minimum(jnp.arange(count) + 1, count - 1)],
    )
    _, (ratios, partials) = lax.scan(eliminate, start, rows)
    _, sums = lax.scan(substitute, start[1], (ratios, partials, per_depth[:, 6:9]), reverse=True)
    return sums[:, 0], sums[:, 1], sums[:, 2]
