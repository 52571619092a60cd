"""Exact derivatives of a model atmosphere in its labels, by the implicit function theorem.

A converged structure x is a fixed point of the Newton step, x = G(x, labels), so its derivatives satisfy
dx = (dG/dx) dx + (dG/dlabels) (Griewank & Walther 2008, Evaluating Derivatives, 2nd ed., section 15.4). dG/dx is what a
Newton step leaves over; the equation is solved for all labels together.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.atmosphere.label_jacobian import LabelJacobian
from kurucz_a1.atmosphere.model import Atmosphere
from kurucz_a1.atmosphere.solver.matter import Column, Matter, Opacities
from kurucz_a1.atmosphere.solver.nearby import (
    GasState,
    Nearby,
    along,
    moved_by_abundances,
    moved_by_vturb,
    nearby,
)
from kurucz_a1.atmosphere.solver.newton import WHOLE_STEP, Star, Structure, System, advanced, linearised, no_memory
from kurucz_a1.atmosphere.solver.radiation import radiation_field
from kurucz_a1.atmosphere.solver.solve import (
    NotConverged,
    SolverOptions,
    atmosphere_of,
    converged,
    load_opacities,
    one_lapack_thread,
    structure_of,
)
from kurucz_a1.labels import LABELS, Labels, takes_labels
from kurucz_a1.numerics.minimal_residuals import solve_together

POLISHING_STEPS = 2  # of Newton from a structure that is converged to 1e-4; each gains a factor of three or more
TOLERANCE = 1e-4  # of the error, relative to the largest derivative of each quantity
LEAST_WEIGHT = 1e-6  # of a quantity on which nothing depends
AT_ONCE = 8  # derivatives that are computed together
MOST_PRODUCTS = 400  # with the linearised step; all labels together take some 100


@takes_labels
def solve_with_jacobian(
    labels: Labels,
    *,
    by: Sequence[str] | None = None,
    options: SolverOptions | None = None,
    start: Atmosphere | None = None,
) -> tuple[Atmosphere, LabelJacobian]:
    """The ``Atmosphere`` that ``solve`` gives, converged a little further, and its ``LabelJacobian``.

    - ``by``: names of labels, of ``kurucz_a1.labels.LABEL_NAMES``, in any order; by default those that a grid varies by
      default, and vturb where the opacity table holds several.

    Labels, options, start and errors are those of ``solve``; NotConverged is also raised where the iteration for the
    derivatives does not converge. The derivatives are those of the discrete model; they agree with differences of
    models to the noise of these (docs/validation.md). Raises BadConfig for a name in ``by`` that is no label, or vturb
    where the opacity table holds one value of it.
    """
    options = options or SolverOptions()
    tables = load_opacities(options)
    by = tables.labels if by is None else tables.check_names(by)
    first = structure_of(start, labels, options, tables)
    structure, _ = converged(labels, options, start=first, polishing_steps=POLISHING_STEPS)
    atmosphere, jacobian, error = differentiate(structure, labels, tables, by)
    if not error < TOLERANCE:
        raise NotConverged(f"{labels.name}: the label derivatives are still off by {error:.1e}")
    return atmosphere, jacobian


@one_lapack_thread
def differentiate(
    structure: Structure, labels: Labels, tables: Opacities, by: Sequence[str]
) -> tuple[Atmosphere, LabelJacobian, float]:
    """``Atmosphere`` and ``LabelJacobian`` of a converged ``Structure``, by the labels of these names.

    Also returns the largest relative error that is left, below TOLERANCE unless the iteration failed.
    """
    labels = jax.tree.map(lambda value: jnp.asarray(value, dtype=float), labels)
    units = _unit_changes(by)
    at_once = min(len(by), AT_ONCE)
    gas = nearby(structure, labels, tables)
    of_gas = _in_groups(partial(moved_by_abundances, structure, labels, tables), units, at_once)
    if "vturb" in by:
        by_vturb, unit = moved_by_vturb(structure, labels, tables), np.array([name == "vturb" for name in by], float)
        of_gas = jax.tree.map(lambda every, one: every + along(unit, every) * one, of_gas, by_vturb)

    step = partial(_step_moved, structure, labels, tables, gas, _system(structure, labels, tables, gas))
    driven = _in_groups(step, (_none_of(structure, len(by)), of_gas, units), at_once)
    shapes = [leaf.shape[1:] for leaf in driven]
    ends = np.cumsum([0, *(np.prod(shape, dtype=int) for shape in shapes)])
    parts = dict(zip(Structure._fields, (slice(*pair) for pair in pairwise(ends)), strict=True))
    weights = _weights_of_errors(structure, tables)

    def flat(changes: Structure) -> Float[np.ndarray, "change state"]:
        return np.concatenate([np.reshape(leaf, (len(leaf), -1)) for leaf in changes], axis=1) * weights

    def unflat(changes: Float[np.ndarray, "change state"]) -> Structure:
        changes = changes / weights
        leaves = (changes[:, part].reshape(-1, *shape) for part, shape in zip(parts.values(), shapes, strict=True))
        return Structure(*map(jnp.asarray, leaves))

    def push(changes: Float[np.ndarray, "change state"]) -> Float[np.ndarray, "change state"]:
        unchanged = _none_of((gas.state, labels), len(changes))
        return flat(_in_groups(step, (unflat(changes), *unchanged), at_once))

    found = solve_together(
        push,
        flat(driven),
        [part for name, part in parts.items() if name != "radiative_acceleration"],
        tolerance=TOLERANCE,
        at_once=at_once,
        most=MOST_PRODUCTS,
    )
    # Once more through the step, which the errors give: so the radiative acceleration follows from the rest.
    derivative = unflat(found.states + found.errors)
    atmosphere = _atmosphere(structure, labels, gas)
    changes = (derivative, of_gas.matter, units)
    of_atmosphere = _in_groups(partial(_atmosphere_moved, structure, labels, gas), changes, at_once)
    logarithmic = {name: getattr(of_atmosphere, name) / getattr(atmosphere, name) for name in FIELD_NAMES}
    return atmosphere, LabelJacobian(**logarithmic, labels=tuple(by)), found.relative


def _weights_of_errors(structure: Structure, tables: Opacities) -> Float[np.ndarray, "state"]:
    """Those of ln T, ln P and ln J, the latter by its share in the energy of radiation.

    The radiative acceleration, which no step asks for, has next to none.
    """
    energy = np.asarray(tables.weights * structure.intensity)
    share = np.sqrt(energy / energy.sum(axis=1, keepdims=True))
    return np.concatenate(
        [
            1.0 / structure.temperature,
            1.0 / structure.pressure,
            np.full_like(structure.pressure, LEAST_WEIGHT / np.max(np.abs(structure.radiative_acceleration))),
            (share / structure.intensity).ravel(),
        ]
    )


def _star(labels: Labels) -> Star:
    return Star(labels.teff, 10.0**labels.logg, labels.mixing_length)


@jax.jit
def _system(structure: Structure, labels: Labels, tables: Opacities, gas: Nearby) -> System:
    field = radiation_field(structure.temperature, gas.state.matter, structure.intensity, tables.frequency)
    return linearised(structure, gas.gas(gas.state), field, _star(labels), tables, jnp.inf)


@jax.jit
def _step_moved(
    structure: Structure,
    labels: Labels,
    tables: Opacities,
    gas: Nearby,
    system: System,
    changes: tuple[Structure, GasState, Labels],
) -> Structure:
    """What a Newton step makes of changes of a structure, of its gas by the labels, and of the labels themselves.

    It is the whole step, neither clipped nor damped nor accelerated, whose mean intensity has settled. ``changes`` and
    the result have a leading axis.
    """
    memory = no_memory(structure.temperature.size)

    def step(structure: Structure, state: GasState, labels: Labels) -> Structure:
        field = radiation_field(structure.temperature, state.matter, structure.intensity, tables.frequency, passes=1)
        star = _star(labels)
        return advanced(structure, gas.gas(state), field, system, star, tables, WHOLE_STEP, memory)[0]

    def in_direction(change: Structure, by_labels: GasState, of_labels: Labels) -> Structure:
        state = jax.tree.map(jnp.add, gas.moved(structure, change), by_labels)
        return jax.jvp(step, (structure, gas.state, labels), (change, state, of_labels))[1]

    return jax.vmap(in_direction)(*changes)


@jax.jit
def _atmosphere(structure: Structure, labels: Labels, gas: Nearby) -> Atmosphere:
    return atmosphere_of(structure, gas.column, labels)


@jax.jit
def _atmosphere_moved(
    structure: Structure, labels: Labels, gas: Nearby, changes: tuple[Structure, Matter, Labels]
) -> Atmosphere:
    def in_direction(change: Structure, by_labels: Matter, of_labels: Labels) -> Atmosphere:
        state = jax.tree.map(jnp.add, gas.moved(structure, change).matter, by_labels)
        column = Column(state.log_rosseland, state.electron_density)
        return jax.jvp(atmosphere_of, (structure, gas.column, labels), (change, column, of_labels))[1]

    return jax.vmap(in_direction)(*changes)


def _in_groups(function: Callable[[Any], Any], arguments: Any, at_once: int) -> Any:
    """``function`` of arguments with a leading axis, always of ``at_once``: it is compiled for each number."""
    count = len(jax.tree.leaves(arguments)[0])
    missing = -count % at_once

    def padded(leaf: Any) -> np.ndarray:
        return np.concatenate([leaf, np.zeros((missing, *leaf.shape[1:]))]) if missing else np.asarray(leaf)

    arguments = jax.tree.map(padded, arguments)
    results = [
        jax.tree.map(np.asarray, function(jax.tree.map(lambda leaf, k=first: leaf[k : k + at_once], arguments)))
        for first in range(0, count, at_once)
    ]
    return jax.tree.map(lambda *leaves: np.concatenate(leaves)[:count], *results)


def _none_of(tree: Any, count: int) -> Any:
    """``count`` changes of a tree of arrays that change nothing."""
    return jax.tree.map(lambda leaf: np.zeros((count, *leaf.shape)), tree)


def _unit_changes(names: Sequence[str]) -> Labels:
    """Changes of labels with a leading axis, along which each of ``names`` in turn changes by one."""
    columns = dict(zip(names, jnp.eye(len(names)), strict=True))
    return Labels(**{label.name: columns.get(label.name, jnp.zeros(len(names))) for label in LABELS})
