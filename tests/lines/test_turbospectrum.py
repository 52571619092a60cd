"""Turbospectrum's lists, as its DOC/Readme-Linelist_format describes them."""

import numpy as np
import pytest
from tests.lines.linelists import assert_holds, write

from kurucz_a1.errors import BadFile, LeftOut
from kurucz_a1.lines.readers import read_line_list

IRON = "'  26.000            '    1         {}\n'Fe I    LTE'\n"
ROW = "  6430.850  2.180 -2.000 {:>8}    7.0 {:>9} {} 'p' 's'   0.0    1.0 'made up, 3d 4s'\n"


def read(tmp_path, *parts):
    return read_line_list(write(tmp_path / "lines.list", "".join(parts)))


def block(code, spectrum, *rows):
    return f"'{code:>20}' {spectrum:4d} {len(rows):9d}\n'name'\n" + "".join(rows)


def test_columns(tmp_path):
    rows = [
        ROW.format("-7.700", "1.60E+08", "0.000"),
        ROW.format("365.242", "1.60E+08", "-6.100"),
        ROW.format("0.000", "1.00E+00", ""),
        ROW.format("0.000", "0.00E+00", "0.000"),
    ]
    lines = read(tmp_path, IRON.format(4), *rows)
    assert set(lines.species) == {"Fe"} and set(lines.ion_stage) == {0}
    np.testing.assert_allclose(lines.wavelength_air, 6430.85)
    np.testing.assert_allclose(lines.lower_energy, 2.18)
    np.testing.assert_allclose(lines.gamma_vdw, [10**-7.7, np.nan, np.nan, np.nan])
    np.testing.assert_allclose(lines.abo_sigma, [np.nan, 365, np.nan, np.nan])
    np.testing.assert_allclose(lines.abo_alpha, [np.nan, 0.242, np.nan, np.nan])
    np.testing.assert_allclose(lines.gamma_rad, [1.6e8, 1.6e8, np.nan, np.nan])
    np.testing.assert_allclose(lines.gamma_stark, [np.nan, 10**-6.1, np.nan, np.nan])


def test_fdamp_below_20_multiplies_unsoelds_width(tmp_path):
    lines = read(tmp_path, IRON.format(2), ROW.format("2.500", "1.00E+08", ""), ROW.format("1.000", "1.00E+08", ""))
    # Gray 2005, eq. 11.30: r^2 = 2.5 n*^4, n*^2 = 13.6057/(7.9025 - E)
    upper, lower = (2.5 * (13.6057 / (7.9025 - energy)) ** 2 for energy in (2.18 + 1.92748, 2.18))
    unsoeld = 10**6.33 * (upper - lower) ** 0.4 * 1e4**0.3 * 1.380649e-16
    np.testing.assert_allclose(lines.gamma_vdw, [2.5 * unsoeld, unsoeld], rtol=1e-3)  # energies to four figures


def test_molecules_have_no_unsoeld_width(tmp_path):
    lines = read(tmp_path, block("607.012014", 1, ROW.format("2.500", "1.00E+08", "")))
    assert np.isnan(lines.gamma_vdw).all()


@pytest.mark.parametrize(
    ("code", "spectrum", "species", "stage", "fraction"),
    [
        ("607.012014", 1, "CN", 0, 0.9893 * 0.99636),
        ("0608.013016", 1, "CO", 0, 0.0107 * 0.99757),
        ("0108.001018", 1, "OH", 0, 0.999885 * 0.00205),
        ("106.000013", 1, "CH", 0, 0.0107),  # any hydrogen
        ("0822.000048", 1, "TiO", 0, 0.7372),
        ("0822.000000", 1, "TiO", 0, 1.0),
        ("3.006", 1, "Li", 0, 0.0759),
        ("3.0", 1, "Li", 0, 1.0),
        ("63.151", 2, "Eu", 1, 0.4781),
        ("26.000", 4, "Fe", 3, 1.0),
        ("10108.000000000", 1, "H2O", 0, 1.0),
    ],
)
def test_codes_of_species(tmp_path, code, spectrum, species, stage, fraction):
    lines = read(tmp_path, block(code, spectrum, ROW.format("0.000", "1.00E+08", "")))
    assert (lines.species[0], lines.ion_stage[0]) == (species, stage)
    assert lines.log_gf[0] == pytest.approx(-2.0 + np.log10(fraction), abs=1e-9)


