"""The radiative acceleration of a gas near a known one, for the pressure that follows a change of temperature.

Where radiation diffuses each gram takes kappa_R F / c, so that the acceleration goes with the Rosseland opacity, and
both change manifold with temperature and pressure where hydrogen ionizes. Held fixed through a Newton step, it would
lift gas that it no longer pushes. Where lines are thin, the flux at each frequency is what it was.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kurucz_a1.atmosphere.depth import depth_grid
from kurucz_a1.atmosphere.solver.matter import Matter
from kurucz_a1.atmosphere.solver.radiation import RadiationField, flux_at_depths
from kurucz_a1.types import Scalar

LARGEST_FACTOR = 5.0  # by which a change of the flux may change the push at once
LEAST_FLUX = 0.1  # of sigma Teff^4: a smaller flux of radiation pushes little, and its own change is not followed


class Push(NamedTuple):
    """Radiative acceleration in cm s-2 and its slopes, to be used for small changes."""

    acceleration: Float[Array, "depth"]
    in_temperature: Float[Array, "depth"]  # dln g_rad/dln T of the gas at the same flux
    in_pressure: Float[Array, "depth"]  # dln g_rad/dln P, likewise
    in_flux: Float[Array, "depth depth"]  # dln g_rad[i]/dln T[j] by the flux that temperatures drive
    largest: Scalar = jnp.inf

    @property
    def by_temperature(self) -> Float[Array, "depth depth"]:
        """dg_rad[i]/dln T[j], cm s-2."""
        return self.acceleration[:, None] * (jnp.diag(self.in_temperature) + self.in_flux)

    @property
    def by_pressure(self) -> Float[Array, "depth"]:
        """dg_rad/dln P, cm s-2."""
        return self.acceleration * self.in_pressure

    def cut(self, largest: Scalar) -> "Push":
        """The same, nowhere more than ``largest``; where it is cut it changes with nothing."""
        free = self.acceleration < largest
        return Push(
            jnp.minimum(self.acceleration, largest),
            jnp.where(free, self.in_temperature, 0.0),
            jnp.where(free, self.in_pressure, 0.0),
            jnp.where(free[:, None], self.in_flux, 0.0),
            largest,
        )

    def moved(
        self, in_temperature: Float[Array, "depth"], in_pressure: Float[Array, "depth"] | float = 0.0
    ) -> Float[Array, "depth"]:
        """The acceleration after changes of ln T and ln P; it keeps its sign and its limit."""
        of_flux = jnp.clip(1.0 + self.in_flux @ in_temperature, 1.0 / LARGEST_FACTOR, LARGEST_FACTOR)
        of_gas = jnp.exp(self.in_temperature * in_temperature + self.in_pressure * in_pressure)
        return jnp.minimum(self.acceleration * of_flux * of_gas, self.largest)


def push(
    acceleration: Float[Array, "depth"],
    field: RadiationField,
    matter: Matter,
    in_temperature: Matter,
    in_pressure: Matter,
    weights: Float[Array, "nu"],
    radiative_flux: Float[Array, "depth-1"],
    flux_matrix: Float[Array, "depth-1 depth"],
    total_flux: Scalar,
) -> Push:
    """The ``Push`` of a radiation field, with the gas's derivatives in ln T and ln P.

    ``flux_matrix`` is the derivative of ``radiative_flux`` in ln T; fluxes are in erg s-1 cm-2.
    """
    thick = -np.expm1(-depth_grid(acceleration.size).tau)  # share of the flux that diffuses
    flux = weights * jnp.abs(flux_at_depths(field))
    absorbed, scattered = flux * jnp.exp(matter.log_absorption), flux * jnp.exp(matter.log_scattering)
    whole = jnp.sum(absorbed + scattered, axis=1)

    def slope(slopes: Matter) -> Array:
        of_lines = jnp.sum(absorbed * slopes.log_absorption + scattered * slopes.log_scattering, axis=1) / whole
        return thick * slopes.log_rosseland + (1.0 - thick) * of_lines

    of_faces = flux_matrix / jnp.maximum(radiative_flux, LEAST_FLUX * total_flux)[:, None]
    at_depths = jnp.concatenate([of_faces[:1], 0.5 * (of_faces[1:] + of_faces[:-1]), of_faces[-1:]])
    return Push(acceleration, slope(in_temperature), slope(in_pressure), thick[:, None] * at_depths)
