"""Lists of ions: oscillator strengths of CMFGEN, and lines of Sirocco."""

import re

import numpy as np
import pytest
from tests.fuzz.line_lists import CMFGEN, SIROCCO
from tests.lines.linelists import WAVENUMBERS_PER_EV, write

from kurucz_a1.errors import BadFile, LeftOut
from kurucz_a1.lines.readers import read_line_list
from kurucz_a1.lines.species import absorbers_of, by_species

CIV = CMFGEN.decode()
EV_ANGSTROM = 1e8 / WAVENUMBERS_PER_EV


def read(tmp_path, text):
    return read_line_list(write(tmp_path / "list", text))


def test_cmfgen(tmp_path):
    lines = read(tmp_path, CIV)
    assert set(zip(lines.species, lines.ion_stage, strict=True)) == {("C", 3)}
    # the second table repeats a transition of the first
    np.testing.assert_allclose(lines.wavelength, 1e8 / np.array([302849 - 64592, 64592, 64484.0]))
    np.testing.assert_allclose(lines.lower_energy, np.array([64592, 0, 0]) / WAVENUMBERS_PER_EV, rtol=1e-6)
    np.testing.assert_allclose(10**lines.log_gf, [4 * 0.038, 2 * 0.19, 2 * 0.095])
    np.testing.assert_allclose(lines.gamma_rad, [4.3e9 + 2.7e8, 2.7e8, 2.6e8])


def test_cmfgen_of_older_form_has_no_widths(tmp_path):
    older = re.sub(r"( +-?\d\.\d{3}E[+-]\d\d){3}$", "", CIV, flags=re.MULTILINE)
    assert len(older) < len(CIV)
    lines = read(tmp_path, older)
    assert len(lines) == 3
    assert np.isnan(lines.gamma_rad).all()


@pytest.mark.parametrize(
    ("title", "charge", "limit", "ion"),
    [
        ("Ca IV", 4, 520178.0, ("C", 3)),  # a title of the files themselves, of C IV
        ("NIV", 4, 624866.0, ("N", 3)),
        ("OIV", 4, 624382.0, ("O", 3)),  # within 0.1 % of N IV
        ("SkIV", 4, 364093.0, ("Si", 3)),
        ("Nk V", 5, 613500.0, ("Ni", 4)),
        ("Cr VI", 6, 731020.0, ("Cr", 5)),
    ],
)
def test_the_ion_is_told_from_charge_and_energy_of_ionisation(tmp_path, title, charge, limit, ion):
    text = CIV.replace("for CIV", f"for {title}").replace("4.0      ", f"{charge}.0      ", 1)
    lines = read(tmp_path, text.replace("520178.0", f"{limit}"))
    assert set(zip(lines.species, lines.ion_stage, strict=True)) == {ion}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("520178.0  ", "5.0       ", "none of those known here"),
        ("4.0       ", "40.0      ", "none of those known here"),
        ("4             ", "9             ", "4 of 9 levels"),
        ("520178.0", "limit   ", "'Ionization energy' has no number"),
    ],
)
def test_cmfgen_of_no_known_ion_or_incomplete_is_refused(tmp_path, old, new, message):
    with pytest.raises(BadFile, match=message):
        read(tmp_path, CIV.replace(old, new, 1))


def test_transitions_downwards_are_left_out(tmp_path):
    with pytest.warns(LeftOut, match="1 of 3 lines left out.*no transition upwards"):
        lines = read(tmp_path, CIV.replace(" 3-   4  ", " 4-   3  "))
    assert len(lines) == 2


def test_sirocco(tmp_path):
    lines = read(tmp_path, SIROCCO.decode())
    assert list(zip(lines.species, lines.ion_stage, strict=True)) == [("C", 3), ("C", 3), ("Fe", 1)]
    np.testing.assert_allclose(10**lines.log_gf, [0.38, 0.19, 0.1])
    # energies of these lists are too large by 12400 eV A over h c
    np.testing.assert_allclose(lines.lower_energy, [0, 0, EV_ANGSTROM / 12400.0], rtol=1e-5)


@pytest.mark.parametrize(("medium", "wavelength"), [("air", 2500.0), ("vacuum", 2500.7535)])
def test_sirocco_in_air_or_vacuum_is_told_from_the_energies(tmp_path, medium, wavelength):
    """The line of Fe II is at 2500.7535 A in vacuum by its levels, 2500.000 A in air (Birch & Downs 1994)."""
    text = SIROCCO.decode().replace("2500.000000", f"{wavelength:.6f}")
    assert read(tmp_path, text).wavelength[-1] == pytest.approx(2500.7535, abs=2e-3)


def test_opacity_tables_take_ions_to_the_sixth_stage(tmp_path):
    lines = read(tmp_path, CIV)
    assert absorbers_of(lines) == [("C", 3)]
    (species,) = by_species(lines)
    assert species.name == "C 3"
    assert species.ionization_energy == pytest.approx(64.49, abs=0.01)
