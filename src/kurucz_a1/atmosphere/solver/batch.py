"""Many models side by side: the form for a GPU, where one model leaves most of the processor idle.

Each lane holds a model; one Newton step advances all lanes. A lane whose model has settled, or has failed, takes the
next one, so that no lane waits for the slowest. On a CPU one model after another is faster (benchmarks/solver.md).
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from kurucz_a1.atmosphere.solver.matter import matter
from kurucz_a1.atmosphere.solver.newton import newton_step
from kurucz_a1.atmosphere.solver.solve import (
    LARGEST_CHANGE,
    Iteration,
    NotConverged,
    Sizes,
    SolverOptions,
    atmosphere_of,
    check_labels,
    load_opacities,
    one_lapack_thread,
    sizes,
    stellar_parameters,
)
from kurucz_a1.atmosphere.solver.start import start_structure
from kurucz_a1.labels import Labels


@partial(jax.jit, static_argnames="depths")
def _starts(labels, parameters, tables, depths):
    return jax.vmap(lambda labels, star: start_structure(*star, tables.at(labels), depths=depths))(labels, parameters)


_matter = jax.jit(matter)


@jax.jit
def _steps(structures, labels, parameters, tables, damping):
    """A Newton step in each lane: the structures, and their ``Sizes`` (lane,)."""

    def step(structure, labels, star, damping):
        following, diagnosis = newton_step(structure, *star, tables.at(labels), LARGEST_CHANGE, damping)
        return following, sizes(following, diagnosis)

    return jax.vmap(step)(structures, labels, parameters, damping)


@one_lapack_thread
def solve_batch(labels, options=None, lanes=16):
    """Model atmospheres for many labels: a list of ``Atmosphere``, or the NotConverged that says why there is none.

    labels: list of Labels, or of dicts of them; lanes: models side by side. The models are those of ``solve``, to its
    tolerance. Raises BadConfig where ``solve`` does, before any work is done.
    """
    options = options or SolverOptions()
    tables = load_opacities(options)
    labels = [Labels.of(each) for each in labels]
    for each in labels:
        check_labels(each, tables, options.depths)
    found = [None] * len(labels)
    if not labels:
        return found
    waiting = _started(labels, tables, min(lanes, len(labels)), options.depths)
    indices, models = zip(*(next(waiting) for _ in range(min(lanes, len(labels)))), strict=True)
    models = jax.tree.map(lambda *leaves: jnp.stack(leaves), *models)
    running = {lane: (index, Iteration(labels[index], options)) for lane, index in enumerate(indices)}
    damping = np.ones(len(indices))
    while running:
        *stars, structures = models
        structures, largest = _steps(structures, *stars, tables, damping)
        models = (*stars, structures)
        largest = jax.device_get(largest)
        for lane, (index, iteration) in list(running.items()):
            try:
                if not iteration.judge(Sizes(*(size[lane] for size in largest))):
                    damping[lane] = iteration.damping
                    continue
                _, parameters, structure = _lane(models, lane)
                iteration.check_gravity(structure)
                own = tables.at(labels[index])
                gas = _matter(structure.temperature, structure.pressure, parameters.fractions, own)
                found[index] = atmosphere_of(structure, gas, labels[index])
            except NotConverged as error:
                found[index] = error
            del running[lane]
            following = next(waiting, None)
            if following is not None:
                index, model = following
                models = jax.tree.map(lambda old, new, lane=lane: old.at[lane].set(new), models, model)
                running[lane], damping[lane] = (index, Iteration(labels[index], options)), 1.0
    return found


def _started(labels, tables, lanes, depths):
    """Of each Labels: place in the list; labels, parameters and first structure, made ``lanes`` at once."""
    for first in range(0, len(labels), lanes):
        group = labels[first : first + lanes]
        stars = [(each, stellar_parameters(each)) for each in group + group[-1:] * (lanes - len(group))]
        stars = jax.tree.map(lambda *values: jnp.stack([jnp.asarray(value, float) for value in values]), *stars)
        models = (*stars, _starts(*stars, tables, depths))
        for place in range(len(group)):
            yield first + place, _lane(models, place)


def _lane(models, lane):
    return jax.tree.map(lambda leaf: leaf[lane], models)
