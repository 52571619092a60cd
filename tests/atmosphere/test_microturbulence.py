"""Microturbulence as a label: a table of several values, and models between them with their derivatives by it."""

from dataclasses import replace

import jax
import numpy as np
import pytest

from kurucz_a1.atmosphere import SolverOptions, solve, solve_with_jacobian
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.atmosphere.solver.solve import load_opacities
from kurucz_a1.errors import BadConfig
from kurucz_a1.grid.solver_source import SolverSource
from kurucz_a1.labels import SUN
from kurucz_a1.lines import build_opacity_table
from kurucz_a1.lines.line_list import make_line_list
from kurucz_a1.lines.opacity_table import PACKAGED, absorber_index, load_opacity_table
from kurucz_a1.lines.sampling import sampling_grid
from kurucz_a1.netcdf import read_netcdf, write_netcdf
from kurucz_a1.physics.constants import ANGSTROM, KILOMETRE_PER_SECOND, SPEED_OF_LIGHT
from kurucz_a1.physics.line_opacity import NOTHING, at_vturb, log_metal_cross_sections

STAR = replace(SUN, vturb=1.6)


def table_of(folder, vturb):
    """A table of 120 lines of iron that lie two km/s beside the sampled frequencies, where their width matters most."""
    frequency, _ = sampling_grid(300)
    wavelength = SPEED_OF_LIGHT / frequency / ANGSTROM
    chosen = wavelength[(wavelength > 3500.0) & (wavelength < 9000.0)][:120] * (1.0 + 2.0e5 / SPEED_OF_LIGHT)
    count = len(chosen)
    lines = make_line_list(chosen, ["Fe"] * count, [0] * count, [2.0] * count, [-2.0] * count)
    dataset = build_opacity_table.make_dataset(
        lines, frequency, np.multiply(vturb, KILOMETRE_PER_SECOND), report=lambda text: None
    )
    path = folder / f"table_{np.size(vturb)}.nc"
    write_netcdf(path, like_the_embedded(dataset).assign_attrs(line_lists="120 lines of iron"))
    return str(path)


def like_the_embedded(dataset):
    """The table of iron with as many species and pieces as the embedded one has, so that code compiled for that one
    serves: the others absorb nothing."""
    embedded, packaged = load_opacity_table(frequencies=300), read_netcdf(PACKAGED)
    species, block = np.asarray(embedded.metals.species), np.asarray(embedded.metals.block)
    iron = int(np.flatnonzero(np.asarray(embedded.absorber) == absorber_index("Fe 0"))[0])
    vturbs, columns, _, points = dataset["metals_numbers"].shape
    numbers = np.zeros((vturbs, columns, species.size, points), np.int16)
    numbers[0, 0], scale = NOTHING / 0.05, np.full(species.size, 0.05, np.float32)
    for number, place in enumerate(dataset["metals_piece_block"].values):
        piece = int(np.flatnonzero((species == iron) & (block == place))[0])
        numbers[:, :, piece], scale[piece] = dataset["metals_numbers"][:, :, number], dataset["metals_scale"][number]
    coefficients = np.zeros_like(packaged["metals_coefficients"])
    coefficients[:, iron] = dataset["metals_coefficients"][:, 0]
    held = dataset.drop_dims(["metals_piece", "metals_species"])
    return held.assign(
        species=packaged["species"],
        metals_piece_species=(("metals_piece",), species),
        metals_piece_block=(("metals_piece",), block),
        metals_scale=(("metals_piece",), scale),
        metals_numbers=(dataset["metals_numbers"].dims, numbers),
        metals_coefficients=(dataset["metals_coefficients"].dims, coefficients),
    )


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    return table_of(tmp_path_factory.mktemp("tables"), (1.0, 3.0))


@pytest.fixture(scope="module")
def single(tmp_path_factory):
    return table_of(tmp_path_factory.mktemp("tables"), STAR.vturb)


