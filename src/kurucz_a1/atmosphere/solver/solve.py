"""Solve for a model atmosphere: iterate Newton steps until temperature, pressure and flux have settled."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from threadpoolctl import threadpool_limits

from kurucz_a1.atmosphere.depth import DEPTH_COUNTS, DEPTHS, depth_grid
from kurucz_a1.atmosphere.hydrostatics import column_mass
from kurucz_a1.atmosphere.model import Atmosphere
from kurucz_a1.atmosphere.solver.matter import Column, Opacities, opacities
from kurucz_a1.atmosphere.solver.newton import (
    Diagnosis,
    Slopes,
    Steering,
    Structure,
    balanced_pressure,
    chord_step,
    newton_step,
    no_memory,
)
from kurucz_a1.atmosphere.solver.start import at_depths, start_from, start_structure
from kurucz_a1.errors import BadConfig
from kurucz_a1.labels import Labels, takes_labels
from kurucz_a1.lines.opacity_table import load_opacity_table
from kurucz_a1.physics.abundances import check_hydrogen, eos_fractions, number_fractions
from kurucz_a1.settings import SolverOptions
from kurucz_a1.types import Real, Scalar


class NotConverged(RuntimeError):
    """The solver found no model; the message says for which labels and why, in one line."""


_start = jax.jit(start_structure, static_argnames=("iterations", "depths"))
LARGEST_CHANGE = 0.08  # of ln T in a step
_ASTRAY, _ASTRAY_AFTER = 0.5, 4  # change of ln T that no model asks for after so many steps
# Much larger models begin with steps on few frequencies and depths, which then pay for their compilation. In a process
# that makes a single model of 1200 frequencies on 80 depths, four times as large, they would not.
_COARSE = {"frequencies": 300, "depths": DEPTHS}
_MUCH_LARGER = 4.5
_COARSE_STEPS = 10
_COARSE_CHANGE = 0.02  # of ln T in a step, at which a coarse model is good enough
_FREE_STEPS = 6  # before damping: the first steps may be long
_LEAST_DAMPING = 0.1
_STRAIGHT = 0.7  # cosine between two steps above which the second goes on as the first
_BLOWN = 2.0  # times the last change: the steps before were too long
_RECOVERY = 1.15  # by which the longest step grows again with a step in the direction of the last
# The push of radiation as a share of gravity while temperature is far from settled: less than all of it, since where
# radiation lifts the gas pressure changes manifold with temperature.
_FIRST_PUSH = 0.95
_SETTLING = 0.1  # change of ln T below which it is what it is
# Inertia of the upper layers grows while Newton's method is astray, and goes when little is left to change.
_MOST_INERTIA, _SETTLED_WITH_INERTIA = 3.0, 0.003
_LAST_FIRST_STEP = 15  # the first steps end here, whatever the change
# Slopes are kept for chord steps once ln T changes by less than this, as long as each change is this share of the last.
_KEPT_BELOW, _GAIN = 0.03, 0.5


@lru_cache(maxsize=4)
def _load_opacities(frequencies: int, leave_out: tuple[str, ...], path: str | None) -> Opacities:
    return opacities(load_opacity_table(path, frequencies, leave_out))


def load_opacities(options: SolverOptions) -> Opacities:
    """The ``Opacities`` that ``options`` name; kept in memory for the next call."""
    return _load_opacities(options.frequencies, options.leave_out, options.opacity_table)


@takes_labels
def solve(
    labels: Labels,
    *,
    options: SolverOptions | None = None,
    on_iteration: Callable[[int, Diagnosis], object] | None = None,
    start: Atmosphere | None = None,
) -> Atmosphere:
    """A line-blanketed LTE model atmosphere in radiative-convective and hydrostatic equilibrium.

    - ``teff``: K; ``logg``: dex (cgs); ``feh``, ``afe``: dex; ``vturb``: km s-1, within the opacity table;
      ``mixing_length``: pressure scale heights; ``abundances``: {symbol: [X/M] in dex} of elements of the gas, by
      number and on top of [M/H] and [alpha/M]. Or ``labels``: the same as ``Labels``.
    - ``options``: depths, frequencies, tolerances and opacity table; None: those of ``SolverOptions()``.
    - ``on_iteration``: called as on_iteration(number, diagnosis) after each Newton step.
    - ``start``: a model of similar labels to begin with, moved to ``labels`` by its ``label_jacobian`` if it has one,
      which may save steps (docs/solver.md); None: a temperature law.

    Raises NotConverged, and never returns a model that has not converged; BadConfig for labels that are not finite, a
    vturb outside the opacity table, an element that is not one of the gas, and abundances that leave no hydrogen.

    >>> sun = solve(teff=5777.0, logg=4.44)
    >>> bool(6000 < sun.temperature[54] < 6015)  # K, near Rosseland optical depth 0.75
    True
    """
    options = options or SolverOptions()
    tables = load_opacities(options)
    first = structure_of(start, labels, options, tables)
    return finished(converged(labels, options, on_iteration, start=first), labels)


# LAPACK gains nothing from threads on 80 depths, and its idle threads would spin on the cores that XLA uses.
one_lapack_thread = threadpool_limits.wrap(limits=1, user_api="blas")


class Converged(NamedTuple):
    """What an iteration ends with."""

    structure: Structure
    column: Column


@one_lapack_thread
def converged(
    labels: Labels,
    options: SolverOptions,
    on_iteration: Callable[[int, Diagnosis], object] | None = None,
    polishing_steps: int = 0,
    start: Structure | None = None,
    tables: Opacities | None = None,
) -> Converged:
    """What ``solve`` ends with.

    - ``polishing_steps``: whole Newton steps to take after the tolerances are met.
    - ``start``: the ``Structure`` to begin with; ``tables``: used in place of those that ``options`` name.
    """
    tables = tables or load_opacities(options)
    check_labels(labels, tables, options.depths)
    tables = tables.at(labels)
    star = stellar_parameters(labels)
    structure = start or _first_structure(labels, options, tables)
    iteration = Iteration(labels, options)
    memory = no_memory(options.depths)
    slopes: Slopes | None = None
    settled = False
    while not settled:
        gains = False
        if slopes is not None and iteration.keeps_slopes:
            following, diagnosis = chord_step(structure, *star, tables, iteration.steering, memory, slopes)
            latest = sizes(following, diagnosis)
            gains = iteration.gains(latest)
        if not gains:  # nor is the chord step taken: a whole one begins where it did
            following, diagnosis, slopes = newton_step(structure, *star, tables, iteration.steering, memory)
            latest = sizes(following, diagnosis)
        structure, memory = following, diagnosis.memory
        if on_iteration:
            on_iteration(iteration.number, diagnosis)
        settled = iteration.judge(latest)
    for _ in range(polishing_steps):
        structure, diagnosis, _ = newton_step(structure, *star, tables, iteration.steering, memory)
        memory = diagnosis.memory
    return Converged(structure, diagnosis.column)


def _first_structure(labels: Labels, options: SolverOptions, tables: Opacities) -> Structure:
    """The ``Structure`` that Newton's method begins with: a coarse model where the final one is much larger."""
    star = stellar_parameters(labels)
    size = options.frequencies * options.depths
    if size < _MUCH_LARGER * _COARSE["frequencies"] * _COARSE["depths"]:
        return _start(*star, tables, depths=options.depths)
    coarse = load_opacities(options.changed(**_COARSE)).at(labels)
    structure, memory = _start(*star, coarse), no_memory(DEPTHS)
    for _ in range(_COARSE_STEPS):
        structure, diagnosis, _ = newton_step(
            structure, *star, coarse, Steering(LARGEST_CHANGE, 1.0, _FIRST_PUSH, False), memory
        )
        memory = diagnosis.memory
        if not float(sizes(structure, diagnosis).temperature_change) >= _COARSE_CHANGE:
            break
    whole = all(bool(jnp.all((values > 0.0) & (values < jnp.inf))) for values in structure[:2])
    if not whole:
        return _start(*star, tables, depths=options.depths)
    return at_depths(structure, options.depths, tables.frequency)


