"""Observed spectra: the irradiance standard, files of several forms, and the place of the continuum."""

import numpy as np
import pytest
import xarray as xr
from astropy.io import fits

from kurucz_a1.errors import BadFile
from kurucz_a1.lines.air import air_to_vacuum
from kurucz_a1.spectrum.observed import at_one_au, noise_of, place_continuum, read_observed, solar_irradiance, telluric

WAVELENGTH = np.arange(6428.0, 6452.0, 0.01)
NORMALIZED = 1 - 0.6 * np.exp(-(((WAVELENGTH - 6439.0) / 0.1) ** 2))
WINDOW = (6430.0, 6450.0)


def check(spectrum):
    # the continuum is found from points within 0.4 %, the line's own wing among them
    use = np.isfinite(spectrum.normalized)
    assert use.mean() > 0.95
    np.testing.assert_allclose(
        spectrum.normalized[use], np.interp(spectrum.wavelength, WAVELENGTH, NORMALIZED)[use], rtol=1e-3, atol=1e-4
    )
    assert spectrum.wavelength.min() >= WINDOW[0]
    assert spectrum.wavelength.max() <= WINDOW[1]


def test_solar_constant():
    """The standard's integral is 1366.1 W m-2 over all wavelengths, of which 280 to 4000 nm hold 98.5 %."""
    wavelength, irradiance = solar_irradiance()
    assert np.trapezoid(irradiance, wavelength) == pytest.approx(0.985 * 1366.1, rel=5e-3)


def test_irradiance_of_the_suns_flux():
    """sigma Teff^4 at the Sun's surface is the solar constant, 1361 W m-2 (IAU 2015), at 1 AU."""
    per_angstrom = 5.670374e-5 * 5772.0**4 / 1e4  # erg s-1 cm-2 A-1 if spread over 1e4 A, or 1e3 nm
    assert at_one_au(per_angstrom) * 1e3 == pytest.approx(1361.0, rel=1e-3)


def test_continuum_of_a_sloping_spectrum():
    slope = 3.0 + 0.02 * (WAVELENGTH - 6440.0)
    np.testing.assert_allclose(place_continuum(WAVELENGTH, NORMALIZED * slope), slope, rtol=1e-3)


@pytest.mark.parametrize("signal_to_noise", [1000.0, 200.0, 100.0, 50.0])
def test_noise_does_not_lift_the_continuum(signal_to_noise):
    """A tenth of the noise at most: what is lost below twice the noise is 6 % of it, and 2400 points leave 2 %."""
    noise = np.random.default_rng(3).normal(size=WAVELENGTH.size) / signal_to_noise
    found = place_continuum(WAVELENGTH, NORMALIZED + noise)
    assert abs(found.mean() - 1.0) < 0.1 / signal_to_noise + 2e-4
    assert noise_of(NORMALIZED + noise) == pytest.approx(1.0 / signal_to_noise, rel=0.1)


def test_masked_pixels_count_for_nothing():
    """A continuum of 1 with wrong values under the mask, which would lift it to 1.5."""
    flux = np.ma.masked_array(NORMALIZED.copy(), mask=np.arange(WAVELENGTH.size) % 2 == 1)
    flux.data[1::2] = 1.5
    found = place_continuum(WAVELENGTH, flux)
    assert not np.ma.isMaskedArray(found) and found.shape == WAVELENGTH.shape
    np.testing.assert_allclose(found, 1.0, rtol=1e-3)
    noisy = np.ma.masked_array(np.random.default_rng(3).normal(1.0, 0.01, 5000), mask=np.arange(5000) % 50 == 0)
    noisy.data[::50] = 100.0
    # 1.5 % of the scatter of the median of 4,700 differences
    assert noise_of(noisy) == pytest.approx(0.01, rel=0.05)


def test_a_continuum_of_nothing():
    with pytest.raises(ValueError, match="0 pixels have a flux, too few"):
        place_continuum(WAVELENGTH, np.full(WAVELENGTH.size, np.nan))


@pytest.mark.parametrize("unit", [1.0, 0.1])
def test_text_in_angstrom_or_nanometre(tmp_path, unit):
    path = tmp_path / "atlas.txt"
    np.savetxt(path, np.stack([WAVELENGTH * unit, NORMALIZED * 5000.0], axis=1), fmt="%.5f", header="wavelength flux")
    check(read_observed(path, WINDOW))


def test_csv_with_a_header(tmp_path):
    path = tmp_path / "atlas.csv"
    rows = "\n".join(f"{w:.4f},{f:.6f}" for w, f in zip(WAVELENGTH, NORMALIZED, strict=True))
    path.write_text("wavelength,flux\n" + rows)
    check(read_observed(path, WINDOW))


def test_fits_image(tmp_path):
    unit = fits.PrimaryHDU(NORMALIZED.astype(np.float32) * 3e4)
    unit.header["CRVAL1"], unit.header["CDELT1"], unit.header["CRPIX1"] = WAVELENGTH[0], 0.01, 1.0
    unit.writeto(tmp_path / "s1d.fits")
    check(read_observed(tmp_path / "s1d.fits", WINDOW))


