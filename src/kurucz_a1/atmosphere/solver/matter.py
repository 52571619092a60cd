"""The gas at every depth: opacity, density and thermodynamics, with their derivatives in ln T and ln P."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float

from kurucz_a1.atmosphere.depth import depth_grid
from kurucz_a1.errors import BadConfig
from kurucz_a1.labels import LABEL_NAMES, LABELS, Labels
from kurucz_a1.physics.continuum import ContinuumTables, continuum_opacity, continuum_tables
from kurucz_a1.physics.equation_of_state import GasState, gas_state
from kurucz_a1.physics.line_opacity import LineOpacityTable, at_vturb, line_opacity
from kurucz_a1.physics.planck import planck_temperature_derivative
from kurucz_a1.physics.thermodynamics import state_and_thermodynamics
from kurucz_a1.types import AnyArray, Scalar

BUBBLE_CONTRAST = 0.1  # of ln T: a bubble where convection is weak; it is followed to 0.15
# log tau; nothing convects above. In ATLAS-12's models convection carries more than 1e-5 of the flux below -0.9.
BUBBLES_BELOW = -1.5


def trapped_radiation(depths: int) -> Float[np.ndarray, "depth"]:
    """Share of the radiation that adds to energy and pressure of the gas (Kurucz 1970, SAO Special Report 309)."""
    return -np.expm1(-depth_grid(depths).tau)


class Opacities(NamedTuple):
    """The frequency grid of a solution and what is tabulated on it."""

    continuum: ContinuumTables
    lines: LineOpacityTable
    correction: Float[Array, "depth nu"] | None = None  # ln of a factor on the line absorption of one model

    def at(self, labels: Labels) -> "Opacities":
        """The ``Opacities`` at the microturbulence of a star."""
        return self._replace(lines=at_vturb(self.lines, labels.vturb))

    def nearest(self, labels: Labels) -> Labels:
        """The labels moved to the nearest microturbulence of the line table."""
        return replace(labels.labels, vturb=np.clip(labels.vturb, *self._vturb))

    def check(self, labels: Labels) -> None:
        """Raise BadConfig for a microturbulence outside the line table."""
        low, high = self._vturb
        if not low - 1e-6 <= labels.vturb <= high + 1e-6:
            held = f"{low:g} km/s" if low == high else f"{low:g} to {high:g} km/s"
            raise BadConfig(
                f"vturb = {labels.vturb} km/s, but the opacity table holds {held}: "
                "rebuild it with kurucz_a1.lines.build_opacity_table for another value"
            )

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the labels of a ``LabelJacobian`` that names none: those that a grid varies by default, and vturb
        where the line table holds several."""
        varied = {label.name for label in LABELS if isinstance(label.box, tuple)} | {"vturb"}
        return tuple(name for name in LABEL_NAMES if name in varied and (name != "vturb" or jnp.ndim(self.lines.vturb)))

    def check_names(self, by: Sequence[str]) -> tuple[str, ...]:
        """Names of labels by which models can be differentiated, as they are.

        Raises BadConfig for what is no label or named twice, and for vturb where the line table holds one value.
        """
        names = (by,) if isinstance(by, str) else tuple(by)
        for name in names:
            if name not in LABEL_NAMES:
                raise BadConfig(f"by names {name!r}, which is no label: choose from {', '.join(LABEL_NAMES)}")
            if names.count(name) > 1:
                raise BadConfig(f"by names {name} twice: once is enough")
        if "vturb" in names and not jnp.ndim(self.lines.vturb):
            raise BadConfig("by names vturb, of which the opacity table holds one value only: leave it out")
        return names

    @property
    def _vturb(self) -> tuple[float, float]:
        return float(np.min(self.lines.vturb)), float(np.max(self.lines.vturb))

    @property
    def frequency(self) -> Float[Array, "nu"]:
        """Hz."""
        return self.lines.frequency

    @property
    def weights(self) -> Float[Array, "nu"]:
        """Quadrature weights in Hz."""
        return self.lines.weights


def opacities(lines: LineOpacityTable) -> Opacities:
    """``Opacities`` on the frequency grid of a line opacity table."""
    return Opacities(continuum_tables(lines.frequency), lines)


class Matter(NamedTuple):
    """Gas properties at one depth or at all."""

    log_absorption: Float[Array, "*depth nu"]  # ln of cm2 g-1, as the next two
    log_scattering: Float[Array, "*depth nu"]
    log_rosseland: Float[Array, "*depth"]
    log_thermodynamics: Float[Array, "*depth 4"]  # ln of the fields of ``Thermodynamics``
    electron_density: Float[Array, "*depth"]  # cm-3


class Column(NamedTuple):
    """What an ``Atmosphere`` tells of its gas."""

    log_rosseland: Float[Array, "depth"]  # ln of cm2 g-1
    electron_density: Float[Array, "depth"]  # cm-3


class Opacity(NamedTuple):
    """Absorption and scattering at one depth in cm2 g-1, and ln of the Rosseland mean of their sum."""

    absorption: Float[Array, "nu"]
    scattering: Float[Array, "nu"]
    log_rosseland: Float[Array, ""]


def _opacity(state: GasState, tables: Opacities, correction: Float[Array, "nu"] | None) -> Opacity:
    absorption, scattering = continuum_opacity(tables.continuum, state)
    lines = line_opacity(tables.lines, state)
    absorption = absorption + (lines if correction is None else lines * jnp.exp(correction))
    weight = tables.weights * planck_temperature_derivative(tables.frequency, state.temperature)
    rosseland = jnp.sum(weight) / jnp.sum(weight / (absorption + scattering))
    return Opacity(absorption, scattering, jnp.log(rosseland))


