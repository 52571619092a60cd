"""Steps that keep the slopes of an earlier one: the same models for less work."""

from importlib import import_module

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kurucz_a1.atmosphere import SolverOptions, solve
from kurucz_a1.atmosphere.solver.newton import WHOLE_STEP, chord_step, newton_step, no_memory
from kurucz_a1.atmosphere.solver.solve import load_opacities, stellar_parameters
from kurucz_a1.atmosphere.solver.start import start_structure
from kurucz_a1.labels import SUN

FEW = SolverOptions(frequencies=300)
solving = import_module("kurucz_a1.atmosphere.solver.solve")  # whose name the function of the same name hides


@pytest.fixture
def counted(monkeypatch):
    """Numbers of whole and of chord steps."""
    counts = {"newton_step": 0, "chord_step": 0}

    def counting(name):
        function = getattr(solving, name)

        def count(*arguments):
            counts[name] += 1
            return function(*arguments)

        return count

    for name in counts:
        monkeypatch.setattr(solving, name, counting(name))
    return counts


def test_with_slopes_of_its_own_a_chord_step_is_a_newton_step():
    tables, star = load_opacities(FEW).at(SUN), stellar_parameters(SUN)
    structure = jax.jit(start_structure)(*star, tables)
    whole, diagnosis, slopes = newton_step(structure, *star, tables, WHOLE_STEP, no_memory(80))
    chord, of_chord = chord_step(structure, *star, tables, WHOLE_STEP, no_memory(80), slopes)
    # rounding, which the gas's own equilibrium (1e-12) and float32 sums of lines carry into opacities
    np.testing.assert_allclose(chord.temperature, whole.temperature, rtol=1e-5)
    np.testing.assert_allclose(chord.pressure, whole.pressure, rtol=1e-5)
    np.testing.assert_allclose(of_chord.flux_error, diagnosis.flux_error, atol=1e-5)


@pytest.mark.parametrize("labels", [{"teff": 5777.0, "logg": 4.44}, {"teff": 4500.0, "logg": 2.0, "feh": -1.0}])
def test_chord_steps_lead_to_the_model_of_whole_steps(labels, counted, monkeypatch):
    model = solve(**labels)
    assert counted["newton_step"] <= 4
    assert counted["chord_step"] >= 2
    monkeypatch.setattr(solving, "_KEPT_BELOW", 0.0)
    counted.update(newton_step=0, chord_step=0)
    by_whole_steps = solve(**labels)
    assert counted["chord_step"] == 0
    assert counted["newton_step"] >= 5
    # either ends within the tolerance of 1e-4 in ln T, 1e-3 in ln P
    np.testing.assert_allclose(model.temperature, by_whole_steps.temperature, rtol=1e-4)
    np.testing.assert_allclose(model.gas_pressure, by_whole_steps.gas_pressure, rtol=1e-3)


@pytest.mark.parametrize("factor", [3.0, np.nan])
def test_a_chord_step_that_gains_nothing_leaves_no_trace(factor, counted, monkeypatch):
    chord = solving.chord_step

    def spoilt(structure, *arguments):
        following, diagnosis = chord(structure, *arguments)
        change = jnp.full_like(diagnosis.temperature_change, factor)
        return following._replace(temperature=factor * following.temperature), diagnosis._replace(
            temperature_change=change
        )

    monkeypatch.setattr(solving, "chord_step", spoilt)
    model = solve(teff=5777.0, logg=4.44, options=FEW)
    assert counted["chord_step"] >= 2
    monkeypatch.setattr(solving, "_KEPT_BELOW", 0.0)
    np.testing.assert_array_equal(model.temperature, solve(teff=5777.0, logg=4.44, options=FEW).temperature)
