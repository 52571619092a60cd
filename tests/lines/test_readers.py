"""What all readers of line lists share: the form is told from the content, and what is no line list is refused."""

import bz2
import gzip
import io
import lzma
import warnings

import numpy as np
import pytest
import xarray as xr
from astropy.io import fits
from tests.fuzz import line_lists
from tests.fuzz.line_lists import inputs
from tests.lines.linelists import write

from kurucz_a1.errors import BadFile, LeftOut
from kurucz_a1.lines.air import air_to_vacuum, vacuum_to_air
from kurucz_a1.lines.elements import canonical_name, molecule_name
from kurucz_a1.lines.readers import read_line_list, read_line_lists
from kurucz_a1.netcdf import write_netcdf

MOOG = line_lists.MOOG.decode()
NAMES = sorted(inputs())


def read(path):
    """The lines of a list, some of whose rows may be left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LeftOut)
        return read_line_list(path)


def test_air_and_vacuum_are_inverse():
    vacuum = np.geomspace(2100, 1e5, 50)
    np.testing.assert_allclose(air_to_vacuum(vacuum_to_air(vacuum)), vacuum, rtol=1e-12)
    assert vacuum_to_air(1500.0) == 1500.0 == air_to_vacuum(1500.0)


def test_air_wavelength_of_h_alpha():
    # NIST: 6564.610 A in vacuum, 6562.797 A in air (centre of gravity)
    assert vacuum_to_air(6564.610) == pytest.approx(6562.797, abs=2e-3)


@pytest.mark.parametrize("name", [name for name in NAMES if name != line_lists.EXOMOL_NAME])
def test_the_name_of_a_file_is_nothing_to_the_reader(tmp_path, name):
    (tmp_path / name).write_bytes(inputs()[name])
    (tmp_path / "list").write_bytes(inputs()[name])
    (tmp_path / "list.csv.h5").write_bytes(inputs()[name])
    named, *others = (read(tmp_path / file) for file in (name, "list", "list.csv.h5"))
    assert named
    for other in others:
        np.testing.assert_array_equal(named.wavelength, other.wavelength)
        np.testing.assert_array_equal(named.log_gf, other.log_gf)


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_compressed_lists_are_read_by_any_name(tmp_path, compress):
    plain = read_line_list(write(tmp_path / "list.txt", MOOG))
    (tmp_path / "list.dat").write_bytes(compress(MOOG.encode()))
    np.testing.assert_array_equal(plain.log_gf, read_line_list(tmp_path / "list.dat").log_gf)


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_letters_beyond_ascii_harm_nothing(tmp_path, coding):
    text = MOOG.replace("made-up lines", "Unsöld, Ångström").replace("a remark", "d'après Å")
    (tmp_path / "list.txt").write_bytes(text.encode(coding))
    plain = read_line_list(write(tmp_path / "plain.txt", MOOG))
    np.testing.assert_array_equal(read_line_list(tmp_path / "list.txt").wavelength, plain.wavelength)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith((".h5", ".gz", ".trans"))])
def test_rows_may_end_as_on_other_systems(tmp_path, name, end):
    (tmp_path / name).write_bytes(inputs()[name])
    (tmp_path / "other").write_bytes(inputs()[name].replace(b"\n", end.encode()))
    first, second = read(tmp_path / name), read(tmp_path / "other")
    assert first and second
    np.testing.assert_array_equal(first.log_gf, second.log_gf)


def test_several_lists_become_one(tmp_path):
    path = write(tmp_path / "list.txt", MOOG)
    assert len(read_line_lists([path, path])) == 2 * len(read_line_list(path))


def fits_file():
    stream = io.BytesIO()
    fits.PrimaryHDU(np.ones(10)).writeto(stream)
    return stream.getvalue()


NO_LINE_LISTS = {
    "nothing": (b"", "empty"),
    "blanks": (b" \n\n", "empty"),
    "a title only": (b"title\n\n", "first row is 'title'"),
    "a FITS file": (fits_file(), "a FITS file"),
    "a zip archive": (b"PK\x03\x04" + bytes(40), "a zip archive"),
    "noise": (bytes(range(256)) * 4, "a binary file"),
    "a spectrum": (b"# wavelength flux\n" + b"6430.01 0.98\n6430.02 0.97\n" * 9, "a spectrum"),
    "a spectrum with errors": (b"6430.01 0.98 0.01\n6430.02 0.97 0.01\n" * 9, "a spectrum"),
    "a spectrum of four columns": (b"6430.01 1.000 0.01 0\n6430.02 1.000 0.01 0\n" * 9, "of no form that is read"),
    "a deck": (b"TEFF   5777.  GRAVITY 4.43770 LTE\nTITLE  sun\nREAD DECK6 72 RHOX,T,P,XNE\n", "a model atmosphere"),
    "windows": (
        b"wave_peak\twave_base\twave_top\tspecies\n424.6\t424.5\t424.7\tSc 2\n",
        "columns wave_peak, wave_base",
    ),
    "states": (line_lists.STATES, "ExoMol's file of states"),
    "cut gzip": (gzip.compress(line_lists.MOOG)[:40], "not whole"),
    "damaged HDF5": (inputs()["korg.h5"][:600], "no line list, but a HDF5 file"),
}


@pytest.mark.parametrize("what", NO_LINE_LISTS)
def test_other_files_are_refused_by_what_they_seem_to_be(tmp_path, what):
    content, says = NO_LINE_LISTS[what]
    (tmp_path / "lines.dat").write_bytes(content)
    with pytest.raises(BadFile, match=says) as caught:
        read_line_list(tmp_path / "lines.dat")
    assert "lines.dat: " in str(caught.value) and "\n" not in str(caught.value)


def test_an_opacity_table_is_refused_as_one(tmp_path):
    table = xr.Dataset({name: ("x", np.ones(3)) for name in ("metals_species", "frequency", "species")})
    write_netcdf(tmp_path / "table.nc", table)
    with pytest.raises(BadFile, match="an opacity table of this package"):
        read_line_list(tmp_path / "table.nc")


def test_an_unknown_form_is_refused_with_the_known_ones(tmp_path):
    with pytest.raises(BadFile, match=r"of no form that is read \(.*VALD3, Turbospectrum.*\); its first row is 'once"):
        read_line_list(write(tmp_path / "a.txt", "once upon a time\nthere was a list\nof lines\n"))


def test_missing_file(tmp_path):
    with pytest.raises(BadFile, match=r"nowhere\.txt: no such file"):
        read_line_list(tmp_path / "nowhere.txt")
    with pytest.raises(BadFile, match="a folder without a file of ExoMol's transitions"):
        read_line_list(tmp_path)


def test_windows_are_no_line_list(reference_data):
    with pytest.raises(BadFile, match="a table with the columns wave_peak"):
        read_line_list(reference_data / "linelists" / "griffith2022_windows.tsv")


def test_a_table_of_a_journal_is_no_line_list(reference_data):
    with pytest.raises(BadFile, match="a machine-readable table of a journal"):
        read_line_list(reference_data / "linelists" / "melendez2014_sun_18sco_ew.dat")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("6.4308e+09      26.0     2.176    -2.006", "a vacuum wavelength of"),
        ("     0.000      26.0     2.176    -2.006", "a vacuum wavelength of 0 A"),
        ("  6430.846      26.0    -2.176    -2.006", "a lower level at -2.176 eV"),
        ("  6430.846      26.0     2.176    -200.6", r"a log gf of -200\.6"),
        ("  6430.846      26.0     2.176     20.06", r"a log gf of 20\.06"),
        ("  6430.846      26.0     2.176       nan", "a log gf of nan"),
        ("  6430.846     100.0     2.176    -2.006", r"unknown species code '100\.0'"),
        ("  6430.846     26.30     2.176    -2.0x6", "'-2.0x6' is no number"),
        ("  6430.846      1_0.     2.176    -2.006", "is no species code"),
    ],
)
def test_numbers_that_cannot_be_cost_their_line(tmp_path, row, says):
    path = write(tmp_path / "list.txt", MOOG + row + "\n")
    with pytest.warns(LeftOut, match=f"1 of 6 lines left out; row 7: .*{says}"):
        assert len(read_line_list(path)) == 5


def test_names_of_molecules():
    known = {(1, 6): "CH", (1, 8): "OH", (6, 7): "CN", (6, 8): "CO", (8, 22): "TiO", (6, 6): "C2", (26,): "Fe"}
    assert {atoms: molecule_name(atoms) for atoms in known} == known
    assert [canonical_name(name) for name in ("HO", "OTi", "H2O", "Xx", "fe", "")] == [
        *("OH", "TiO", "H2O"),
        *[None] * 3,
    ]
