"""The line opacity table: sampling, cross sections, compression, and the whole against a line-by-line sum."""

import functools
from importlib.resources import as_file, files

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import xarray as xr

from kurucz_a1.errors import BadConfig, BadFile, LeftOut
from kurucz_a1.grid.solver_source import SolverSource
from kurucz_a1.lines import build_opacity_table
from kurucz_a1.lines.compression import weighted_low_rank
from kurucz_a1.lines.cross_sections import States, cross_sections
from kurucz_a1.lines.elements import ATOMIC_NUMBER, is_atom
from kurucz_a1.lines.line_list import make_line_list
from kurucz_a1.lines.metal_table import gas_states, metal_table
from kurucz_a1.lines.opacity_table import absorber_index, load_opacity_table, make_table, origin
from kurucz_a1.lines.packing import PIECE, Metals, pack_metals, unpack_metals
from kurucz_a1.lines.readers import read_line_list, read_line_lists
from kurucz_a1.lines.sampling import sampling_grid
from kurucz_a1.netcdf import read_netcdf, write_netcdf
from kurucz_a1.numerics.b_splines import SplineAxis
from kurucz_a1.physics.abundances import ELEMENTS
from kurucz_a1.physics.constants import SPEED_OF_LIGHT
from kurucz_a1.physics.continuum import continuum_opacity, continuum_tables
from kurucz_a1.physics.equation_of_state import GasState
from kurucz_a1.physics.line_opacity import (
    NOTHING,
    absorber_populations,
    at_vturb,
    line_opacity,
    log_cross_sections,
    log_metal_cross_sections,
)
from kurucz_a1.physics.line_profiles import LINE_STRENGTH, damping
from kurucz_a1.physics.partition_functions import IONIZATION_ENERGIES, MOLECULES, STAGES
from kurucz_a1.settings import SolverOptions
from kurucz_a1.spectrum import LINES_6430_6450

STATES = States(np.array([4500.0, 7000.0]), np.full((2, 2), 1e13), np.full((2, 2), 1e16), 2e5)


@pytest.fixture(scope="module")
def table():
    """The embedded table at 2 km/s."""
    return at_vturb(load_opacity_table(frequencies=300), 2.0)


@functools.cache
def listed(folder):
    """The lines of the lists that the embedded table was made from, without those that are computed."""
    with pytest.warns(LeftOut):  # two of MgH
        return read_line_lists([folder / "linelists" / f"linemake_{kind}.txt.gz" for kind in ("atoms", "molecules")])


def test_strength_of_a_line_does_not_depend_on_its_width():
    line = make_line_list([5000.0], ["Fe"], [0], [2.0], [-1.0])
    centre = SPEED_OF_LIGHT / 5e-5
    frequency = centre + np.concatenate([-np.geomspace(1e7, 1e13, 1500)[::-1], np.geomspace(1e7, 1e13, 1500)])
    sections = cross_sections(line, frequency, STATES, 7.9)
    expected = LINE_STRENGTH * 0.1 * np.exp(-2.0 * 11604.518 / STATES.temperature)[:, None]
    # beyond 10^13 Hz a wing of gamma = 3e8 s-1 holds 1e-5; core and wing differ by up to 0.3 per cent where they meet
    np.testing.assert_allclose(np.trapezoid(sections, frequency, axis=0), expected * np.ones((1, 2)), rtol=2e-3)


def test_wings_fall_with_the_square_and_end():
    line = make_line_list([5000.0], ["Fe"], [0], [2.0], [-1.0])
    centre = SPEED_OF_LIGHT / 5e-5
    section = cross_sections(line, centre * np.array([1.001, 1.002, 1.2]), STATES, 7.9)
    np.testing.assert_allclose(section[0] / section[1], 4.0, rtol=1e-6)
    assert np.all(section[2] == 0)


def test_damping_of_the_list_is_used():
    known = make_line_list([5000.0], ["Fe"], [0], [2.0], [-1.0], gamma_vdw=[1e-6])
    guessed = make_line_list([5000.0], ["Fe"], [0], [2.0], [-1.0])
    frequency = SPEED_OF_LIGHT / 5e-5 * np.array([1.001])
    # 1e-6 n_H is far above Unsoeld's 1e-8 n_H
    assert np.all(cross_sections(known, frequency, STATES, 7.9) > 20 * cross_sections(guessed, frequency, STATES, 7.9))


