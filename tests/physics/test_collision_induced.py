"""Collision-induced absorption against the tables that it was fitted to, its limits, and real cool models."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import kurucz_a1  # noqa: F401  (switches float64 on)
from kurucz_a1.atmosphere.solver.matter import matter
from kurucz_a1.atmosphere.solver.solve import SolverOptions, load_opacities
from kurucz_a1.decks import read_deck
from kurucz_a1.labels.labels import Labels
from kurucz_a1.physics.abundances import ELEMENTS, eos_fractions, number_fractions
from kurucz_a1.physics.constants import SPEED_OF_LIGHT
from kurucz_a1.physics.continuum import HYDROGEN_MOLECULE, collision_induced, continuum_opacity, continuum_tables
from kurucz_a1.physics.continuum.collision_induced import AMAGAT, PAIRS
from kurucz_a1.physics.equation_of_state import GasState, gas_state
from kurucz_a1.physics.partition_functions import STAGES
from kurucz_a1.physics.planck import planck_temperature_derivative


def coefficients(wavenumber, temperature, pair):
    """Absorption coefficients of one pair, cm-1 amagat-2."""
    part = jnp.asarray(collision_induced.frequency_part(np.asarray(wavenumber) * SPEED_OF_LIGHT))
    one = jnp.asarray(np.eye(len(PAIRS))[PAIRS.index(pair)] * AMAGAT**2)
    return np.asarray(collision_induced.absorption(part, temperature, one))


@pytest.mark.parametrize("pair", PAIRS)
def test_the_tables_themselves(pair, reference_data):
    path = reference_data / "atomic" / "cia" / f"CIA_{pair.replace(' ', '')}.dat"
    rows = [line.split() for line in path.read_text().splitlines()]
    head = next(row for row in rows if row and row[-1].endswith("K"))
    temperature = [float(word[:-1]) for word in head if word.endswith("K")]
    body = np.array([row for row in rows if len(row) == len(temperature) + 1 and row[0][0].isdigit()], float)
    for t, column in zip(temperature, body[:, 1:].T, strict=True):
        error = np.log(coefficients(body[:, 0], t, pair) / column)
        strong = column > 1e-3 * column.max()
        # what four to six terms in ln T and splines good to 2 % leave; weaker values, by up to 10 dex, matter less
        assert np.std(error[strong]) < 0.015 and np.abs(error[strong]).max() < 0.04, t
        assert np.abs(error).max() < 0.2, t


@pytest.mark.parametrize("pair", PAIRS)
def test_limits_beyond_the_tables(pair):
    for t in (500.0, 1000.0, 3000.0, 9000.0, 80000.0):
        # long waves: k goes as the wavenumber times 1 - exp(-h nu / kT), which goes as the wavenumber; the tables, with
        # stimulated emission in them, do so to a few per cent at their first values
        low = coefficients([2.0, 4.0, 8.0, 16.0], t, pair)
        np.testing.assert_allclose(low[1:] / low[:-1], 4.0, rtol=0.02)
        high = coefficients(np.geomspace(21000.0, 500000.0, 50), t, pair)
        assert np.all(np.diff(high) <= 0) and high[-1] < 1e-30, t


def test_pairs_absorb_as_the_product_of_their_densities():
    """H2 alone: the coefficient times the density squared, in amagat."""
    wavenumber, temperature = np.array([600.0, 4200.0, 8200.0]), 3000.0
    zero, density = jnp.asarray(0.0), 1e18
    state = GasState(
        temperature=jnp.asarray(temperature),
        gas_pressure=zero,
        electron_density=zero,
        nuclei_density=zero,
        density=jnp.asarray(1.0),
        internal_energy=zero,
        atoms=jnp.zeros((len(ELEMENTS), STAGES)),
        molecules=jnp.zeros(25).at[HYDROGEN_MOLECULE].set(density),
        hydrogen_minus=zero,
        hydrogen_molecule_ion=zero,
        atomic_partition=jnp.ones((len(ELEMENTS), STAGES)),
        molecular_partition=jnp.ones(25),
    )
    absorption, _ = continuum_opacity(continuum_tables(wavenumber * SPEED_OF_LIGHT), state)
    expected = coefficients(wavenumber, temperature, "H2 H2") * (density / 2.686780e19) ** 2
    np.testing.assert_allclose(absorption, expected, rtol=1e-6)


def test_share_of_the_continuum():
    """Most of the infrared absorption of a dense metal-poor gas at 3000 K, and nothing in the Sun."""
    frequency = SPEED_OF_LIGHT * np.array([4200.0])
    tables = continuum_tables(frequency)
    without = tables._replace(collisions=jnp.full_like(tables.collisions, 0.0).at[..., 0].set(-1e3))
    total = jax.jit(lambda tables, t, p, x: continuum_opacity(tables, gas_state(t, p, x))[0])
    for t, p, feh, low, high in (
        (3000.0, 1e6, -2.0, 0.9, 1.0),
        (5800.0, 1e5, 0.0, 0.0, 1e-3),
        (50000.0, 1e7, 0.0, 0.0, 1e-6),
    ):
        fractions = eos_fractions(number_fractions(Labels(teff=3000.0, logg=5.0, feh=feh)))
        share = 1 - total(without, t, p, fractions)[0] / total(tables, t, p, fractions)[0]
        assert low <= share <= high, (t, share)


@pytest.mark.parametrize("name", ["at12_aaaaa_t03750g4.00.atm", "at12_aaaaa_t04000g5.50.atm"])
def test_rosseland_opacity_of_metal_poor_dwarfs(name, reference_data):
    """ATLAS-12 models of [M/H] -2.25 and -2, without water: our Rosseland opacity at their temperature and pressure is
    theirs where water is of no weight, and a third to a half of it without these pairs."""
    deck = read_deck(reference_data / "atmospheres" / "hull_atlas12" / name)
    depths = np.array([np.argmin(np.abs(np.asarray(deck.log_tau) - x)) for x in (-2.0, -1.0, 0.0)])
    temperature, pressure = jnp.asarray(deck.temperature), jnp.asarray(deck.gas_pressure)
    tables = load_opacities(SolverOptions(frequencies=300, leave_out=("H2O",))).at(deck)
    none = tables.continuum._replace(collisions=jnp.zeros_like(tables.continuum.collisions).at[..., 0].set(-1e3))
    slope = jax.vmap(lambda t: planck_temperature_derivative(tables.frequency, t))(temperature) * tables.weights
    gas = jax.jit(matter)

    def log_ratio(tables):
        state = gas(temperature, pressure, eos_fractions(deck.number_fractions), tables)
        total = jnp.exp(state.log_absorption) + jnp.exp(state.log_scattering).reshape(len(temperature), -1)
        mean = slope.sum(1) / (slope / total).sum(1)
        return np.log10(mean / np.asarray(deck.rosseland_opacity))[depths]

    # H-He and H2-H, which ATLAS-12 lacks, and the newer coefficients add up to a fifth
    with_pairs, without = log_ratio(tables), log_ratio(tables._replace(continuum=none))
    assert np.all(np.abs(with_pairs) < 0.12), with_pairs
    assert np.all(without[:2] < -0.1) and without[0] < -0.3, without
