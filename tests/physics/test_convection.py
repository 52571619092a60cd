"""Mixing-length convection: its limits and its own equation."""

import jax
import numpy as np
import pytest
from scipy.optimize import brentq

from kurucz_a1.grid.reference import load_atlas12_reference
from kurucz_a1.labels import SUN
from kurucz_a1.physics.abundances import eos_fractions
from kurucz_a1.physics.constants import STEFAN_BOLTZMANN
from kurucz_a1.physics.convection import LARGEST_CONTRAST, convective_flux, gradient_of_total_flux
from kurucz_a1.physics.thermodynamics import thermodynamics

MIXING_LENGTH = SUN.mixing_length
# about tau = 10 in the Sun
LAYER = {
    "temperature": 9000.0,
    "pressure": 1.7e5,
    "density": 2.6e-7,
    "specific_heat": 1e9,
    "adiabatic_gradient": 0.2,
    "expansion": 2.0,
    "rosseland_opacity": 20.0,
    "opacity_slope": 9.0,
    "opacity_curvature": -30.0,
    "gravity": 2.74e4,
    "mixing_length": MIXING_LENGTH,
}


def flux(gradient, **changes):
    return float(convective_flux(gradient=gradient, **{**LAYER, **changes}))


def test_stable_layers_carry_nothing():
    assert flux(0.2) == 0.0
    assert flux(0.1) == 0.0


def test_efficient_convection_follows_the_three_halves_power():
    # opaque, dense gas loses no heat: the excess is the whole of gradient - adiabatic
    dense = {"density": 2.6e-3, "pressure": 1.7e9, "rosseland_opacity": 2e4}
    assert flux(0.24, **dense) / flux(0.21, **dense) == pytest.approx(4.0**1.5, rel=1e-3)


def test_inefficient_convection_follows_the_cube():
    thin = {"density": 2.6e-12, "pressure": 1.7}
    assert flux(0.24, **thin) / flux(0.21, **thin) == pytest.approx(4.0**3, rel=1e-3)


def test_the_sun_at_tau_10_is_convective():
    # the solar convection zone sets in near tau = 2 and carries most of the flux at tau = 10
    assert 0.1 < flux(0.35) / (STEFAN_BOLTZMANN * 5772.0**4) < 10.0


def test_flux_starts_smoothly():
    # F ~ excess^3 at onset: value and slope are continuous, Newton's method needs it
    step = 1e-4
    assert flux(0.2 + step) < 1e-3 * flux(0.2 + 20 * step)
    assert np.isfinite(flux(0.2 + 1e-14))


@pytest.mark.parametrize("gradient", [0.201, 0.25, 0.35, 0.6])
@pytest.mark.parametrize("slope, curvature", [(0.0, 0.0), (9.0, 0.0), (-9.0, 20.0), (14.0, -50.0), (1.0, -66.0)])
def test_bubbles_lose_heat_through_their_own_opacity(gradient, slope, curvature):
    """The same balance, written out from the opacities of a hot and a cold bubble and solved by bisection."""
    layer = {**LAYER, "opacity_slope": slope, "opacity_curvature": curvature}
    height = layer["pressure"] / layer["density"] / layer["gravity"]
    speed = 0.5 * MIXING_LENGTH * np.sqrt(0.5 * layer["pressure"] / layer["density"] * layer["expansion"])
    heat = 0.5 * layer["density"] * layer["specific_heat"] * layer["temperature"] * MIXING_LENGTH

    def imbalance(root):
        contrast = min(MIXING_LENGTH * root**2, LARGEST_CONTRAST)
        bend = 0.5 * curvature * contrast**2
        hot, cold = (layer["rosseland_opacity"] * np.exp(bend + sign * slope * contrast) for sign in (1, -1))
        opacity = 2 / (1 / hot + 1 / cold)
        depth = opacity * layer["density"] * MIXING_LENGTH * height
        loss = 8 * STEFAN_BOLTZMANN * layer["temperature"] ** 4 / (opacity * layer["density"] * height * heat * speed)
        return root**2 + loss * depth**2 / (2 + depth**2) * root - (gradient - layer["adiabatic_gradient"])

    expected = heat * speed * brentq(imbalance, 0, 1, xtol=1e-15) ** 3
    assert flux(gradient, opacity_slope=slope, opacity_curvature=curvature) == pytest.approx(
        expected, rel=1e-6
    )  # Newton's steps are not exact


