"""ExoMol's transitions and states, made up here."""

import bz2

import numpy as np
import pytest
from astropy import constants, units
from tests.lines.linelists import WAVENUMBERS_PER_EV, write

from kurucz_a1.errors import BadFile, LeftOut
from kurucz_a1.lines.readers import read_line_list

# number, energy (cm-1), weight, J, and further columns
STATES = """           1     0.000000      4     0.5  inf  X
           2 15000.500000      8     1.5  1.0  A
           3 20000.000000     12     2.5  1.0  B
"""
TRANSITIONS = """           2            1  1.2500E+03        15000.500000
           3            1  3.5000E+05        20000.000000
           3            2  1.0000E-02
"""


def read(tmp_path, transitions=TRANSITIONS, states=STATES, name="12C-1H__made-up"):
    if states:
        write(tmp_path / f"{name}.states", states)
    return read_line_list(write(tmp_path / f"{name}.trans", transitions))


def log_gf(rate, weight, wavenumber):
    """gf = g_u A lambda^2 m_e c / (8 pi^2 e^2), with astropy's constants."""
    area = constants.m_e.cgs * constants.c.cgs / (8 * np.pi**2 * constants.e.esu**2)
    gf = area * rate / units.s * weight / (wavenumber / units.cm) ** 2
    return np.log10(gf.to_value(units.cm**3 * units.g / (units.s**2 * units.Fr**2)))


def test_wavelengths_and_gf_follow_from_states_and_rates(tmp_path):
    lines = read(tmp_path)
    assert set(lines.species) == {"CH"} and set(lines.ion_stage) == {0}
    np.testing.assert_allclose(lines.wavelength, [5000.0, 1e8 / 15000.5, 1e8 / 4999.5], rtol=1e-12)
    np.testing.assert_allclose(lines.lower_energy, np.array([0, 0, 15000.5]) / WAVENUMBERS_PER_EV, rtol=1e-8)
    expected = [log_gf(3.5e5, 12, 20000.0), log_gf(1.25e3, 8, 15000.5), log_gf(1e-2, 12, 4999.5)]
    assert expected[0] == pytest.approx(np.log10(1.4992e-16 * 12 * 3.5e5 * 5000.0**2), abs=1e-4)  # lambda in A
    # NIST's fractions; ExoMol's weights count the two orientations of the proton, and 12C has one
    np.testing.assert_allclose(lines.log_gf, np.array(expected) + np.log10(0.9893 * 0.999885 / 2), atol=1e-7)


@pytest.mark.parametrize(
    ("name", "species", "factor"),
    [  # fraction over orientations 2 I + 1 of the nuclei
        ("13C-1H__X", "CH", 0.0107 * 0.999885 / (2 * 2)),
        ("48Ti-16O__Toto", "TiO", 0.7372 * 0.99757),
        ("12C-14N__X", "CN", 0.9893 * 0.99636 / 3),
        ("24Mg-1H__X", "MgH", 0.7899 * 0.999885 / 2),
        ("12C2__8states", "C2", 0.9893**2),
        ("1H2-16O__POKAZATEL", "H2O", 0.999885**2 * 0.99757 / 4),
        ("27Al-1H__AlHambra", "AlH", 0.999885 / (6 * 2)),
    ],
)
def test_the_isotopologue_is_that_of_the_name(tmp_path, name, species, factor):
    lines = read(tmp_path, name=name)
    assert set(lines.species) == {species}
    assert lines.log_gf[0] == pytest.approx(log_gf(3.5e5, 12, 20000.0) + np.log10(factor), abs=1e-6)


@pytest.mark.parametrize("name", ["ch", "12C-1H", "C-H__X", "12X-1H__X", "199C-1H__X"])
def test_a_name_without_an_isotopologue_is_refused(tmp_path, name):
    with pytest.raises(BadFile, match=r"isotopologue|an isotope that is not known"):
        read(tmp_path, name=name)


def test_a_folder_and_compressed_files(tmp_path):
    plain = read(tmp_path)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "12C-1H__made-up__00000-10000.trans.bz2").write_bytes(bz2.compress(TRANSITIONS.encode()))
    (folder / "12C-1H__made-up.states.bz2").write_bytes(bz2.compress(STATES.encode()))
    lines = read_line_list(folder)
    np.testing.assert_array_equal(lines.log_gf, plain.log_gf)


def test_transitions_without_states_are_refused(tmp_path):
    with pytest.raises(BadFile, match=r"states are missing; put 12C-1H__made-up\.states beside the file"):
        read(tmp_path, states=None)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("           9            1  1.2500E+03", "a state without an entry"),
        ("           1            2  1.2500E+03", "no transition downwards"),
        ("           2            1  1.2500E+03        16000.500000", "none of its own wavenumber"),
        ("           2            1  1.25x0E+03", "no two states, rate and wavenumber"),
        ("           2            1  1.2500E-30", "log gf below"),
    ],
)
def test_a_bad_transition_costs_that_transition(tmp_path, row, says):
    with pytest.warns(LeftOut, match=f"1 of 4 lines left out; row 4: .*{says}"):
        assert len(read(tmp_path, TRANSITIONS + row + "\n")) == 3


def test_damaged_states_are_refused(tmp_path):
    with pytest.raises(BadFile, match=r"\.states: row 2 is no state: 'x' is no number"):
        read(tmp_path, states=STATES.replace("15000.500000", "x"))
    with pytest.raises(BadFile, match="row 4 holds state 1 again"):
        read(tmp_path, states=STATES + STATES.split("\n")[0] + "\n")
