"""Lists whose first row names the columns (csv of this package, iSpec, Korg, FASMA), and those in HDF5."""

import h5py
import numpy as np
import pytest
from tests.fuzz import line_lists
from tests.lines.linelists import WAVENUMBERS_PER_EV, assert_holds, write

from kurucz_a1.errors import BadFile, LeftOut
from kurucz_a1.lines.readers import read_csv, read_line_list

CSV = (
    "# source\n"
    "wavelength_air_angstrom,species,ion_stage,lower_energy_ev,log_gf,log_gamma_rad,van_der_waals,source\n"
    "6430.846,Fe,0,2.176,-2.006,8.2,,one\n"
    "6439.075,Ca,0,2.526,0.390,,366.242,two  # a remark\n"
)


def read(tmp_path, text):
    return read_line_list(write(tmp_path / "lines", text))


def test_own_csv(tmp_path):
    lines = read(tmp_path, CSV)
    np.testing.assert_allclose(lines.wavelength_air, [6430.846, 6439.075])
    assert list(lines.species) == ["Fe", "Ca"]
    assert lines.gamma_rad[0] == pytest.approx(10**8.2) and np.isnan(lines.gamma_rad[1])
    assert (lines.abo_sigma[1], lines.abo_alpha[1]) == (366, pytest.approx(0.242))
    assert np.isnan(lines.gamma_vdw).all()
    np.testing.assert_array_equal(read_csv(tmp_path / "lines").log_gf, lines.log_gf)


@pytest.mark.parametrize(
    ("wavelength", "energy", "row"),
    [
        ("wavelength_air_nm", "lower_energy_ev", "643.0846,Fe,0,2.176,-2.006"),
        ("wavelength_air_micron", "lower_energy_ev", "0.6430846,Fe,0,2.176,-2.006"),
        ("wavelength_vacuum_angstrom", "lower_energy_cm-1", "6432.62352,Fe,0,17550.62,-2.006"),
    ],
)
def test_units_are_those_of_the_names(tmp_path, wavelength, energy, row):
    lines = read(tmp_path, f"{wavelength},species,ion_stage,{energy},log_gf\n{row}\n")
    # refractive index at 6430.846 A: 1.00027642 (Birch & Downs 1994)
    np.testing.assert_allclose(lines.wavelength_air, 6430.846, atol=2e-4)
    np.testing.assert_allclose(lines.lower_energy, 2.176, atol=1e-5)


def test_columns_may_stand_in_any_order(tmp_path):
    names, *rows = (row.split(",") for row in CSV.split("\n")[1:3])
    turned = ",".join(names[::-1]) + "\n" + "\n".join(",".join(row[::-1]) for row in rows) + "\n"
    lines = read(tmp_path, turned)
    np.testing.assert_allclose(
        [lines.wavelength_air[0], lines.lower_energy[0], lines.log_gf[0]], [6430.846, 2.176, -2.006]
    )


@pytest.mark.parametrize("separator", [";", "\t"])
def test_decimal_commas_behind_other_separators_are_read(tmp_path, separator):
    text = CSV.replace(",", separator).replace(".", ",")
    np.testing.assert_array_equal(read(tmp_path, text).log_gf, [-2.006, 0.390])