@pytest.mark.parametrize("temperature", [4000.0, 8000.0])
def test_wings_have_the_damping_of_the_synthesis(temperature):
    """Tables and synthesis take one theory: a wing is that of a Lorentz profile of ``line_profiles.damping``."""
    known = {"gamma_rad": [1e8], "gamma_stark": [1e-5], "gamma_vdw": [1e-7]}
    line = make_line_list([5000.0], ["Fe"], [0], [0.0], [-1.0], **known)
    states = States(np.array([temperature]), np.array([[1e13]]), np.array([[1e16]]), 2e5)
    centre = SPEED_OF_LIGHT / 5e-5
    (section,) = cross_sections(line, centre * np.array([1.001]), states, 7.9)
    width = damping(temperature, 1e13, 1e16, 1e8, 1e-5, 1e-7)
    expected = LINE_STRENGTH * 0.1 * width / (4 * np.pi**2 * (1e-3 * centre) ** 2)
    assert section.item() / expected == pytest.approx(1.0, rel=1e-6)


def test_low_rank_recovers_low_rank():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(40, 3)) @ rng.normal(size=(3, 30)) + rng.normal(size=(40, 1))
    mean, factors, functions = weighted_low_rank(values, np.ones_like(values), 4)
    np.testing.assert_allclose(mean[:, None] + factors @ functions, values, atol=1e-6)


def test_low_rank_heeds_weights():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(40, 30))
    weights = np.where(rng.random((40, 30)) < 0.3, 1.0, 1e-4)
    mean, factors, functions = weighted_low_rank(values, weights, 6)
    misfit = np.abs(mean[:, None] + factors @ functions - values)
    assert misfit[weights == 1].mean() < 0.3 * misfit[weights < 1].mean()


@pytest.mark.parametrize(
    ("temperature", "pressure", "vturb", "species"),
    [
        ((4100.0, 5300.0), (300.0, 4e3), 2.0, ("Fe 0", "Fe 1", "Ca 1")),  # between the nodes, as all below
        ((4100.0, 5300.0), (300.0, 4e3), 0.6, ("Fe 0", "Fe 1", "Ca 1")),
        ((4600.0, 6900.0), (30.0, 3e4), 4.4, ("Fe 0", "Fe 1", "CH 0")),
        ((2300.0, 3300.0), (1e3, 2e5), 1.3, ("Fe 0", "Ca 0")),
        ((9500.0, 14000.0), (10.0, 1e3), 3.3, ("Fe 1", "Si 1")),
    ],
)
def test_table_agrees_with_a_sum_over_lines(reference_data, temperature, pressure, vturb, species):
    table, lines = at_vturb(load_opacity_table(frequencies=600), vturb), listed(reference_data)
    states, gas = gas_states(np.array(temperature), np.array(pressure), vturb * 1e5)
    every = slice(None, None, 2)
    frequency = np.asarray(table.frequency)[every]
    per_gram = np.asarray(jax.vmap(absorber_populations)(gas) / gas.density[:, None])
    places = np.log(np.stack([gas.temperature, gas.gas_pressure], axis=1))
    sections = np.stack([log_metal_cross_sections(table, *place)[:, every] for place in places], axis=-1)
    # all species of the table, and the continuum, 0.1 cm2 g-1 or more
    continuum = np.sum(jax.vmap(continuum_opacity, (None, 0))(continuum_tables(frequency), gas), axis=0).T
    total = np.maximum(continuum, 0.1) + np.einsum(
        "snp,ps->np", np.exp(sections), per_gram[:, np.asarray(table.absorber)]
    )
    for name in species:
        formula, stage = name.split()
        energy = IONIZATION_ENERGIES[ATOMIC_NUMBER[formula] - 1, int(stage)] if is_atom(formula) else None
        chosen = lines[(lines.species == formula) & (lines.ion_stage == int(stage))]
        direct = cross_sections(chosen, frequency, states, energy).reshape(len(frequency), -1)
        index = absorber_index(name)
        row = int(np.flatnonzero(np.asarray(table.absorber) == index)[0])
        matters = direct * per_gram[:, index] > 0.1 * total
        difference = (sections[row] - np.log(np.maximum(direct, 1e-60)))[matters] / np.log(10)
        # what sixteen functions leave: 0.005 dex rms of all, weighted by the share in the opacity
        assert matters.any(), name
        # and the spline below 1 km/s, where in a heavy atom a core may give way to a wing between two values
        looser = 2.5 if vturb < 1.0 else 1.0
        assert np.sqrt(np.mean(difference**2)) < 0.025 * looser, name
        assert np.abs(difference).max() < 0.12 * looser, name  # of 300 frequencies