@jax.jit
def matter_at(
    point: Float[Array, "2"],
    trapped: Scalar,
    fractions: Float[AnyArray, "26"],
    tables: Opacities,
    correction: Float[Array, "nu"] | None = None,
) -> Matter:
    """``Matter`` at one depth.

    - ``point``: ln of temperature in K and of gas pressure in dyn cm-2.
    - ``trapped``: share of trapped radiation; ``fractions``: EOS number fractions.
    - ``correction``: ln of a factor on the line absorption; None: the factor is 1.
    """
    temperature, pressure = jnp.exp(point[0]), jnp.exp(point[1])
    state, thermodynamics = state_and_thermodynamics(temperature, pressure, fractions, trapped)
    opacity = _opacity(state, tables, correction)
    return Matter(
        jnp.log(opacity.absorption),
        jnp.log(opacity.scattering),
        opacity.log_rosseland,
        jnp.log(jnp.stack(thermodynamics)),
        state.electron_density,
    )


@jax.jit
def matter(
    temperature: Float[AnyArray, "depth"],
    pressure: Float[AnyArray, "depth"],
    fractions: Float[AnyArray, "26"],
    tables: Opacities,
) -> Matter:
    """``Matter`` at all depths from temperature in K, gas pressure in dyn cm-2 and EOS number fractions."""
    points = jnp.log(jnp.stack([temperature, pressure], axis=-1))

    def at(point: Array, trapped: AnyArray, correction: Array | None) -> Matter:
        return matter_at(point, trapped, fractions, tables, correction)

    return jax.vmap(at)(points, trapped_radiation(temperature.size), tables.correction)


@jax.jit
def matter_with_slopes(
    temperature: Float[AnyArray, "depth"],
    pressure: Float[AnyArray, "depth"],
    fractions: Float[AnyArray, "26"],
    tables: Opacities,
) -> tuple[Matter, Matter, Matter]:
    """``Matter`` at all depths, and two more that hold its derivatives in ln T and in ln P."""
    points = jnp.log(jnp.stack([temperature, pressure], axis=-1))

    def at(point: Array, trapped: AnyArray, correction: Array | None) -> tuple[Matter, Matter, Matter]:
        def along(direction: Array) -> tuple[Matter, Matter]:
            return jax.jvp(lambda p: matter_at(p, trapped, fractions, tables, correction), (point,), (direction,))

        values, slopes = jax.vmap(along, out_axes=(None, 0))(jnp.eye(2))
        return values, jax.tree.map(lambda s: s[0], slopes), jax.tree.map(lambda s: s[1], slopes)

    return jax.vmap(at)(points, trapped_radiation(temperature.size), tables.correction)


@jax.jit
def _log_rosseland(
    point: Float[Array, "2"],
    fractions: Float[AnyArray, "26"],
    tables: Opacities,
    correction: Float[Array, "nu"] | None = None,
) -> Float[Array, ""]:
    state = gas_state(jnp.exp(point[0]), jnp.exp(point[1]), fractions)
    return _opacity(state, tables, correction).log_rosseland


def log_rosseland(
    temperature: Float[AnyArray, "depth"],
    pressure: Float[AnyArray, "depth"],
    fractions: Float[AnyArray, "26"],
    tables: Opacities,
) -> Float[Array, "depth"]:
    """ln of the Rosseland opacity alone (cm2 g-1), from temperature in K, gas pressure in dyn cm-2 and fractions."""
    points = jnp.log(jnp.stack([temperature, pressure], axis=-1))
    return jax.vmap(lambda point: _log_rosseland(point, fractions, tables))(points)


def opacity_of_bubbles(
    temperature: Float[AnyArray, "depth"],
    pressure: Float[AnyArray, "depth"],
    log_rosseland: Float[AnyArray, "depth"],
    fractions: Float[AnyArray, "26"],
    tables: Opacities,
) -> Float[Array, "depth 2"]:
    """Slope and curvature of ln kappa in ln T at the pressure of each depth.

    They are those of the parabola through the opacities of the mean gas, ``log_rosseland``, and of gas hotter and
    colder by BUBBLE_CONTRAST. Above BUBBLES_BELOW they are those of the first depth below it.
    """
    above = int(np.argmax(depth_grid(temperature.size).log_tau > BUBBLES_BELOW))
    correction = None if tables.correction is None else tables.correction[above:]

    def opacity(point: Array, correction: Array | None) -> Array:
        return _log_rosseland(point, fractions, tables, correction)

    def at(change: Array) -> Array:
        points = jnp.stack([jnp.log(temperature[above:]) + change, jnp.log(pressure[above:])], axis=-1)
        return jax.vmap(opacity)(points, correction) - log_rosseland[above:]

    hot, cold = jax.vmap(at)(jnp.array([BUBBLE_CONTRAST, -BUBBLE_CONTRAST]))
    curve = jnp.stack([(hot - cold) / (2.0 * BUBBLE_CONTRAST), (hot + cold) / BUBBLE_CONTRAST**2], axis=-1)
    # Computed once; without the barrier XLA would compute it again wherever convection uses it.
    return lax.optimization_barrier(jnp.pad(curve, ((above, 0), (0, 0)), mode="edge"))
