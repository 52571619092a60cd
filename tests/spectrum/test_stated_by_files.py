"""What files state besides wavelengths and fluxes: units of errors, marks, media in prose, parameters of axes."""

from io import BytesIO
from types import SimpleNamespace

import numpy as np
import pytest
from astropy import units
from astropy.io import fits
from astropy.nddata import StdDevUncertainty
from astropy.table import Table

from kurucz_a1.errors import BadFile
from kurucz_a1.spectrum.readers import read_spectrum
from kurucz_a1.spectrum.readers.wavelengths import medium_in

WAVELENGTH = np.arange(6430.0, 6450.0, 0.02)
FLUX = 1.0 - 0.7 * np.exp(-(((WAVELENGTH - 6439.075) / 0.1) ** 2))


@pytest.fixture
def read(tmp_path):
    def read_bytes(data):
        (tmp_path / "spectrum").write_bytes(data)
        return read_spectrum(tmp_path / "spectrum")

    return read_bytes


def fits_table(**columns):
    table = fits.BinTableHDU.from_columns(
        [fits.Column(name, *form, array=array) for name, (form, array) in columns.items()]
    )
    stream = BytesIO()
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("flux_unit", "error_unit", "factor"),
    [
        ("Jy", "mJy", 1e-3),
        ("erg/s/cm2/Angstrom", "10**(-17) erg/s/cm2/Angstrom", 1e-17),
        ("W/m2/nm", "W/m2/nm", 1.0),
    ],
)
def test_errors_are_converted_to_the_unit_of_the_flux(read, flux_unit, error_unit, factor):
    data = fits_table(
        WAVE=(("D", "Angstrom"), WAVELENGTH),
        FLUX=(("D", flux_unit), FLUX),
        ERR=(("D", error_unit), np.full(len(FLUX), 10.0)),
    )
    np.testing.assert_allclose(read(data).error, 10.0 * factor, rtol=1e-12)


def test_an_uncertainty_of_another_unit():
    spectrum = SimpleNamespace(
        spectral_axis=WAVELENGTH * units.AA,
        flux=FLUX * units.Jy,
        uncertainty=StdDevUncertainty(np.full(len(FLUX), 10.0), unit=units.mJy),
    )
    np.testing.assert_allclose(read_spectrum(spectrum).error, 0.01, rtol=1e-12)


@pytest.mark.parametrize("name", ["ANDMASK", "PIXMASK", "BPM", "mask"])
def test_names_of_masks(read, name):
    flux = FLUX.copy()
    flux[100:110] = 1e5
    mask = np.zeros(len(flux), dtype=np.int16)
    mask[100:110] = 4
    data = fits_table(WAVE=(("D", "Angstrom"), WAVELENGTH), FLUX=(("D",), flux), **{name: (("I",), mask)})
    table = read(data)
    assert np.isnan(table.flux).sum() == 10 and np.nanmax(table.flux) <= 1.0


def test_integers_that_stand_for_no_value_are_scaled(read):
    """TNULL is the integer of the file, before TSCAL: -99 is no flux of -9.9."""
    counts = np.round(FLUX * 1e4).astype(np.int32)
    counts[50:60] = -99
    data = fits_table(WAVE=(("D", "Angstrom"), WAVELENGTH), FLUX=(("J",), counts))
    cards = b"TNULL2  =                  -99" + 50 * b" " + b"TSCAL2  =                  0.1" + 50 * b" "
    end = data.rindex(b"END" + 77 * b" ")
    data = data[:end] + cards + b"END" + 77 * b" " + data[end + len(cards) + 80 :]
    table = read(data)
    assert np.isnan(table.flux).sum() == 10
    assert np.nanmax(table.flux) == pytest.approx(1000.0)


@pytest.mark.parametrize(
    ("words", "medium"),
    [
        ("Wavelengths are in vacuum, not converted to air", "vacuum"),
        ("Wavelengths are in air, not converted to vacuum", "air"),
        ("vacuum wavelengths (not air)", "vacuum"),
        ("wavelengths converted from vacuum to air", "air"),
        ("not in vacuum", None),
    ],
)
def test_media_that_prose_denies(words, medium):
    assert medium_in(words) == medium


def image(**keywords):
    unit = fits.PrimaryHDU(FLUX)
    unit.header.update({"CRPIX1": 1.0, **keywords})
    stream = BytesIO()
    unit.writeto(stream)
    return stream.getvalue()


def test_an_axis_that_astropy_computes_has_its_matrix(read):
    """WAVE-F2W, linear in frequency at the reference: at pixel 1 the step is PC1_1 CDELT1 = 2e-12 m, 0.02 A."""
    table = read(image(CTYPE1="WAVE-F2W", CUNIT1="m", CRVAL1=6.43e-7, CDELT1=1e-10, PC1_1=0.02))
    assert table.wavelength[0] == pytest.approx(6430.0, abs=1e-9)
    assert np.diff(table.wavelength)[0] == pytest.approx(0.02, rel=1e-4)


def test_the_standards_unit_is_the_metre(read):
    table = read(image(CTYPE1="AWAV", CRVAL1=6.43e-7, CDELT1=2e-12))
    np.testing.assert_allclose(table.wavelength, WAVELENGTH, atol=1e-6)
    assert table.medium == "air"


@pytest.mark.parametrize(("unit", "size"), [("GHz", 1e9), ("THz", 1e12)])
def test_units_of_frequency(read, unit, size):
    frequency = 2.99792458e18 / WAVELENGTH[::-1] / size
    data = fits_table(frequency=(("D", unit), frequency), flux=(("D",), FLUX[::-1]))
    table = read(data)
    np.testing.assert_allclose(table.wavelength, WAVELENGTH, rtol=1e-12)
    assert table.medium == "vacuum"


def test_a_table_of_astropy_in_hdf5(tmp_path):
    import h5py

    table = np.array(list(zip(WAVELENGTH, FLUX, strict=True)), dtype=[("wavelength", "f8"), ("flux", "f8")])
    with h5py.File(tmp_path / "table.h5", "w") as file:
        file["__astropy_table__"] = table
    np.testing.assert_allclose(read_spectrum(tmp_path / "table.h5").wavelength, WAVELENGTH)


def test_units_that_do_not_compare_are_numbers(read):
    data = fits_table(
        WAVE=(("D", "Angstrom"), WAVELENGTH), FLUX=(("D", "adu"), FLUX), ERR=(("D", "K"), np.full(len(FLUX), 0.1))
    )
    np.testing.assert_allclose(read(data).error, 0.1)


def test_a_spectrum_needs_wavelengths(read):
    with pytest.raises(BadFile, match="looked for are"):
        read(fits_table(a=(("D",), WAVELENGTH), b=(("D",), FLUX)))


def test_tables_hold_masked_columns(tmp_path):
    """astropy's own masked columns, written as ECSV."""
    table = Table({"wavelength": WAVELENGTH * units.AA, "flux": FLUX}, masked=True)
    table["flux"].mask[20:30] = True
    table.write(tmp_path / "table.ecsv")
    assert np.isnan(read_spectrum(tmp_path / "table.ecsv").flux).sum() == 10
