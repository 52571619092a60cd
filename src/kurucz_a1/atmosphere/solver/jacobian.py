"""Exact derivatives of a model atmosphere in its labels, by the implicit function theorem.

A converged structure x is a fixed point of the Newton step, x = G(x, labels), so its derivatives satisfy
dx = (dG/dx) dx + (dG/dlabels) (Griewank & Walther 2008, Evaluating Derivatives, 2nd ed., section 15.4). G is linearised
once; dG/dx is what a Newton step leaves over, hence small, and iterating the equation converges in a few products.
"""

from dataclasses import replace
from typing import NamedTuple

import jax
import jax.numpy as jnp

from kurucz_a1.atmosphere.solver.matter import matter, opacity_of_bubbles
from kurucz_a1.atmosphere.solver.newton import Gas, step_of_gas
from kurucz_a1.atmosphere.solver.solve import (
    NotConverged,
    SolverOptions,
    atmosphere_of,
    converged_structure,
    load_opacities,
)
from kurucz_a1.labels import LABELS, Labels, takes_labels
from kurucz_a1.physics.abundances import eos_fractions, number_fractions

POLISHING_STEPS = 2  # of Newton from a structure that is converged to 1e-4; each gains a factor of three or more
TOLERANCE = 1e-5  # of an iteration's change, relative to the largest derivative of each quantity
MAXIMUM_ITERATIONS = 60


class LabelJacobian(NamedTuple):
    """Derivatives of the natural logarithm of each quantity of a model, at held Rosseland optical depth, (label,
    depth).

    The rows are the labels of ``Opacities.labels``, each per its unit. The quantities are those of ``Atmosphere``.
    """

    column_mass: jax.Array
    temperature: jax.Array
    gas_pressure: jax.Array
    electron_density: jax.Array
    rosseland_opacity: jax.Array
    radiative_acceleration: jax.Array


@takes_labels
def solve_with_jacobian(labels, *, options=None):
    """The ``Atmosphere`` that ``solve`` gives, a little further converged, and its ``LabelJacobian``.

    Labels and options are those of ``solve``. The derivatives are those of the discrete model; they agree with
    differences of models to the noise of these (docs/validation.md).

    Raises what ``solve`` raises; NotConverged also where the linear iteration for the derivatives does not converge.
    """
    options = options or SolverOptions()
    structure = converged_structure(labels, options, polishing_steps=POLISHING_STEPS)
    tables = load_opacities(options)
    atmosphere, jacobian, change, _ = differentiate(structure, labels, tables)
    if not float(change) < TOLERANCE:
        raise NotConverged(f"{labels.name}: the label derivatives still change by {float(change):.1e}")
    return atmosphere, jacobian


@jax.jit
def differentiate(structure, labels, tables):
    """``Atmosphere`` and ``LabelJacobian`` of a converged ``Structure``.

    labels: Labels of one star; tables: ``Opacities``. Also returns the relative change that the iteration ended with,
    below TOLERANCE unless it failed, and how often the linearised step was applied.
    """
    labels = jax.tree.map(lambda value: jnp.asarray(value, dtype=float), labels)
    names = tables.labels
    of_gas = [label.name for label in LABELS if label.of_gas and label.name in names]
    gas, gas_near = _gas_near(structure, labels, tables, of_gas)

    def advance(structure, labels):
        here, bubbles = gas_near(structure, labels)
        moved = gas._replace(here=here, bubbles=bubbles)
        # the whole step, neither clipped nor damped
        following, _ = step_of_gas(structure, moved, labels.teff, 10.0**labels.logg, tables, jnp.inf, 1.0)
        return following, here

    (_, here), push = jax.linearize(advance, structure, labels)
    unit = _unit_changes(names)
    none = jax.tree.map(lambda leaf: jnp.zeros((len(names), *leaf.shape)), (structure, here))

    def unfinished(carry):
        _, change, number = carry
        return (change >= TOLERANCE) & (number < MAXIMUM_ITERATIONS)

    def improve(carry):
        (derivative, _), _, number = carry
        following, of_matter = jax.vmap(push)(derivative, unit)
        return (following, of_matter), _relative_change(derivative, following), number + 1

    derivatives, change, number = jax.lax.while_loop(unfinished, improve, (none, jnp.asarray(jnp.inf), 0))
    atmosphere, finish = jax.linearize(atmosphere_of, structure, here, labels)
    of_atmosphere = jax.vmap(finish)(*derivatives, unit)
    logarithmic = (getattr(of_atmosphere, name) / getattr(atmosphere, name) for name in LabelJacobian._fields)
    return atmosphere, LabelJacobian(*logarithmic), change, number


def _gas_near(structure, labels, tables, of_gas):
    """The ``Gas`` of a ``Structure``, and a function from structures and labels near by to its ``Matter`` and bubbles.

    of_gas: names of the labels that the gas at a given temperature and pressure depends on. The function is exact to
    first order and costs nothing: the gas at a depth follows from a few numbers, ln T, ln P and these labels, and the
    derivatives by them are taken here, once.
    """

    def gas_moved_by(temperature, pressure, *changes):
        moved = structure._replace(
            temperature=structure.temperature * jnp.exp(temperature), pressure=structure.pressure * jnp.exp(pressure)
        )
        changed = {name: getattr(labels, name) + change for name, change in zip(of_gas, changes, strict=True)}
        star = replace(labels, **changed)
        fractions = eos_fractions(number_fractions(star.feh, star.afe))
        own = tables.at(star)
        here = matter(moved.temperature, moved.pressure, fractions, own)
        return here, opacity_of_bubbles(moved.temperature, moved.pressure, here.log_rosseland, fractions, own)

    def along(direction):
        return jax.jvp(gas_moved_by, tuple(jnp.zeros(2 + len(of_gas))), tuple(direction))

    (here, bubbles), slopes = jax.vmap(along, out_axes=(None, 0))(jnp.eye(2 + len(of_gas)))
    in_temperature, in_pressure = (jax.tree.map(lambda leaf, k=k: leaf[k], slopes[0]) for k in range(2))
    gas = Gas(here, in_temperature, in_pressure, bubbles)

    def gas_near(near, labels_near):
        moves = (
            jnp.log(near.temperature / structure.temperature),
            jnp.log(near.pressure / structure.pressure),
            *(
                jnp.broadcast_to(getattr(labels_near, name) - getattr(labels, name), near.temperature.shape)
                for name in of_gas
            ),
        )

        def moved(value, slope):
            return value + sum(one * _along(move, value) for one, move in zip(slope, moves, strict=True))

        return jax.tree.map(moved, (gas.here, gas.bubbles), slopes)

    return gas, gas_near


def _along(move, value):
    """move (depth,) with axes for those of ``value`` (depth, ...)."""
    return move.reshape(move.shape + (1,) * (value.ndim - 1))


def _unit_changes(names):
    """Labels with a leading axis, along which each of the labels ``names`` changes by one and none of the others."""
    columns = dict(zip(names, jnp.eye(len(names)), strict=True))
    return Labels(**{label.name: columns.get(label.name, jnp.zeros(len(names))) for label in LABELS})


def _relative_change(old, new):
    """Largest change of any derivative, relative to the largest of the same quantity and label."""

    def of_leaf(old, new):
        axes = tuple(range(1, new.ndim))
        largest = jnp.maximum(jnp.max(jnp.abs(new), axis=axes), jnp.finfo(new.dtype).tiny)
        return jnp.max(jnp.max(jnp.abs(new - old), axis=axes) / largest)

    return jnp.max(jnp.stack(jax.tree.leaves(jax.tree.map(of_leaf, old, new))))