def test_decimal_commas_between_commas_are_refused(tmp_path):
    with pytest.warns(LeftOut, match="1 of 3 lines left out; row 5: 10 fields where the heading has 8, write d"):
        assert len(read(tmp_path, CSV + "6430,846,Fe,0,2,176,-2.006,,,\n")) == 2


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("lower_energy_ev", "energy", "needs the columns species, ion_stage, log_gf"),
        ("ion_stage", "stage", "needs the columns"),
        ("source\n6", "log_gf\n6", "needs the columns"),
        ("air_angstrom", "air_inch", "names an unknown medium or unit, wavelength_air_inch"),
        ("air_angstrom", "angstrom", "names an unknown medium or unit"),
        ("lower_energy_ev", "lower_energy_joule", "unknown medium or unit"),
        ("log_gamma_rad", "log_gama_rad", "the column 'log_gama_rad' is not known; did you mean 'log_gamma_rad'"),
    ],
)
def test_tables_without_the_columns_are_refused(tmp_path, old, new, says):
    with pytest.raises(BadFile, match=says):
        read(tmp_path, CSV.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2.176", "", "lower_energy_ev: a number is missing"),
        ("2.176", "x", "lower_energy_ev: 'x' is no number"),
        ("Fe,0", "Fx,0", "unknown species 'Fx"),
        ("Fe,0", "Fe,0.5", "ion_stage 0.5 is no ion stage"),
        ("8.2", "82", "gamma_rad of 1e\\+82 cannot be"),
    ],
)
def test_a_damaged_row_of_a_table_costs_that_row(tmp_path, old, new, says):
    with pytest.warns(LeftOut, match=f"1 of 2 lines left out; row 3: .*{says}"):
        assert len(read(tmp_path, CSV.replace(old, new, 1))) == 1


def test_ispec(tmp_path):
    lines = read(tmp_path, line_lists.ISPEC.decode())
    assert_holds(
        lines,
        [
            (6430.846, "Fe", 0, 2.176, -2.006),
            (6430.012, "CN", 0, 1.1035, -3.210 + np.log10(0.9893 * 0.99636)),  # 12C14N, unscaled as for Turbospectrum
        ],
    )
    np.testing.assert_allclose(lines.gamma_rad, [np.nan, 10**8.29])
    np.testing.assert_allclose(lines.gamma_vdw, [np.nan, 10**-7.54])


def test_ispec_names_an_element_twice(tmp_path):
    text = line_lists.ISPEC.decode().replace("26.000", "28.000")
    with pytest.warns(LeftOut, match="the element 'Fe 1' is not '28.000'"):
        assert len(read(tmp_path, text)) == 1


def test_korg_csv(tmp_path):
    text = (
        "wl,log_gf,species,E_lower,gamma_rad,gamma_stark,vdW\n"
        '6.4408560e-5,0.390,Ca I,2.526,4.1e7,8.5e-7,"(1.0249e-14, 0.242)"\n'
        "6441.0,-1.5,Fe II,2.9,missing,,-7.8\n"
        "6442.0,-1.5,CN,1.1,1e6,0.0,0.0\n"
        "6443.0,-1.5,Fe III,9.0,1e8,1e-6,2.9e-8\n"
        "6444.0,-1.5,TiO I,0.1,1e8,1e-6,366.242\n"
    )
    lines = read(tmp_path, text)
    np.testing.assert_allclose(lines.wavelength, [6440.856, 6441.0, 6442.0, 6443.0, 6444.0])
    assert list(lines.species) == ["Ca", "Fe", "CN", "Fe", "TiO"] and list(lines.ion_stage) == [0, 1, 0, 2, 0]
    np.testing.assert_allclose(lines.gamma_rad, [4.1e7, np.nan, 1e6, 1e8, 1e8])
    np.testing.assert_allclose(lines.gamma_vdw, [np.nan, 10**-7.8, 0.0, 2.9e-8, np.nan])
    # Bohr radius 5.29177e-9 cm
    np.testing.assert_allclose(lines.abo_sigma, [1.0249e-14 / 5.29177e-9**2, *[np.nan] * 3, 366], rtol=1e-5)
    np.testing.assert_allclose(lines.abo_alpha, [0.242, *[np.nan] * 3, 0.242])


