"""Make the line opacity table of the package from line lists.

    python -m kurucz_a1.lines.build_opacity_table --lines atoms.txt.gz molecules.txt.gz --output line_opacity.nc

The table holds what we compute from the lists, cross sections per absorber on the frequency sample of the model
atmospheres as functions of temperature and pressure, and none of their lines. Lines of CO are computed from its
molecular constants unless a list holds them; hydrogen comes from theory. It takes about two minutes.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr

import kurucz_a1
from kurucz_a1.errors import BadFile, UserError
from kurucz_a1.lines.carbon_monoxide import carbon_monoxide_lines
from kurucz_a1.lines.compression import weighted_low_rank
from kurucz_a1.lines.cross_sections import States, cross_sections
from kurucz_a1.lines.line_list import concatenate
from kurucz_a1.lines.opacity_table import FORMAT, absorber_index, describe_lists, pack
from kurucz_a1.lines.readers import read_line_lists
from kurucz_a1.lines.sampling import all_frequencies
from kurucz_a1.lines.species import absorbers_of, by_species
from kurucz_a1.netcdf import write_netcdf
from kurucz_a1.numerics.b_splines import SplineAxis, spline_coefficients
from kurucz_a1.physics.abundances import ELEMENTS, eos_fractions, number_fractions
from kurucz_a1.physics.constants import KILOMETRE_PER_SECOND
from kurucz_a1.physics.continuum import continuum_opacity, continuum_tables
from kurucz_a1.physics.equation_of_state import gas_state
from kurucz_a1.physics.hydrogen_lines import self_cross_section, stark_cross_section
from kurucz_a1.physics.line_opacity import absorber_populations
from kurucz_a1.physics.line_profiles import hydrogen_equivalent
from kurucz_a1.physics.partition_functions import MOLECULES

TEMPERATURE = SplineAxis(np.log(1800.0), np.log(26000.0 / 1800.0) / 25, 26, 2.0)
PRESSURE = SplineAxis(0.0, np.log(1e8) / 10, 11, 1.0)
ELECTRONS = SplineAxis(np.log(1e6), np.log(10.0) / 2, 25, 2.0)
RANK, HYDROGEN_RANK, SELF_RANK = 12, 32, 4
LEAST_SHARE = 0.003  # species that never make up this much of the opacity are left out
SMALLEST = 1e-45  # cm2; a floor for logarithms, far below anything that matters


def nodes(axis):
    """Values (not logarithms) at the nodes of an axis."""
    return np.exp(axis.first + axis.step * np.arange(axis.count))


def gas_states(temperature, pressure, microturbulence):
    """States of gas of solar composition on a (T, P) mesh, and the GasState of each, flattened."""
    mesh = [jnp.asarray(values.ravel()) for values in np.meshgrid(temperature, pressure, indexing="ij")]
    fractions = eos_fractions(number_fractions())
    gas = jax.jit(jax.vmap(gas_state, (0, 0, None)))(*mesh, fractions)
    shape = (len(temperature), len(pressure))
    helium = gas.atoms[:, ELEMENTS.index("He"), 0]
    hydrogen_molecules = gas.molecules[:, MOLECULES.index("H2")]
    perturbers = hydrogen_equivalent(gas.atoms[:, 0, 0], helium, hydrogen_molecules)
    states = States(
        temperature,
        pressure,
        np.asarray(gas.electron_density).reshape(shape),
        np.asarray(perturbers).reshape(shape),
        microturbulence,
    )
    return states, gas


def plausibility(temperature, pressure):
    """Weight (T * P,) of a state: 1 where atmospheres of 4000..12000 K have gas, small but not zero elsewhere."""
    log_t, log_p = np.meshgrid(np.log10(temperature), np.log10(pressure), indexing="ij")
    lowest = np.where(log_t > 4.0, 12 * (log_t - 4.0) + 0.5, -1.0)
    highest = np.clip(4.0 + 8 * (log_t - 3.4), 4.0, 8.0)
    inside = 1 / (1 + np.exp(-4 * (log_p - lowest))) / (1 + np.exp(4 * (log_p - highest)))
    return np.maximum(inside, 0.03).ravel()


def metal_table(lines, frequency, microturbulence, rank=RANK, report=print):
    """LowRank arrays of metals and molecules: (species names, mean, factors, coefficients, error in dex).

    Raises BadFile if no species is strong enough to be kept.
    """
    temperature, pressure = nodes(TEMPERATURE), nodes(PRESSURE)
    states, gas = gas_states(temperature, pressure, microturbulence)
    per_gram = np.asarray(jax.vmap(absorber_populations)(gas) / gas.density[:, None])
    tables = continuum_tables(jnp.asarray(frequency))
    background = np.sum(jax.jit(jax.vmap(continuum_opacity, (None, 0)))(tables, gas), axis=0).T  # (nu, state)

    names, sections, absorbers = [], [], []
    for species in by_species(lines):
        section = cross_sections(species.lines, frequency, states, species.ionization_energy)
        names.append(species.name)
        sections.append(section.reshape(len(frequency), -1).astype(np.float32))
        absorbers.append(per_gram[:, absorber_index(names[-1])])
        report(f"{names[-1]:6s} {len(species.lines):7d} lines")

    total = background + sum(s * n for s, n in zip(sections, absorbers, strict=True))
    plausible = plausibility(temperature, pressure)
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
        surface = np.zeros((TEMPERATURE.count, PRESSURE.count, rank))
        surface[..., : len(function)] = function.T.reshape(TEMPERATURE.count, PRESSURE.count, -1)
        kept.append(name)
        means.append(full_mean)
        factors.append(full_factor)
        coefficients.append(spline_coefficients(spline_coefficients(surface, 0), 1, flat_start=True))
    if not kept:
        raise BadFile("the line lists hold no line that matters, of an atom or molecule that the gas holds; add lists")
    error = np.sqrt(error / weight_sum) / np.log(10)
    return kept, np.array(means), np.array(factors), np.stack(coefficients, axis=2), error


def hydrogen_tables(frequency, microturbulence):
    """LowRank arrays (mean, factors, coefficients) of hydrogen: Stark profiles, and self broadening."""
    temperature, electrons = nodes(TEMPERATURE), nodes(ELECTRONS)
    frequency = jnp.asarray(frequency)
    mesh = [jnp.asarray(values.ravel()) for values in np.meshgrid(temperature, electrons, indexing="ij")]
    stark = jax.jit(
        lambda t, e: jax.lax.map(
            lambda s: stark_cross_section(frequency, s[0], s[1], microturbulence), (t, e), batch_size=16
        )
    )(*mesh)
    collisions = jax.jit(jax.vmap(lambda t: self_cross_section(frequency, t, microturbulence)))(temperature)
    collisions = np.repeat(np.asarray(collisions), ELECTRONS.count, axis=0)
    # Atmospheres have about 10^11.5 electrons per cm3 at 4500 K and 10^15 at 11,000 K, a factor of 100 more or less.
    usual = np.minimum(11.5 + 9 * np.log10(np.asarray(mesh[0]) / 4500), 16.0)
    plausible = np.maximum(np.exp(-(((np.log10(np.asarray(mesh[1])) - usual) / 2) ** 2)), 0.01)
    return [
        _hydrogen_part(np.asarray(stark).T, plausible, HYDROGEN_RANK),
        _hydrogen_part(collisions.T, plausible, SELF_RANK),
    ]


def _hydrogen_part(section, plausible, rank):
    values = np.log(np.maximum(section, 1e-60))
    mean, factors, functions = weighted_low_rank(values, np.broadcast_to(plausible, values.shape), rank)
    surface = functions.T.reshape(TEMPERATURE.count, ELECTRONS.count, 1, rank)
    coefficients = spline_coefficients(spline_coefficients(surface, 0), 1)
    return mean[None], factors[None], coefficients


def make_dataset(lines, frequency, microturbulence, report=print):
    """Dataset of the table of a LineList at frequencies (nu,) in Hz; microturbulence in cm s-1.

    report: called with a line of text for each species. Raises BadFile if nothing in the list matters.
    """
    names, *metals, error = metal_table(lines, frequency, microturbulence, report=report)
    negligible = {name for name, _ in absorbers_of(lines)} - {name.split()[0] for name in names}
    stark, collisions = hydrogen_tables(frequency, microturbulence)
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
            "microturbulence_km_s": microturbulence / KILOMETRE_PER_SECOND,
            "compression_error_dex": float(error),
            "negligible": " ".join(sorted(negligible)),
        },
    )


def read_lines(paths):
    """The LineList of the files at ``paths``, and lines of CO from its molecular constants where they hold none.

    Raises BadFile where a list cannot be read.
    """
    lines = read_line_lists([Path(path) for path in paths])
    return lines if "CO" in lines.species else concatenate([lines, carbon_monoxide_lines()])


def build(paths, output, microturbulence=2 * KILOMETRE_PER_SECOND, report=print):
    """Make the table from the line lists at ``paths`` and write it to ``output`` (netCDF), whole or not at all.

    paths: of lists in any form that ``read_line_list`` reads; microturbulence: cm s-1; report: called with a line of
    text for each species. Raises BadFile where a list cannot be read or nothing in the lists matters.
    """
    dataset = make_dataset(read_lines(paths), all_frequencies(), microturbulence, report).assign_attrs(
        history=f"{datetime.now(UTC):%Y-%m-%d} kurucz_a1 {kurucz_a1.__version__}, "
        "python -m kurucz_a1.lines.build_opacity_table --lines " + " ".join(Path(path).name for path in paths),
        line_lists=describe_lists(paths),
        comment="Computed by this package from the lists named; no line of them is held here. Hydrogen is from "
        "theory, CO from its Dunham constants where the lists have none. Lists whose names say linemake were "
        "compiled by Placco et al. (2021, RNAAS 5, 92) from Kurucz and others.",
    )
    write_netcdf(output, dataset)
    return dataset


def main(arguments=None):
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", nargs="+", required=True, metavar="FILE", help="line lists (any form that is read)")
    parser.add_argument("--output", required=True, metavar="FILE", help="netCDF file to write")
    parser.add_argument("--microturbulence", type=float, default=2.0, help="km/s (default 2)")
    options = parser.parse_args(arguments)
    try:
        build(options.lines, options.output, options.microturbulence * KILOMETRE_PER_SECOND)
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
