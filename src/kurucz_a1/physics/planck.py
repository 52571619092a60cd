"""The Planck function per unit frequency."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from kurucz_a1.physics.constants import BOLTZMANN, PLANCK, SPEED_OF_LIGHT
from kurucz_a1.types import Real

MOST_QUANTA = 200.0  # kT in a quantum: exp(-200) is 1e-87


def planck(frequency: Real, temperature: Real) -> Float[Array, "..."]:
    """B_nu(T) in erg s-1 cm-2 Hz-1 sr-1; ``frequency`` in Hz and ``temperature`` in K broadcast.

    Where h nu exceeds MOST_QUANTA kT it is that at MOST_QUANTA kT: a number without energy, of which squares and cubes,
    as in derivatives of ratios, do not underflow.
    """
    x = jnp.minimum(PLANCK * frequency / (BOLTZMANN * temperature), MOST_QUANTA)
    return 2.0 * PLANCK * frequency**3 / SPEED_OF_LIGHT**2 * jnp.exp(-x) / -jnp.expm1(-x)


def planck_temperature_derivative(frequency: Real, temperature: Real) -> Float[Array, "..."]:
    """dB_nu/dT in erg s-1 cm-2 Hz-1 sr-1 K-1, the weight of the Rosseland mean."""
    x = PLANCK * frequency / (BOLTZMANN * temperature)
    return planck(frequency, temperature) * x / (temperature * -jnp.expm1(-x))
