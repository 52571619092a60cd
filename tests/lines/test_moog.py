"""MOOG's lists; what the columns mean is that of MOOG's Inlines.f and Damping.f."""

import numpy as np
import pytest
from tests.lines.linelists import WAVENUMBERS_PER_EV, assert_holds, write

from kurucz_a1.errors import BadFile, LeftOut
from kurucz_a1.lines.readers import read_line_list


def row(wavelength, code, energy, log_gf, damping="", dissociation="", width=""):
    """A row in MOOG's columns."""
    return "".join(f"{field:>10}" for field in (wavelength, code, energy, log_gf, damping, dissociation, width)) + "\n"


def read(tmp_path, *rows):
    return read_line_list(write(tmp_path / "list.moog", "".join(rows)))


def test_columns(tmp_path):
    lines = read(
        tmp_path,
        "a title\n",
        row("6430.846", "26.0", "2.176", "-2.006"),
        row("6432.680", "26.1", "2.891", "-3.570", "-7.500"),
        row("4279.828", "106.00113", "0.917", "-3.628", "", "3.464") + "\n",
        row("1600.000", "26.1", "0.500", "-1.000"),
        row("4634.140", "26.2", "8.240", "-1.500"),
    )
    assert list(lines.species) == ["Fe", "CH", "Fe", "Fe", "Fe"] and list(lines.ion_stage) == [1, 0, 2, 0, 1]
    np.testing.assert_allclose(lines.wavelength_air, [1600.0, 4279.828, 4634.14, 6430.846, 6432.680], rtol=1e-9)
    assert lines.wavelength[3] == pytest.approx(6430.846 * 1.000277, rel=1e-6)  # refractive index at 6430 A
    assert lines.log_gf[1] == pytest.approx(-3.628 + np.log10(0.0107 * 0.999885))  # 13C, 1H
    np.testing.assert_allclose(lines.gamma_vdw, [np.nan, np.nan, np.nan, np.nan, 10**-7.5])


def test_a_minus_says_that_a_line_belongs_to_the_blend_above(tmp_path):
    lines = read(tmp_path, "blend\n", *(row(f"{w:.3f}", "57.1", 0.55, -1.1) for w in (6611.5, -6611.55, -6611.58)))
    np.testing.assert_allclose(lines.wavelength_air, [6611.5, 6611.55, 6611.58], rtol=1e-9)


def test_energies_are_wavenumbers_if_one_is_above_50(tmp_path):
    rows = [row("6430.850", "26.0", energy, -2.0) for energy in ("17550.", "20371.", "0.0", "27.0")]
    lines = read(tmp_path, "cm-1\n", *rows)
    expected = np.array([17550, 20371, 0, 27]) / WAVENUMBERS_PER_EV
    np.testing.assert_allclose(lines.lower_energy, expected, rtol=1e-8)


def test_one_high_energy_among_many_is_a_mistake(tmp_path):
    rows = [row("6430.850", "26.0", energy, -2.0) for energy in ("2.18", "3.52", "1.10", "217.6")]
    with pytest.warns(LeftOut, match=r"1 of 4 lines left out; row 5: an energy of 217\.6"):
        lines = read(tmp_path, "eV\n", *rows)
    np.testing.assert_allclose(lines.lower_energy, [2.18, 3.52, 1.10])


def test_what_stands_behind_column_70_is_a_remark(tmp_path):
    remark = "a remark of many words, 12.3 -4.5 among them, longer than 160 columns " * 2
    rows = [row("6430.850", "26.0", "2.18", "-2.00").rstrip("\n") + remark + "\n"] * 2
    lines = read(tmp_path, remark + "\n", *rows)
    assert len(lines) == 2 and np.isnan(lines.gamma_vdw).all()


@pytest.mark.parametrize("title", ["", "\n", "wavelength species energy loggf\n", "# a comment\n", "6430 to 6450 A\n"])
def test_a_title_may_be_missing_or_anything(tmp_path, title):
    assert len(read(tmp_path, title, row("6430.850", "26.0", "2.18", "-2.00"), row("6439.08", "20.0", 2.53, 0.4))) == 2


def test_free_lists_are_read_by_their_blanks(tmp_path):
    text = "title\n6430.85 26.0 2.18 -2.00 -7.5 0 0\n-6432.680123  26.1\t2.891 -3.57 0.0 0.0 12.5 blend\n"
    lines = read(tmp_path, text, "5100.249,112.00124,0.607,0.520,0,1.34,0\n")
    np.testing.assert_allclose(lines.wavelength_air, [5100.249, 6430.85, 6432.680123], rtol=1e-10)
    np.testing.assert_allclose(lines.log_gf, [0.520 + np.log10(0.7899 * 0.999885), -2.0, -3.57])  # 24Mg, 1H
    np.testing.assert_allclose(lines.gamma_vdw, [np.nan, 10**-7.5, np.nan])


