"""Line lists of every form, good and bad."""

import gzip

import numpy as np
import pytest

from kurucz_a1.errors import BadFile
from kurucz_a1.lines.air import air_to_vacuum, vacuum_to_air
from kurucz_a1.lines.elements import molecule_name
from kurucz_a1.lines.readers import read_line_list

MOOG = """comment
  6430.846      26.0     2.176    -2.006
  6432.680      26.1     2.891    -3.570    -7.500
  4279.828 106.00113     0.917    -3.628               3.464            AX00P235
  1600.000      26.1     0.500    -1.000
"""


def write(path, text):
    path.write_text(text)
    return path


def test_air_and_vacuum_are_inverse():
    vacuum = np.geomspace(2100, 1e5, 50)
    np.testing.assert_allclose(air_to_vacuum(vacuum_to_air(vacuum)), vacuum, rtol=1e-12)
    assert vacuum_to_air(1500.0) == 1500.0 == air_to_vacuum(1500.0)


def test_air_wavelength_of_h_alpha():
    # NIST: 6564.610 A in vacuum, 6562.797 A in air (centre of gravity)
    assert vacuum_to_air(6564.610) == pytest.approx(6562.797, abs=2e-3)


def test_moog(tmp_path):
    lines = read_line_list(write(tmp_path / "list.txt", MOOG))
    assert list(lines.species) == ["Fe", "CH", "Fe", "Fe"]
    assert list(lines.ion_stage) == [1, 0, 0, 1]
    np.testing.assert_allclose(lines.wavelength_air, [1600.0, 4279.828, 6430.846, 6432.680], rtol=1e-9)
    assert lines.wavelength[2] == pytest.approx(6430.846 * 1.000277, rel=1e-6)  # refractive index at 6430 A
    assert lines.log_gf[1] == pytest.approx(-3.628 + np.log10(0.0107 * 0.999885))  # 13C, 1H
    assert lines.gamma_vdw[3] == pytest.approx(10**-7.5)
    assert np.isnan(lines.gamma_vdw[2])


def test_gzip_and_plain_are_the_same(tmp_path):
    plain = read_line_list(write(tmp_path / "list.txt", MOOG))
    with gzip.open(tmp_path / "list.txt.gz", "wt") as stream:
        stream.write(MOOG)
    packed = read_line_list(tmp_path / "list.txt.gz")
    np.testing.assert_array_equal(plain.log_gf, packed.log_gf)


def test_csv(tmp_path):
    text = (
        "# source\n"
        "wavelength_air_angstrom,species,ion_stage,lower_energy_ev,log_gf,log_gamma_rad,van_der_waals,source\n"
        "6430.846,Fe,0,2.176,-2.006,8.2,,one\n"
        "6439.075,Ca,0,2.526,0.390,,366.242,two\n"
    )
    lines = read_line_list(write(tmp_path / "lines.csv", text))
    assert lines.gamma_rad[0] == pytest.approx(10**8.2) and np.isnan(lines.gamma_rad[1])
    assert (lines.abo_sigma[1], lines.abo_alpha[1]) == (366, pytest.approx(0.242))
    assert np.isnan(lines.gamma_vdw).all()


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.txt", "", "empty"),
        ("a.txt", "title\n\n", "no spectral line"),
        ("a.txt", MOOG + "oops\n", "line 6"),
        ("a.txt", "  6430.846     100.0     2.176    -2.006\n", "100.0"),
        ("a.csv", "species,log_gf\nFe,1\n", "needs the columns"),
        (
            "a.csv",
            "wavelength_air_angstrom,species,ion_stage,lower_energy_ev,log_gf\n5000,Fe,0,x,1\n",
            "lower_energy_ev",
        ),
        ("a.dat", ("x" * 160 + "\n") * 3, "160-column"),
        ("a.h5", "not hdf5", "HDF5"),
        ("a.txt.gz", "not gzip", "cannot be read"),
    ],
)
def test_bad_files_are_refused_in_one_line(tmp_path, name, text, says):
    with pytest.raises(BadFile, match=says) as caught:
        read_line_list(write(tmp_path / name, text))
    assert "\n" not in str(caught.value)


def test_missing_file(tmp_path):
    with pytest.raises(BadFile, match=r"nowhere\.txt"):
        read_line_list(tmp_path / "nowhere.txt")


def test_molecule_names():
    assert [molecule_name(z) for z in [(1, 6), (1, 8), (6, 7), (6, 8), (8, 22), (6, 6), (26,)]] == [
        "CH",
        "OH",
        "CN",
        "CO",
        "TiO",
        "C2",
        "Fe",
    ]


def test_kurucz_sample(reference_data):
    lines = read_line_list(reference_data / "linelists" / "gf0600_sample.dat")
    # 6242 records, of which 106 belong to ions beyond the second stage
    assert len(lines) == 6136
    assert lines.wavelength_air.min() == pytest.approx(5000.003) and lines.wavelength_air.max() < 5050
    # Ti I 5036.464 A (NIST: lower level 1.443 eV, log gf 0.186)
    line = np.argmin(np.abs(lines.wavelength_air - 5036.464) + 10 * (lines.species != "Ti"))
    assert lines.lower_energy[line] == pytest.approx(1.443, abs=2e-3)


