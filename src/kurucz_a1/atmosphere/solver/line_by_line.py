"""Models whose line opacity is computed line by line at their own depths, from line lists instead of a table.

The table of the solver interpolates in temperature and pressure, holds each cross section in a few factors, takes the
electrons and perturbers of solar composition, and leaves out what hardly absorbs. Here the lines are summed at each
depth of the model itself. The ratio to the table corrects it and the model is solved again, until nothing changes: then
the opacity is the sum over the lines, whatever the table.
"""

from collections.abc import Collection

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kurucz_a1.atmosphere.model import Atmosphere
from kurucz_a1.atmosphere.solver.solve import (
    NotConverged,
    SolverOptions,
    converged,
    finished,
    load_opacities,
    stellar_parameters,
)
from kurucz_a1.labels import Labels, takes_labels
from kurucz_a1.lines.cross_sections import States, cross_sections
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.opacity_table import absorber_index
from kurucz_a1.lines.species import by_species
from kurucz_a1.physics.abundances import ELEMENTS
from kurucz_a1.physics.constants import BOLTZMANN, KILOMETRE_PER_SECOND, PLANCK
from kurucz_a1.physics.equation_of_state import GasState, gas_state
from kurucz_a1.physics.hydrogen_lines import self_cross_section, stark_cross_section
from kurucz_a1.physics.line_opacity import LineOpacityTable, absorber_populations, line_opacity
from kurucz_a1.physics.line_profiles import hydrogen_equivalent
from kurucz_a1.physics.partition_functions import MOLECULES
from kurucz_a1.types import AnyArray

LARGEST_CHANGE = 1e-4  # of ln T by the last correction
MAXIMUM_CORRECTIONS = 8


@jax.jit
def _gas(
    temperature: Float[Array, "depth"],
    pressure: Float[Array, "depth"],
    fractions: Float[Array, "26"],
    lines: LineOpacityTable,
) -> tuple[GasState, Float[Array, "depth absorber"], Float[Array, "depth nu"], Float[Array, "depth nu"]]:
    """GasState, absorbers per gram, and line absorption of hydrogen and of the whole table at each depth."""
    turbulence = lines.vturb * KILOMETRE_PER_SECOND

    def at(temperature: Array, pressure: Array) -> tuple[GasState, Array, Array, Array]:
        state = gas_state(temperature, pressure, fractions)
        per_gram = absorber_populations(state) / state.density
        section = stark_cross_section(lines.frequency, temperature, state.electron_density, turbulence)
        section += state.atoms[0, 0] * self_cross_section(lines.frequency, temperature, turbulence)
        stimulated = -jnp.expm1(-PLANCK * lines.frequency / (BOLTZMANN * temperature))
        return state, per_gram, per_gram[0] * section * stimulated, line_opacity(lines, state)

    return jax.lax.map(lambda point: at(*point), (temperature, pressure), batch_size=16)


def line_absorption(
    temperature: Float[AnyArray, "depth"],
    pressure: Float[AnyArray, "depth"],
    fractions: Float[AnyArray, "26"],
    line_list: LineList,
    table: LineOpacityTable,
    leave_out: Collection[str] = (),
) -> tuple[Float[np.ndarray, "depth nu"], Float[np.ndarray, "depth nu"]]:
    """Line absorption in cm2 g-1, less stimulated emission: summed over lines, and from the table.

    - ``temperature``: K; ``pressure``: of the gas, dyn cm-2; ``fractions``: EOS number fractions.
    - ``table``: gives the frequencies and the microturbulence at which the lines are summed.
    - ``leave_out``: formulas of absorbers to leave out.

    Hydrogen is from theory.
    """
    state, per_gram, total, from_table = _gas(temperature, pressure, fractions, table)
    helium = state.atoms[:, ELEMENTS.index("He"), 0]
    perturbers = hydrogen_equivalent(state.atoms[:, 0, 0], helium, state.molecules[:, MOLECULES.index("H2")])
    states = States(
        np.asarray(temperature),
        np.asarray(state.electron_density)[:, None],
        np.asarray(perturbers)[:, None],
        float(table.vturb) * KILOMETRE_PER_SECOND,
    )
    frequency = np.asarray(table.frequency)
    stimulated = -np.expm1(-PLANCK * frequency / (BOLTZMANN * np.asarray(temperature)[:, None]))
    total = np.array(total)
    for species in by_species(line_list):
        if species.name.split()[0] in leave_out:
            continue
        section = cross_sections(species.lines, frequency, states, species.ionization_energy)[:, :, 0].T
        total += np.asarray(per_gram[:, absorber_index(species.name)])[:, None] * section * stimulated
    return total, np.asarray(from_table)


@takes_labels
def solve_line_by_line(labels: Labels, *, line_list: LineList, options: SolverOptions | None = None) -> Atmosphere:
    """The ``Atmosphere`` that ``solve`` would give with the lines of ``line_list`` in place of its table.

    Labels, options and errors are those of ``solve``; the table, which must cover vturb, serves as a start. Each
    correction takes some ten seconds for 500,000 lines and 600 frequencies.
    """
    options = options or SolverOptions()
    model = converged(labels, options)
    tables = load_opacities(options).at(labels)
    fractions = stellar_parameters(labels).fractions
    for _ in range(MAXIMUM_CORRECTIONS):
        exact, table = line_absorption(
            model.structure.temperature, model.structure.pressure, fractions, line_list, tables.lines, options.leave_out
        )
        corrected = tables._replace(correction=jnp.log(exact / table))
        following = converged(labels, options, start=model.structure, tables=corrected)
        change = float(jnp.max(jnp.abs(jnp.log(following.structure.temperature / model.structure.temperature))))
        model = following
        if change < LARGEST_CHANGE:
            return finished(model, labels)
    raise NotConverged(f"{labels.name}: line by line, ln T still changes by {change:.1e}")
