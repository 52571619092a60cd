"""The hydrostatic residual of atmospheres whose equilibrium is known, and of real ATLAS-12 models."""

from dataclasses import replace

import numpy as np
import pytest

from kurucz_a1 import hydrostatic_residual, read_deck
from kurucz_a1.atmosphere import Atmosphere, stack
from kurucz_a1.dataset import atlas12_reference_atmospheres

GRAVITY = 10.0**4.0
LOG_TAU = -6.875 + 0.125 * np.arange(80)


def grey(power=0.7, push=0.0):
    """kappa = P_total^power: P_total = ((1 + power) g tau)^(1/(1 + power)) exactly; a share ``push`` is radiation."""
    total = ((1 + power) * GRAVITY * 10**LOG_TAU) ** (1 / (1 + power))
    one = np.float64(1.0)
    return Atmosphere(
        log_tau=LOG_TAU,
        column_mass=total / GRAVITY,
        temperature=np.full(80, 6000.0),
        gas_pressure=(1 - push) * total,
        electron_density=total,
        rosseland_opacity=total**power,
        radiative_acceleration=np.full(80, push * GRAVITY),
        teff=6000 * one,
        logg=4 * one,
        feh=0 * one,
        afe=0 * one,
        vturb=2 * one,
    )


@pytest.mark.parametrize("form", ["C", "I"])
@pytest.mark.parametrize("push", [0.0, 0.3])
def test_an_exact_atmosphere_has_no_residual(form, push):
    # ln P is linear in ln tau and ln m in the layer number, which a cubic spline holds to rounding; the integral of
    # g_rad dm is that of an exponential, for which a spline with 80 points is good to 1e-5 at the edge
    assert np.max(hydrostatic_residual(grey(push=push), form)) < 2e-5


def test_a_known_error_is_measured():
    model = grey()
    wrong = replace(model, gas_pressure=1.1 * model.gas_pressure)
    for form in "CI":
        np.testing.assert_allclose(hydrostatic_residual(wrong, form), np.log10(1.1), atol=1e-6)


def test_forgotten_radiation_shows():
    model = grey(push=0.3)
    bare = replace(model, radiative_acceleration=np.zeros(80))
    np.testing.assert_allclose(hydrostatic_residual(bare, "I"), -np.log10(0.7), atol=1e-6)


def test_pressure_that_falls_inward_is_reported_as_inf():
    model = grey()
    pressure = np.array(model.gas_pressure)
    pressure[40:] = pressure[40] * 0.99 ** np.arange(40)
    residual = hydrostatic_residual(replace(model, gas_pressure=pressure), "C")
    assert np.isinf(residual[45:]).all() and np.isfinite(residual[:35]).all()
    assert np.isfinite(hydrostatic_residual(replace(model, gas_pressure=pressure), "I")).all()
    assert np.isinf(hydrostatic_residual(replace(model, gas_pressure=-model.gas_pressure), "C")).all()


def test_column_mass_that_turns_back_is_still_measured():
    model = grey(push=0.1)
    mass = np.array(model.column_mass)
    mass[50] = mass[48]
    for form in "CI":
        assert np.isfinite(hydrostatic_residual(replace(model, column_mass=mass), form)).all()


def test_many_models_at_once_give_what_each_gives():
    models = [m for m in atlas12_reference_atmospheres() if m.temperature.shape == (80,)][:3]
    for form in "CI":
        together = hydrostatic_residual(stack(models), form)
        assert together.shape == (3, 80)
        np.testing.assert_allclose(together, [hydrostatic_residual(model, form) for model in models])


def test_unknown_form():
    with pytest.raises(ValueError, match="choose one of C, I"):
        hydrostatic_residual(grey(), form="A")


def test_atlas12_models_are_in_equilibrium():
    """The figures that were measured for these models by another program: C median 3.1e-4, p90 1.8e-3, p99 1.0e-2;
    I median 3e-5, p99 2e-4, at 80 layers. Quadratures differ in the tail, hence a fifth in the median."""
    models = stack([m for m in atlas12_reference_atmospheres() if m.temperature.shape == (80,)])
    inner = hydrostatic_residual(models, "C")[:, 1:-1]
    np.testing.assert_allclose(np.percentile(inner, [50, 90, 99]), [3.1e-4, 1.8e-3, 1.0e-2], rtol=0.2)
    inner = hydrostatic_residual(models, "I")[:, 1:-1]
    assert np.median(inner) == pytest.approx(3e-5, rel=0.2)
    assert np.percentile(inner, 99) < 3e-4 and inner.max() < 1.5e-3


def test_released_network_is_far_from_equilibrium(reference_data):
    """Outputs of the released network in ATLAS form: C median 0.0169, I median 0.0085 dex as measured before."""
    folder = reference_data / "atmospheres" / "EMULATED_not_real_pykurucz_samples"
    names = ["t04500g2.00", "t05500g4.00", "t05770g4.44", "t06000g4.50", "t08250g4.00"]
    models = stack([replace(read_deck(folder / f"at12_aaaaa_{name}.atm"), source="network") for name in names])
    inner = hydrostatic_residual(models, "C")[:, 1:-1]
    assert np.median(inner) == pytest.approx(0.0169, rel=0.1)
    assert np.isinf(inner).any()  # two have pressure falling inward
    assert np.median(hydrostatic_residual(models, "I")[:, 1:-1]) == pytest.approx(0.0085, rel=0.02)
