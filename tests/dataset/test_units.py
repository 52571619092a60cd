"""The units that files state, by equations of physics between the numbers of real ATLAS-12 models.

astropy does the arithmetic of units: a product that is not what physics says fails, wherever a power of ten is lost.
"""

from dataclasses import replace

import numpy as np
import pytest
from astropy import constants, units

from kurucz_a1 import write_deck
from kurucz_a1.atmosphere import stack
from kurucz_a1.dataset import atlas12_reference_atmospheres, atlas12_reference_dataset


def quantity(dataset, name):
    """A variable of one model with its unit; of a logarithmic one the quantity itself."""
    values, unit = dataset[name].values, units.Unit(dataset[name].attrs["units"])
    return units.Dex(values, unit).physical if isinstance(unit, units.DexUnit) else values * unit


@pytest.fixture(scope="module")
def sun():
    """The Sun by ATLAS-12, as a dataset of one model."""
    dataset = atlas12_reference_dataset()
    return dataset.isel(model=int(np.argmin(np.abs(dataset["teff"].values - 5777.0))))


def test_gravity_times_column_mass_is_pressure(sun):
    weight = (quantity(sun, "logg") * quantity(sun, "column_mass")).to(quantity(sun, "gas_pressure").unit)
    # radiation carries 1e-3 of the weight in the Sun, at the top somewhat more
    np.testing.assert_allclose(quantity(sun, "gas_pressure") / weight, 1.0, atol=0.02)


def test_opacity_times_column_mass_is_optical_depth(sun):
    mass, opacity = quantity(sun, "column_mass"), quantity(sun, "rosseland_opacity")
    depth = opacity[0] * mass[0] + np.sum(0.5 * (opacity[1:] + opacity[:-1]) * np.diff(mass))
    # the trapezoid on steps of 0.29 in ln tau, and an opacity that rises tenfold within a few of them
    assert depth.to_value(units.Unit(sun["log_tau"].attrs["units"])) == pytest.approx(1e3, rel=0.05)


def test_radiation_pushes_with_opacity_times_flux_over_c(sun):
    flux = (constants.sigma_sb * quantity(sun, "teff") ** 4).cgs
    push = quantity(sun, "rosseland_opacity") * flux / constants.c
    at_depth = np.abs(sun["log_tau"].values + 0.2) < 0.3  # opaque, and convection carries nothing yet
    ratio = (quantity(sun, "radiative_acceleration") / push).to_value("")[at_depth]
    # the mean weighted with the flux of light that is not quite diffuse yet
    assert np.all((ratio > 0.8) & (ratio < 1.5)), ratio


def test_half_of_ionised_hydrogen_are_electrons():
    dataset = atlas12_reference_dataset()
    hot = dataset.isel(model=int(np.argmax(dataset["temperature"].values[:, -1])), depth=-1)
    electrons = quantity(hot, "electron_density") * constants.k_B * quantity(hot, "temperature")
    share = (electrons / quantity(hot, "gas_pressure")).to_value("")
    # one in two particles from hydrogen, less what helium, a tenth of the atoms, has kept
    assert 0.45 < share < 0.52


def test_microturbulence_is_that_of_the_deck(tmp_path):
    """ATLAS's last column is in cm/s."""
    model = next(m for m in atlas12_reference_atmospheres() if m.teff == 5777.0)
    write_deck(tmp_path / "sun.atm", model)
    row = (tmp_path / "sun.atm").read_text().split("VTURB\n")[1].splitlines()[0]
    dataset = model.to_dataset()
    assert quantity(dataset, "vturb").to_value("cm s-1") == float(row.split()[6])
    assert float(row.split()[6]) == 2e5  # as the program wrote it


def test_number_fractions_sum_to_one():
    models = [m for m in atlas12_reference_atmospheres() if m.temperature.size == 80][:3]
    dataset = stack([replace(m, source="ATLAS-12") for m in models]).to_dataset()
    # decks hold 5 or 6 decimals of H and He
    np.testing.assert_allclose(quantity(dataset, "number_fractions").sum(axis=1).to_value(""), 1.0, atol=2e-5)
