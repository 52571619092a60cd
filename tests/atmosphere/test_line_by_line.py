"""Models with the lines themselves against models with the table that was made from them."""

import numpy as np
import pytest

from kurucz_a1.atmosphere import SolverOptions, solve, solve_line_by_line
from kurucz_a1.errors import LeftOut
from kurucz_a1.lines.build_opacity_table import read_lines


@pytest.fixture(scope="module")
def lines(reference_data):
    """The lists that the embedded table was made from, except those of ions beyond the second, which the Sun lacks."""
    folder = reference_data / "linelists"
    with pytest.warns(LeftOut, match="2 of 274106 lines left out"):  # of MgH, with levels below zero
        return read_lines([folder / "linemake_atoms.txt.gz", folder / "linemake_molecules.txt.gz"])


def test_the_table_gives_the_model_of_its_lines(lines):
    """A Sun of little microturbulence, 300 frequencies.

    To 2e-4 in T, what is asked of the table over the whole range (docs/validation.md).
    """
    labels, options = {"teff": 5777.0, "logg": 4.44, "vturb": 0.5}, SolverOptions(frequencies=300)
    exact, found = solve_line_by_line(**labels, line_list=lines, options=options), solve(**labels, options=options)
    difference = np.abs(np.log(np.asarray(found.temperature / exact.temperature)))
    photosphere = (np.asarray(found.log_tau) > -4.01) & (np.asarray(found.log_tau) < 1.51)
    assert np.sqrt(np.mean(difference[photosphere] ** 2)) < 2e-4
    assert difference.max() < 1e-3


def test_other_lines_make_another_model(lines):
    """Every second line left out: less blanketing, so that the top is hotter and the bottom cooler, by much more than
    the 1e-4 to which models are converged."""
    labels, options = {"teff": 5777.0, "logg": 4.44}, SolverOptions(frequencies=300)
    changed = solve_line_by_line(**labels, line_list=lines[::2], options=options)
    found = solve(**labels, options=options)
    change = np.asarray(changed.temperature / found.temperature)
    top, bottom = np.asarray(found.log_tau) < -4.0, np.asarray(found.log_tau) > 0.0
    assert np.median(change[top]) > 1.003
    assert np.median(change[bottom]) < 0.999
