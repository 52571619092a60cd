"""Kurucz's lists of atoms (160 columns) and of molecules (70 columns)."""

import numpy as np
import pytest
from tests.lines.linelists import WAVENUMBERS_PER_EV, assert_holds, write

from kurucz_a1.errors import LeftOut
from kurucz_a1.lines.readers import read_line_list

# Wavelength (nm), log gf, element code, levels (cm-1), dampings, and what stands behind the references of a row: the
# isotope and log fraction of a hyperfine component, the isotope and log of its share in the element.
ATOM = "{:11.4f}{:7.3f}{:6.2f}{:12.3f}  2.0 lower     {:12.3f}  3.0 upper     {:6.2f}{:6.2f}{:6.2f}ONE  0 0{:36s}"
NO_COMPONENT = "  0 0.000  0 0.000    0    0"
IRON = (643.0845, -1.95, 26.0, 17550.18, 33095.94)
# Wavelength, log gf, J, level, J, level, code, labels, isotope, 100 log of the radiative width.
MOLECULE = "{:10.4f}{:7.3f}{:5.1f}{:10.3f}{:5.1f}{:11.3f}{:4d}{:8s}{:8s}{:2s}{:4s}"


def atoms(*lines):
    return "".join(ATOM.format(*line).ljust(160) + "\n" for line in lines)


def molecules(*lines):
    return "".join(MOLECULE.format(*line).rstrip() + "\n" for line in lines)


def cyanogen(isotope, code=607, radiative=" 617"):
    return (643.0012, -3.210, 22.5, 8900.0, 22.5, -24447.8, code, "X04 1 21", "A22F1", isotope, radiative)


def test_atoms(tmp_path):
    text = atoms(
        (*IRON, 8.29, -6.16, -7.54, NO_COMPONENT),
        (643.2676, -3.57, 26.01, 38858.97, 23317.63, 0, 0, 0, NO_COMPONENT),
        (643.7612, -0.3, 63.01, 10643.48, 26172.83, 0, 0, 0, "153-0.301153-0.282    0    0"),
        (643.9, -1.0, 26.03, 100.0, 15626.0, 0, 0, 0, NO_COMPONENT),
    )
    lines = read_line_list(write(tmp_path / "gf.dat", text))
    species = [("Fe", 0), ("Fe", 1), ("Eu", 1), ("Fe", 3)]
    assert list(zip(lines.species, lines.ion_stage, strict=True)) == species
    np.testing.assert_allclose(lines.wavelength_air, [6430.845, 6432.676, 6437.612, 6439.0], rtol=1e-9)
    # the lower level may stand second
    expected = np.array([17550.18, 23317.63, 10643.48, 100.0]) / WAVENUMBERS_PER_EV
    np.testing.assert_allclose(lines.lower_energy, expected, rtol=1e-8)
    np.testing.assert_allclose(lines.log_gf, [-1.95, -3.57, -0.3 - 0.301 - 0.282, -1.0])
    np.testing.assert_allclose(lines.gamma_rad, [10**8.29, *[np.nan] * 3])
    np.testing.assert_allclose(lines.gamma_vdw, [10**-7.54, *[np.nan] * 3])


def test_rows_as_editors_leave_them(tmp_path):
    text = atoms((*IRON, 8.29, -6.16, -7.54, NO_COMPONENT))
    whole = read_line_list(write(tmp_path / "whole.dat", text))
    for changed in ("\n\n" + text, "# gfall\n" + text, text[:98] + "\n", text[1:], text.rstrip() + "\n"):
        lines = read_line_list(write(tmp_path / "changed.dat", changed))
        for name in ("wavelength", "lower_energy", "log_gf", "gamma_rad", "gamma_vdw"):
            np.testing.assert_array_equal(getattr(lines, name), getattr(whole, name), err_msg=name)


def test_vacuum_is_told_by_the_levels(tmp_path):
    air = read_line_list(write(tmp_path / "air.dat", atoms((*IRON, 0, 0, 0, NO_COMPONENT))))
    in_vacuum = (air.wavelength[0] / 10, *IRON[1:])
    vacuum = read_line_list(write(tmp_path / "vacuum.dat", atoms((*in_vacuum, 0, 0, 0, NO_COMPONENT))))
    np.testing.assert_allclose(vacuum.wavelength, air.wavelength, rtol=1e-7)  # a digit of 10^-4 nm
    assert air.wavelength[0] == pytest.approx(1e8 / (33095.94 - 17550.18), rel=1e-6)


