"""An observed spectrum in every form: bytes of small files with a line at a known place.

The line is at 6439.075 A in air. Files in vacuum have it at 6440.8547 A, by the formula of Morton (2000, ApJS 130, 403,
eq. 8) computed by hand: n - 1 = 2.763948e-4.
"""

import gzip
import re
from io import BytesIO

import numpy as np
import xarray as xr
from astropy import units
from astropy.io import fits
from astropy.table import QTable

LINE = 6439.075  # A, air
RATIO = 1.0 + 2.763948e-4  # of the wavelengths in vacuum and air at the line
PIXELS = 800
DEPTH, WIDTH = 0.6, 0.12
ERROR = 0.01  # of the continuum
BAD = slice(100, 104)  # pixels with a wrong flux that the file marks


def profile(wavelength, line=LINE):
    """Flux with a continuum of 1000 and one line."""
    return 1000.0 * (1.0 - DEPTH * np.exp(-(((wavelength - line) / WIDTH) ** 2)))


def grid(ratio=1.0):
    return ratio * np.linspace(6432.0, 6448.0, PIXELS)


def spoiled(flux):
    flux = flux.copy()
    flux[BAD] = 5e4
    return flux


def marks(dtype=np.int16):
    mask = np.zeros(PIXELS, dtype=dtype)
    mask[BAD] = 1
    return mask


def written(*units_of_file):
    stream = BytesIO()
    fits.HDUList(list(units_of_file)).writeto(stream)
    return stream.getvalue()


def image(flux, header, kind=fits.PrimaryHDU, **keywords):
    unit = kind(flux, **keywords)
    unit.header.update(header)
    return unit


def linear(ratio=1.0, **more):
    wavelength = grid(ratio)
    axis = {"CRVAL1": wavelength[0], "CDELT1": wavelength[1] - wavelength[0], "CRPIX1": 1.0}
    return written(image(profile(wavelength, LINE * ratio), axis | more))


def other_reference():
    """The same axis from its pixel 400, in m, by CD1_1, which goes before CDELT1."""
    wavelength = grid()
    axis = {"CRVAL1": 1e-10 * wavelength[399], "CD1_1": 1e-10 * (wavelength[1] - wavelength[0]), "CDELT1": 1.0}
    return written(image(profile(wavelength), axis | {"CRPIX1": 400.0, "CUNIT1": "m", "CTYPE1": "AWAV"}))


def by_pc():
    wavelength = 0.1 * grid()
    axis = {"CRVAL1": wavelength[0], "CDELT1": 1.0, "PC1_1": wavelength[1] - wavelength[0], "CUNIT1": "nm"}
    return written(image(profile(10.0 * wavelength), axis | {"CRPIX1": 1.0}))


def paper_iii_logarithm(kind):
    """w = CRVAL1 exp(CDELT1 (p - CRPIX1) / CRVAL1), Greisen et al. (2006), eq. 5."""
    ratio = RATIO if kind == "WAVE-LOG" else 1.0
    start, step, pixel = 6432.0 * ratio, 0.02 * ratio, np.arange(PIXELS)
    wavelength = start * np.exp(step * pixel / start)
    axis = {"CTYPE1": kind, "CUNIT1": "Angstrom", "CRVAL1": start, "CDELT1": step, "CRPIX1": 1.0}
    return written(image(profile(wavelength, LINE * ratio), axis))


def decimal_logarithm(**more):
    place = np.linspace(np.log10(6432.0), np.log10(6448.0), PIXELS)
    axis = {"CRVAL1": place[0], "CDELT1": place[1] - place[0], "CRPIX1": 1.0}
    return written(image(profile(10.0**place), axis | more))


def frequencies():
    """Hz, of vacuum by nature."""
    frequency = np.linspace(2.99792458e18 / (6448.0 * RATIO), 2.99792458e18 / (6432.0 * RATIO), PIXELS)
    axis = {"CTYPE1": "FREQ", "CUNIT1": "Hz", "CRVAL1": frequency[0], "CDELT1": frequency[1] - frequency[0]}
    return written(image(profile(2.99792458e18 / frequency, LINE * RATIO), axis | {"CRPIX1": 1.0}))