def test_derivative_by_microturbulence_is_that_of_differences():
    table, place, step = load_opacity_table(frequencies=300), (np.log(5500.0), np.log(2e4)), 1e-2

    def sections(vturb):
        return jnp.concatenate(
            [
                log_metal_cross_sections(at_vturb(table, vturb), *place),
                log_cross_sections(at_vturb(table, vturb).hydrogen, *place),
            ]
        )

    for vturb in (0.3, 1.7, 4.8):
        slope = jax.jvp(sections, (vturb,), (1.0,))[1]
        difference = (sections(vturb + step) - sections(vturb - step)) / (2 * step)
        # ln sigma of 100 is held to 1e-5 in float32, its sum of twenty terms to 5e-5: 5e-3 in the difference
        np.testing.assert_allclose(slope, difference, atol=5e-3)
    assert float(jnp.abs(jax.jvp(sections, (0.0,), (1.0,))[1]).max()) < 1e-6  # widths depend on the square


def test_cross_sections_have_the_slopes_of_their_differences(table):
    x, y, step = np.log(5500.0), np.log(2e4), 6e-3
    # higher ions are absent here, as are Ne+ and the levels from which Na+ absorbs, 33 eV up: their functions are held
    # constant with a bend
    names = {f"{name} {stage}" for name in ELEMENTS for stage in (0, 1)} - {"Ne 1", "Na 1"}
    present = np.isin(table.absorber, [absorber_index(name) for name in names])
    parts = (
        lambda x, y: log_metal_cross_sections(table, x, y)[present],
        lambda x, y: log_cross_sections(table.hydrogen, x, y),
    )
    for sections in parts:
        for direction in (np.array([1.0, 0.0]), np.array([0.0, 1.0])):
            slope = jax.jvp(sections, (x, y), tuple(direction))[1]
            up, down = (sections(x + s * direction[0], y + s * direction[1]) for s in (step, -step))
            # ln sigma of 100 is held to 1e-5 in float32, and is a sum of 17 numbers: 3e-3 in the slope
            np.testing.assert_allclose(slope, (up - down) / (2 * step), atol=5e-3, rtol=2e-3)


def test_opacity_per_gram_follows_abundance(table):
    """Twice the iron, at the same density, is twice the opacity of iron."""
    stages, molecules = np.zeros((26, STAGES)), np.zeros(len(MOLECULES))
    stages[21, :3] = 1e5, 1e8, 1.0
    state = GasState(6000.0, 1e4, 1e13, 1e16, 1e-7, 0.0, stages, molecules, 0.0, 0.0, stages * 0 + 25.0, molecules + 1)
    once, twice = line_opacity(table, state), line_opacity(table, state._replace(atoms=2 * stages))
    shown = np.asarray(once) > 1e-8  # the rest is float32 underflow
    assert shown.sum() > 50
    np.testing.assert_allclose(np.asarray(twice)[shown], 2 * np.asarray(once)[shown], rtol=2e-5)


def test_opacity_is_that_of_its_cross_sections_less_stimulated_emission(table):
    """Absorbers per gram times their cross sections, times 1 - exp(-h nu / kT): Kirchhoff's law."""
    temperature, density = 6000.0, 1e-7
    stages, molecules = np.zeros((26, STAGES)), np.zeros(len(MOLECULES))
    stages[21, :3] = 1e5, 1e8, 1.0
    state = GasState(
        temperature, 1e4, 1e13, 1e16, density, 0.0, stages, molecules, 0.0, 0.0, stages * 0 + 25.0, molecules + 1
    )
    sections = np.exp(np.asarray(log_metal_cross_sections(table, np.log(temperature), np.log(1e4)), dtype=float))
    populations = np.concatenate([stages.ravel() / 25.0, molecules])[np.asarray(table.absorber)]
    frequency = np.asarray(table.frequency)
    expected = populations @ sections / density * -np.expm1(-6.62607015e-27 * frequency / (1.380649e-16 * temperature))
    shown = expected > 1e-8  # the rest is float32 underflow
    assert (frequency[shown] < 2.2e14).any()  # where light emitted is a sixth and more of that absorbed
    np.testing.assert_allclose(np.asarray(line_opacity(table, state))[shown], expected[shown], rtol=1e-4)


