"""The lines of a list that matter in given stars: the others only cost time."""

from collections.abc import Sequence
from itertools import product

import jax
import numpy as np

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.emulator import Emulator
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.physics.constants import ANGSTROM, SPEED_OF_LIGHT
from kurucz_a1.physics.continuum import continuum_opacity, continuum_tables
from kurucz_a1.physics.equation_of_state import gas_states
from kurucz_a1.spectrum.absorbers import lines_in_gas, prepare_lines, supported
from kurucz_a1.spectrum.synthesis import model_fractions

BAND = (-4.0, 0.0)  # of log tau, where lines form


def lines_that_matter(
    lines: LineList, models: Sequence[Atmosphere], *, vmic: float = 1.0, least: float = 0.01
) -> LineList:
    """The lines whose central opacity reaches a given share of the continuum's in at least one of the models.

    - ``lines``: a LineList; absorbers that the equation of state lacks are left out.
    - ``models``: one star each, compared over -4 <= log tau <= 0 with the continuum at the middle of the list.
    - ``vmic``: microturbulence, km s-1.
    - ``least``: the smallest ratio of central to continuous opacity.
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


def extreme_stars(emulator: Emulator) -> list[Atmosphere]:
    """Metal-rich single models at the corners of an emulator's label space and half-way between.

    A line that shows in none of them shows in no other star of this space.
    """
    space = emulator.space
    cool, hot = space["teff"]
    others = [name for name in space.free if name not in ("teff", "logg", "feh")]
    corners = [
        {"teff": teff, "logg": logg, "feh": space["feh"][1]} | dict(zip(others, ends, strict=True))
        for teff in (cool, 0.5 * (cool + hot), hot)
        for logg in (float(space.logg_min(teff)), space["logg"][1])
        for ends in product(*(space[name] for name in others))
    ]
    return [emulator(space.complete(corner)) for corner in corners]