def wavenumbers():
    number = np.linspace(1e8 / (6448.0 * RATIO), 1e8 / (6432.0 * RATIO), PIXELS)
    columns = [fits.Column("wavenumber", "D", unit="cm-1", array=number)]
    columns += [fits.Column("flux", "D", array=profile(1e8 / number, LINE * RATIO))]
    return written(fits.PrimaryHDU(), fits.BinTableHDU.from_columns(columns))


def grism():
    """An axis that is linear in frequency but counted in wavelength, which astropy computes: AWAV-F2W."""
    from astropy.wcs import WCS

    axis = {"CTYPE1": "WAVE-F2W", "CUNIT1": "Angstrom", "CRVAL1": 6440.0, "CDELT1": 0.02, "CRPIX1": 400.0}
    wavelength = 1e10 * WCS(fits.Header(axis | {"WCSAXES": 1}), naxis=1).wcs_pix2world(np.arange(1, PIXELS + 1), 1)[0]
    return written(image(profile(wavelength, LINE * RATIO), axis))


def one_row():
    wavelength = grid()
    axis = {"CRVAL1": wavelength[0], "CDELT1": wavelength[1] - wavelength[0], "CRPIX1": 1.0, "CTYPE1": "LINEAR"}
    axis |= {"WAT1_001": "wtype=linear label=Wavelength units=Angstroms"}
    return written(image(profile(wavelength)[None, :], axis))


def one_column():
    wavelength = grid()
    axis = {"CRVAL2": wavelength[0], "CDELT2": wavelength[1] - wavelength[0], "CRPIX2": 1.0, "DISPAXIS": 2}
    return written(image(profile(wavelength)[:, None], axis))


def pypeit():
    """Words before the names; a mask that is 1 for good pixels, where the inverse variance is not 0."""
    ivar = np.where(marks() == 1, 0.0, (1000.0 * ERROR) ** -2)
    columns = [
        fits.Column("OPT_WAVE", "D", array=grid(RATIO)),
        fits.Column("OPT_COUNTS", "D", array=spoiled(profile(grid(RATIO), LINE * RATIO))),
        fits.Column("OPT_COUNTS_IVAR", "D", array=ivar),
        fits.Column("OPT_COUNTS_SKY", "D", array=np.ones(PIXELS)),
        fits.Column("OPT_MASK", "L", array=~marks(bool)),
    ]
    return table(columns, header={"VACUUM": True})


def iraf_bands():
    """Flux, raw spectrum, background and sigma, as apall writes them."""
    wavelength = grid()
    flux = spoiled(profile(wavelength))
    sigma = np.where(marks() == 1, 0.0, 1000.0 * ERROR)
    cube = np.stack([flux, 2.0 * flux, 0.1 * flux, sigma])[:, None, :]
    axis = {"CRVAL1": wavelength[0], "CDELT1": wavelength[1] - wavelength[0], "CRPIX1": 1.0}
    names = (
        "spectrum - background none, weights variance",
        "raw - background none",
        "background",
        "sigma - background",
    )
    return written(image(cube, axis | {f"BANDID{k}": name for k, name in enumerate(names, 1)}))


def spex():
    """Wavelength in um, flux and error in rows; the keywords of the IRTF library."""
    wavelength = 1e-4 * grid(RATIO)
    rows = np.stack([wavelength, profile(1e4 * wavelength, LINE * RATIO), np.full(PIXELS, 1000.0 * ERROR)])
    return written(image(rows, {"XUNITS": "um", "WAVETYPE": "Vacuum"}))