def test_hydrogen_of_the_table_is_hydrogen():
    from kurucz_a1.physics.hydrogen_lines import self_cross_section, stark_cross_section

    states = ((4700.0, 3e11, 2.0), (6100.0, 2e13, 2.0), (9100.0, 6e14, 2.0), (6100.0, 2e13, 0.5), (9100.0, 6e14, 4.0))
    whole = load_opacity_table(frequencies=300)
    for temperature, electrons, vturb in (*states, (13000.0, 1e14, 2.0), (24000.0, 1e14, 3.0)):
        place, table = (jnp.log(temperature), jnp.log(electrons)), at_vturb(whole, vturb)
        stark = stark_cross_section(table.frequency, temperature, electrons, vturb * 1e5)
        ours = log_cross_sections(table.hydrogen, *place)[0]
        difference = (ours - jnp.log(stark)) / np.log(10)
        assert float(jnp.sqrt(jnp.mean(difference**2))) < 0.03
        collisions = self_cross_section(table.frequency, temperature, vturb * 1e5)
        # where they matter in the densest photospheres; beyond 1e15 Hz hydrogen's lines are nothing beside metals
        wing = (1e17 * collisions > 0.1 * stark) & (table.frequency < 1e15)
        difference = (log_cross_sections(table.hydrogen_self, *place)[0] - jnp.log(collisions))[wing]
        # the sum changes by a tenth of this where collisions are just a tenth of it
        if wing.any():
            assert float(jnp.max(jnp.abs(difference))) < 0.05


def test_absorbers_can_be_left_out(table):
    fewer = at_vturb(load_opacity_table(frequencies=300, leave_out=("CO",)), 2.0)
    row = int(np.flatnonzero(np.asarray(table.absorber) == absorber_index("CO 0"))[0])
    place = np.log(4500.0), np.log(1e4)
    whole, without = (np.exp(log_metal_cross_sections(each, *place)) for each in (table, fewer))
    assert whole[row].max() > 0.0 and np.all(without[row] == 0.0)
    others = np.arange(len(whole)) != row
    np.testing.assert_array_equal(without[others], whole[others])


@pytest.fixture
def other_table(tmp_path):
    """Path of a copy of the embedded table that says it is of another microturbulence and had no room for AlO."""
    with as_file(files("kurucz_a1.lines") / "data" / "line_opacity.nc") as packaged:
        dataset = read_netcdf(packaged)
    path = tmp_path / "other.nc"
    slowest = dataset.isel(vturb=[0], hydrogen_vturb=[0])
    write_netcdf(path, slowest.assign_attrs(microturbulence_km_s=1.0, negligible="AlO VO"))
    return path


def test_another_table_is_used_where_it_is_named(other_table):
    from kurucz_a1.atmosphere import SolverOptions, solve

    assert load_opacity_table(other_table, 300).vturb == 1.0
    options = SolverOptions(frequencies=300, opacity_table=str(other_table))
    with pytest.raises(BadConfig, match=r"vturb = 2\.0 km/s, but the opacity table holds 1 km/s"):
        solve(teff=5777.0, logg=4.44, options=options)


def test_what_was_too_weak_to_be_kept_may_be_left_out(other_table):
    whole = load_opacity_table(other_table, 300, leave_out=("AlO",))
    assert whole.metals.species.shape == load_opacity_table(frequencies=300).metals.species.shape


def test_a_table_says_what_it_was_made_from(other_table):
    found = origin(other_table)
    assert "linemake" in found["line_lists"] and len(found["sha256"]) == 64
    assert SolverSource(SolverOptions(opacity_table=str(other_table))).description["opacity_table"] == found
    with pytest.raises(BadFile, match="no such file"):
        SolverSource(SolverOptions(opacity_table=str(other_table.with_name("nothing.nc"))))