def check_labels(labels: Labels, tables: Opacities, depths: int) -> None:
    """Raise BadConfig for labels of no star, a vturb outside ``tables``, or depths not in DEPTH_COUNTS."""
    if depths not in DEPTH_COUNTS:
        raise BadConfig(f"depths is {depths}: choose one of {', '.join(map(str, DEPTH_COUNTS))}")
    for name, value in labels.as_dict().items():
        if not np.isfinite(value):
            raise BadConfig(f"{name} = {value} is not a finite number; give solve() real labels")
    tables.check(labels)
    if not 0.0 < float(labels.mixing_length) < np.inf:
        raise BadConfig(f"mixing_length = {labels.mixing_length} pressure scale heights; give a positive number")
    check_hydrogen(labels)


def structure_of(
    start: Atmosphere | None, labels: Labels, options: SolverOptions, tables: Opacities
) -> Structure | None:
    """The ``Structure`` to begin with that ``start`` of ``solve`` stands for, if any."""
    if start is None:
        return None
    check_start(start)
    return start_from(start, labels, options.depths, tables.frequency)


def check_start(start: Atmosphere) -> None:
    """Raise BadConfig for what is no single model with a temperature and gas pressure at increasing depths."""
    if np.ndim(start.temperature) != 1:
        raise BadConfig(f"start holds {np.shape(start.temperature)[0]} models: give one of them, start[0]")
    values = np.stack([start.temperature, start.gas_pressure])
    if not (np.all(np.isfinite(values) & (values > 0.0)) and np.all(np.diff(start.log_tau) > 0.0)):
        raise BadConfig("start is no model to begin with: its temperature and gas pressure must be positive numbers")


