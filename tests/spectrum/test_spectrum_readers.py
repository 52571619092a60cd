"""Every form of observed spectra: the line at its place, errors and masks; and what is refused, in one true line."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
from astropy import units
from astropy.io import fits
from astropy.nddata import InverseVariance
from tests.spectrum.forms import (
    BAD,
    DEPTH,
    ERROR,
    FORMS,
    LINE,
    PIXELS,
    RATIO,
    apogee,
    columns_of_text,
    comma,
    espresso,
    grid,
    image,
    linear,
    marks,
    multispec,
    multispec_linear,
    profile,
    spoiled,
    table,
    written,
)

from kurucz_a1.errors import BadFile, LeftOut
from kurucz_a1.lines.air import vacuum_to_air
from kurucz_a1.spectrum.observed import read_observed
from kurucz_a1.spectrum.readers import read_spectrum

WINDOW = (6434.0, 6446.0)
SPEED_OF_LIGHT = 299792.458  # km/s


@pytest.fixture
def file(tmp_path):
    def write(content, name="spectrum.dat"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def place_of_line(wavelength, depth):
    near = np.abs(wavelength - LINE) < 1.0
    return np.sum((depth * wavelength)[near]) / np.sum(depth[near])


def test_the_ratio_of_the_files_is_mortons():
    """1 + 8.34254e-5 + 2.406147e-2 / (130 - s2) + 1.5998e-4 / (38.9 - s2) with s2 = (1e4 / 6440.8547)^2 = 2.410533."""
    assert vacuum_to_air(LINE * RATIO) == pytest.approx(LINE, abs=2e-5)  # 1 m/s


@pytest.mark.parametrize("form", FORMS)
def test_the_line_is_at_its_place(file, form):
    """To 0.03 km/s: what the centre of 80 pixels in a line of 0.2 A leaves. Its depth, against a continuum that is
    found to 0.2 %. No bad pixel is left where the file marks some."""
    make, medium, has_error = FORMS[form]
    path = file(make())
    assert read_spectrum(path).medium == medium
    spectrum = read_observed(path, WINDOW, mask_telluric=False)
    depth = 1.0 - spectrum.normalized
    known = np.isfinite(depth)
    velocity = (place_of_line(spectrum.wavelength[known], depth[known]) / LINE - 1.0) * SPEED_OF_LIGHT
    assert abs(velocity) < 0.03
    assert np.nanmax(depth) == pytest.approx(DEPTH, abs=0.01)
    assert np.nanmin(depth) > -0.01
    assert known.sum() > 500
    assert np.all(np.diff(spectrum.wavelength) >= 0.0)
    if has_error:
        # over the continuum; of a relative error it follows the flux
        relative = form in ("GALAH", "HSRS", "HSRS, netCDF-4")
        expected = ERROR * (spectrum.normalized if relative else np.ones(depth.size))
        np.testing.assert_allclose(spectrum.error[known], expected[known], rtol=0.01)
    else:
        assert spectrum.error is None


@pytest.mark.parametrize("form", ["IRAF bands", "SDSS", "APOGEE", "ESO air", "specutils", "ECSV", "npz"])
def test_marked_pixels_are_nan(file, form):
    table = read_spectrum(file(FORMS[form][0]()))
    assert np.isnan(table.flux[BAD]).all()
    assert np.isfinite(table.flux[BAD.stop :]).all()  # APOGEE's pixels near sky lines, too


def test_names_do_not_matter(file):
    for name in ("star.fits", "star.all6", "star.txt", "star"):
        assert read_spectrum(file(linear(), name)).form == "FITS image"


@pytest.mark.parametrize("medium", ["air", "vacuum"])
def test_a_medium_that_the_file_contradicts(file, medium):
    path = file(linear(CTYPE1="AWAV" if medium == "vacuum" else "WAVE"))
    with pytest.raises(BadFile, match=rf"wavelengths are in \w+ \(CTYPE1 = \w+\), but `medium` is {medium}"):
        read_observed(path, WINDOW, medium=medium)


def test_a_medium_that_the_file_does_not_state(file):
    wavelength = read_observed(file(linear(RATIO)), WINDOW, medium="vacuum").wavelength
    # the first pixel within the window
    assert wavelength[0] == pytest.approx(6434.0, abs=0.03)
    given = grid(RATIO)
    np.testing.assert_allclose(np.min(np.abs(given[:, None] / RATIO - wavelength[:3]), axis=0), 0.0, atol=1e-4)


def test_both_media(file):
    path = file(linear(AIRORVAC="air", VACUUM=True))
    with pytest.raises(BadFile, match=r"states air \(AIRORVAC = air\) and vacuum \(VACUUM = True\)"):
        read_observed(path, WINDOW)
    assert len(read_observed(path, WINDOW, medium="air").wavelength) > 500


def test_a_type_that_a_keyword_contradicts(file):
    with pytest.raises(BadFile, match=r"states air \(WAVMED = air\) and vacuum \(CTYPE1 = WAVE\)"):
        read_observed(file(linear(CTYPE1="WAVE", WAVMED=("air", "air or vacuum wavelengths"))), WINDOW)


def test_the_wavelength_in_air_goes_before_that_in_vacuum(file):
    assert read_spectrum(file(espresso())).wavelength[0] == 6432.0


def test_orders_that_overlap_are_normalised_each_by_itself(file):
    """The second order is ten times as bright; all pixels of both are kept."""
    path = file(multispec_linear())
    assert len(read_spectrum(path).wavelength) == 1000
    spectrum = read_observed(path, WINDOW, mask_telluric=False)
    assert len(spectrum.wavelength) == 400 + 301  # to 6441.98 A, and from 6440 A
    assert np.nanmax(spectrum.normalized) < 1.01


def test_orders_in_text(file):
    """Orders follow each other, the redder one first, as in many lists of echelle spectra."""
    first, second = 6440.0 + 0.02 * np.arange(400), 6432.0 + 0.02 * np.arange(450)
    rows = [f"{w:.3f} {f:.3f}" for w, f in zip(first, 10.0 * profile(first), strict=True)]
    rows += [f"{w:.3f} {f:.3f}" for w, f in zip(second, profile(second), strict=True)]
    spectrum = read_observed(file("\n".join(rows)), WINDOW, mask_telluric=False)
    assert np.nanmax(spectrum.normalized) < 1.01
    depth = 1.0 - spectrum.normalized
    assert place_of_line(spectrum.wavelength, depth) == pytest.approx(LINE, abs=6e-4)


def test_fibres_of_several_stars_are_not_merged(file):
    line = "0 6432. 0.02 800 0. 1. 2."
    path = file(multispec(f"1 1 {line}", f"2 2 {line}", flux=np.stack([profile(grid()), np.full(PIXELS, 7.0)])))
    with pytest.warns(LeftOut, match="1 of 2 spectra left out; spectrum 2: covers the same wavelengths as the first"):
        table = read_spectrum(path)
    assert np.nanmedian(table.flux) == pytest.approx(1000.0, rel=0.01)


def test_rows_without_names_are_said(file):
    axis = {"CRVAL1": 6432.0, "CDELT1": 0.02, "CRPIX1": 1.0}
    path = file(written(image(np.stack([profile(grid()), np.full(PIXELS, 3.0)]), axis)))
    with pytest.warns(LeftOut, match="1 of 2 rows left out; row 2: the file does not say what it is"):
        assert np.nanmax(read_spectrum(path).flux) > 900.0


def test_sentinels_and_gaps(file):
    """IRAF's INDEF, and a gap of zeros as between HARPS's chips; a single zero is a value."""
    flux = profile(grid())
    flux[10], flux[200:260], flux[700] = 1.6e38, 0.0, 0.0
    axis = {"CRVAL1": 6432.0, "CDELT1": 0.02, "CRPIX1": 1.0}
    bad = np.isnan(read_spectrum(file(written(image(flux, axis)))).flux)
    assert bad[10] and bad[200:260].all() and bad.sum() == 61


def test_an_object_of_specutils(tmp_path):
    """By its attributes: quantities, the inverse variance as uncertainty, True in the mask for bad pixels."""
    spectrum = SimpleNamespace(
        spectral_axis=0.1 * grid() * units.nm,
        flux=spoiled(profile(grid())) * units.Jy,
        uncertainty=InverseVariance(np.full(PIXELS, (1000.0 * ERROR) ** -2)),
        mask=marks(bool),
    )
    observed = read_observed(spectrum, WINDOW, mask_telluric=False)
    known = np.isfinite(observed.normalized)
    assert place_of_line(observed.wavelength[known], 1.0 - observed.normalized[known]) == pytest.approx(LINE, abs=6e-4)
    assert np.nanmax(observed.normalized) < 1.01
    np.testing.assert_allclose(observed.error[known], ERROR, rtol=0.01)


def test_unknown_columns_are_listed(file):
    columns = [fits.Column("ALPHA", "D", array=grid()), fits.Column("BETA", "D", array=grid())]
    with pytest.raises(BadFile, match=r"no spectrum among its columns ALPHA, BETA; looked for are wavelength \(wave"):
        read_spectrum(file(table(columns)))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (comma(columns_of_text(",")), "commas may be decimal commas or separate columns"),
        (columns_of_text("\t").replace("64", "6,4"), "have commas .* and also points"),
        (re.sub(r"(?m)^(\d+)\.", r"\1,", columns_of_text("\t")), "have commas .* and also points"),
        ("\n".join(f"{k} {k}" for k in range(1, 100)), "count the pixels"),
        ("\n".join(f"{6400 + k // 50} {k}" for k in range(200)), "share their wavelengths"),
        ("velocity flux\n" + columns_of_text(), "first column is velocity"),
        ("a b c d\n" + columns_of_text(" ", last=lambda k, f: "1 2"), "no spectrum among its columns a, b, c, d"),
        ("\n".join("6400.1 x" for _ in range(9)) + "\n6400.2 1.0", "only 1 of 10 rows hold numbers; row 1: 'x'"),
        ("<?xml version='1.0'?>\n<VOTABLE/>", "XML"),
        ("1.0\n2.0\n3.0\n", "one column"),
        ("1 1\n6400 1\n", "only 1 of 1 rows hold numbers"),
        (b"\xef\xbb\xbf", "without two rows of numbers"),
        (linear()[:4000], "not whole"),
        (linear(CTYPE1="VELO"), "velocities"),
        (linear(CUNIT1="pixel"), "counts pixels"),
        (linear(CUNIT1="parsec/s"), "no unit of wavelength"),
        (linear(CUNIT1="um"), "run from 6.432e\\+07"),
        (linear(CDELT1=0.0), "is zero"),
        (linear(CDELT1=1e308), "run from 6432 to 1e\\+308 A"),
        (linear(CRVAL1="red"), "CRVAL1 of its header is no number: 'red'"),
        (written(image(np.log(np.arange(2.0, 900.0)), {"CRVAL1": 3.8, "CDELT1": 1e-5})), "as log10 they would"),
        (written(fits.PrimaryHDU(np.ones((200, 300)))), "no header has CRVAL1"),
        (written(image(np.ones((200, 300)), {"CRVAL1": 5000.0, "CDELT1": 1.0})), "200 rows of 300 pixels"),
        (written(fits.PrimaryHDU()), "without images and tables"),
        (np.random.default_rng(0).bytes(3000), "unknown form"),
        (linear()[:-2880] + b"x" + linear()[-2880:], "is no multiple of 2880"),
        (linear(CRVAL1="?").replace(b"'?       '", b"6400..0   "), "damaged: its card CRVAL1 cannot be understood"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 60 else "",
)
def test_what_is_refused(file, content, complaint):
    with pytest.raises(BadFile, match=complaint) as raised:
        read_spectrum(file(content))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("flux", [-np.ones(PIXELS), np.arange(PIXELS) % 2.0, np.sin(3.0 * np.arange(PIXELS) ** 2)])
def test_a_flux_without_a_continuum(file, flux):
    axis = {"CRVAL1": 6432.0, "CDELT1": 0.02, "CRPIX1": 1.0}
    with pytest.raises(BadFile, match="6434 to 6446 A is not positive, or lost in noise; it has no continuum"):
        read_observed(file(written(image(flux, axis))), WINDOW)


def test_a_header_that_claims_too_much(file):
    content = linear().replace(b"NAXIS1  =                  800", b"NAXIS1  =         800000000000")
    with pytest.raises(BadFile, match=r"not whole: its header claims 8e\+11 values"):
        read_spectrum(file(content))


def test_rows_that_are_no_numbers_cost_themselves(file):
    rows = columns_of_text().splitlines()
    rows[4], rows[7] = "6432.0800 ****", rows[7].split()[0]
    with pytest.warns(LeftOut, match=r"2 of 800 rows left out; row 5: '\*\*\*\*' is no number \(and 1 more\)"):
        assert len(read_spectrum(file("\n".join(rows))).flux) == PIXELS - 2


def test_a_wavelength_far_from_its_neighbours_costs_its_pixel(file):
    rows = columns_of_text().splitlines()
    rows[300] = rows[300].replace("643", "653")
    with pytest.warns(LeftOut, match="1 of 800 pixels left out; pixel 301: at 6538"):
        table = read_spectrum(file("\n".join(rows)))
    assert len(table.flux) == PIXELS - 1 and table.wavelength[-1] < 6449.0


def test_descending_wavelengths(file):
    rows = columns_of_text().splitlines()[::-1]
    table = read_spectrum(file("\n".join(rows)))
    np.testing.assert_allclose(table.wavelength, grid(), atol=1e-6)
    assert table.order.max() == 0


def test_a_mask_that_means_the_reverse(file):
    columns = [fits.Column("WAVE", "D", array=grid()), fits.Column("FLUX", "D", array=profile(grid()))]
    columns += [fits.Column("DATAQUAL", "I", array=1 - marks())]
    with pytest.raises(BadFile, match="DATAQUAL marks 100% of the pixels as bad"):
        read_spectrum(file(table(columns)))
    said = table(columns).replace(b"'DATAQUAL'          ", b"'DATAQUAL' / 1=good ")
    assert np.isnan(read_spectrum(file(said)).flux[BAD]).all()


def test_real_spectra(reference_data):
    """HARPS's Sun by Ganymede, at rest: Ca I 6439.075 A is red by the gravitational redshift of 0.633 km/s less the
    convective blueshift, which is less than that."""
    spectrum = read_observed(reference_data / "sun" / "sun_harps_ganymede.fits", (6438.0, 6440.5), mask_telluric=False)
    depth = np.clip(1.0 - spectrum.normalized - 0.3, 0.0, None)
    velocity = (place_of_line(spectrum.wavelength, depth) / LINE - 1.0) * SPEED_OF_LIGHT
    assert 0.0 < velocity < 0.633


def test_huge_errors_mark_bad_pixels(file):
    """As APOGEE's of 1e10 do; if all errors are so, they mark nothing."""
    flux, error = profile(grid()), np.full(PIXELS, 1000.0 * ERROR)
    error[BAD] = 1e10
    columns = [
        fits.Column(name, "D", array=array)
        for name, array in zip(["wave", "flux", "err"], (grid(), flux, error), strict=False)
    ]
    assert np.isnan(read_spectrum(file(table(columns))).flux).sum() == BAD.stop - BAD.start
    columns[2] = fits.Column("err", "D", array=np.full(PIXELS, 1e10))
    spectrum = read_spectrum(file(table(columns)))
    assert spectrum.error is None and np.isfinite(spectrum.flux).all()


def test_apogee_keeps_the_combined_spectrum(file):
    assert np.nanmedian(read_spectrum(file(apogee())).flux) == pytest.approx(1000.0, rel=0.01)
