"""The gas at every depth: opacity, density and thermodynamics, with their derivatives in ln T and ln P."""

from dataclasses import replace
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from kurucz_a1.atmosphere.depth import depth_grid
from kurucz_a1.errors import BadConfig
from kurucz_a1.labels import LABEL_NAMES
from kurucz_a1.physics.continuum import ContinuumTables, continuum_opacity, continuum_tables
from kurucz_a1.physics.equation_of_state import gas_state
from kurucz_a1.physics.line_opacity import LineOpacityTable, at_vturb, line_opacity
from kurucz_a1.physics.planck import planck_temperature_derivative
from kurucz_a1.physics.thermodynamics import thermodynamics

BUBBLE_CONTRAST = 0.1  # of ln T: a bubble where convection is weak; it is followed to 0.15
BUBBLES_BELOW = (
    -1.5
)  # log tau: nothing convects above; in ATLAS-12's models it carries more than 1e-5 of the flux below -0.9


def trapped_radiation(depths):
    """Share of the radiation that is trapped with the gas, in its energy and pressure, at a number of depths (depth,).

    Kurucz (1970, SAO Special Report 309).
    """
    return -np.expm1(-depth_grid(depths).tau)


class Opacities(NamedTuple):
    """The frequency grid of a solution and what is tabulated on it.

    correction: ln of a factor on the line absorption at each depth of one model (depth, nu), or None for none.
    """

    continuum: ContinuumTables
    lines: LineOpacityTable
    correction: jnp.ndarray | None = None

    def at(self, labels):
        """The ``Opacities`` of a star: of the microturbulence of its Labels."""
        return self._replace(lines=at_vturb(self.lines, labels.vturb))

    def nearest(self, labels):
        """Labels moved to the nearest microturbulence that the line table holds."""
        return replace(labels.labels, vturb=np.clip(labels.vturb, *self._vturb))

    def check(self, labels):
        """Raise BadConfig for Labels whose microturbulence the line table does not hold."""
        low, high = self._vturb
        if not low - 1e-6 <= labels.vturb <= high + 1e-6:
            held = f"{low:g} km/s" if low == high else f"{low:g} to {high:g} km/s"
            raise BadConfig(
                f"vturb = {labels.vturb} km/s, but the opacity table holds {held}: "
                "rebuild it with kurucz_a1.lines.build_opacity_table for another value"
            )

    @property
    def labels(self):
        """Names of the labels by which models are differentiated: vturb only where the line table holds several."""
        return tuple(name for name in LABEL_NAMES if name != "vturb" or jnp.ndim(self.lines.vturb))

    @property
    def _vturb(self):
        return float(np.min(self.lines.vturb)), float(np.max(self.lines.vturb))

    @property
    def frequency(self):
        """Hz, (nu,)."""
        return self.lines.frequency

    @property
    def weights(self):
        """Quadrature weights in Hz, (nu,)."""
        return self.lines.weights


def opacities(lines):
    """``Opacities`` on the frequency grid of a line opacity table."""
    return Opacities(continuum_tables(lines.frequency), lines)


class Matter(NamedTuple):
    """Gas properties at a depth, or with leading axes (depth, ...).

    log_absorption, log_scattering: ln of cm2 g-1 (nu,); log_rosseland: ln of cm2 g-1; log_thermodynamics: ln of density
    (g cm-3), specific heat (erg g-1 K-1), adiabatic gradient and expansion coefficient (4,); electron_density: cm-3.
    """

    log_absorption: jnp.ndarray
    log_scattering: jnp.ndarray
    log_rosseland: jnp.ndarray
    log_thermodynamics: jnp.ndarray
    electron_density: jnp.ndarray


class Opacity(NamedTuple):
    """What absorbs and scatters: absorption, scattering in cm2 g-1 (nu,) and ln of their Rosseland mean."""

    absorption: jnp.ndarray
    scattering: jnp.ndarray
    log_rosseland: jnp.ndarray


