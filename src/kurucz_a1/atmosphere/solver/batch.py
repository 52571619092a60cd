"""Many models side by side, for a GPU, most of which one model would leave idle.

Each lane holds a model; one Newton step advances all lanes. A lane whose model has settled or failed takes the next
one, so that no lane waits for the slowest. All steps are whole ones, since lanes are at different stages. On a CPU
one model after another is faster (benchmarks/solver.md).
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from kurucz_a1.atmosphere.model import Atmosphere
from kurucz_a1.atmosphere.solver.matter import Column, Opacities
from kurucz_a1.atmosphere.solver.newton import Memory, Steering, Structure, newton_step, no_memory
from kurucz_a1.atmosphere.solver.solve import (
    Converged,
    Iteration,
    NotConverged,
    Sizes,
    SolverOptions,
    StellarParameters,
    check_labels,
    finished,
    load_opacities,
    one_lapack_thread,
    sizes,
    stellar_parameters,
)
from kurucz_a1.atmosphere.solver.start import start_structure
from kurucz_a1.labels import Labels

# Labels, parameters, structure and memory of each lane, all with a leading axis of lanes; or those of one lane.
Models = tuple[Labels, StellarParameters, Structure, Memory]


@partial(jax.jit, static_argnames="depths")
def _starts(labels: Labels, parameters: StellarParameters, tables: Opacities, depths: int) -> Structure:
    def start(labels: Labels, star: StellarParameters) -> Structure:
        return start_structure(*star, tables.at(labels), depths=depths)

    return jax.vmap(start)(labels, parameters)


@jax.jit
def _steps(
    structures: Structure,
    labels: Labels,
    parameters: StellarParameters,
    tables: Opacities,
    steering: Steering,
    memories: Memory,
) -> tuple[Structure, Memory, Column, Sizes]:
    """A Newton step in each lane: the structures, what the next step may learn of this, their gas and ``Sizes``."""

    def step(
        structure: Structure, labels: Labels, star: StellarParameters, steering: Steering, memory: Memory
    ) -> tuple[Structure, Memory, Column, Sizes]:
        following, diagnosis, _ = newton_step(structure, *star, tables.at(labels), steering, memory)
        return following, diagnosis.memory, diagnosis.column, sizes(following, diagnosis)

    return jax.vmap(step)(structures, labels, parameters, steering, memories)


@one_lapack_thread
def solve_batch(
    labels: Sequence[Labels | Mapping[str, Any]], options: SolverOptions | None = None, lanes: int = 16
) -> list[Atmosphere | NotConverged]:
    """The models of ``solve``, to its tolerance, for many stars; the NotConverged where there is none.

    - ``labels``: Labels of each star, or mappings with them.
    - ``options``: as in ``solve``.
    - ``lanes``: models to compute side by side.

    Raises BadConfig where ``solve`` does, before any work is done.
    """
    options = options or SolverOptions()
    tables = load_opacities(options)
    stars = [Labels.of(each) for each in labels]
    for star in stars:
        check_labels(star, tables, options.depths)
    if not stars:
        return []
    results: dict[int, Atmosphere | NotConverged] = {}
    waiting = _started(stars, tables, min(lanes, len(stars)), options.depths)
    indices, first = zip(*(next(waiting) for _ in range(min(lanes, len(stars)))), strict=True)
    models: Models = jax.tree.map(lambda *leaves: jnp.stack(leaves), *first)
    running = {lane: (index, Iteration(stars[index], options)) for lane, index in enumerate(indices)}
    lane_steering = [iteration.steering for _, iteration in running.values()]
    while running:
        labels_of_lanes, parameters, structures, memories = models
        steering = jax.tree.map(lambda *values: np.array(values), *lane_steering)
        structures, memories, columns, largest = _steps(
            structures, labels_of_lanes, parameters, tables, steering, memories
        )
        models = (labels_of_lanes, parameters, structures, memories)
        largest = jax.device_get(largest)
        for lane, (index, iteration) in list(running.items()):
            try:
                if not iteration.judge(Sizes(*(size[lane] for size in largest))):
                    lane_steering[lane] = iteration.steering
                    continue
                results[index] = finished(Converged(*_lane((structures, columns), lane)), stars[index])
            except NotConverged as error:
                results[index] = error
            del running[lane]
            following = next(waiting, None)
            if following is not None:
                index, model = following
                models = jax.tree.map(lambda old, new, lane=lane: old.at[lane].set(new), models, model)
                running[lane] = (index, Iteration(stars[index], options))
                lane_steering[lane] = running[lane][1].steering
    return [results[index] for index in range(len(stars))]


def _started(labels: list[Labels], tables: Opacities, lanes: int, depths: int) -> Iterator[tuple[int, Models]]:
    """Place in the list, and labels, parameters, first structure and memory of each star, made ``lanes`` at once."""
    for first in range(0, len(labels), lanes):
        group = labels[first : first + lanes]
        stars = [(each, stellar_parameters(each)) for each in group + group[-1:] * (lanes - len(group))]
        stars = jax.tree.map(lambda *values: jnp.stack([jnp.asarray(value, float) for value in values]), *stars)
        memories = jax.vmap(lambda _: no_memory(depths))(jnp.arange(lanes))
        models = (*stars, _starts(*stars, tables, depths), memories)
        for place in range(len(group)):
            yield first + place, _lane(models, place)


def _lane(models: Any, lane: int) -> Any:
    return jax.tree.map(lambda leaf: leaf[lane], models)