class StellarParameters(NamedTuple):
    """What the equations need of the labels."""

    teff: Scalar  # K
    gravity: Scalar  # cm s-2
    fractions: Float[Array, "26"]  # EOS number fractions
    mixing_length: Scalar  # pressure scale heights


def stellar_parameters(labels: Labels) -> StellarParameters:
    """The StellarParameters of one star."""
    return StellarParameters(
        float(labels.teff), 10.0**labels.logg, _eos_fractions(labels.labels), float(labels.mixing_length)
    )


@jax.jit
def _eos_fractions(labels: Labels) -> Float[Array, "26"]:
    return eos_fractions(number_fractions(labels))


class Sizes(NamedTuple):
    """Largest absolute changes and flux error of a Newton step, and the push of radiation, of one model or of many."""

    temperature_change: Real  # of ln T; not finite where the structure is not
    pressure_change: Real  # of ln P
    flux_error: Real
    acceleration: Real  # of radiation, cm s-2; the largest
    turn: Real  # cosine between the change of ln T and the last


@jax.jit
def sizes(structure: Structure, diagnosis: Diagnosis) -> Sizes:
    """``Sizes`` of a Newton step to ``structure``."""
    doubt = 0.0 * jnp.sum(structure.temperature + structure.pressure)
    return Sizes(
        jnp.max(jnp.abs(diagnosis.temperature_change)) + doubt,
        jnp.max(jnp.abs(diagnosis.pressure_change)),
        jnp.max(jnp.abs(diagnosis.flux_error)),
        jnp.max(structure.radiative_acceleration),
        diagnosis.turn,
    )