def test_a_damaged_row_costs_that_row(tmp_path):
    good = ROW.format("0.000", "1.00E+08", "")
    with pytest.warns(LeftOut, match="1 of 3 lines left out; row 4: '2.1x0' is no number"):
        assert len(read(tmp_path, block("26.000", 1, good, good.replace("2.180", "2.1x0"), good))) == 2


def test_rows_below_a_damaged_heading_have_no_absorber(tmp_path):
    good = ROW.format("0.000", "1.00E+08", "")
    text = block("26.000", 1, good) + block("28.000", 1, good).replace("'    1", "' x  1")
    with pytest.warns(LeftOut, match="1 of 2 lines left out; row 6: no heading above it"):
        assert list(read(tmp_path, text).species) == ["Fe"]


def test_a_block_with_fewer_lines_than_promised_is_told(tmp_path):
    with pytest.warns(LeftOut, match="the heading in row 1 promises 3 lines, 1 follow; lines may be missing"):
        assert len(read(tmp_path, IRON.format(3), ROW.format("0.000", "1.00E+08", ""))) == 1


def test_an_unknown_element_is_refused(tmp_path):
    with pytest.raises(BadFile, match=r"none of its 1 lines can be read; row 3: unknown species code '0\.000'"):
        read(tmp_path, block("0.000", 1, ROW.format("0.000", "1.00E+08", "")))


def test_vald_in_this_form(reference_data):
    lines = read_line_list(reference_data / "linelists" / "tsfitpy_vald_7300-7800.list.gz")
    assert len(lines) == 26633  # the sum of the numbers in its headings
    assert_holds(
        lines,
        [  # typed from the file; NIST's fractions of 40Ca, 42Ca, 13C, 12C14N
            (7582.168, "Li", 0, 3.373, -2.840),
            (7582.168, "Li", 0, 3.373, -3.140),
            (7401.190, "Be", 1, 14.316, -1.106),
            (7318.854, "C", 0, 9.330, -3.573),
            (7373.231, "Na", 0, 3.191, -2.753),
            (7387.001, "Mg", 0, 5.753, -3.910),
            (7323.890, "Ca", 1, 0.000, -7.553 + np.log10(0.96941)),
            (7323.840, "Ca", 1, 0.000, -9.729 + np.log10(0.00647)),
            (7303.580, "CH", 0, 1.640, -8.084 + np.log10(0.0107)),
            (7300.190, "CN", 0, 0.534, -2.795 + np.log10(0.9893 * 0.99636)),
        ],
        wavelength=1e-5,
    )


def test_molecules_of_apogee(reference_data):
    lines = read_line_list(reference_data / "linelists" / "apogee_dr17_20180901t20.molec.gz")
    assert len(lines) == 49111  # the sum of the numbers in its headings
    assert_holds(
        lines,
        [
            (15000.983, "CN", 0, 2.490, -5.316 + np.log10(0.9893 * 0.99636)),
            (15001.825, "CN", 0, 2.372, -4.898 + np.log10(0.9893 * 0.99636)),
            (15004.890, "CN", 0, 2.395, -5.484 + np.log10(0.9893 * 0.99636)),
            (15000.356, "CO", 0, 3.750, -10.866 + np.log10(0.0107 * 0.99757)),
            (15818.660, "FeH", 0, 0.279, -2.068 + np.log10(0.999885 * 0.91754)),
        ],
        wavelength=1e-5,
    )
    assert np.isnan(lines.gamma_rad).all()  # 0 and 1 stand for unknown
