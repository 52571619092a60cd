"""A grey atmosphere that needs no reference data, and a real one."""

import jax.numpy as jnp
import numpy as np
import pytest

from kurucz_a1.atmosphere import Atmosphere


def make_atmosphere(temperature, log_tau, logg=4.44, opacity=0.3):
    """An atmosphere of constant Rosseland opacity (cm2 g-1) in hydrostatic equilibrium without radiation."""
    mass = 10.0**log_tau / opacity
    full = jnp.ones_like(log_tau)
    return Atmosphere(
        log_tau=jnp.asarray(log_tau),
        column_mass=jnp.asarray(mass),
        temperature=jnp.asarray(temperature) * full,
        gas_pressure=jnp.asarray(mass * 10.0**logg),
        electron_density=1e13 * full,
        rosseland_opacity=opacity * full,
        radiative_acceleration=0.0 * full,
        teff=jnp.asarray(5777.0),
        logg=jnp.asarray(logg),
        feh=jnp.asarray(0.0),
        afe=jnp.asarray(0.0),
        vturb=jnp.asarray(1.0),
    )


@pytest.fixture(scope="session")
def grey_sun():
    """T^4 = 3/4 Teff^4 (tau + 2/3) for the Sun, 40 depths."""
    log_tau = np.linspace(-5.0, 1.75, 40)
    return make_atmosphere(5777.0 * (0.75 * (10.0**log_tau + 2.0 / 3.0)) ** 0.25, log_tau)


@pytest.fixture(scope="session")
def isothermal():
    """5500 K at every depth, on the depths of ``grey_sun``."""
    return make_atmosphere(5500.0, np.linspace(-5.0, 1.75, 40))


@pytest.fixture(scope="session")
def atlas_sun(reference_data):
    """The Sun by ATLAS-12, 5777 K and log g 4.44."""
    from kurucz_a1.decks import read_deck

    return read_deck(reference_data / "atmospheres" / "atlas12_cconroy20" / "ap00t5777g4.44at12.dat")