def test_predicted_levels_are_below_zero(tmp_path):
    rows = atoms((*IRON, 0, 0, 0, NO_COMPONENT), (*IRON[:3], 17550.18, -33095.94, 0, 0, 0, NO_COMPONENT))
    lines = read_line_list(write(tmp_path / "gf.dat", rows))
    np.testing.assert_allclose(lines.lower_energy, 17550.18 / WAVENUMBERS_PER_EV)


def test_autoionising_lines_are_left_out(tmp_path):
    flagged = "  0 0.000  0 0.000    0    0      0AUT"
    text = atoms(
        (*IRON, 8.2, -6.2, -7.7, NO_COMPONENT), (633.3, 0.1, 20.0, 35700.0, 51486.0, 13.1, 18.2, -17.6, flagged)
    )
    assert text.split("\n")[1][141:144] == "AUT"  # columns 142-144
    with pytest.warns(LeftOut, match=r"1 of 2 lines left out; row 2: an autoionising line \(AUT\)"):
        lines = read_line_list(write(tmp_path / "gf.dat", text))
    assert lines.gamma_stark == pytest.approx(10**-6.2)
    without_flag = text.replace("AUT", "   ")
    with pytest.warns(LeftOut, match=r"row 2: gamma_stark of 1\.58489e\+18 cannot be"):
        assert len(read_line_list(write(tmp_path / "gf.dat", without_flag))) == 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("17550.180", "*********", "is no number"),
        ("17550.180", "         ", "a number is missing"),
        (" -1.950", "       ", "a number is missing"),
        (" 26.00", " 00.00", "unknown species code"),
        ("643.0845", "043.0845", "contradicts the two levels"),
    ],
)
def test_a_damaged_row_costs_that_row(tmp_path, old, new, says):
    good = atoms((*IRON, 0, 0, 0, NO_COMPONENT))
    with pytest.warns(LeftOut, match=f"1 of 3 lines left out; row 2: .*{says}"):
        assert len(read_line_list(write(tmp_path / "gf.dat", good + good.replace(old, new) + good))) == 2


def test_a_sample_of_gfall(reference_data):
    lines = read_line_list(reference_data / "linelists" / "gf0600_sample.dat")
    assert len(lines) == 6242  # as many rows as the file
    assert_holds(
        lines,
        [  # typed from the file; hyperfine components with their log fraction
            (5000.143, "Cr", 2, 149625.260 / WAVENUMBERS_PER_EV, -5.309),
            (5004.664, "Fe", 2, 199804.810 / WAVENUMBERS_PER_EV, -9.006),
            (5010.235, "Mn", 0, 30419.605 / WAVENUMBERS_PER_EV, -4.048 - 1.294),
            (5014.925, "Co", 0, 32781.672 / WAVENUMBERS_PER_EV, -1.859 - 1.952),
            (5020.042, "Cr", 0, 45643.231 / WAVENUMBERS_PER_EV, -2.750),
            (5025.525, "Fe", 0, 37162.746 / WAVENUMBERS_PER_EV, -2.779),
            (5035.322, "Fe", 0, 40231.336 / WAVENUMBERS_PER_EV, -4.892),
            (5040.655, "Ni", 1, 115870.280 / WAVENUMBERS_PER_EV, -1.622),
            (5046.212, "Ar", 0, 106087.260 / WAVENUMBERS_PER_EV, -4.740),
            (5049.764, "Co", 0, 33173.313 / WAVENUMBERS_PER_EV, -2.014 - 1.242),
        ],
        wavelength=1e-5,
    )
    # Ti I 5036.464 A (NIST: lower level 1.443 eV)
    assert_holds(lines, [(5036.464, "Ti", 0, 1.443, 0.186)], wavelength=2e-3, energy=2e-3, log_gf=0.1)


