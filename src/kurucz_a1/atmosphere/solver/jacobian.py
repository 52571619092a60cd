"""Exact derivatives of a model atmosphere in its labels, by the implicit function theorem.

A converged structure x is a fixed point of the Newton step, x = G(x, labels), so its derivatives satisfy
dx = (dG/dx) dx + (dG/dlabels) (Griewank & Walther 2008, Evaluating Derivatives, 2nd ed., section 15.4). G is linearised
once; dG/dx is what a Newton step leaves over, hence small, and iterating the equation converges in a few products.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.atmosphere.model import Atmosphere
from kurucz_a1.atmosphere.solver.matter import Column, Matter, Opacities, matter, opacity_of_bubbles
from kurucz_a1.atmosphere.solver.newton import WHOLE_STEP, Gas, Structure, no_memory, step_of_gas
from kurucz_a1.atmosphere.solver.solve import (
    NotConverged,
    SolverOptions,
    atmosphere_of,
    converged,
    load_opacities,
)
from kurucz_a1.labels import LABELS, Labels, takes_labels
from kurucz_a1.physics.abundances import eos_fractions, number_fractions

POLISHING_STEPS = 2  # of Newton from a structure that is converged to 1e-4; each gains a factor of three or more
TOLERANCE = 1e-5  # of an iteration's change, relative to the largest derivative of each quantity
MAXIMUM_ITERATIONS = 60


@jax.tree_util.register_dataclass
@dataclass(frozen=True, kw_only=True)
class LabelJacobian:
    """Derivatives of ln of each quantity of an ``Atmosphere`` at fixed Rosseland optical depth, per unit of the label.

    ``labels``: the names of the labels, in the order of the axis "label".
    """

    column_mass: Float[Array, "label depth"]
    temperature: Float[Array, "label depth"]
    gas_pressure: Float[Array, "label depth"]
    electron_density: Float[Array, "label depth"]
    rosseland_opacity: Float[Array, "label depth"]
    radiative_acceleration: Float[Array, "label depth"]
    labels: tuple[str, ...] = field(metadata={"static": True})

    def stacked(self) -> Float[Array, "6 label depth"]:
        """All quantities in the order of FIELD_NAMES, as ``Atmosphere.label_jacobian`` holds them."""
        return jnp.stack([getattr(self, name) for name in FIELD_NAMES])


@takes_labels
def solve_with_jacobian(
    labels: Labels, *, by: Sequence[str] | None = None, options: SolverOptions | None = None
) -> tuple[Atmosphere, LabelJacobian]:
    """The ``Atmosphere`` that ``solve`` gives, converged a little further, and its ``LabelJacobian``.

    - ``by``: names of labels, of ``kurucz_a1.labels.LABEL_NAMES``, in any order; by default those that a grid varies by
      default, and vturb where the opacity table holds several.

    Labels, options and errors are those of ``solve``; NotConverged is also raised where the iteration for the
    derivatives does not converge. The derivatives are those of the discrete model; they agree with differences of
    models to the noise of these (docs/validation.md). Raises BadConfig for a name in ``by`` that is no label, or vturb
    where the opacity table holds one value of it.
    """
    options = options or SolverOptions()
    tables = load_opacities(options)
    by = tables.labels if by is None else tables.check_names(by)
    structure, _ = converged(labels, options, polishing_steps=POLISHING_STEPS)
    atmosphere, jacobian, change, _ = differentiate(structure, labels, tables, by)
    if not float(change) < TOLERANCE:
        raise NotConverged(f"{labels.name}: the label derivatives still change by {float(change):.1e}")
    return atmosphere, jacobian


@partial(jax.jit, static_argnames="by")
def differentiate(
    structure: Structure, labels: Labels, tables: Opacities, by: tuple[str, ...]
) -> tuple[Atmosphere, LabelJacobian, Array, Array]:
    """``Atmosphere`` and ``LabelJacobian`` of a converged ``Structure``, by the labels of these names.

    Also returns the last relative change of the iteration, below TOLERANCE unless it failed, and how often the
    linearised step was applied.
    """
    labels = jax.tree.map(lambda value: jnp.asarray(value, dtype=float), labels)
    of_gas = [label.name for label in LABELS if label.of_gas and label.name in by]
    gas, gas_near = _gas_near(structure, labels, tables, of_gas)

    def advance(structure: Structure, labels: Labels) -> tuple[Structure, Column]:
        moved_matter, bubbles = gas_near(structure, labels)
        moved = gas._replace(matter=moved_matter, bubbles=bubbles)
        # the whole step, neither clipped nor damped nor accelerated, whose intensity has settled
        star = (labels.teff, 10.0**labels.logg, labels.mixing_length)
        memory = no_memory(structure.temperature.size)
        following, _ = step_of_gas(structure, moved, *star, tables, WHOLE_STEP, memory, passes=1)
        return following, Column(moved_matter.log_rosseland, moved_matter.electron_density)

    (_, column), push = jax.linearize(advance, structure, labels)
    unit = _unit_changes(by)
    zero = jax.tree.map(lambda leaf: jnp.zeros((len(by), *leaf.shape)), (structure, column))

    def unfinished(carry: _Carry) -> Array:
        return (carry.change >= TOLERANCE) & (carry.number < MAXIMUM_ITERATIONS)

    def improve(carry: _Carry) -> _Carry:
        following, of_column = jax.vmap(push)(carry.derivative, unit)
        change = _relative_change((carry.derivative, carry.of_column), (following, of_column))
        error = jax.tree.map(jnp.subtract, following, carry.derivative)
        share = jax.vmap(partial(_share_of_last, structure))(error, carry.error)

        def ahead(following: Array, last: Array) -> Array:
            return following - share.reshape(-1, *[1] * (following.ndim - 1)) * (following - last)

        accelerated = jax.tree.map(ahead, following, carry.following)
        return _Carry(accelerated, of_column, following, error, change, carry.number + 1)

    start = _Carry(zero[0], zero[1], zero[0], zero[0], jnp.asarray(jnp.inf), jnp.asarray(0))
    derivative, of_column, _, _, change, number = jax.lax.while_loop(unfinished, improve, start)
    atmosphere, finish = jax.linearize(atmosphere_of, structure, column, labels)
    of_atmosphere = jax.vmap(finish)(derivative, of_column, unit)
    logarithmic = {name: getattr(of_atmosphere, name) / getattr(atmosphere, name) for name in FIELD_NAMES}
    return atmosphere, LabelJacobian(**logarithmic, labels=by), change, number


class _Carry(NamedTuple):
    """The iteration for the derivatives of a ``Structure``, all with a leading axis of labels."""

    derivative: Structure
    of_column: Column
    following: Structure  # what the linearised step made of the derivative before
    error: Structure  # by how much it changed that
    change: Array  # the largest relative change
    number: Array


def _share_of_last(structure: Structure, error: Structure, last: Structure) -> Array:
    """Share of the last result to take from this one so that least is left of the errors of temperature and pressure.

    Anderson 1965, J. ACM 12, 547, with one step remembered.
    """
    now, before = (
        jnp.concatenate([each.temperature / structure.temperature, each.pressure / structure.pressure])
        for each in (error, last)
    )
    difference = now - before
    return jnp.where(jnp.any(before != 0.0), now @ difference / (difference @ difference + 1e-300), 0.0)


def _gas_near(
    structure: Structure, labels: Labels, tables: Opacities, of_gas: Sequence[str]
) -> tuple[Gas, Callable[[Structure, Labels], tuple[Matter, Array]]]:
    """The ``Gas`` of a ``Structure``, and a function to ``Matter`` and bubbles from structures and labels near it.

    The gas at a given temperature and pressure depends on the labels ``of_gas``. The function is exact to first order
    and costs little: the gas at a depth follows from ln T, ln P and these labels, and the derivatives by them are taken
    once.
    """

    def gas_moved_by(temperature: Array, pressure: Array, *changes: Array) -> tuple[Matter, Array]:
        moved = structure._replace(
            temperature=structure.temperature * jnp.exp(temperature), pressure=structure.pressure * jnp.exp(pressure)
        )
        changed = {name: getattr(labels, name) + change for name, change in zip(of_gas, changes, strict=True)}
        star = replace(labels, **changed)
        fractions = eos_fractions(number_fractions(star))
        own = tables.at(star)
        gas = matter(moved.temperature, moved.pressure, fractions, own)
        return gas, opacity_of_bubbles(moved.temperature, moved.pressure, gas.log_rosseland, fractions, own)

    def along(direction: Array) -> tuple[tuple[Matter, Array], tuple[Matter, Array]]:
        return jax.jvp(gas_moved_by, tuple(jnp.zeros(2 + len(of_gas))), tuple(direction))

    (unmoved, bubbles), slopes = jax.vmap(along, out_axes=(None, 0))(jnp.eye(2 + len(of_gas)))
    in_temperature, in_pressure = (jax.tree.map(lambda leaf, k=k: leaf[k], slopes[0]) for k in range(2))
    gas = Gas(unmoved, in_temperature, in_pressure, bubbles)

    def gas_near(near: Structure, labels_near: Labels) -> tuple[Matter, Array]:
        moves = (
            jnp.log(near.temperature / structure.temperature),
            jnp.log(near.pressure / structure.pressure),
            *(
                jnp.broadcast_to(getattr(labels_near, name) - getattr(labels, name), near.temperature.shape)
                for name in of_gas
            ),
        )

        def moved(value: Array, slopes: Array) -> Array:
            return value + sum(slope * _along(move, value) for slope, move in zip(slopes, moves, strict=True))

        return jax.tree.map(moved, (gas.matter, gas.bubbles), slopes)

    return gas, gas_near


def _along(move: Float[Array, "depth"], value: Float[Array, "depth *more"]) -> Float[Array, "depth ..."]:
    """``move`` with as many axes as ``value``."""
    return move.reshape(move.shape + (1,) * (value.ndim - 1))


def _unit_changes(names: Sequence[str]) -> Labels:
    """Changes of labels with a leading axis, along which each of ``names`` in turn changes by one."""
    columns = dict(zip(names, jnp.eye(len(names)), strict=True))
    return Labels(**{label.name: columns.get(label.name, jnp.zeros(len(names))) for label in LABELS})


def _relative_change(old: Any, new: Any) -> Float[Array, ""]:
    """Largest change of any derivative, relative to the largest of the same quantity and label."""

    def of_leaf(old: Array, new: Array) -> Array:
        axes = tuple(range(1, new.ndim))
        largest = jnp.maximum(jnp.max(jnp.abs(new), axis=axes), jnp.finfo(new.dtype).tiny)
        return jnp.max(jnp.max(jnp.abs(new - old), axis=axes) / largest)

    return jnp.max(jnp.stack(jax.tree.leaves(jax.tree.map(of_leaf, old, new))))