def test_korg_hdf5(tmp_path):
    path = tmp_path / "lines"
    path.write_bytes(line_lists.inputs()["korg.h5"])
    lines = read_line_list(path)
    np.testing.assert_allclose(lines.wavelength, [6432.6281, 6440.8560])
    assert list(zip(lines.species, lines.ion_stage, strict=True)) == [("Fe", 1), ("CN", 0)]
    np.testing.assert_allclose(lines.abo_sigma, [1.0249e-14 / 5.29177e-9**2, np.nan], rtol=1e-5)
    np.testing.assert_allclose(lines.gamma_vdw, [np.nan, 2.9e-8])
    np.testing.assert_allclose(lines.gamma_rad, [1.9e8, 1e6])


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("formula", np.array([[0, 200], [6, 7]]), r"its dataset formula holds \[0, 200\]"),
        ("formula", np.array([6, 7]), "does not hold the atoms of 2 lines"),
        ("log_gf", np.array([1.0]), "not columns of numbers of one length"),
        ("log_gf", np.array([b"a", b"b"]), "not columns of numbers of one length"),
    ],
)
def test_damaged_hdf5_is_refused(tmp_path, name, values, says):
    path = tmp_path / "lines"
    path.write_bytes(line_lists.inputs()["korg.h5"])
    with h5py.File(path, "a") as file:
        del file[name]
        file[name] = values
    with pytest.raises(BadFile, match=says):
        read_line_list(path)


def test_fasma(reference_data):
    lines = read_line_list(reference_data / "linelists" / "fasma_linelist.lst")
    assert len(lines) == 1069  # rows without #
    assert_holds(
        lines,
        [  # typed from the file
            (5339.188, "Ca", 1, 8.44, -0.075),
            (5339.416, "Fe", 0, 4.43, -2.166),
            (5339.937, "Fe", 0, 3.27, -0.609),
            (5340.447, "Cr", 0, 3.44, -0.724),
            (5341.070, "Sc", 0, 1.94, 3.341),
            (5341.524, "Ce", 1, 0.67, -5.088),
            (5414.070, "Fe", 1, 3.221, -3.58),
            (5520.486, "C2", 0, 0.91, 0.438),
            (6454.948, "Co", 0, 3.63, -1.9),
            (6166.0078, "Fe", 0, 5.064, -2.526),
        ],
        wavelength=1e-5,
    )
    np.testing.assert_allclose(lines.gamma_vdw[:2], [10**-7.196, 10**-7.51])


def test_galah(reference_data):
    lines = read_line_list(reference_data / "linelists" / "galah_dr3_linelist.h5")
    assert len(lines) == 307002 and {"Fe", "TiO", "CN"} <= set(lines.species)
    rows = [  # typed from the file, in vacuum
        (4676.331, "Ni", 0, 3.465, -3.355),
        (4939.4243, "TiO", 0, 0.921, -0.5854147),
        (5759.910, "ZrO", 0, 0.355, -0.19300711),
        (6430.419, "TiO", 0, 0.460, -1.5714147),
        (6670.4346, "TiO", 0, 0.531, -1.230427),
        (7863.233, "TiO", 0, 0.706, -1.1836703),
        (4678.2534, "Fe", 1, 7.946, -3.118),
        (4947.0166, "Fe", 0, 4.209, -1.41),
        (4687.266, "Fe", 1, 3.230, -7.002),
        (4731.065, "Pr", 2, 1.722, -2.982),
    ]
    for wavelength, species, stage, energy, log_gf in rows:
        of_species = (lines.species == species) & (lines.ion_stage == stage)
        off = np.abs(lines.wavelength - wavelength) + np.abs(lines.log_gf - log_gf)
        k = int(np.argmin(np.where(of_species, off, np.inf)))
        # single precision, seven digits
        np.testing.assert_allclose(
            [lines.wavelength[k], lines.lower_energy[k], lines.log_gf[k]], [wavelength, energy, log_gf], rtol=2e-7
        )
    iron = (lines.species == "Fe") & (np.abs(lines.wavelength - 4947.0166) < 1e-3)
    np.testing.assert_allclose(lines.abo_sigma[iron] + lines.abo_alpha[iron], 958.28, rtol=1e-6)
    assert np.isnan(lines.gamma_vdw[lines.species == "H"]).all()


def test_wavenumbers_of_an_electron_volt():
    # e/(h c), CODATA 2018, from its own constants
    assert pytest.approx(1.602176634e-19 / (6.62607015e-34 * 299792458e2), rel=1e-9) == WAVENUMBERS_PER_EV