def iron_of(table, x, y):
    """ln sigma of the species that absorbs."""
    sections = np.asarray(log_metal_cross_sections(table, x, y))
    return sections[sections.max(1).argmax()]


def options(table):
    return SolverOptions(frequencies=300, opacity_table=table)


def test_between_the_tabulated_values_cross_sections_are_those_of_a_table_made_there(several, single):
    interpolated = at_vturb(load_opacity_table(several, 300), STAR.vturb)
    exact = load_opacity_table(single, 300)
    assert np.ndim(load_opacity_table(several, 300).vturb) == 1 and exact.vturb == STAR.vturb
    place = np.log(5500.0), np.log(5e4)
    sections = iron_of(exact, *place)
    strong = sections > sections.max() - 6.0
    assert strong.sum() > 50
    difference = iron_of(interpolated, *place) - sections
    # what the spline leaves, and the rounding of numbers in the file to 0.001 at best (docs/solver.md); at 2.6 km/s the
    # same cross sections differ by 0.12
    assert np.abs(difference[strong]).max() < 0.01
    elsewhere = iron_of(at_vturb(load_opacity_table(several, 300), 2.6), *place) - sections
    assert np.abs(elsewhere[strong]).max() > 0.05


def test_cross_sections_have_the_slopes_of_their_differences(several):
    table = load_opacity_table(several, 300)

    def section(vturb):
        return log_metal_cross_sections(at_vturb(table, vturb), np.log(5500.0), np.log(5e4))

    slope = jax.jvp(section, (1.6,), (1.0,))[1]
    difference = (section(1.65) - section(1.55)) / 0.1
    # ln sigma of 100 is held to 1e-5 in float32, 2e-4 in the difference; the cubic's third derivative adds 2e-4
    np.testing.assert_allclose(slope, difference, atol=2e-3)


@pytest.fixture(scope="module")
def solved(several):
    return solve_with_jacobian(STAR, options=options(several))


def test_a_model_between_the_values_is_that_of_a_table_made_there(solved, single):
    exact = solve(STAR, options=options(single))
    # ln T is converged to 1e-4; 1 km/s more would change it by 6e-3
    np.testing.assert_allclose(solved[0].temperature, exact.temperature, rtol=2e-4)
    assert float(solved[0].vturb) == STAR.vturb


def test_derivatives_by_microturbulence_are_those_of_models_solved_again(solved, several):
    """To 1 %: the effect on the structure is small, and differences of float32 opacities are rounded."""
    _, jacobian = solved
    index = jacobian.labels.index("vturb")
    tight = options(several).changed(tolerance=3e-7)
    ahead, behind = (solve(replace(STAR, vturb=STAR.vturb + sign * 0.1), options=tight) for sign in (1.0, -1.0))
    for name in FIELD_NAMES:
        difference = np.log(np.asarray(getattr(ahead, name)) / np.asarray(getattr(behind, name))) / 0.2
        found = np.asarray(getattr(jacobian, name)[index])
        assert np.linalg.norm(found - difference) < 0.01 * np.linalg.norm(difference), name


def test_grid_models_hold_the_derivative(several):
    model = SolverSource(options(several)).make_model(STAR.as_dict(), {}).model
    assert model.jacobian_labels == ("teff", "logg", "feh", "afe", "vturb")
    assert model.label_jacobian.shape == (6, 5, 80)


def test_a_table_of_one_value_refuses_others(single, several):
    with pytest.raises(BadConfig, match=r"vturb = 2\.0 km/s, but the opacity table holds 1\.6 km/s"):
        solve(SUN, options=options(single))
    with pytest.raises(BadConfig, match=r"vturb = 3\.5 km/s, but the opacity table holds 1 to 3 km/s"):
        solve(replace(SUN, vturb=3.5), options=options(several))
    assert load_opacities(options(single)).labels == ("teff", "logg", "feh", "afe")
