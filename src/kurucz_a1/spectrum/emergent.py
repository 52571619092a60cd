"""Flux and intensity that leave an atmosphere, line by line, in chunks of wavelengths."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int

from kurucz_a1.numerics.voigt import voigt, voigt_wing
from kurucz_a1.physics.constants import ANGSTROM, SPEED_OF_LIGHT
from kurucz_a1.physics.planck import planck
from kurucz_a1.spectrum.absorbers import LinesInGas
from kurucz_a1.spectrum.broadening import SPEED_OF_LIGHT_KM
from kurucz_a1.spectrum.formal import emergent_intensity, flux_through, optical_depth
from kurucz_a1.spectrum.smooth import SmoothOpacity
from kurucz_a1.spectrum.windows import ChunkPlan
from kurucz_a1.types import AnyArray

#: The fields of LinesInGas, transposed, with one more entry of no strength.
_Lines = tuple[Float[Array, "entry depth"], Float[Array, "entry depth"], Float[Array, "entry depth"]]


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
        opacity = _opacity(wavelength, centres, lines, core, voigt).sum(axis=1)
        opacity += _opacity(wavelength, centres, lines, wing, voigt_wing).sum(axis=1)
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
        parts = (
            (core, _opacity(wavelength, centres, lines, core, voigt)),
            (wing, _opacity(wavelength, centres, lines, wing, voigt_wing)),
        )

        def total_flux(opacity: Float[Array, "point depth"]) -> tuple[Float[Array, ""], Float[Array, "point"]]:
            flux, continuum = _leaving(wavelength, column_mass, temperature, smooth, coarse, opacity, None)
            return jnp.sum(flux), continuum

        # the flux at a wavelength depends on the opacities at that wavelength alone
        response, continuum = jax.grad(total_flux, has_aux=True)(sum(opacity.sum(axis=1) for _, opacity in parts))
        derivative = jnp.zeros((len(wavelength), len(centres)))
        for chosen, opacity in parts:
            derivative = derivative.at[:, chosen].add(jnp.einsum("wld,wd->wl", opacity, response))
        return np.log(10.0) * derivative[:, wanted] / continuum[:, None]

    return lax.map(chunk, plan).reshape(-1, len(wanted))


def _padded(gas: LinesInGas, centre: Float[AnyArray, "line"]) -> tuple[_Lines, Float[Array, "entry"]]:
    """Lines and centres with one more line, of no strength, for the padding of the plan."""
    strength, doppler, damping = (
        jnp.concatenate([values.T, jnp.full((1, values.shape[0]), fill)])
        for values, fill in zip(gas, (0.0, 1.0, 1.0), strict=True)
    )
    return (strength, doppler, damping), jnp.append(centre, 1.0)


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


def _opacity(
    wavelength: Float[Array, "point"],
    centre: Float[Array, "entry"],
    lines: _Lines,
    chosen: Int[AnyArray, "chosen"],
    profile: Callable[[Array, Array], Array],
) -> Float[Array, "point chosen depth"]:
    """Opacity (cm2 g-1) of the ``chosen`` lines at vacuum wavelengths in A."""
    strength, doppler, damping = (values[chosen] for values in lines)
    offset = (centre[chosen] - wavelength[:, None]) / wavelength[:, None] * SPEED_OF_LIGHT_KM
    return strength * profile(damping, offset[:, :, None] / doppler)