@pytest.mark.parametrize("radiative", [0.1, 0.2, 0.2001, 0.22, 0.5, 3.0, 300.0])
def test_radiation_and_convection_share_the_total_flux(radiative):
    total = STEFAN_BOLTZMANN * 5772.0**4
    gradient = float(gradient_of_total_flux(radiative, total, **LAYER))
    # both roots are found to rounding but for one last Newton step each
    assert total * gradient / radiative + flux(gradient) == pytest.approx(total, rel=1e-7)
    assert gradient == radiative if radiative <= 0.2 else 0.2 < gradient < radiative


def test_the_gradient_that_carries_the_flux_is_smooth_at_onset():
    """Value and slope are continuous where the layer turns unstable, and its slope is that of differences."""

    def gradient(radiative):
        return gradient_of_total_flux(radiative, STEFAN_BOLTZMANN * 5772.0**4, **LAYER)

    assert jax.grad(gradient)(0.2 + 1e-9) == pytest.approx(1.0, abs=1e-3)
    difference = (gradient(0.5 + 1e-4) - gradient(0.5 - 1e-4)) / 2e-4
    assert jax.grad(gradient)(0.5) == pytest.approx(float(difference), rel=1e-5)


def test_mixing_length_is_that_of_atlas12():
    """From the convective fluxes and velocities that ATLAS-12 printed. In its theory F = rho cp T v l/2H (grad - grad')
    and v^2 = (l/2H)^2 P Q / (2 rho) (grad - grad'), so that l/H = 4 rho^2 cp T v^3 / (P Q F): neither the gradient nor
    the opacity of the bubbles enters. The printed flux is Eddington's, F / 4 pi.
    """
    dataset = load_atlas12_reference()
    (sun,) = np.flatnonzero((dataset["teff"].values == 5777.0) & (dataset["layers"].values == 80))
    model = dataset.isel(model=sun)
    share = 4 * np.pi * model["convective_flux"].values / (STEFAN_BOLTZMANN * 5777.0**4)
    # all of the flux where radiation cannot carry any
    assert share[-1] == pytest.approx(1.0, abs=0.01)
    # where convection sets in ATLAS-12 smooths the flux
    inside = (share > 0.2) & (model["log_tau"].values < 2.5)
    layers = model.isel(depth=inside)
    temperature, pressure = layers["temperature"].values, layers["gas_pressure"].values
    trapped = -np.expm1(-(10.0 ** layers["log_tau"].values))
    fractions = eos_fractions(model["number_fractions"].values)
    gas = jax.jit(jax.vmap(lambda t, p, r: thermodynamics(t, p, fractions, r)))(temperature, pressure, trapped)
    flux = share[inside] * STEFAN_BOLTZMANN * 5777.0**4
    total_pressure = 10.0**4.44 * layers["column_mass"].values
    lengths = 4 * gas.density**2 * gas.specific_heat * temperature * layers["convective_velocity"].values ** 3
    lengths = np.asarray(lengths / (total_pressure * gas.expansion * flux))
    # layers scatter by 2 %, as ATLAS-12 takes its derivatives of density by differences of 1 % in temperature
    assert np.median(lengths) == pytest.approx(MIXING_LENGTH, rel=0.02)
    assert f"l/H = {MIXING_LENGTH:g}," in dataset.attrs["convection"]  # as its control cards said
