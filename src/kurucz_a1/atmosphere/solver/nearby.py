"""The gas of structures and stars near a known one, to first order: what its exact derivatives need."""

from dataclasses import replace
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kurucz_a1.atmosphere.solver.matter import Column, Matter, Opacities, matter, opacity_of_bubbles
from kurucz_a1.atmosphere.solver.newton import Gas, Structure
from kurucz_a1.labels import Labels
from kurucz_a1.physics.abundances import eos_fractions, number_fractions
from kurucz_a1.types import AnyArray


class GasState(NamedTuple):
    """The gas at all depths, or a change of it; changes of many kinds have a leading axis."""

    matter: Matter
    bubbles: Float[Array, "*change depth 2"]  # of ``opacity_of_bubbles``


class Nearby(NamedTuple):
    """The gas of a structure and its derivatives in ln T and ln P."""

    state: GasState
    in_temperature: GasState
    in_pressure: GasState

    @property
    def column(self) -> Column:
        """What an ``Atmosphere`` tells of the gas."""
        return Column(self.state.matter.log_rosseland, self.state.matter.electron_density)

    def gas(self, state: GasState) -> Gas:
        """The ``Gas`` in a state near this one, with the slopes of this one."""
        return Gas(state.matter, self.in_temperature.matter, self.in_pressure.matter, state.bubbles)

    def moved(self, structure: Structure, change: Structure) -> GasState:
        """How the gas changes with its structure."""
        in_t, in_p = change.temperature / structure.temperature, change.pressure / structure.pressure

        def of_leaf(by_temperature: Array, by_pressure: Array) -> Array:
            return by_temperature * along(in_t, by_temperature) + by_pressure * along(in_p, by_pressure)

        return jax.tree.map(of_leaf, self.in_temperature, self.in_pressure)


@jax.jit
def nearby(structure: Structure, labels: Labels, tables: Opacities) -> Nearby:
    """``Nearby`` of a structure."""
    fractions, own = _fractions(labels), tables.at(labels)
    depths = structure.temperature.shape

    def at(in_temperature: Array, in_pressure: Array) -> GasState:
        temperature = structure.temperature * jnp.exp(in_temperature)
        return _state(temperature, structure.pressure * jnp.exp(in_pressure), fractions, own)

    def in_direction(shares: Float[Array, "2"]) -> tuple[GasState, GasState]:
        still = (jnp.zeros(depths), jnp.zeros(depths))
        return jax.jvp(at, still, tuple(jnp.broadcast_to(share, depths) for share in shares))

    state, slopes = jax.vmap(in_direction, out_axes=(None, 0))(jnp.eye(2))
    return Nearby(state, *(jax.tree.map(lambda leaf, k=k: leaf[k], slopes) for k in range(2)))


@jax.jit
def moved_by_abundances(structure: Structure, labels: Labels, tables: Opacities, changes: Labels) -> GasState:
    """How the gas at a given temperature and pressure changes with labels other than microturbulence.

    They change the numbers of absorbers, not their cross sections. ``changes``: of labels, with a leading axis.
    """
    fractions, own = _fractions(labels), tables.at(labels)

    def with_fractions(fractions: Array) -> GasState:
        return _state(structure.temperature, structure.pressure, fractions, own)

    def in_direction(change: Labels) -> GasState:
        of_fractions = jax.jvp(_fractions, (labels,), (change,))[1]
        return jax.jvp(with_fractions, (fractions,), (of_fractions,))[1]

    return jax.vmap(in_direction)(changes)


@jax.jit
def moved_by_vturb(structure: Structure, labels: Labels, tables: Opacities) -> GasState:
    """How the gas at a given temperature and pressure changes with microturbulence, per km s-1."""
    fractions = _fractions(labels)

    def at(vturb: Array) -> GasState:
        own = tables.at(replace(labels, vturb=vturb))
        return _state(structure.temperature, structure.pressure, fractions, own)

    return jax.jvp(at, (labels.vturb,), (jnp.ones_like(labels.vturb),))[1]


def along(factor: Float[AnyArray, "axis"], value: Float[AnyArray, "axis *more"]) -> Float[AnyArray, "axis ..."]:
    """``factor`` with as many axes as ``value``."""
    return factor.reshape(factor.shape + (1,) * (value.ndim - 1))


def _fractions(labels: Labels) -> Float[Array, "26"]:
    return eos_fractions(number_fractions(labels))


def _state(temperature: Array, pressure: Array, fractions: Array, tables: Opacities) -> GasState:
    gas = matter(temperature, pressure, fractions, tables)
    return GasState(gas, opacity_of_bubbles(temperature, pressure, gas.log_rosseland, fractions, tables))
