"""Models with the lines themselves against models with the table that was made from them."""

import numpy as np
import pytest

from kurucz_a1.atmosphere import SolverOptions, solve, solve_line_by_line
from kurucz_a1.lines.build_opacity_table import read_lines


@pytest.fixture(scope="module")
def lines(reference_data):
    """The lists that the embedded table was made from."""
    folder = reference_data / "linelists"
    return read_lines([folder / "linemake_atoms.txt.gz", folder / "linemake_molecules.txt.gz"])


def test_the_table_gives_the_model_of_its_lines(lines):
    """The Sun, 300 frequencies. The table is good to 0.006 dex where lines matter: 1e-4 in T would be a fifth of it."""
    labels, options = {"teff": 5777.0, "logg": 4.44}, SolverOptions(frequencies=300)
    exact, found = solve_line_by_line(lines, **labels, options=options), solve(**labels, options=options)
    difference = np.abs(np.log(np.asarray(found.temperature / exact.temperature)))
    photosphere = (np.asarray(found.log_tau) > -4.01) & (np.asarray(found.log_tau) < 1.51)
    assert np.sqrt(np.mean(difference[photosphere] ** 2)) < 1e-4
    assert difference.max() < 1e-3
    # and it is not the same calculation: the two opacities differ by what the table rounds off
    assert difference.max() > 1e-6
