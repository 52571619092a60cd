"""Flux and intensity that leave an atmosphere, line by line, in chunks of wavelengths."""

from collections.abc import Callable
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int

from kurucz_a1.numerics.voigt import Profile, line_profile, wing_profile
from kurucz_a1.physics.constants import ANGSTROM, SPEED_OF_LIGHT
from kurucz_a1.physics.planck import planck
from kurucz_a1.spectrum.absorbers import LinesInGas
from kurucz_a1.spectrum.broadening import SPEED_OF_LIGHT_KM
from kurucz_a1.spectrum.formal import emergent_intensity, flux_through, optical_depth
from kurucz_a1.spectrum.smooth import SmoothOpacity
from kurucz_a1.spectrum.windows import ChunkPlan
from kurucz_a1.types import AnyArray

# of lines: their sums are good to 1e-6, which is less than what any line is known to
PROFILE = jnp.float32
#: A Profile of damping and distance.
_ProfileOf = Callable[[Array, Array], Profile]


@jax.jit
def emergent_light(
    column_mass: Float[Array, "depth"],
    temperature: Float[Array, "depth"],
    smooth: SmoothOpacity,
    coarse: Float[Array, "nu"],
    gas: LinesInGas,
    centre: Float[Array, "line"],
    vacuum: Float[Array, "wavelength"],
    plan: ChunkPlan,
    mu: Float[Array, "mu"] | None,
) -> Float[Array, "2 *mu _"]:
    """Flux (erg s-1 cm-2 A-1) with and without lines, or specific intensity at the cosines ``mu`` unless that is None.

    ``vacuum``: wavelengths in A; the result is in the order of the plan.
    """
    lines, centres = _padded(gas, centre)

    @jax.checkpoint
    def chunk(rows: ChunkPlan) -> Float[Array, "2 *mu point"]:
        order, core, wing = rows
        wavelength = vacuum[order]
        opacity = _opacity(line_profile, *_chosen(wavelength, lines, centres, core))
        opacity += _opacity(wing_profile, *_chosen(wavelength, lines, centres, wing))
        return _leaving(wavelength, column_mass, temperature, smooth, coarse, opacity, mu)

    emergent = jnp.moveaxis(lax.map(chunk, plan), 0, -2)  # with and without lines, mu if any, chunk, point
    return emergent.reshape(*emergent.shape[:-2], -1)


@jax.jit
def normalized_by_log_gf(
    column_mass: Float[Array, "depth"],
    temperature: Float[Array, "depth"],
    smooth: SmoothOpacity,
    coarse: Float[Array, "nu"],
    gas: LinesInGas,
    centre: Float[Array, "line"],
    vacuum: Float[Array, "wavelength"],
    plan: ChunkPlan,
    wanted: Int[Array, "chosen"],
) -> Float[Array, "_ chosen"]:
    """Derivatives of the normalised flux by log gf of the lines ``wanted``; wavelengths in the order of the plan."""
    lines, centres = _padded(gas, centre)

    def chunk(rows: ChunkPlan) -> Float[Array, "point chosen"]:
        order, core, wing = rows
        wavelength = vacuum[order]
        parts = []
        for chosen, profile in ((core, line_profile), (wing, wing_profile)):
            offset, own = _chosen(wavelength, lines, centres, chosen)
            parts.append((chosen, own.strength, _profile(profile, offset, own)[0].value))

        def total_flux(opacity: Float[Array, "point depth"]) -> tuple[Float[Array, ""], Float[Array, "point"]]:
            flux, continuum = _leaving(wavelength, column_mass, temperature, smooth, coarse, opacity, None)
            return jnp.sum(flux), continuum

        # the flux at a wavelength depends on the opacities at that wavelength alone
        opacity = sum(_sum_over_lines(value, strength) for _, strength, value in parts)
        response, continuum = jax.grad(total_flux, has_aux=True)(opacity)
        derivative = jnp.zeros((len(wavelength), len(centres)))
        for chosen, strength, value in parts:
            derivative = derivative.at[:, chosen].add(
                jnp.einsum("dpl,dl,pd->pl", value, strength, response, precision=lax.Precision.HIGHEST)
            )
        return np.log(10.0) * derivative[:, wanted] / continuum[:, None]

    return lax.map(chunk, plan).reshape(-1, len(wanted))


