"""The lines of a list that matter in given stars: the others only cost time."""

from collections.abc import Sequence
from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.emulator import Emulator
from kurucz_a1.labels import BY_NAME, LABEL_NAMES, Labels
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.physics.constants import ANGSTROM, SPEED_OF_LIGHT
from kurucz_a1.physics.continuum import continuum_opacity, continuum_tables
from kurucz_a1.physics.equation_of_state import gas_states
from kurucz_a1.spectrum.absorbers import lines_in_gas, prepare_lines, supported
from kurucz_a1.spectrum.synthesis import model_fractions

BAND = (-4.0, 0.0)  # of log tau, where lines form
FARTHEST = 2500.0  # K, between the temperatures of ``extreme_stars``


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

    @jax.jit
    def largest_ratio(model: Atmosphere, inside: Int[Array, "place"]) -> Float[Array, "line"]:
        fractions = model_fractions(model)
        states = gas_states(model.temperature[inside], model.gas_pressure[inside], fractions)
        absorption, scattering = jax.vmap(lambda state: continuum_opacity(tables, state))(states)
        gas = lines_in_gas(data, states, fractions, jnp.asarray(vmic), absorbers=absorbers)
        return (gas.strength / (absorption + scattering)).max(axis=0)

    largest = np.zeros(len(lines))
    for model in models:
        log_tau = np.asarray(model.log_tau)
        inside = np.flatnonzero((log_tau >= BAND[0]) & (log_tau <= BAND[1]))
        largest = np.maximum(largest, largest_ratio(model, jnp.asarray(inside)))
    return lines[largest >= least]


def extreme_stars(emulator: Emulator) -> list[Atmosphere]:
    """Metal-rich single models at the edges of an emulator's label space and between.

    A line that shows in none of them shows in no other star of this space: of an element where there is most of it, of
    a molecule where, besides, oxygen or carbon is scarce, as CO takes all of the scarcer one.
    """
    space = emulator.space
    cool, hot = space["teff"]
    elements = {BY_NAME[name].element: name for name in space.free if BY_NAME[name].element}
    # the mixing length changes layers below those of the lines
    others = [name for name in space.free if name not in ("teff", "logg", "feh", "mixing_length", *elements.values())]
    most = {name: space[name][1] for name in elements.values()}
    scarce = [{elements[symbol]: space[elements[symbol]][0]} for symbol in ("C", "O") if symbol in elements]
    stars = [
        {"teff": teff, "logg": logg, "feh": space["feh"][1]} | dict(zip(others, ends, strict=True)) | abundances
        for teff in np.linspace(cool, hot, max(3, int(np.ceil((hot - cool) / FARTHEST)) + 1))
        for logg in (float(space.logg_min(teff)), space["logg"][1])
        for ends in product(*(space[name] for name in others))
        for abundances in ([{}, most, *(most | less for less in scarce)] if elements else [{}])
    ]
    columns = {name: np.array([getattr(space.complete(star), name) for star in stars]) for name in LABEL_NAMES}
    models = jax.device_get(emulator(Labels(**columns)))
    return [models[k] for k in range(len(stars))]