def test_a_small_list_makes_a_table_of_its_species_and_microturbulence():
    lines = read_line_list(LINES_6430_6450)
    frequency, weights = (values[::6] for values in sampling_grid(300))
    near = np.append(frequency, 4.6565e14)  # 6438 A, among the lines
    order = np.argsort(near)
    dataset = build_opacity_table.make_dataset(lines, near[order], 1.5e5, report=lambda text: None)
    made = make_table(dataset, slice(None), near[order], np.append(weights, 1e12)[order])
    assert made.vturb == 1.5
    assert {str(name).split()[0] for name in dataset["species"].values} <= set(lines.species)
    # iron absorbs among its lines and hardly far from them
    iron = [str(name) for name in dataset["species"].values].index("Fe 0")
    section = np.exp(log_metal_cross_sections(made, np.log(5500.0), np.log(1e5)))[iron]
    assert section.argmax() == np.argmin(np.abs(near[order] - 4.6565e14))


def test_lists_without_a_line_that_matters_are_refused():
    hydrogen = make_line_list([6564.6], ["H"], [0], [10.2], [0.7])
    with pytest.raises(BadFile, match="no line that matters"):
        metal_table(hydrogen, sampling_grid(300)[0], np.array([2e5]))


def test_a_table_of_an_older_form_is_refused(other_table):
    dataset = read_netcdf(other_table).assign_attrs(format="kurucz-a1 line opacity table 2")
    write_netcdf(other_table, dataset)
    with pytest.raises(BadFile, match=r"not a line opacity table of the form .*; build it anew from its line lists"):
        load_opacity_table(other_table, 300)


def test_numbers_come_back_from_the_file_as_they_went():
    rng = np.random.default_rng(0)
    mean, factors = rng.normal(-60.0, 9.0, (7, 3, PIECE)), rng.normal(0.0, 3.0, (7, 3, PIECE, 2))
    step, axis = np.array([0.004, 0.01, 0.05]), SplineAxis(0.0, 1.0, 5, 1.0)
    species, block = np.array([0, 0, 1]), np.array([0, 2, 1])
    metals = Metals(mean, factors, step, species, block, rng.normal(size=(7, 7, 2, 2)))
    frequency = ("frequency", np.arange(2.5 * PIECE))
    dataset = xr.Dataset({"frequency": frequency} | pack_metals(metals, axis, axis))
    chosen = np.arange(10, 2 * PIECE + 20)
    found = unpack_metals(dataset, chosen, axis, axis)
    for species_number, place in ((0, 12), (1, PIECE + 3), (0, 2 * PIECE + 15)):
        loaded = int(np.flatnonzero(chosen == place)[0])
        row = np.flatnonzero((found.species == species_number) & (found.block == loaded // PIECE)).item()
        piece = np.flatnonzero((species == species_number) & (block == place // PIECE)).item()
        for ours, theirs in ((found.mean, mean), (found.factors, factors)):
            held, given = ours[:, row, loaded % PIECE], theirs[:, piece, place % PIECE]
            np.testing.assert_allclose(held, given, rtol=1e-6, atol=0.51 * step[piece])  # rounded to the nearest
    # the second species is not there at the first frequencies
    row = np.flatnonzero((found.species == 1) & (found.block == 0)).item()
    assert np.all(found.mean[:, row, : PIECE - 10] == NOTHING) and np.all(found.mean[:, row, PIECE - 10 :] > NOTHING)


def test_wrong_requests_are_refused(tmp_path):
    with pytest.raises(BadConfig, match="frequencies"):
        load_opacity_table(frequencies=1000)
    with pytest.raises(BadConfig, match="AlO"):
        load_opacity_table(frequencies=300, leave_out=("AlO",))
    with pytest.raises(BadFile, match="no such file"):
        load_opacity_table(tmp_path / "nothing.nc")
    with pytest.raises(BadFile, match="does not hold"):
        absorber_index("U 0")


def test_command_says_what_is_wrong_in_one_line(tmp_path, capsys):
    bad = tmp_path / "bad.txt"
    bad.write_text("title\nnonsense\n")
    output = tmp_path / "table.nc"
    assert build_opacity_table.main(["--lines", str(bad), "--output", str(output)]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not output.exists()