def _padded(gas: LinesInGas, centre: Float[AnyArray, "line"]) -> tuple[LinesInGas, Float[Array, "entry"]]:
    """Lines and centres with one more line, of no strength, for the padding of the plan."""
    one_more = ((0, 0), (0, 1))
    padded = LinesInGas(
        strength=jnp.pad(gas.strength, one_more),
        doppler=jnp.pad(gas.doppler, one_more, constant_values=1.0),
        damping=jnp.pad(gas.damping, one_more, constant_values=1.0),
    )
    return padded, jnp.append(centre, 1.0)


def _leaving(
    wavelength: Float[Array, "point"],
    column_mass: Float[Array, "depth"],
    temperature: Float[Array, "depth"],
    smooth: SmoothOpacity,
    coarse: Float[Array, "nu"],
    lines: Float[Array, "point depth"],
    mu: Float[Array, "mu"] | None,
) -> Float[Array, "2 *mu point"]:
    """Flux or intensity of ``emergent_light`` with and without the opacity ``lines``."""
    place = jnp.clip(jnp.searchsorted(coarse, wavelength, side="right") - 1, 0, len(coarse) - 2)
    share = ((wavelength - coarse[place]) / (coarse[place + 1] - coarse[place]))[:, None]
    absorption, scattering, mean, balmer = ((1.0 - share) * each[place] + share * each[place + 1] for each in smooth)
    frequency = SPEED_OF_LIGHT / (wavelength * ANGSTROM)
    thermal = planck(frequency[:, None], temperature)
    per_angstrom = frequency / wavelength
    true = jnp.stack([absorption + balmer + lines, absorption])
    extinction = true + scattering
    source = (true * thermal + scattering * mean) / extinction
    if mu is None:
        return per_angstrom * flux_through(extinction, source, column_mass)
    tau = optical_depth(extinction, column_mass)
    return per_angstrom * jnp.moveaxis(jax.vmap(lambda cosine: emergent_intensity(source, tau, cosine))(mu), 0, 1)


def _chosen(
    wavelength: Float[Array, "point"], lines: LinesInGas, centre: Float[Array, "entry"], chosen: Int[AnyArray, "line"]
) -> tuple[Float[Array, "point line"], LinesInGas]:
    """The ``chosen`` lines, and their distances from vacuum wavelengths (A) in km s-1."""
    offset = (centre[chosen] - wavelength[:, None]) / wavelength[:, None] * SPEED_OF_LIGHT_KM
    return lax.stop_gradient(offset), LinesInGas(*(values[:, chosen] for values in lines))


def _profile(
    profile: _ProfileOf, offset: Float[Array, "point line"], gas: LinesInGas
) -> tuple[Profile, Float[Array, "depth point line"]]:
    """The Profile of lines (depth, point, line), and the distance from their centres in Doppler widths."""
    distance = offset.astype(PROFILE) / gas.doppler.astype(PROFILE)[:, None, :]
    return profile(gas.damping.astype(PROFILE)[:, None, :], distance), distance


@partial(jax.custom_jvp, nondiff_argnums=(0,))
def _opacity(profile: _ProfileOf, offset: Float[Array, "point line"], gas: LinesInGas) -> Float[Array, "point depth"]:
    """Opacity (cm2 g-1) of all lines at ``offset`` km s-1 from their centres.

    Derivatives in many directions are products of matrices with the derivatives of each profile, found once.
    """
    return _sum_over_lines(_profile(profile, offset, gas)[0].value, gas.strength)


@_opacity.defjvp
def _opacity_along(
    profile: _ProfileOf, values: tuple[Array, LinesInGas], along: tuple[Array, LinesInGas]
) -> tuple[Array, Array]:
    """In directions of the gas; those of the offsets are zero."""
    (offset, gas), (_, change) = values, along
    (value, by_damping, by_distance), distance = _profile(profile, offset, gas)
    broader = gas.strength * change.doppler / gas.doppler
    changed = (
        _sum_over_lines(value, change.strength)
        + _sum_over_lines(by_damping, gas.strength * change.damping)
        - _sum_over_lines(by_distance * distance, broader)
    )
    return _sum_over_lines(value, gas.strength), changed


def _sum_over_lines(
    profile: Float[Array, "depth point line"], amount: Float[Array, "depth line"]
) -> Float[Array, "point depth"]:
    total = jnp.einsum("dpl,dl->pd", profile, amount.astype(profile.dtype), precision=lax.Precision.HIGHEST)
    return total.astype(amount.dtype)