def test_hyperfine_components_add_up_to_their_line(reference_data):
    lines = read_line_list(reference_data / "linelists" / "gf0600_sample.dat")
    # Mn I 5004.892 A, 3.1 eV: log gf -1.63 (Kurucz), split into components; unsplit they would count many times
    manganese = (lines.species == "Mn") & (np.abs(lines.wavelength_air - 5004.892) < 0.1)
    assert manganese.sum() > 5
    assert np.log10(np.sum(10 ** lines.log_gf[manganese])) == pytest.approx(-1.63, abs=0.02)


def test_a_list_without_its_first_column(reference_data):
    lines = read_line_list(reference_data / "linelists" / "kurucz_400nm.dat")
    assert len(lines) == 5235  # as many rows as the file
    assert_holds(
        lines,
        [
            (3900.160, "Cr", 1, 74436.150 / WAVENUMBERS_PER_EV, -4.380),
            (3917.767, "Ar", 1, 147875.945 / WAVENUMBERS_PER_EV, -3.900),
            (3934.252, "F", 0, 104731.050 / WAVENUMBERS_PER_EV, -2.600),
            (3950.614, "Mn", 2, 86578.240 / WAVENUMBERS_PER_EV, -7.370),
            (3984.967, "Ti", 0, 6742.755 / WAVENUMBERS_PER_EV, -8.049),
        ],
        wavelength=1e-5,
    )


def test_molecules(tmp_path):
    text = molecules(
        cyanogen("12"), (643.0475, -3.19, 22.5, 9000.0, 22.5, -24546.7, 607, "X04 2 22", "A22E2", "12", "")
    )
    lines = read_line_list(write(tmp_path / "cn.asc", text))
    assert list(lines.species) == ["CN", "CN"] and list(lines.ion_stage) == [0, 0]
    np.testing.assert_allclose(lines.wavelength_air, [6430.012, 6430.475], rtol=1e-9)
    np.testing.assert_allclose(lines.lower_energy, [1.103459, 1.115858], atol=1e-6)  # 8900 and 9000 cm-1
    # NIST: 98.93 % of carbon is 12C, 99.636 % of nitrogen 14N
    np.testing.assert_allclose(lines.log_gf, np.array([-3.21, -3.19]) + np.log10(0.9893 * 0.99636))
    np.testing.assert_allclose(lines.gamma_rad, [10**6.17, np.nan])


@pytest.mark.parametrize(
    ("code", "isotope", "species", "fraction"),
    [
        (607, "13", "CN", 0.0107 * 0.99636),
        (607, "15", "CN", 0.9893 * 0.00364),
        (606, "12", "C2", 0.9893**2),
        (606, "13", "C2", 0.9893 * 0.0107),
        (606, "33", "C2", 0.0107**2),
        (608, "18", "CO", 0.9893 * 0.00205),
        (106, "13", "CH", 0.0107 * 0.999885),
        (112, "25", "MgH", 0.1000 * 0.999885),
        (822, "48", "TiO", 0.7372 * 0.99757),
        (814, "28", "SiO", 0.92223 * 0.99757),
        (814, "18", "SiO", 0.92223 * 0.00205),
        (108, "", "OH", 1.0),
    ],
)
def test_isotopes_of_molecules(tmp_path, code, isotope, species, fraction):
    lines = read_line_list(write(tmp_path / "x.asc", molecules(cyanogen(isotope, code))))
    assert lines.species[0] == species
    assert lines.log_gf[0] == pytest.approx(-3.21 + np.log10(fraction), abs=1e-9)


def test_a_molecule_of_an_unknown_isotope_is_left_out(tmp_path):
    text = molecules(cyanogen("12"), cyanogen("77"))
    with pytest.warns(LeftOut, match="1 of 2 lines left out; row 2: isotope 77 is of neither C nor N"):
        assert len(read_line_list(write(tmp_path / "cn.asc", text))) == 1


def test_molecules_in_vacuum(tmp_path):
    row = (643.1780, -3.210, 22.5, 8900.0, 22.5, 24447.8, 607, "X04 1 21", "A22F1", "12", "")
    lines = read_line_list(write(tmp_path / "cn.asc", molecules(row)))
    assert lines.wavelength[0] == pytest.approx(1e8 / (24447.8 - 8900.0), abs=2e-3)  # 6431.78 A
