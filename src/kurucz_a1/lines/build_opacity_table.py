"""Make the line opacity table of the package from line lists.

    python -m kurucz_a1.lines.build_opacity_table --lines atoms.txt.gz molecules.txt.gz --output line_opacity.nc

The table holds what we compute from the lists, cross sections per absorber on the frequency sample of the model
atmospheres as functions of temperature and pressure, and none of their lines. Lines of some molecules
(``lines.computed``) are computed unless a list holds them; hydrogen comes from theory. This takes some minutes.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float

import kurucz_a1
from kurucz_a1.errors import BadFile, UserError
from kurucz_a1.lines.compression import weighted_low_rank
from kurucz_a1.lines.computed import COMPUTED, computed_lines
from kurucz_a1.lines.cross_sections import States, cross_sections
from kurucz_a1.lines.line_list import LineList, concatenate
from kurucz_a1.lines.opacity_table import FORMAT, absorber_index, describe_lists, pack
from kurucz_a1.lines.readers import read_line_lists
from kurucz_a1.lines.sampling import all_frequencies
from kurucz_a1.lines.species import absorbers_of, by_species, warn_of_absent
from kurucz_a1.netcdf import write_netcdf
from kurucz_a1.numerics.b_splines import SplineAxis, spline_coefficients
from kurucz_a1.physics.abundances import ELEMENTS, eos_fractions, number_fractions
from kurucz_a1.physics.constants import KILOMETRE_PER_SECOND
from kurucz_a1.physics.continuum import continuum_opacity, continuum_tables
from kurucz_a1.physics.equation_of_state import GasState, gas_state
from kurucz_a1.physics.hydrogen_lines import self_cross_section, stark_cross_section
from kurucz_a1.physics.line_opacity import absorber_populations
from kurucz_a1.physics.line_profiles import hydrogen_equivalent
from kurucz_a1.physics.partition_functions import MOLECULES
from kurucz_a1.types import Scalar

TEMPERATURE = SplineAxis(np.log(1800.0), np.log(26000.0 / 1800.0) / 25, 26, 2.0)
PRESSURE = SplineAxis(0.0, np.log(1e8) / 10, 11, 1.0)
ELECTRONS = SplineAxis(np.log(1e6), np.log(10.0) / 2, 25, 2.0)
RANK, HYDROGEN_RANK, SELF_RANK = 12, 32, 4
VTURBS = 4  # microturbulences at which a range of them is tabulated: interpolation is a cubic
LEAST_SHARE = 0.003  # species that never make up this much of the opacity are left out
SMALLEST = 1e-45  # cm2; a floor for logarithms, far below anything that matters


_Report = Callable[[str], object]


class Parts(NamedTuple):
    """The arrays of a LowRank."""

    mean: Float[np.ndarray, "species nu"]
    factors: Float[np.ndarray, "species nu rank"]
    coefficients: Float[np.ndarray, "*vturb x_node y_node species rank"]


def nodes(axis: SplineAxis) -> Float[np.ndarray, "node"]:
    """Values (not logarithms) at the nodes of an axis."""
    return np.exp(axis.first + axis.step * np.arange(int(axis.size)))


def gas_states(
    temperature: Float[np.ndarray, "temperature"], pressure: Float[np.ndarray, "pressure"], microturbulence: Scalar
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
) -> Float[np.ndarray, "temperature*pressure"]:
    """Weight of a state: 1 where atmospheres of 4000..12000 K have gas, small but not zero elsewhere."""
    log_t, log_p = np.meshgrid(np.log10(temperature), np.log10(pressure), indexing="ij")
    lowest = np.where(log_t > 4.0, 12 * (log_t - 4.0) + 0.5, -1.0)
    highest = np.clip(4.0 + 8 * (log_t - 3.4), 4.0, 8.0)
    inside = 1 / (1 + np.exp(-4 * (log_p - lowest))) / (1 + np.exp(4 * (log_p - highest)))
    return np.maximum(inside, 0.03).ravel()


def vturb_nodes(vturb: Scalar | Sequence[float] | Float[np.ndarray, "2"]) -> Float[np.ndarray, "vturb"]:
    """The microturbulences at which a table is made, in the unit given: one value, or VTURBS between two (the extrema
    of a Chebyshev polynomial, between which a polynomial strays least)."""
    values = np.atleast_1d(np.asarray(vturb, dtype=float))
    if values.size == 1:
        return values
    low, high = values
    return 0.5 * (low + high) - 0.5 * (high - low) * np.cos(np.pi * np.arange(VTURBS) / (VTURBS - 1))


def metal_table(
    lines: LineList,
    frequency: Float[np.ndarray, "nu"],
    microturbulence: Float[np.ndarray, "vturb"],
    rank: int = RANK,
    report: _Report = print,
) -> tuple[list[str], Parts, float]:
    """Names of metals and molecules, their LowRank arrays and the error in dex.

    ``microturbulence``: cm s-1. Raises BadFile if no species is strong enough to be kept.
    """
    temperature, pressure = nodes(TEMPERATURE), nodes(PRESSURE)
    states, gas = gas_states(temperature, pressure, microturbulence[0])
    turbulent = [replace(states, microturbulence=value) for value in microturbulence]
    per_gram = np.asarray(jax.vmap(absorber_populations)(gas) / gas.density[:, None])
    tables = continuum_tables(jnp.asarray(frequency))
    background = np.sum(jax.jit(jax.vmap(continuum_opacity, (None, 0)))(tables, gas), axis=0).T  # (nu, state)
    background = np.tile(background, len(turbulent))  # (nu, vturb x state)
    shape = (len(turbulent), TEMPERATURE.size, PRESSURE.size)

    names, sections, absorbers = [], [], []
    for species in by_species(lines):
        of_species = [cross_sections(species.lines, frequency, each, species.ionization_energy) for each in turbulent]
        names.append(species.name)
        sections.append(np.stack(of_species, axis=1).reshape(len(frequency), -1).astype(np.float32))
        absorbers.append(np.tile(per_gram[:, absorber_index(names[-1])], len(turbulent)))
        report(f"{names[-1]:6s} {len(species.lines):7d} lines")

    total = background + sum(s * n for s, n in zip(sections, absorbers, strict=True))
    plausible = np.tile(plausibility(temperature, pressure), len(turbulent))
    kept, means, factors, coefficients = [], [], [], []
    error = weight_sum = 0.0
    for name, section, absorber in zip(names, sections, absorbers, strict=True):
        share = section * absorber / total
        if (share * plausible).max() < LEAST_SHARE:
            continue
        live = section.max(1) > 0
        values = np.log(np.maximum(section[live], SMALLEST).astype(float))
        weights = ((share[live] + 0.003) * plausible) ** 2
        mean, factor, function = weighted_low_rank(values, weights, rank)
        shares = (share[live] * plausible) ** 2
        error += np.sum(shares * (mean[:, None] + factor @ function - values) ** 2)
        weight_sum += shares.sum()
        full_mean = np.full(len(frequency), np.log(SMALLEST))
        full_factor = np.zeros((len(frequency), rank))
        full_mean[live], full_factor[live, : factor.shape[1]] = mean, factor
        surface = np.zeros((*shape, rank))
        surface[..., : len(function)] = function.T.reshape(*shape, -1)
        kept.append(name)
        means.append(full_mean)
        factors.append(full_factor)
        coefficients.append(spline_coefficients(spline_coefficients(surface, 1), 2, flat_start=True))
    if not kept:
        raise BadFile("the line lists hold no line that matters, of an atom or molecule that the gas holds; add lists")
    error = np.sqrt(error / weight_sum) / np.log(10)
    return kept, Parts(np.array(means), np.array(factors), _plain(np.stack(coefficients, axis=3))), float(error)


def _plain(
    coefficients: Float[np.ndarray, "vturb x_node y_node species rank"],
) -> Float[np.ndarray, "... x_node y_node species rank"]:
    """Coefficients without the first axis if there is one microturbulence."""
    return coefficients[0] if len(coefficients) == 1 else coefficients


def hydrogen_tables(
    frequency: Float[np.ndarray, "nu"], microturbulence: Float[np.ndarray, "vturb"]
) -> tuple[Parts, Parts]:
    """LowRank arrays of hydrogen: Stark profiles, and self broadening. ``microturbulence``: cm s-1."""
    temperature, electrons = nodes(TEMPERATURE), nodes(ELECTRONS)
    nu = jnp.asarray(frequency)
    mesh = [jnp.asarray(values.ravel()) for values in np.meshgrid(temperature, electrons, indexing="ij")]
    stark_of = jax.jit(
        lambda t, e, turbulence: jax.lax.map(
            lambda s: stark_cross_section(nu, s[0], s[1], turbulence), (t, e), batch_size=16
        )
    )
    collisions_of = jax.jit(jax.vmap(lambda t, turbulence: self_cross_section(nu, t, turbulence), (0, None)))
    stark = np.concatenate([stark_of(*mesh, turbulence) for turbulence in microturbulence])
    collisions = np.concatenate(
        [np.repeat(np.asarray(collisions_of(temperature, value)), ELECTRONS.size, axis=0) for value in microturbulence]
    )
    # Atmospheres have about 10^11.5 electrons per cm3 at 4500 K and 10^15 at 11,000 K, a factor of 100 more or less.
    usual = np.minimum(11.5 + 9 * np.log10(np.asarray(mesh[0]) / 4500), 16.0)
    plausible = np.maximum(np.exp(-(((np.log10(np.asarray(mesh[1])) - usual) / 2) ** 2)), 0.01)
    plausible = np.tile(plausible, len(microturbulence))
    return _hydrogen_part(stark.T, plausible, HYDROGEN_RANK), _hydrogen_part(collisions.T, plausible, SELF_RANK)


def _hydrogen_part(section: Float[np.ndarray, "nu state"], plausible: Float[np.ndarray, "state"], rank: int) -> Parts:
    values = np.log(np.maximum(section, 1e-60))
    mean, factors, functions = weighted_low_rank(values, np.broadcast_to(plausible, values.shape), rank)
    surface = functions.T.reshape(-1, TEMPERATURE.size, ELECTRONS.size, 1, rank)
    coefficients = spline_coefficients(spline_coefficients(surface, 1), 2)
    return Parts(mean[None], factors[None], _plain(coefficients))


def make_dataset(
    lines: LineList,
    frequency: Float[np.ndarray, "nu"],
    microturbulence: Scalar | Sequence[float] | Float[np.ndarray, "2"],
    report: _Report = print,
) -> xr.Dataset:
    """Dataset of the table of a LineList at ``frequency`` (Hz).

    - ``microturbulence``: cm s-1; (low, high) for a table that is interpolated between them.
    - ``report``: called with a line of text for each species.

    Raises BadFile if no line in the list matters.
    """
    vturb = vturb_nodes(microturbulence)
    names, metals, error = metal_table(lines, frequency, vturb, report=report)
    negligible = {name for name, _ in absorbers_of(lines)} - {name.split()[0] for name in names}
    stark, collisions = hydrogen_tables(frequency, vturb)
    report(f"kept {len(names)} species; error of the compression {error:.4f} dex rms, weighted by importance")
    return xr.Dataset(
        {
            "frequency": (("frequency",), frequency, {"units": "Hz"}),
            "species": (("metals_species",), np.array(names), {"long_name": "formula, ion stage (0 neutral)"}),
            **pack(*metals, TEMPERATURE, PRESSURE, "metals"),
            **pack(*stark, TEMPERATURE, ELECTRONS, "hydrogen"),
            **pack(*collisions, TEMPERATURE, ELECTRONS, "hydrogen_self"),
        },
        attrs={
            "format": FORMAT,
            "title": "Line absorption cross sections per absorber and unit of partition function, ln cm2",
            "lines": len(lines),
            "microturbulence_km_s": vturb / KILOMETRE_PER_SECOND,  # a number where there is one
            "compression_error_dex": error,
            "negligible": " ".join(sorted(negligible)),
        },
    )


def read_lines(paths: Sequence[str | Path]) -> LineList:
    """The lines of the files at ``paths``, and those of each molecule of ``computed.COMPUTED`` that they hold none of.

    Raises BadFile if a list cannot be read.
    """
    lines = read_line_lists([Path(path) for path in paths])
    return concatenate([lines, *computed_lines(set(lines.species))])


def build(
    paths: Sequence[str | Path],
    output: str | Path,
    microturbulence: Scalar | Sequence[float] = 2 * KILOMETRE_PER_SECOND,
    report: _Report = print,
) -> xr.Dataset:
    """Make the table from the line lists at ``paths`` and write it to ``output`` (netCDF), whole or not at all.

    - ``paths``: of lists in any form that ``read_line_list`` reads; ``microturbulence``: cm s-1, or (low, high).
    - ``report``: called with a line of text for each species.

    Raises BadFile if a list cannot be read or no line in them matters.
    """
    lines = read_lines(paths)
    warn_of_absent(lines, "the line lists")
    dataset = make_dataset(lines, all_frequencies(), microturbulence, report).assign_attrs(
        history=f"{datetime.now(UTC):%Y-%m-%d} kurucz_a1 {kurucz_a1.__version__}, "
        "python -m kurucz_a1.lines.build_opacity_table --lines " + " ".join(Path(path).name for path in paths),
        line_lists=describe_lists(paths),
        comment="Computed by this package from the lists named; no line of them is held here. Hydrogen is from "
        "theory; where the lists have none, "
        + ", ".join(f"{each.formula} from {each.origin}" for each in COMPUTED)
        + ". Lists whose names say linemake were "
        "compiled by Placco et al. (2021, RNAAS 5, 92) from Kurucz and others.",
    )
    write_netcdf(output, dataset)
    return dataset


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", nargs="+", required=True, metavar="FILE", help="line lists (any form that is read)")
    parser.add_argument("--output", required=True, metavar="FILE", help="netCDF file to write")
    parser.add_argument(
        "--microturbulence", type=float, nargs="+", default=[2.0], help="km/s, one value or low and high (default 2)"
    )
    options = parser.parse_args(arguments)
    if len(options.microturbulence) > 2:
        parser.error("--microturbulence takes one value, or the lowest and the highest")
    microturbulence = [value * KILOMETRE_PER_SECOND for value in options.microturbulence]
    try:
        build(options.lines, options.output, microturbulence if len(microturbulence) == 2 else microturbulence[0])
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
