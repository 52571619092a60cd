"""Solve for a model atmosphere: iterate Newton steps until temperature, pressure and flux have settled."""

from functools import lru_cache
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from threadpoolctl import threadpool_limits

from kurucz_a1.atmosphere.depth import DEPTH_COUNTS, DEPTHS, depth_grid
from kurucz_a1.atmosphere.hydrostatics import LEAST_GRAVITY, column_mass
from kurucz_a1.atmosphere.model import Atmosphere
from kurucz_a1.atmosphere.solver.matter import matter, opacities
from kurucz_a1.atmosphere.solver.newton import balanced_pressure, newton_step
from kurucz_a1.atmosphere.solver.start import at_depths, start_structure
from kurucz_a1.errors import BadConfig
from kurucz_a1.labels import takes_labels
from kurucz_a1.lines.opacity_table import load_opacity_table
from kurucz_a1.physics.abundances import eos_fractions, number_fractions
from kurucz_a1.settings import SolverOptions


class NotConverged(RuntimeError):
    """The solver found no model; the message says in one line for which labels and why."""


_step = jax.jit(newton_step)
_start = jax.jit(start_structure, static_argnames=("iterations", "depths"))
_matter = jax.jit(matter)
LARGEST_CHANGE = 0.08  # of ln T in a step
# Much larger models begin with steps on few frequencies and depths, where compiling these pays.
_COARSE = {"frequencies": 300, "depths": DEPTHS}
_MUCH_LARGER = 3.0
_COARSE_STEPS = 10
_COARSE_CHANGE = 0.02  # of ln T, at which a coarse model is good enough to go on from
_FREE_STEPS = 6  # before damping: the first steps may well be long
_LEAST_DAMPING = 0.1


@lru_cache(maxsize=4)
def _load_opacities(frequencies, leave_out, path):
    return opacities(load_opacity_table(path, frequencies, leave_out))


def load_opacities(options):
    """``Opacities`` that ``SolverOptions`` name: of which table, on how many frequencies; kept for the next call."""
    return _load_opacities(options.frequencies, options.leave_out, options.opacity_table)


@takes_labels
def solve(labels, *, options=None, on_iteration=None):
    """A line-blanketed LTE model atmosphere in radiative-convective and hydrostatic equilibrium.

    - ``teff``: K; ``logg``: dex (cgs); ``feh``, ``afe``: dex; ``vturb``: km s-1, one that the opacity table holds. Or
      ``labels``: the same as ``Labels``.
    - ``options``: SolverOptions.
    - ``on_iteration``: called as on_iteration(number, diagnosis) after each Newton step.

    Returns an Atmosphere (depth,). Raises NotConverged, and never returns a model that is not converged; BadConfig for
    labels that are not finite or a vturb that the opacity table does not hold.

    >>> sun = solve(teff=5777.0, logg=4.44)
    >>> bool(6000 < sun.temperature[54] < 6015)  # K, near Rosseland optical depth 0.75
    True
    """
    options = options or SolverOptions()
    structure = converged_structure(labels, options, on_iteration)
    return finished(structure, labels, load_opacities(options))


# LAPACK gains nothing from threads on 80 depths, and its idle threads spin on the cores that XLA works on
one_lapack_thread = threadpool_limits.wrap(limits=1, user_api="blas")


@one_lapack_thread
def converged_structure(labels, options, on_iteration=None, polishing_steps=0, start=None, tables=None):
    """The ``Structure`` that ``solve`` ends with, for Labels.

    polishing_steps: Newton steps to take after the tolerances are met; start: the ``Structure`` to begin with, and
    tables: ``Opacities``, in place of those that ``options`` name.
    """
    tables = tables or load_opacities(options)
    check_labels(labels, tables, options.depths)
    tables = tables.at(labels)
    teff, gravity, fractions = stellar_parameters(labels)
    structure = start or _first_structure(labels, options, tables)
    iteration = Iteration(labels, options)
    settled = False
    while not settled:
        structure, diagnosis = _step(structure, teff, gravity, fractions, tables, LARGEST_CHANGE, iteration.damping)
        if on_iteration:
            on_iteration(iteration.number, diagnosis)
        settled = iteration.judge(sizes(structure, diagnosis))
    for _ in range(polishing_steps):
        structure, _ = _step(structure, teff, gravity, fractions, tables, LARGEST_CHANGE, iteration.damping)
    iteration.check_gravity(structure)
    return structure


def _first_structure(labels, options, tables):
    """The ``Structure`` that Newton's method begins with: from a coarse model where the wanted one is much larger."""
    teff, gravity, fractions = stellar_parameters(labels)
    size = options.frequencies * options.depths
    if size < _MUCH_LARGER * _COARSE["frequencies"] * _COARSE["depths"]:
        return _start(teff, gravity, fractions, tables, depths=options.depths)
    coarse = load_opacities(options.changed(**_COARSE)).at(labels)
    structure = _start(teff, gravity, fractions, coarse)
    for _ in range(_COARSE_STEPS):
        structure, diagnosis = _step(structure, teff, gravity, fractions, coarse, LARGEST_CHANGE, 1.0)
        if not float(sizes(structure, diagnosis).temperature_change) >= _COARSE_CHANGE:
            break
    # radiation may still push the wrong way where temperature falls inward
    whole = all(bool(jnp.all((values > 0.0) & (values < jnp.inf))) for values in structure[:3])
    if not whole:
        return _start(teff, gravity, fractions, tables, depths=options.depths)
    return at_depths(structure, options.depths, tables.frequency)


