"""The part of an opacity table that holds metals and molecules: cross sections summed over lines, in a few factors."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from kurucz_a1.errors import BadFile
from kurucz_a1.lines.compression import principal, weighted_low_rank
from kurucz_a1.lines.cross_sections import States, cross_sections
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.lines.opacity_table import absorber_index
from kurucz_a1.lines.packing import PIECE, Metals, rounded
from kurucz_a1.lines.species import SpeciesLines, by_species
from kurucz_a1.numerics.b_splines import SplineAxis, spline_coefficients
from kurucz_a1.physics.abundances import ELEMENTS, eos_fractions, number_fractions
from kurucz_a1.physics.continuum import continuum_opacity, continuum_tables
from kurucz_a1.physics.equation_of_state import GasState, gas_state
from kurucz_a1.physics.line_opacity import absorber_populations
from kurucz_a1.physics.line_profiles import hydrogen_equivalent
from kurucz_a1.physics.partition_functions import MOLECULES
from kurucz_a1.types import Scalar

TEMPERATURE = SplineAxis(np.log(1500.0), np.log(60000.0 / 1500.0) / 35, 36, 2.0)
PRESSURE = SplineAxis(0.0, np.log(1e8) / 10, 11, 1.0)
RANK = 16
LEAST_SHARE = 0.003  # a species is left out of pieces in which it never makes up this much of the opacity
SMALLEST = 1e-45  # cm2; a floor for logarithms, far below anything that matters
TRACE = 1e-6  # of the largest share of a species in the gas, below which its cross sections are not computed
FINEST, COARSEST = 0.001, 0.05  # steps of ln sigma, of a species that is all of the opacity and of one that hardly is

Report = Callable[[str], object]


def nodes(axis: SplineAxis) -> Float[np.ndarray, "node"]:
    """Values (not logarithms) at the nodes of an axis."""
    return np.exp(axis.first + axis.step * np.arange(int(axis.size)))


def gas_states(
    temperature: Float[np.ndarray, "temperature"],
    pressure: Float[np.ndarray, "pressure"],
    microturbulence: Scalar | Float[np.ndarray, "vturb"],
) -> tuple[States, GasState]:
    """States of gas of solar composition on a mesh (K, dyn cm-2; cm s-1), and the GasState of each, flattened."""
    mesh = [jnp.asarray(values.ravel()) for values in np.meshgrid(temperature, pressure, indexing="ij")]
    fractions = eos_fractions(number_fractions())
    gas = jax.jit(jax.vmap(gas_state, (0, 0, None)))(*mesh, fractions)
    shape = (len(temperature), len(pressure))
    helium = gas.atoms[:, ELEMENTS.index("He"), 0]
    hydrogen_molecules = gas.molecules[:, MOLECULES.index("H2")]
    perturbers = hydrogen_equivalent(gas.atoms[:, 0, 0], helium, hydrogen_molecules)
    states = States(
        temperature,
        np.asarray(gas.electron_density).reshape(shape),
        np.asarray(perturbers).reshape(shape),
        microturbulence,
    )
    return states, gas


def plausibility(
    temperature: Float[np.ndarray, "temperature"], pressure: Float[np.ndarray, "pressure"]
) -> Float[np.ndarray, "temperature pressure"]:
    """Weight of a state: 1 where atmospheres of 2500..50,000 K have gas, small but not zero elsewhere."""
    log_t, log_p = np.meshgrid(np.log10(temperature), np.log10(pressure), indexing="ij")
    lowest = np.where(log_t > 4.4, 12 * (log_t - 4.4) - 0.5, -1.0)
    highest = np.clip(5.0 + 8 * (log_t - 3.3), 4.5, 8.0)
    inside = 1 / (1 + np.exp(-4 * (log_p - lowest))) / (1 + np.exp(4 * (log_p - highest)))
    return np.maximum(inside, 0.03)


class _Section(NamedTuple):
    """Cross sections of one species in the blocks of frequencies and at the temperatures at which it may matter."""

    name: str
    lines: int
    blocks: Int[np.ndarray, "block"]
    rows: Int[np.ndarray, "row"]  # frequencies in these blocks
    hot: slice  # temperatures
    section: Float[np.ndarray, "row vturb temperature pressure"]
    absorbers: Float[np.ndarray, "temperature pressure"]  # per gram

    def absorption(self) -> Float[np.ndarray, "row vturb temperature pressure"]:
        """cm2 per gram."""
        return self.section * self.absorbers.astype(np.float32)


class _Compressed(NamedTuple):
    """One species as ``Metals`` holds it."""

    name: str
    lines: int
    blocks: Int[np.ndarray, "block"]
    mean: Float[np.ndarray, "vturb block point"]
    factors: Float[np.ndarray, "vturb block point rank"]
    step: Float[np.ndarray, "block"]
    functions: Float[np.ndarray, "temperature pressure rank"]
    error: float  # sum of squares of ln sigma, weighted
    weight: float


def metal_table(
    lines: LineList,
    frequency: Float[np.ndarray, "nu"],
    microturbulence: Float[np.ndarray, "vturb"],
    rank: int = RANK,
    report: Report = print,
) -> tuple[list[str], list[int], Metals, float]:
    """Names of metals and molecules, the number of lines of each, their ``Metals`` and the error in dex.

    ``microturbulence``: cm s-1. Raises BadFile if no species is strong enough to be kept.
    """
    temperature, pressure = nodes(TEMPERATURE), nodes(PRESSURE)
    states, gas = gas_states(temperature, pressure, microturbulence)
    per_gram = np.asarray(jax.vmap(absorber_populations)(gas) / gas.density[:, None])
    tables = continuum_tables(jnp.asarray(frequency))
    background = np.sum(jax.jit(jax.vmap(continuum_opacity, (None, 0)))(tables, gas), axis=0).T
    background = np.asarray(background, np.float32).reshape(-1, 1, temperature.size, pressure.size)
    plausible = plausibility(temperature, pressure).astype(np.float32)

    def section(species: SpeciesLines) -> _Section | None:
        absorbers = per_gram[:, absorber_index(species.name)].reshape(plausible.shape)
        found = _section(species, frequency, states, absorbers, background, plausible)
        report(f"{species.name:6s} {len(species.lines):7d} lines")
        return found

    total = np.repeat(background, len(microturbulence), axis=1)
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        found = [each for each in pool.map(section, by_species(lines)) if each]
        for each in found:
            total[each.rows, :, each.hot] += each.absorption()
        compress = partial(_compressed, total=total, plausible=plausible, rank=rank)
        kept = [each for each in pool.map(compress, found) if each]
    if not kept:
        raise BadFile("the line lists hold no line that matters, of an atom or molecule that the gas holds; add lists")
    surface = np.stack([each.functions for each in kept], axis=2)
    coefficients = spline_coefficients(spline_coefficients(surface, 0), 1, flat_start=True)
    metals = Metals(
        np.concatenate([each.mean for each in kept], axis=1),
        np.concatenate([each.factors for each in kept], axis=1),
        np.concatenate([each.step for each in kept]),
        np.repeat(np.arange(len(kept)), [each.blocks.size for each in kept]),
        np.concatenate([each.blocks for each in kept]),
        coefficients,
    )
    error = np.sqrt(sum(each.error for each in kept) / sum(each.weight for each in kept)) / np.log(10)
    return [each.name for each in kept], [each.lines for each in kept], metals, float(error)


def _section(
    species: SpeciesLines,
    frequency: Float[np.ndarray, "nu"],
    states: States,
    absorbers: Float[np.ndarray, "temperature pressure"],
    background: Float[np.ndarray, "nu 1 temperature pressure"],
    plausible: Float[np.ndarray, "temperature pressure"],
) -> _Section | None:
    """Where a species may matter beside the continuum alone; None if nowhere."""
    there = (absorbers * plausible).max(1)
    present = np.flatnonzero(there >= TRACE * there.max())
    hot = slice(present[0], present[-1] + 1)
    own = States(
        states.temperature[hot], states.electron_density[hot], states.hydrogen_equivalent[hot], states.microturbulence
    )
    section = cross_sections(species.lines, frequency, own, species.ionization_energy).astype(np.float32)
    section = section.reshape(len(frequency), -1, *own.electron_density.shape)
    absorbers = absorbers[hot]
    factor = (absorbers * plausible[hot]).astype(np.float32) / background[:, :, hot]
    share = np.array([(rows * of_rows).max() for rows, of_rows in zip(section, factor, strict=True)])
    blocks = np.flatnonzero(_in_blocks(share) >= LEAST_SHARE)
    if not blocks.size:
        return None
    rows = _rows(blocks, len(frequency))
    return _Section(species.name, len(species.lines), blocks, rows, hot, section[rows], absorbers)


def _compressed(
    found: _Section,
    total: Float[np.ndarray, "nu vturb temperature pressure"],
    plausible: Float[np.ndarray, "temperature pressure"],
    rank: int,
) -> _Compressed | None:
    """A species in a few factors, where it matters beside all others; None if nowhere."""
    share = found.absorption() / total[found.rows, :, found.hot] * plausible[found.hot]
    largest = np.zeros(len(total))
    largest[found.rows] = share.max((1, 2, 3))
    of_block = _in_blocks(largest)
    blocks = np.flatnonzero(of_block >= LEAST_SHARE)
    if not blocks.size:
        return None
    rows = _rows(blocks, len(total))
    kept = np.isin(found.rows, rows)
    shape = share.shape[1:]  # vturb, temperature, pressure
    # a row for each frequency and each microturbulence in it
    values, shares = (each[kept].reshape(-1, shape[1] * shape[2]).astype(float) for each in (found.section, share))
    values = np.log(np.maximum(values, SMALLEST))
    weights = (shares + 0.003 * plausible[found.hot].ravel()) ** 2
    some = slice(None, None, 3 if shape[0] > 1 else 1)  # neighbouring microturbulences tell nearly the same
    mean, factors, functions = weighted_low_rank(values, weights, rank, rows=some)
    factors, functions = principal(factors, functions, weights.mean(1), weights.mean(0))

    points = len(blocks) * PIECE
    place = np.searchsorted(blocks, rows // PIECE) * PIECE + rows % PIECE
    full_mean = np.full((shape[0], points), np.log(SMALLEST))
    full_mean[:, place] = mean.reshape(-1, shape[0]).T
    full_factors = np.zeros((shape[0], points, rank))
    full_factors[:, place, : len(functions)] = factors.reshape(len(rows), shape[0], -1).swapaxes(0, 1)
    full_functions = np.zeros((rank, *plausible.shape))
    full_functions[: len(functions), found.hot] = functions.reshape(-1, *shape[1:])
    # where the species is not, nothing depends on its functions
    full_functions[:, : found.hot.start] = full_functions[:, found.hot.start, None]
    full_functions[:, found.hot.stop :] = full_functions[:, found.hot.stop - 1, None]
    compressed = _Compressed(
        found.name,
        found.lines,
        blocks,
        full_mean.reshape(shape[0], -1, PIECE),
        full_factors.reshape(shape[0], -1, PIECE, rank),
        np.clip(FINEST / of_block[blocks], FINEST, COARSEST),
        np.moveaxis(full_functions, 0, -1),
        0.0,
        float(np.sum(shares**2)),
    )
    numbers, scale = rounded(Metals(*compressed[3:6], blocks, blocks, full_functions))
    columns = (numbers * scale[:, None]).reshape(shape[0], rank + 1, points)[:, :, place]
    columns = np.transpose(columns, (2, 0, 1)).reshape(-1, rank + 1)[:, : len(functions) + 1]
    misfit = columns[:, :1] + columns[:, 1:] @ functions - values
    return compressed._replace(error=float(np.sum((shares * misfit) ** 2)))


def _in_blocks(values: Float[np.ndarray, "nu"]) -> Float[np.ndarray, "block"]:
    """The largest value in each block of frequencies."""
    return np.maximum.reduceat(values, np.arange(0, len(values), PIECE))


def _rows(blocks: Int[np.ndarray, "block"], count: int) -> Int[np.ndarray, "row"]:
    """The frequencies in some blocks, of ``count`` in all."""
    rows = (blocks[:, None] * PIECE + np.arange(PIECE)).ravel()
    return rows[rows < count]