def _opacity(state, tables, correction):
    absorption, scattering = continuum_opacity(tables.continuum, state)
    lines = line_opacity(tables.lines, state)
    absorption = absorption + (lines if correction is None else lines * jnp.exp(correction))
    weight = tables.weights * planck_temperature_derivative(tables.frequency, state.temperature)
    rosseland = jnp.sum(weight) / jnp.sum(weight / (absorption + scattering))
    return Opacity(absorption, scattering, jnp.log(rosseland))


@jax.jit
def matter_at(point, trapped, fractions, tables, correction=None):
    """``Matter`` for point = (ln T, ln P_gas), share of trapped radiation and EOS number fractions (26,).

    correction: ln of a factor on the line absorption (nu,), or None.
    """
    temperature, pressure = jnp.exp(point[0]), jnp.exp(point[1])
    state = gas_state(temperature, pressure, fractions)
    opacity = _opacity(state, tables, correction)
    return Matter(
        jnp.log(opacity.absorption),
        jnp.log(opacity.scattering),
        opacity.log_rosseland,
        jnp.log(jnp.stack(thermodynamics(temperature, pressure, fractions, trapped))),
        state.electron_density,
    )


def matter(temperature, pressure, fractions, tables):
    """``Matter`` at all depths: temperature (depth,) K, pressure (depth,) dyn cm-2."""
    points = jnp.log(jnp.stack([temperature, pressure], axis=-1))

    def at(point, trapped, correction):
        return matter_at(point, trapped, fractions, tables, correction)

    return jax.vmap(at)(points, trapped_radiation(temperature.size), tables.correction)


def matter_with_slopes(temperature, pressure, fractions, tables):
    """``Matter`` at all depths, and two more that hold its derivatives in ln T and in ln P."""
    points = jnp.log(jnp.stack([temperature, pressure], axis=-1))

    def at(point, trapped, correction):
        def one(direction):
            return jax.jvp(lambda p: matter_at(p, trapped, fractions, tables, correction), (point,), (direction,))

        values, slopes = jax.vmap(one, out_axes=(None, 0))(jnp.eye(2))
        return values, jax.tree.map(lambda s: s[0], slopes), jax.tree.map(lambda s: s[1], slopes)

    return jax.vmap(at)(points, trapped_radiation(temperature.size), tables.correction)


@jax.jit
def _log_rosseland(point, fractions, tables, correction=None):
    state = gas_state(jnp.exp(point[0]), jnp.exp(point[1]), fractions)
    return _opacity(state, tables, correction).log_rosseland


def rosseland_with_slope(temperature, pressure, fractions, tables):
    """ln of the Rosseland opacity (depth,) and its slope in ln P (depth,), for the start of a solution."""

    def log_rosseland(point):
        return _log_rosseland(point, fractions, tables)

    points = jnp.log(jnp.stack([temperature, pressure], axis=-1))
    return jax.vmap(lambda point: jax.jvp(log_rosseland, (point,), (jnp.array([0.0, 1.0]),)))(points)


def opacity_of_bubbles(temperature, pressure, log_rosseland, fractions, tables):
    """Slope and curvature of ln kappa in ln T (depth, 2), along the pressure of each depth: those of the parabola
    through the opacities of the mean gas, ``log_rosseland`` (depth,), and of gas hotter and colder by
    BUBBLE_CONTRAST. Above BUBBLES_BELOW they are those of the first depth below it."""
    above = int(np.argmax(depth_grid(temperature.size).log_tau > BUBBLES_BELOW))
    correction = None if tables.correction is None else tables.correction[above:]

    def opacity(point, correction):
        return _log_rosseland(point, fractions, tables, correction)

    def at(change):
        points = jnp.stack([jnp.log(temperature[above:]) + change, jnp.log(pressure[above:])], axis=-1)
        return jax.vmap(opacity)(points, correction) - log_rosseland[above:]

    hot, cold = at(BUBBLE_CONTRAST), at(-BUBBLE_CONTRAST)
    curve = jnp.stack([(hot - cold) / (2.0 * BUBBLE_CONTRAST), (hot + cold) / BUBBLE_CONTRAST**2], axis=-1)
    # one result, computed once: XLA would compute it anew wherever convection uses it
    return lax.optimization_barrier(jnp.pad(curve, ((above, 0), (0, 0)), mode="edge"))