class Iteration:
    """Steers the Newton steps of one model: how much of the next to take, when to stop, when to give up."""

    def __init__(self, labels: Labels, options: SolverOptions) -> None:
        self.name = labels.name
        self.logg = labels.logg
        self.options = options
        self.number = 0
        self._damping = 1.0
        self._largest_damping = 1.0
        self._by_secant = True
        self._inertia = 0.0
        self._largest_push = _FIRST_PUSH
        self._free_until = _FREE_STEPS
        self._previous = np.inf
        self._shrinks = False  # without a push that was cut

    @property
    def steering(self) -> Steering:
        """That of the next step."""
        return Steering(LARGEST_CHANGE, self._damping, self._largest_push, self._by_secant, self._inertia)

    @property
    def keeps_slopes(self) -> bool:
        """Whether to try the slopes of the last Newton step for another: near the goal, as long as changes shrink."""
        return self._shrinks and self._previous < _KEPT_BELOW

    def gains(self, latest: Sizes) -> bool:
        """Whether a step of these ``Sizes`` changes much less than the last."""
        return float(latest.temperature_change) < _GAIN * self._previous

    def judge(self, latest: Sizes) -> bool:
        """Whether the model has settled, from the ``Sizes`` of its latest step. Raises NotConverged to give up."""
        temperature_change, pressure_change, flux_error, acceleration, turn = map(float, latest)
        options = self.options
        push = acceleration / 10.0**self.logg
        cut = push > 0.999 * self._largest_push
        if not np.isfinite(temperature_change):
            raise NotConverged(f"{self.name}: temperature or pressure is not finite after {self.number + 1} iterations")
        if (
            temperature_change < options.tolerance
            and pressure_change < 10.0 * options.tolerance
            and flux_error < options.flux_tolerance
            and not cut
        ):
            return True
        if temperature_change < _SETTLING or self.number >= _LAST_FIRST_STEP:
            self._largest_push = np.inf
        self.number += 1
        if temperature_change > _ASTRAY and self.number >= _ASTRAY_AFTER:
            self._inertia = min(max(1.5 * self._inertia, 1.0), _MOST_INERTIA)
        else:
            self._inertia = 0.8 * self._inertia if temperature_change > _SETTLED_WITH_INERTIA else 0.0
        if cut and self._largest_push == np.inf:
            self._free_until = self.number + _FREE_STEPS
        elif self.number > self._free_until:
            self._steer(temperature_change / self._previous, turn)
        self._shrinks = self.gains(latest) and not cut
        self._previous = temperature_change
        if self.number == options.maximum_iterations:
            lifted = f"; radiation pushes {push:.1f} times as hard as gravity" if push > 1.0 else ""
            raise NotConverged(
                f"{self.name}: ln T still changes by {temperature_change:.1e}, ln P by "
                f"{pressure_change:.1e}, the flux is off by {flux_error:.1e} after {self.number} iterations{lifted}"
            )
        return False

    def _steer(self, ratio: float, turn: float) -> None:
        """Shorten or lengthen the steps, from the ``ratio`` of the last two and the cosine between them."""
        if ratio > _BLOWN and turn < _STRAIGHT and self._previous < _SETTLING:
            self._by_secant = False
            self._largest_damping = max(0.5 * self._largest_damping, _LEAST_DAMPING)
        elif turn > _STRAIGHT:
            self._largest_damping = min(_RECOVERY * self._largest_damping, 1.0)
        self._damping = min(_next_damping(self._damping, ratio, turn), self._largest_damping)


def _next_damping(damping: float, ratio: float, turn: float) -> float:
    """Share of the next Newton step to take, from the ``ratio`` of the last two full steps and the cosine between them.

    Newton's method cycles where convection sets in between two depths; half steps end the cycle. A damped step that
    works makes the next full step 1 - damping times as long. Steps that go on in one direction are not too long.
    """
    if ratio > max(0.8, 1.0 - 0.5 * damping) and turn < _STRAIGHT:
        return max(0.5 * damping, _LEAST_DAMPING)
    if ratio < 1.1 - damping or turn > _STRAIGHT:
        return min(1.5 * damping, 1.0)
    return damping


def finished(model: Converged, labels: Labels) -> Atmosphere:
    """The ``Atmosphere`` of a converged model.

    Raises NotConverged where its gas pressure, g m less that of radiation, is not positive.
    """
    atmosphere = _atmosphere(*model, labels.labels)
    if not float(jnp.min(atmosphere.gas_pressure)) > 0.0:
        raise NotConverged(f"{atmosphere.name}: radiation carries the gas away, there is no hydrostatic model")
    return atmosphere


def atmosphere_of(structure: Structure, column: Column, labels: Labels) -> Atmosphere:
    """The ``Atmosphere`` of a converged ``Structure`` and its gas; differentiable."""
    opacity = jnp.exp(column.log_rosseland)
    values: dict[str, Any] = {name: jnp.asarray(value, dtype=jnp.float64) for name, value in labels.as_dict().items()}
    return Atmosphere(
        log_tau=jnp.asarray(depth_grid(opacity.size).log_tau),
        column_mass=column_mass(opacity),
        temperature=structure.temperature,
        # By the quadrature that gives the column mass; differs from the iterated pressure by the last change.
        gas_pressure=balanced_pressure(column.log_rosseland, 10.0**labels.logg, structure.radiative_acceleration),
        electron_density=column.electron_density,
        rosseland_opacity=opacity,
        radiative_acceleration=structure.radiative_acceleration,
        **values,
        number_fractions=number_fractions(labels),
        source="solver",
    )


_atmosphere = jax.jit(atmosphere_of)