def test_galah_list(reference_data):
    lines = read_line_list(reference_data / "linelists" / "galah_dr3_linelist.h5")
    assert len(lines) == 307002
    assert {"Fe", "TiO", "CN"} <= set(lines.species)
    iron = (lines.species == "Fe") & (lines.ion_stage == 0)
    # radiative widths of Fe I lie at 10^7..10^9 s-1; packed ABO cross sections at 10^2..10^4 Bohr radii squared
    assert 1e7 < np.nanmedian(lines.gamma_rad[iron]) < 1e9
    assert 100 < np.nanmedian(lines.abo_sigma[iron]) < 3000


def test_linemake(reference_data):
    lines = read_line_list(reference_data / "linelists" / "linemake_atoms.txt.gz")
    assert len(lines) == 255712
    assert np.all(np.diff(lines.wavelength) >= 0)


# Wavelength (nm), log gf, element code, levels (cm-1), dampings, and what stands behind the references of a row: the
# isotope and log fraction of a hyperfine component, the isotope and log of its share in the element.
KURUCZ = "{:11.4f}{:7.3f}{:6.2f}{:12.3f}  2.0 lower     {:12.3f}  3.0 upper     {:6.2f}{:6.2f}{:6.2f}ONE  0 0{:36s}"
NO_COMPONENT = "  0 0.000  0 0.000    0    0"
IRON = (643.0845, -1.95, 26.0, 17550.18, 33095.94)


def kurucz(*lines):
    return "".join(KURUCZ.format(*line).ljust(160) + "\n" for line in lines)


def test_kurucz(tmp_path):
    text = kurucz(
        (*IRON, 8.29, -6.16, -7.54, NO_COMPONENT),
        (643.2676, -3.57, 26.01, 38858.97, 23317.63, 0, 0, 0, NO_COMPONENT),
        (643.7612, -0.3, 63.01, 10643.48, 26172.83, 0, 0, 0, "153-0.301153-0.282    0    0"),
        (643.9, -1.0, 26.03, 100.0, 15626.0, 0, 0, 0, NO_COMPONENT),
    )
    lines = read_line_list(write(tmp_path / "gf.dat", text))
    assert list(zip(lines.species, lines.ion_stage, strict=True)) == [("Fe", 0), ("Fe", 1), ("Eu", 1)]
    np.testing.assert_allclose(lines.wavelength_air, [6430.845, 6432.676, 6437.612], rtol=1e-9)
    # 8065.544 cm-1 an eV; the lower level may stand second
    np.testing.assert_allclose(lines.lower_energy, np.array([17550.18, 23317.63, 10643.48]) / 8065.544, rtol=1e-6)
    np.testing.assert_allclose(lines.log_gf, [-1.95, -3.57, -0.3 - 0.301 - 0.282])
    np.testing.assert_allclose(lines.gamma_rad, [10**8.29, np.nan, np.nan])
    np.testing.assert_allclose(lines.gamma_vdw, [10**-7.54, np.nan, np.nan])


def test_kurucz_rows_as_editors_leave_them(tmp_path):
    text = kurucz((*IRON, 8.29, -6.16, -7.54, NO_COMPONENT))
    whole = read_line_list(write(tmp_path / "whole.dat", text))
    for changed in ("\n\n" + text, text[:98] + "\n", text[1:], text.rstrip() + "\n"):
        lines = read_line_list(write(tmp_path / "changed.dat", changed))
        for name in ("wavelength", "lower_energy", "log_gf", "gamma_rad", "gamma_vdw"):
            np.testing.assert_array_equal(getattr(lines, name), getattr(whole, name), err_msg=name)


def test_kurucz_in_vacuum_is_recognised_by_its_levels(tmp_path):
    air = read_line_list(write(tmp_path / "air.dat", kurucz((*IRON, 0, 0, 0, NO_COMPONENT))))
    in_vacuum = (air.wavelength[0] / 10, *IRON[1:])
    vacuum = read_line_list(write(tmp_path / "vacuum.dat", kurucz((*in_vacuum, 0, 0, 0, NO_COMPONENT))))
    np.testing.assert_allclose(vacuum.wavelength, air.wavelength, rtol=1e-7)


def test_hyperfine_components_add_up_to_their_line(reference_data):
    lines = read_line_list(reference_data / "linelists" / "gf0600_sample.dat")
    # Mn I 5004.892 A, 3.1 eV: log gf -1.63 (Kurucz), split into components; unsplit they would count many times
    manganese = (lines.species == "Mn") & (np.abs(lines.wavelength_air - 5004.892) < 0.1)
    assert manganese.sum() > 5
    assert np.log10(np.sum(10 ** lines.log_gf[manganese])) == pytest.approx(-1.63, abs=0.02)