def test_decimal_commas_are_refused(tmp_path):
    text = "title\n6430,85 26,0 2,18 -2,00\n6439,08 20,0 2,53 0,40\n"
    with pytest.raises(BadFile, match="of no form that is read"):
        read(tmp_path, text)
    with pytest.warns(LeftOut, match="row 2: a decimal comma, write a point"):
        assert (
            len(read(tmp_path, "title\n6430,85 26,0 2,18 -2,00\n6432.68 26.1 2.89 -3.57\n6439.08 20.0 2.53 0.4\n")) == 2
        )


def test_the_four_meanings_of_damping(tmp_path):
    # log10 gamma, gamma, C6, a factor to C6 of Unsoeld's approximation, and that factor 1; Ca I 6439 A
    dampings = ["-7.569", "2.70E-08", "3.00E-31", "2.500", "1.000", "0.000"]
    lines = read(tmp_path, "title\n", *(row("6439.075", "20.0", "2.526", "0.390", each) for each in dampings))
    # 17 C6^(2/5) v^(3/5) at 10^4 K, v^2 = 8 k T / pi mu = 2.1174e8 T (1/40.078 + 1/1.008) cm2 s-2
    from_c6 = 17 * 3e-31**0.4 * np.sqrt(2.1174e8 * 1e4 * (1 / 40.078 + 1 / 1.008)) ** 0.6
    # a factor of 1 is Unsoeld's own (Gray 2005, eq. 11.30): r^2 = 2.5 n*^4, n*^2 = 13.6057/(6.1132 - E)
    upper, lower = (2.5 * (13.6057 / (6.1132 - energy)) ** 2 for energy in (2.526 + 1.92515, 2.526))
    unsoeld = 10**6.33 * (upper - lower) ** 0.4 * 1e4**0.3 * 1.380649e-16
    expected = [10**-7.569, 2.7e-8, from_c6, 2.5**0.4 * unsoeld, unsoeld, np.nan]
    np.testing.assert_allclose(lines.gamma_vdw, expected, rtol=1e-3)  # constants to four figures
    assert unsoeld == pytest.approx(10**-7.569, rel=0.5)  # VALD's value: Unsoeld's is good to a factor of two


def test_a_damping_that_moog_does_not_know_is_left_out(tmp_path):
    with pytest.warns(LeftOut, match=r"the damping of 1 lines is left out and estimated; row 2: 45\.3"):
        lines = read(tmp_path, "title\n", row("6430.850", "26.0", "2.18", "-2.00", "45.3"))
    assert np.isnan(lines.gamma_vdw[0])


@pytest.mark.parametrize(
    ("code", "species", "stage", "fraction"),
    [  # NIST's fractions of isotopes on Earth
        ("112.00124", "MgH", 0, 0.7899 * 0.999885),
        ("112.00126", "MgH", 0, 0.1101 * 0.999885),
        ("106.00113", "CH", 0, 0.0107 * 0.999885),
        ("607.01214", "CN", 0, 0.9893 * 0.99636),
        ("606.01213", "C2", 0, 0.9893 * 0.0107),
        ("822.00046", "TiO", 0, 0.0825),  # the isotope of oxygen is left open
        ("108.0", "OH", 0, 1.0),
        ("10108.0", "H2O", 0, 1.0),
        ("3.0007", "Li", 0, 0.9241),
        ("63.1151", "Eu", 1, 0.4781),
        ("26.00000", "Fe", 0, 1.0),
        ("26", "Fe", 0, 1.0),
        ("58.2", "Ce", 2, 1.0),
        ("26.5", "Fe", 5, 1.0),
    ],
)
def test_codes_of_species(tmp_path, code, species, stage, fraction):
    lines = read(tmp_path, "title\n", row("5000.000", code, "0.600", "0.000"))
    assert (lines.species[0], lines.ion_stage[0]) == (species, stage)
    assert lines.log_gf[0] == pytest.approx(np.log10(fraction), abs=1e-9)


@pytest.mark.parametrize("code", ["199.99", "106.00119", "26.0xx", "1.5", "0.0", "607.9"])
def test_codes_of_nothing_cost_their_line(tmp_path, code):
    good = row("6430.850", "26.0", "2.18", "-2.00")
    with pytest.warns(LeftOut, match="1 of 3 lines left out; row 3: "):
        assert len(read(tmp_path, "title\n", good, row("6432.000", code, "2.18", "-2.00"), good)) == 2


def test_gf_in_place_of_log_gf_is_taken_with_a_warning(tmp_path):
    rows = [row("6430.850", "26.0", "2.18", gf) for gf in ("9.77E-03", "2.70E-04", "2.4547")]
    with pytest.warns(LeftOut, match="read as gf, not log gf"):
        lines = read(tmp_path, "title\n", *rows)
    np.testing.assert_allclose(lines.log_gf, [-2.01010, -3.56864, 0.39000], atol=1e-5)