def check_labels(labels, tables, depths):
    """Raises BadConfig for Labels that are not finite, a vturb that ``Opacities`` do not hold, or a number of depths
    that is none of DEPTH_COUNTS."""
    if depths not in DEPTH_COUNTS:
        raise BadConfig(f"depths is {depths}: choose one of {', '.join(map(str, DEPTH_COUNTS))}")
    for name, value in labels.as_dict().items():
        if not np.isfinite(value):
            raise BadConfig(f"{name} = {value} is not a finite number; give solve() real labels")
    tables.check(labels)


class StellarParameters(NamedTuple):
    """What the equations know of a star: teff in K, gravity in cm s-2 and EOS number fractions (26,)."""

    teff: float
    gravity: float
    fractions: jax.Array


def stellar_parameters(labels):
    """The StellarParameters of Labels."""
    return StellarParameters(
        float(labels.teff), 10.0**labels.logg, eos_fractions(number_fractions(labels.feh, labels.afe))
    )


class Sizes(NamedTuple):
    """Largest absolute changes of ln T and ln P and flux error of a Newton step, not finite if the structure is not."""

    temperature_change: jax.Array
    pressure_change: jax.Array
    flux_error: jax.Array


@jax.jit
def sizes(structure, diagnosis):
    """``Sizes`` of a step."""
    doubt = 0.0 * jnp.sum(structure.temperature + structure.pressure)
    return Sizes(
        jnp.max(jnp.abs(diagnosis.temperature_change)) + doubt,
        jnp.max(jnp.abs(diagnosis.pressure_change)),
        jnp.max(jnp.abs(diagnosis.flux_error)),
    )


class Iteration:
    """Steers the Newton steps of one model: how much of the next to take, when to stop, when to give up."""

    def __init__(self, labels, options):
        self.name = labels.name
        self.logg = labels.logg
        self.options = options
        self.number = 0
        self.damping = 1.0
        self._previous = np.inf

    def judge(self, found):
        """Whether the model has settled, from the ``Sizes`` of its latest step. Raises NotConverged to give up."""
        found = Sizes(*map(float, found))
        options = self.options
        if not np.isfinite(found.temperature_change):
            raise NotConverged(f"{self.name}: temperature or pressure is not finite after {self.number + 1} iterations")
        if (
            found.temperature_change < options.tolerance
            and found.pressure_change < 10.0 * options.tolerance
            and found.flux_error < options.flux_tolerance
        ):
            return True
        if self.number >= _FREE_STEPS:
            self.damping = _next_damping(self.damping, found.temperature_change / self._previous)
        self._previous = found.temperature_change
        self.number += 1
        if self.number == options.maximum_iterations:
            raise NotConverged(
                f"{self.name}: ln T still changes by {found.temperature_change:.1e}, ln P by "
                f"{found.pressure_change:.1e}, the flux is off by {found.flux_error:.1e} after {self.number} iterations"
            )
        return False

    def check_gravity(self, structure):
        """Raises NotConverged where radiation carries the gas away."""
        if float(jnp.max(structure.radiative_acceleration)) >= (1.0 - LEAST_GRAVITY) * 10.0**self.logg:
            raise NotConverged(f"{self.name}: radiation pushes harder than gravity, there is no hydrostatic model")


def _next_damping(damping, ratio):
    """Share of the next Newton step, after the wanted step changed in length by ``ratio``.

    Newton's method cycles where convection sets in between two depths; half steps end the cycle. A damped step that
    works leaves 1 - damping of the wanted step.
    """
    if ratio > max(0.8, 1.0 - 0.5 * damping):
        return max(0.5 * damping, _LEAST_DAMPING)
    if ratio < 1.1 - damping:
        return min(1.5 * damping, 1.0)
    return damping


def finished(structure, labels, tables):
    """The ``Atmosphere`` of a converged ``Structure`` at these Labels, with the gas of ``Opacities``."""
    fractions = stellar_parameters(labels).fractions
    gas = _matter(structure.temperature, structure.pressure, fractions, tables.at(labels))
    return atmosphere_of(structure, gas, labels)


def atmosphere_of(structure, gas, labels):
    """The ``Atmosphere`` of a converged ``Structure`` and its ``Matter`` at these Labels; differentiable."""
    opacity = jnp.exp(gas.log_rosseland)
    return Atmosphere(
        log_tau=jnp.asarray(depth_grid(opacity.size).log_tau),
        column_mass=column_mass(opacity),
        temperature=structure.temperature,
        # the quadrature that also gives the column mass; differs from the iterated pressure by the last change
        gas_pressure=balanced_pressure(gas, 10.0**labels.logg, structure.radiative_acceleration),
        electron_density=gas.electron_density,
        rosseland_opacity=opacity,
        radiative_acceleration=structure.radiative_acceleration,
        **{name: jnp.asarray(value, dtype=jnp.float64) for name, value in labels.as_dict().items()},
        number_fractions=number_fractions(labels.feh, labels.afe),
        source="solver",
    )