def multispec(*functions, flux):
    """Rows with their own wavelengths, the text cut into cards of 68 characters as IRAF does."""
    text = "wtype=multispec " + " ".join(f'spec{k} = "{function}"' for k, function in enumerate(functions, 1))
    cards = {f"WAT2_{k + 1:03d}": text[68 * k : 68 * (k + 1)] for k in range(-(-len(text) // 68))}
    more = {"WAT0_001": "system=multispec", "WAT1_001": "wtype=multispec label=Wavelength units=angstroms"}
    return written(image(flux, {"CTYPE1": "MULTISPE", "CDELT1": 1.0, "CD1_1": 1.0} | more | cards))


def multispec_linear():
    """Two orders that overlap, by first wavelength and step; the second with a continuum ten times as high."""
    first, second = 6432.0 + 0.02 * np.arange(500), 6440.0 + 0.02 * np.arange(500)
    return multispec(
        "1 113 0 6432. 0.02 500 0. 20.1 25.9",
        "2 112 0 6440. 0.02 500 0. 30.1 35.9",
        flux=np.stack([profile(first), 10.0 * profile(second)]),
    )


def multispec_logarithm():
    place = np.log10(6432.0) + 1.35e-6 * np.arange(PIXELS)
    return multispec(f"1 1 1 {np.log10(6432.0):.15g} 1.35E-6 {PIXELS} 0. 1. 2.", flux=profile(10.0**place)[None, :])


def multispec_polynomial(kind):
    """6440 + 8 P1(n) + 0.05 P2(n), n from -1 at pixel 1 to 1 at the last, with a Doppler factor of 1e-5.

    P2 of Chebyshev is 2 n^2 - 1, of Legendre (3 n^2 - 1) / 2.
    """
    n = np.linspace(-1.0, 1.0, PIXELS)
    second = 2 * n**2 - 1 if kind == 1 else (3 * n**2 - 1) / 2
    wavelength = (6440.0 + 8.0 * n + 0.05 * second) / (1.0 + 1e-5)
    function = f"1 1 2 6432. 0.02 {PIXELS} 1E-5 1. 2. 1. 0. {kind} 3 1. {PIXELS}. 6440. 8. 0.05"
    return multispec(function, flux=profile(wavelength)[None, :])


def multispec_spline():
    """A linear spline of two pieces: 6432 to 6440.5 A and on to 6448 A."""
    wavelength = np.interp(np.arange(1, PIXELS + 1), [1, (1 + PIXELS) / 2, PIXELS], [6432.0, 6440.5, 6448.0])
    function = f"1 1 2 6432. 0.02 {PIXELS} 0. 1. 2. 1. 0. 4 2 1. {PIXELS}. 6432. 6440.5 6448."
    return multispec(function, flux=profile(wavelength)[None, :])


def table(columns, primary=None, header=None):
    unit = fits.BinTableHDU.from_columns(columns)
    unit.header.update(header or {})
    return written(primary or fits.PrimaryHDU(), unit)


def sdss():
    """flux, loglam, ivar, and_mask; VACUUM in the first header."""
    place = np.linspace(np.log10(6432.0 * RATIO), np.log10(6448.0 * RATIO), PIXELS)
    primary = fits.PrimaryHDU()
    primary.header["VACUUM"] = (True, "Wavelengths are in vacuum")
    ivar = np.full(PIXELS, (1000.0 * ERROR) ** -2)
    columns = [
        fits.Column("flux", "E", array=spoiled(profile(10.0**place, LINE * RATIO))),
        fits.Column("loglam", "D", array=place),
        fits.Column("ivar", "E", array=np.where(marks() == 1, 0.0, ivar)),
        fits.Column("and_mask", "J", array=marks(np.int32)),
        fits.Column("or_mask", "J", array=np.ones(PIXELS, dtype=np.int32)),
        fits.Column("wdisp", "E", array=np.ones(PIXELS)),
        fits.Column("sky", "E", array=np.ones(PIXELS)),
        fits.Column("model", "E", array=np.ones(PIXELS)),
    ]
    return table(columns, primary)


def apogee():
    """apStar: rows of the combined spectrum and visits; errors and mask in the next two images; SIG_SKYLINE is kept."""
    place = np.linspace(np.log10(6432.0 * RATIO), np.log10(6448.0 * RATIO), PIXELS)
    axis = {"CRVAL1": place[0], "CDELT1": place[1] - place[0], "CRPIX1": 1, "CTYPE1": "LOG-LINEAR", "DC-FLAG": 1}
    primary = fits.PrimaryHDU()
    primary.header["SURVEY"] = "APOGEE2"
    flux = spoiled(profile(10.0**place, LINE * RATIO))
    mask = marks(np.int32)
    mask[300:310] = 1 << 12
    return written(
        primary,
        image(np.stack([flux, 3.0 * flux, 7.0 * flux]), axis, fits.ImageHDU),
        image(np.full((3, PIXELS), 1000.0 * ERROR), axis, fits.ImageHDU),
        image(np.stack([mask] * 3), axis, fits.ImageHDU),
    )


def galah():
    """Flux, then its relative error, then sky and the rest."""
    wavelength = grid()
    axis = {"CRVAL1": wavelength[0], "CDELT1": wavelength[1] - wavelength[0], "CRPIX1": 1.0}
    flux = profile(wavelength)
    return written(
        image(flux, axis | {"ORIGIN": "GALAH"}),
        *(image(array, axis, fits.ImageHDU) for array in (ERROR * np.ones(PIXELS), 0.1 * flux, flux, flux / 1000.0)),
    )


def eso(ucd):
    """A table of one row with arrays, the medium in the UCD of its first column, a mask with 0 for good."""
    ratio = RATIO if ucd == "em.wl" else 1.0
    wavelength = 0.1 * grid(ratio)
    columns = [
        fits.Column("WAVE", f"{PIXELS}D", unit="nm", array=[wavelength]),
        fits.Column("FLUX", f"{PIXELS}E", unit="adu", array=[spoiled(profile(10.0 * wavelength, LINE * ratio))]),
        fits.Column("ERR", f"{PIXELS}E", unit="adu", array=[np.full(PIXELS, 1000.0 * ERROR)]),
        fits.Column("QUAL", f"{PIXELS}J", array=[marks(np.int32)]),
        fits.Column("SNR", f"{PIXELS}E", array=[np.full(PIXELS, 100.0)]),
    ]
    return table(columns, header={"TUCD1": ucd, "TUTYP1": "Spectrum.Data.SpectralAxis.Value"})


def uves():
    wavelength = grid()
    columns = [
        fits.Column("WAVE", f"{PIXELS}D", unit="Angstrom", array=[wavelength]),
        fits.Column("FLUX_REDUCED", f"{PIXELS}E", unit="adu", array=[profile(wavelength)]),
        fits.Column("ERR_REDUCED", f"{PIXELS}E", unit="adu", array=[np.full(PIXELS, 1000.0 * ERROR)]),
        fits.Column("BGFLUX_REDUCED", f"{PIXELS}E", unit="adu", array=[np.ones(PIXELS)]),
    ]
    return table(columns)


def espresso():
    """wavelength is in vacuum, wavelength_air in air."""
    columns = [
        fits.Column("wavelength", "D", unit="angstrom", array=grid(RATIO)),
        fits.Column("wavelength_air", "D", unit="angstrom", array=grid()),
        fits.Column("flux", "E", array=profile(grid())),
        fits.Column("error", "E", array=np.full(PIXELS, 1000.0 * ERROR)),
        fits.Column("quality", "J", array=np.zeros(PIXELS, dtype=np.int32)),
    ]
    return table(columns)


def named_images():
    """Echelle orders in images with names, as ESPRESSO's and CARMENES's pipelines write them."""
    wavelength = np.stack([6432.0 + 0.02 * np.arange(500), 6440.0 + 0.02 * np.arange(500)])
    return written(
        fits.PrimaryHDU(),
        fits.ImageHDU(profile(wavelength), name="SPEC"),
        fits.ImageHDU(np.full(wavelength.shape, 1000.0 * ERROR), name="SIG"),
        fits.ImageHDU(wavelength, name="WAVE"),
    )


def pepsi():
    columns = [fits.Column("Arg", "D", array=grid()), fits.Column("Fun", "D", array=profile(grid()))]
    columns += [fits.Column("Var", "D", array=np.full(PIXELS, (1000.0 * ERROR) ** 2))]
    return table(columns)


def specutils_table():
    """Behind a table about the target, whose columns are no spectrum."""
    columns = [
        fits.Column("spectral_axis", "D", unit="um", array=1e-4 * grid()),
        fits.Column("flux", "D", unit="Jy", array=spoiled(profile(grid()))),
        fits.Column("uncertainty", "D", unit="Jy", array=np.full(PIXELS, 1000.0 * ERROR)),
        fits.Column("mask", "L", array=marks(bool)),
    ]
    about = [fits.Column("TARGET", "5A", array=["Sun"]), fits.Column("FLUX", "D", array=[3.0])]
    return written(
        fits.PrimaryHDU(), fits.BinTableHDU.from_columns(about), fits.BinTableHDU.from_columns(columns, name="DATA")
    )


def lamost():
    """Rows of flux, inverse variance and wavelength, named by the header; COEFF0 and COEFF1 in log10 of A."""
    place = np.log10(6432.0 * RATIO) + 1.35e-6 * np.arange(PIXELS)
    rows = np.stack([profile(10.0**place, LINE * RATIO), np.full(PIXELS, (1000.0 * ERROR) ** -2), 10.0**place])
    header = {"COEFF0": place[0], "COEFF1": 1.35e-6, "VACUUM": True}
    return written(image(rows, header | {"ROW1": "Flux", "ROW2": "Inverse Variance", "ROW3": "WaveLength"}))


def columns_of_text(separator=" ", ratio=1.0, scale=1.0, last=None):
    wavelength = grid(ratio)
    rows = []
    for k, (w, f) in enumerate(zip(wavelength, profile(wavelength, LINE * ratio), strict=True)):
        fields = [f"{scale * w:.6f}", f"{f:.4f}"] + ([] if last is None else [last(k, f)])
        rows.append(separator.join(fields))
    return "\n".join(rows) + "\n"


def polarbase():
    """Two rows in front, then nm, I and its error."""
    head = f"***Reduced spectrum of 'star'\n {PIXELS} 2\n"
    return (head + columns_of_text("  ", scale=0.1, last=lambda k, f: f"{1000.0 * ERROR:.4e}")).encode()


def ecsv():
    flux = np.ma.masked_array(spoiled(profile(grid())), mask=marks(bool))
    columns = QTable({"lambda_air": 0.1 * grid() * units.nm})
    columns["flux"] = flux
    columns["e_flux"] = np.full(PIXELS, 1000.0 * ERROR)
    stream = BytesIO()
    from io import StringIO

    text = StringIO()
    columns.write(text, format="ascii.ecsv")
    stream.write(text.getvalue().encode())
    return stream.getvalue()


def npz():
    stream = BytesIO()
    np.savez(
        stream,
        wavelength_nm=0.1 * grid(),
        normalized_flux=spoiled(profile(grid())),
        normalized_error=np.full(PIXELS, 1000.0 * ERROR),
        good_pixel_mask=~marks(bool),
    )
    return stream.getvalue()


def hybrid_reference():
    """netCDF in nm and vacuum; its variables have these names, its errors are relative."""
    data = {
        "Vacuum Wavelength": ("wavelength", 0.1 * grid(RATIO), {"units": "nm"}),
        "SSI": ("wavelength", profile(grid(RATIO), LINE * RATIO), {"units": "W m-2 nm-1"}),
        "SSI_UNC": ("wavelength", np.full(PIXELS, ERROR), {"units": "1"}),
    }
    return bytes(xr.Dataset(data).to_netcdf(engine="scipy"))


def netcdf4():
    """The same names in netCDF-4, missing fluxes marked by _FillValue."""
    import h5py

    stream = BytesIO()
    with h5py.File(stream, "w") as file:
        flux = spoiled(profile(grid(RATIO), LINE * RATIO))
        file["Vacuum Wavelength"] = 0.1 * grid(RATIO)
        file["Vacuum Wavelength"].attrs["units"] = "nm"
        file["SSI"] = np.where(marks() == 1, -9999.0, flux)
        file["SSI"].attrs["units"] = "W m-2 nm-1"
        file["SSI"].attrs["_FillValue"] = -9999.0
        file["SSI_UNC"] = np.full(PIXELS, ERROR)
        file["SSI_UNC"].attrs["units"] = "1"
    return stream.getvalue()


def hdf5():
    """Plain HDF5, the arrays in a group, the unit an attribute."""
    import h5py

    stream = BytesIO()
    with h5py.File(stream, "w") as file:
        group = file.create_group("spectrum")
        group["lambda"] = 1e-10 * grid()
        group["lambda"].attrs["units"] = "m"
        group["flux"] = spoiled(profile(grid()))
        group["ivar"] = np.where(marks() == 1, 0.0, (1000.0 * ERROR) ** -2)
    return stream.getvalue()


def comma(text):
    return text.replace(".", ",").encode()


def with_error(k, f):
    return f"{1000.0 * ERROR:.2f}"


#: By name: the bytes, the medium that the file states, and whether it has errors.
FORMS = {
    "linear": (linear, None, False),
    "linear AWAV": (lambda: linear(CTYPE1="AWAV", CUNIT1="Angstrom"), "air", False),
    "linear WAVE": (lambda: linear(RATIO, CTYPE1="WAVE"), "vacuum", False),
    "linear, keyword": (lambda: linear(RATIO, AIRORVAC="vac"), "vacuum", False),
    "linear, history": (lambda: linear(RATIO, HISTORY="All wavelengths are in vacuum."), "vacuum", False),
    "CTYPE1 a unit": (lambda: linear(CTYPE1="ANGSTROM"), None, False),
    "gzipped": (lambda: gzip.compress(linear(), mtime=0), None, False),
    "CD1_1 in m": (other_reference, "air", False),
    "PC1_1 in nm": (by_pc, None, False),
    "AWAV-LOG": (lambda: paper_iii_logarithm("AWAV-LOG"), "air", False),
    "WAVE-LOG": (lambda: paper_iii_logarithm("WAVE-LOG"), "vacuum", False),
    "WAVE-F2W": (grism, "vacuum", False),
    "LOG-LINEAR": (lambda: decimal_logarithm(CTYPE1="LOG-LINEAR"), None, False),
    "DC-FLAG": (lambda: decimal_logarithm(**{"DC-FLAG": 1}), None, False),
    "log10 unit": (lambda: decimal_logarithm(CUNIT1="log10(Angstrom)"), None, False),
    "FREQ": (frequencies, "vacuum", False),
    "wavenumbers": (wavenumbers, "vacuum", False),
    "one row": (one_row, None, False),
    "one column": (one_column, None, False),
    "PypeIt": (pypeit, "vacuum", True),
    "IRAF bands": (iraf_bands, None, True),
    "SpeX": (spex, "vacuum", True),
    "LAMOST": (lamost, "vacuum", True),
    "multispec linear": (multispec_linear, None, False),
    "multispec logarithm": (multispec_logarithm, None, False),
    "multispec Chebyshev": (lambda: multispec_polynomial(1), None, False),
    "multispec Legendre": (lambda: multispec_polynomial(2), None, False),
    "multispec spline": (multispec_spline, None, False),
    "SDSS": (sdss, "vacuum", True),
    "APOGEE": (apogee, "vacuum", True),
    "GALAH": (galah, None, True),
    "ESO air": (lambda: eso("em.wl;obs.atmos"), "air", True),
    "ESO vacuum": (lambda: eso("em.wl"), "vacuum", True),
    "UVES": (uves, None, True),
    "ESPRESSO": (espresso, "air", True),
    "named images": (named_images, None, True),
    "PEPSI": (pepsi, None, True),
    "specutils": (specutils_table, None, True),
    "blanks": (lambda: columns_of_text().encode(), None, False),
    "nm": (lambda: columns_of_text(scale=0.1).encode(), None, False),
    "errors": (lambda: columns_of_text(last=with_error).encode(), None, True),
    "csv": (lambda: b"Wavelength (nm),Flux,e_flux\n" + columns_of_text(",", 1.0, 0.1, with_error).encode(), None, True),
    "vacuum column": (lambda: b"# lambda_vac flux\n" + columns_of_text(ratio=RATIO).encode(), "vacuum", False),
    "vacuum comment": (lambda: b"# wavelengths in vacuum\n" + columns_of_text(ratio=RATIO).encode(), "vacuum", False),
    "comments": (lambda: b"; an atlas\n! of the Sun\n% 1984\n" + columns_of_text("\t").encode(), None, False),
    "tabs, commas": (lambda: comma(columns_of_text("\t")), None, False),
    "blanks, commas": (lambda: comma(columns_of_text("   ")), None, False),
    "semicolons, commas": (lambda: b"lambda;flux\r\n" + comma(columns_of_text("; ")), None, False),
    "quotes, commas": (
        lambda: re.sub(rb"([\d,]+)", rb'"\1"', comma(columns_of_text("!"))).replace(b"!", b","),
        None,
        False,
    ),
    "commas and tabs": (lambda: columns_of_text(",\t").encode(), None, False),
    "PolarBase": (polarbase, None, True),
    "ECSV": (ecsv, "air", True),
    "npz": (npz, None, True),
    "HDF5": (hdf5, None, True),
    "HSRS": (hybrid_reference, "vacuum", True),
    "HSRS, netCDF-4": (netcdf4, "vacuum", True),
}
FORMS["Fortran"] = (
    lambda: "\n".join(
        f"{w / 1e3:.9f}D+03 {f / 1e3:.6f}d3" for w, f in zip(grid(), profile(grid()), strict=True)
    ).encode(),
    None,
    False,
)
