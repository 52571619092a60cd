"""A model of the Sun against an observation."""

import numpy as np
import pytest
from astropy import constants
from astropy.io import fits

from kurucz_a1.errors import BadFile
from kurucz_a1.spectrum.sed import EnergyDistribution
from kurucz_a1.validation.solar_energy import compare_energy, read_calspec


def test_a_flat_sun_scales_with_the_square_of_radius_over_distance():
    """Surface flux 1e6 in every band; the observation is twice what arrives at 1 AU."""
    scale = float((constants.R_sun / constants.au) ** 2)
    frequency = 2.99792458e18 / np.linspace(4000.0, 9600.0, 2000)[::-1]
    sampled = EnergyDistribution(
        wavelength=2.99792458e18 / frequency,
        frequency=frequency,
        weights=np.gradient(frequency),
        flux=np.full(2000, 1e6),
        continuum=np.full(2000, 1e6),
    )
    table = compare_energy(sampled, np.array([1000.0, 20000.0]), np.full(2, 2e6 * scale))
    assert table["solver"].to_numpy() == pytest.approx(1e6 * scale, rel=1e-6)
    assert table["ratio"].to_numpy() == pytest.approx(0.5, rel=1e-6)
    assert table["first_nm"].iloc[0] == 410.0
    assert table["last_nm"].iloc[-1] == 950.0


def test_calspec_tables_are_read(tmp_path):
    columns = [
        fits.Column("WAVELENGTH", "E", array=np.array([4000.0, 5000.0])),
        fits.Column("FLUX", "E", array=np.array([170.0, 190.0])),
    ]
    fits.BinTableHDU.from_columns(columns).writeto(tmp_path / "sun.fits")
    wavelength, flux = read_calspec(tmp_path / "sun.fits")
    assert wavelength.tolist() == [4000.0, 5000.0]
    assert flux.tolist() == [170.0, 190.0]
    (tmp_path / "text.fits").write_text("no table\n")
    with pytest.raises(BadFile, match="not a CALSPEC table"):
        read_calspec(tmp_path / "text.fits")
