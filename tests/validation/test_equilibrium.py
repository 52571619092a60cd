"""Hydrostatic residuals against gases whose equilibrium is known."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.depth import standard_log_tau
from kurucz_a1.evaluation.exact_integral import exact_integral, identity, integral_over_depth
from kurucz_a1.validation.equilibrium import equilibrium_tables


@pytest.fixture
def power_law():
    """kappa = 0.3 tau^0.4 and radiation that carries a fifth of the gas: m = tau^0.6 / 0.18 below the first depth."""
    log_tau = standard_log_tau()
    tau, gravity = 10.0**log_tau, 10.0**4.44
    opacity = 0.3 * tau**0.4
    mass = tau[0] / opacity[0] + (tau**0.6 - tau[0] ** 0.6) / 0.18
    labels = {"teff": 5777.0, "logg": 4.44, "feh": 0.0, "afe": 0.0, "vturb": 2.0}
    return Atmosphere(
        log_tau=log_tau,
        column_mass=mass,
        temperature=5777.0 * tau**0.1,
        gas_pressure=0.8 * gravity * mass,
        electron_density=1e12 * tau,
        rosseland_opacity=opacity,
        radiative_acceleration=jnp.full(80, 0.2 * gravity),
        **{name: jnp.asarray(value) for name, value in labels.items()},
    )


def test_integrals_of_power_laws_are_exact(power_law):
    mass = integral_over_depth(power_law, np.zeros(80))
    assert mass == pytest.approx(np.asarray(power_law.column_mass), rel=1e-12)
    assert np.max(identity(power_law)) < 1e-12


def test_a_pressure_too_high_is_found_by_its_factor(power_law):
    wrong = replace(power_law, gas_pressure=1.1 * power_law.gas_pressure)
    assert identity(wrong) == pytest.approx(np.log10(0.8 * 1.1 + 0.2), rel=1e-9)
    by_model, pooled = equilibrium_tables([power_law, wrong])
    own = by_model[by_model["system"] == "solver"]
    assert own["identity_max"].tolist() == pytest.approx([0.0, np.log10(1.08)], abs=1e-12)
    assert set(zip(pooled["system"], pooled["form"], strict=True)) == {
        ("solver", "C"),
        ("exact", "C"),
        ("solver", "identity"),
    }


def test_an_exact_integral_is_in_balance(power_law):
    exact = exact_integral(power_law)
    assert exact.gas_pressure == pytest.approx(10.0**4.44 * np.asarray(power_law.column_mass), rel=1e-12)
    by_model, _ = equilibrium_tables([power_law])
    # what differentiation adds is the same for both: they hold the same total pressure
    assert by_model["form_c_median"].iloc[0] == pytest.approx(by_model["form_c_median"].iloc[1], abs=1e-6)


def test_no_model_is_no_row():
    by_model, pooled = equilibrium_tables([])
    assert by_model.empty and pooled.empty
    assert "identity_max" in by_model
