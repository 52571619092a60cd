"""Model atmospheres whose equilibrium is known in closed form."""

import numpy as np
import pytest

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.depth import standard_log_tau


def exact_model(teff=5777.0, logg=4.44, opacity=0.3, share=0.2, pressure_factor=1.0, **changes):
    """A gas of constant opacity, radiation carrying a share of gravity: m = tau/kappa, P = (1 - share) g m.

    Its total pressure is g m exactly, and its temperature that of a grey atmosphere.
    """
    log_tau = np.asarray(standard_log_tau())
    tau, gravity = 10.0**log_tau, 10.0**logg
    fields = {
        "column_mass": tau / opacity,
        "temperature": teff * (0.75 * (tau + 0.71)) ** 0.25,
        "gas_pressure": pressure_factor * (1.0 - share) * gravity * tau / opacity,
        "electron_density": 1e12 * tau**0.5,
        "rosseland_opacity": np.full_like(tau, opacity),
        "radiative_acceleration": np.full_like(tau, share * gravity),
    }
    labels = {"teff": teff, "logg": logg, "feh": 0.0, "afe": 0.0, "vturb": 2.0}
    return Atmosphere(log_tau=log_tau, **(fields | labels | changes), source="exact")


@pytest.fixture
def make_model():
    return exact_model
