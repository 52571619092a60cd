"""Which lines are computed where."""

import numpy as np

from kurucz_a1.lines.line_list import make_line_list
from kurucz_a1.physics.abundances import eos_fractions, number_fractions
from kurucz_a1.physics.equation_of_state import MOLECULES, gas_state
from kurucz_a1.spectrum.windows import (
    CHUNK,
    MOLECULAR_POPULATIONS,
    Reach,
    cut_plan,
    line_reach,
    plan_chunks,
    smooth_grid,
)


def test_every_line_is_computed_once_wherever_it_reaches():
    rng = np.random.default_rng(1)
    wavelength = np.sort(rng.uniform(6430, 6450, 3 * CHUNK + 17))
    centre = np.sort(rng.uniform(6400, 6480, 60))
    reach = rng.uniform(1.5, 40.0, 60)
    plan = plan_chunks(wavelength, centre, Reach(np.full(60, 0.5), reach))
    assert sorted(set(plan.order.ravel())) == list(range(len(wavelength)))
    for order, core, wing in zip(plan.order, plan.core, plan.wing, strict=True):
        lines = [*core[core < 60], *wing[wing < 60]]
        assert len(lines) == len(set(lines))
        needed = np.abs(wavelength[order][:, None] - centre) <= reach
        assert set(np.flatnonzero(needed.any(axis=0))) <= set(lines)


def test_no_chunk_reaches_over_a_gap():
    """Two arms of a spectrograph, with many lines between them."""
    wavelength = np.concatenate([np.arange(5660.0, 5680.05, 0.01), np.arange(7700.0, 7720.0, 0.01)])
    centre = np.linspace(5600.0, 7800.0, 40_000)
    plan = plan_chunks(wavelength, centre, Reach(np.full(40_000, 0.8), np.full(40_000, 2.0)))
    assert sorted(set(plan.order.ravel())) == list(range(len(wavelength)))
    assert np.ptp(wavelength[plan.order], axis=1).max() < 1.0
    assert plan.core.shape[1] + plan.wing.shape[1] < 150


def test_strong_lines_reach_farther():
    lines = make_line_list([6440.0, 6441.0], ["Fe", "Fe"], [0, 0], [2.0, 2.0], [-6.0, 0.0])
    weak, strong = line_reach(lines, np.asarray(number_fractions())).wing
    # the wing of a Lorentzian goes as the square root of the strength; the weak line has only its core
    assert strong > 10 * weak


def test_smooth_grid_resolves_hydrogen_lines():
    grid = smooth_grid(np.linspace(6500.0, 6600.0, 500), np.array([6564.6]))
    assert grid[0] == 6500.0
    assert grid[-1] == 6600.0
    assert np.all(np.diff(grid) > 0)
    near = grid[np.abs(grid - 6564.6) < 1.0]
    assert np.diff(near).max() < 0.021


def test_molecules_are_no_more_than_the_windows_allow_for():
    """The table is the largest of these states, to its rounding; all molecules of the gas are in it."""
    states = [gas_state(t, 1e5, eos_fractions(number_fractions())) for t in (3500.0, 4000.0, 4500.0, 5000.0)]
    assert set(MOLECULAR_POPULATIONS) == set(MOLECULES)
    for index, name in enumerate(MOLECULES):
        found = [np.log10(float(s.molecules[index] / s.nuclei_density / s.molecular_partition[index])) for s in states]
        assert abs(max(found) - MOLECULAR_POPULATIONS[name]) < 0.06, name


def test_a_plan_is_cut_into_parts_of_one_shape():
    wavelength = np.linspace(6430.0, 6450.0, 1111)
    plan = plan_chunks(wavelength, np.array([6439.0]), Reach(np.array([0.5]), np.array([2.0])))
    parts = list(cut_plan(plan, 7))
    assert {part.order.shape for part in parts} == {parts[0].order.shape}
    np.testing.assert_array_equal(np.concatenate([part.order for part in parts])[: len(plan.order)], plan.order)