def test_fits_image_in_logarithms(tmp_path):
    grid = np.linspace(np.log10(WAVELENGTH[0]), np.log10(WAVELENGTH[-1]), 3000)
    unit = fits.PrimaryHDU(np.interp(10.0**grid, WAVELENGTH, NORMALIZED))
    unit.header["CRVAL1"], unit.header["CDELT1"], unit.header["DC-FLAG"] = grid[0], grid[1] - grid[0], 1
    unit.writeto(tmp_path / "log.fits")
    check(read_observed(tmp_path / "log.fits", WINDOW))


def test_fits_table(tmp_path):
    columns = [fits.Column("WAVE", "D", array=WAVELENGTH), fits.Column("FLUX", "D", array=NORMALIZED)]
    fits.BinTableHDU.from_columns(columns).writeto(tmp_path / "table.fits")
    check(read_observed(tmp_path / "table.fits", WINDOW))


def test_the_iag_atlas(tmp_path):
    """FITS with wavenumbers in vacuum, increasing, hence wavelengths the other way round."""
    vacuum = np.asarray(air_to_vacuum(WAVELENGTH))[::-1]
    columns = {"v": 1e8 / vacuum, "s": NORMALIZED[::-1], "err": 0.0 * vacuum, "flags": 0.0 * vacuum}
    columns = [fits.Column(name, "D", array=values) for name, values in columns.items()]
    fits.BinTableHDU.from_columns(columns).writeto(tmp_path / "iag.fits")
    check(read_observed(tmp_path / "iag.fits", WINDOW))


def test_the_hybrid_reference_spectrum(tmp_path):
    """netCDF in nm and vacuum; its variables have these names."""
    nanometre = 0.1 * np.asarray(air_to_vacuum(WAVELENGTH))
    data = {"Vacuum Wavelength": ("wavelength", nanometre), "SSI": ("wavelength", 1.6 * NORMALIZED)}
    xr.Dataset(data).to_netcdf(tmp_path / "hsrs.nc")
    check(read_observed(tmp_path / "hsrs.nc", WINDOW))


def test_wavelengths_in_vacuum(tmp_path):
    np.savetxt(tmp_path / "vacuum.txt", np.stack([np.asarray(air_to_vacuum(WAVELENGTH)), NORMALIZED], axis=1))
    check(read_observed(tmp_path / "vacuum.txt", WINDOW, medium="vacuum", mask_telluric=False))


def test_what_the_earths_atmosphere_absorbs_is_left_out(tmp_path):
    path = tmp_path / "atlas.txt"
    np.savetxt(path, np.stack([WAVELENGTH, NORMALIZED], axis=1))
    spectrum = read_observed(path, WINDOW)
    lost = spectrum.wavelength[np.isnan(spectrum.normalized)]
    # 0.34 A in four intervals
    assert lost.size == pytest.approx(34, abs=4)
    assert np.all(telluric(lost)) and telluric(np.array([6290.0, 6432.9, 7600.0, 5500.0])).tolist() == [1, 1, 1, 0]


def test_the_earths_absorption_in_a_spectrum_at_rest(reference_data):
    """HARPS's Ganymede was brought to rest: the lines of molecular oxygen near 6870 A lie 19.2 km/s to the red in it,
    and so do those of water that are masked, two of which lie apart from the Sun's."""
    path = reference_data / "sun" / "sun_harps_ganymede.fits"
    whole = read_observed(path, WINDOW, mask_telluric=False)
    apart = (whole.wavelength < 6434.9) & (whole.wavelength > 6434.5) | (np.abs(whole.wavelength - 6448.0) < 0.5)
    depth = {}
    for velocity in (0.0, 19.2):
        masked = np.isnan(read_observed(path, WINDOW, telluric_velocity=velocity).normalized)
        depth[velocity] = 1.0 - whole.normalized[masked & apart].mean()
    assert depth[0.0] < 0.006 and depth[19.2] > 0.012


def test_a_window_that_the_earths_atmosphere_absorbs(tmp_path):
    wavelength = np.arange(7600.0, 7620.0, 0.01)
    np.savetxt(tmp_path / "a_band.txt", np.stack([wavelength, np.ones_like(wavelength)], axis=1))
    with pytest.raises(BadFile, match="the Earth's atmosphere absorbs all of 7602 to 7618 A"):
        read_observed(tmp_path / "a_band.txt", (7602.0, 7618.0))


def test_a_file_without_the_window(tmp_path):
    np.savetxt(tmp_path / "blue.txt", np.stack([WAVELENGTH - 2000, NORMALIZED], axis=1))
    with pytest.raises(BadFile, match="it covers 4428 to 4452 A"):
        read_observed(tmp_path / "blue.txt", WINDOW)


@pytest.mark.parametrize("name", ["none.fits", "none.txt"])
def test_a_missing_file(tmp_path, name):
    with pytest.raises(BadFile, match="no such file; expected an observed spectrum"):
        read_observed(tmp_path / name, WINDOW)


def test_words(tmp_path):
    (tmp_path / "words.txt").write_text("not a\nspectrum at\nall no\n")
    with pytest.raises(BadFile, match="cannot be read"):
        read_observed(tmp_path / "words.txt", WINDOW)
