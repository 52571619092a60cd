"""Which lines of a list matter in given stars: the others only cost time."""

import jax
import numpy as np

from kurucz_a1.physics.constants import ANGSTROM, SPEED_OF_LIGHT
from kurucz_a1.physics.continuum import continuum_opacity, continuum_tables
from kurucz_a1.physics.equation_of_state import gas_states
from kurucz_a1.spectrum.absorbers import lines_in_gas, prepare_lines, supported
from kurucz_a1.spectrum.synthesis import model_fractions

BAND = (-4.0, 0.0)  # of log tau, where lines form


def lines_that_matter(lines, models, *, vmic=1.0, least=0.01):
    """The lines of a LineList whose centre is at least ``least`` of the continuum's opacity in one of the models.

    models: Atmospheres of one star each; compared at the depths of BAND, with the continuum at the middle of the list;
    vmic: km s-1. Lines of absorbers that the equation of state lacks are left out.
    """
    lines = lines[supported(lines)]
    data, absorbers = prepare_lines(lines)
    middle = np.array([0.5 * (data.centre.min() + data.centre.max())])
    tables = continuum_tables(SPEED_OF_LIGHT / (middle * ANGSTROM))
    largest = np.zeros(len(lines))
    for model in models:
        inside = (np.asarray(model.log_tau) >= BAND[0]) & (np.asarray(model.log_tau) <= BAND[1])
        fractions = model_fractions(model)
        states = gas_states(model.temperature[inside], model.gas_pressure[inside], fractions)
        absorption, scattering = jax.vmap(lambda state: continuum_opacity(tables, state))(states)
        gas = lines_in_gas(data, states, fractions, np.asarray(vmic), absorbers=absorbers)
        ratio = np.asarray(gas.strength) / np.asarray(absorption + scattering)
        largest = np.maximum(largest, ratio.max(axis=0))
    return lines[largest >= least]


def extreme_stars(emulator):
    """Metal-rich models at the corners of an emulator's labels and half-way between: Atmospheres of one star each.

    A line that shows in none of them shows in no other star of these labels.
    """
    space = emulator.space
    cool, hot = space["teff"]
    return [
        emulator(space.complete({"teff": teff, "logg": logg, "feh": space["feh"][1], "afe": afe}))
        for teff in (cool, 0.5 * (cool + hot), hot)
        for logg in (float(space.logg_min(teff)), space["logg"][1])
        for afe in space["afe"]
    ]
