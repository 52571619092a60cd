"""Lists that fill in what others lack."""

import numpy as np
from tests.fuzz.line_lists import CMFGEN

from kurucz_a1.lines.build_opacity_table import read_lines
from kurucz_a1.lines.complement import complemented
from kurucz_a1.lines.line_list import make_line_list


def lines(*rows):
    """A LineList of (wavelength in A, formula, ion stage, log gf) rows."""
    wavelength, species, stage, log_gf = zip(*rows, strict=True)
    return make_line_list(wavelength, species, stage, [0.0] * len(rows), log_gf)


def test_only_species_that_no_list_before_holds_are_taken():
    first = lines((5000.0, "Fe", 0, -1.0), (4000.0, "C", 1, -2.0))
    second = lines((5000.0, "Fe", 0, -9.0), (1175.0, "C", 2, 0.5), (3000.0, "Fe", 2, 0.1), (3100.0, "Fe", 2, 0.2))
    third = lines((1175.0, "C", 2, -9.0), (1548.0, "C", 3, -0.4))
    found = complemented(first, [second, third])
    assert list(zip(found.wavelength, found.species, found.ion_stage, found.log_gf, strict=True)) == [
        (1175.0, "C", 2, 0.5),
        (1548.0, "C", 3, -0.4),
        (3000.0, "Fe", 2, 0.1),
        (3100.0, "Fe", 2, 0.2),
        (4000.0, "C", 1, -2.0),
        (5000.0, "Fe", 0, -1.0),
    ]


def test_the_lines_of_an_opacity_table_are_filled_in_from_files(tmp_path):
    names = "wavelength_vacuum_angstrom,species,ion_stage,lower_energy_ev,log_gf\n"
    (tmp_path / "own.csv").write_text(names + "23000,CO,0,0.1,-6\n1334.5,C,1,0,-0.6\n")
    (tmp_path / "ions").write_bytes(CMFGEN)
    found = read_lines([tmp_path / "own.csv"], [tmp_path / "ions", tmp_path / "own.csv"])
    read = found[~np.isin(found.species, ["H2O", "TiO"])]  # those are computed
    assert sorted(zip(read.species, read.ion_stage, strict=True)) == [("C", 1), *[("C", 3)] * 3, ("CO", 0)]


def test_nothing_fills_nothing():
    first = lines((5000.0, "Fe", 0, -1.0))
    assert complemented(first, []).log_gf.tolist() == [-1.0]
    assert len(complemented(first, [first])) == 1