def test_a_line_with_a_negative_equivalent_width_is_none_to_moog(tmp_path):
    good = row("6430.850", "26.0", "2.18", "-2.00", "", "", "85.0")
    with pytest.warns(LeftOut, match="row 3: a negative equivalent width"):
        assert len(read(tmp_path, "title\n", good, good.replace("85.0", "-5.0"))) == 1


def test_a_damaged_row_costs_that_row(tmp_path):
    good = [row(f"{w:.3f}", "26.0", "2.18", "-2.00") for w in (6430.0, 6431.0, 6432.0)]
    with pytest.warns(LeftOut, match=r"2 of 5 lines left out; row 3: .* in 'oops' \(and 1 more\)"):
        assert len(read(tmp_path, "title\n", good[0], "oops\n", *good[1:], good[0].replace("-2.00", ""))) == 3
    with pytest.warns(LeftOut, match="row 1: .* in '64x0.000"):  # a damaged line, and no title
        assert len(read(tmp_path, good[0].replace("6430", "64x0"), *good)) == 3


def test_micrometres_are_refused(tmp_path):
    with pytest.raises(BadFile, match="if they are in micrometres"):
        read(tmp_path, "title\n", row("1.5000", "26.0", "2.18", "-2.00"), row("1.6000", "26.0", "2.18", "-2.00"))


def test_lists_of_linemake(reference_data):
    atoms = read_line_list(reference_data / "linelists" / "linemake_atoms.txt.gz")
    assert len(atoms) == 255712 and np.all(np.diff(atoms.wavelength) >= 0)
    assert_holds(
        atoms,
        [  # typed from the file; 7Li and 6Li with NIST's 0.9241 and 0.0759
            (1200.240, "Fe", 1, 2.690, -0.198),
            (2538.934, "Mn", 1, 5.414, -3.970),
            (4014.230, "Cr", 0, 3.548, -2.867),
            (7812.066, "Dy", 0, 2.318, 0.058),
            (41668.954, "Ti", 0, 5.181, -2.391),
            (6707.749, "Li", 0, 0.0, -1.202 + np.log10(0.9241)),
            (6707.773, "Li", 0, 0.0, -0.357 + np.log10(0.9241)),
            (6707.918, "Li", 0, 0.0, -0.730 + np.log10(0.0759)),
        ],
        wavelength=1e-5,
    )


def test_molecules_of_linemake(reference_data):
    with pytest.warns(LeftOut, match=r"2 of 274106 lines left out; row 86282: a lower level at -0\.124 eV"):
        lines = read_line_list(reference_data / "linelists" / "linemake_molecules.txt.gz")
    assert_holds(
        lines,
        [
            (2042.603, "OH", 0, 0.075, -7.924 + np.log10(0.99757 * 0.999885)),
            (4280.001, "CH", 0, 0.953, -2.551 + np.log10(0.0107 * 0.999885)),
            (2269.004, "CN", 0, 0.975, -9.517 + np.log10(0.0107 * 0.99636)),
            (5062.730, "CN", 0, 0.836, -3.582 + np.log10(0.9893 * 0.99636)),
            (7638.727, "CN", 0, 0.887, -3.354 + np.log10(0.9893 * 0.99636)),
        ],
        wavelength=1e-5,
    )


def test_lists_of_smhr(reference_data):
    lines = read_line_list(reference_data / "linelists" / "smhr_masseron_CH.txt.gz")
    assert len(lines) == 1132
    light, heavy = np.log10(0.9893 * 0.999885), np.log10(0.0107 * 0.999885)
    assert_holds(
        lines,
        [
            (4305.103, "CH", 0, 0.686, -1.184 + light),
            (4310.100, "CH", 0, 0.096, -1.480 + light),
            (4316.175, "CH", 0, 1.781, -1.436 + light),
            (4323.913, "CH", 0, 0.907, -3.432 + heavy),
            (4305.134, "Fe", 0, 2.730, -3.310),
        ],
        wavelength=1e-5,
    )


def test_equivalent_widths_stand_behind_the_same_columns(reference_data):
    lines = read_line_list(reference_data / "linelists" / "frebel2013_HD122563_ew.moog")
    assert len(lines) == 440
    assert_holds(
        lines,
        [
            (5889.950, "Na", 0, 0.0, 0.108),
            (4571.096, "Mg", 0, 0.0, -5.688),
            (4464.448, "Ti", 1, 1.160, -1.810),
            (5232.940, "Fe", 0, 2.940, -0.057),
            (6247.545, "Fe", 1, 3.890, -2.510),
        ],
        wavelength=1e-5,
    )
