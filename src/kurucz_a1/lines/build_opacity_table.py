"""Make the line opacity table of the package from line lists.

    python -m kurucz_a1.lines.build_opacity_table --lines atoms.txt.gz molecules.txt.gz --output line_opacity.nc

The table holds what we compute from the lists, cross sections per absorber on the frequency sample of the model
atmospheres as functions of temperature and pressure, and none of their lines. Lines of some molecules
(``lines.computed``) are computed unless a list holds them; hydrogen comes from theory. This takes some minutes.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float

import kurucz_a1
from kurucz_a1.errors import UserError
from kurucz_a1.lines.complement import complemented
from kurucz_a1.lines.compression import low_rank
from kurucz_a1.lines.computed import COMPUTED, computed_lines
from kurucz_a1.lines.line_list import LineList, concatenate
from kurucz_a1.lines.metal_table import PRESSURE, TEMPERATURE, Report, metal_table, nodes
from kurucz_a1.lines.opacity_table import FORMAT, describe_lists, pack_hydrogen
from kurucz_a1.lines.packing import pack_metals
from kurucz_a1.lines.readers import read_line_list, read_line_lists
from kurucz_a1.lines.sampling import all_frequencies
from kurucz_a1.lines.species import absorbers_of, warn_of_absent
from kurucz_a1.netcdf import write_netcdf
from kurucz_a1.numerics.b_splines import SplineAxis, spline_coefficients
from kurucz_a1.physics.constants import KILOMETRE_PER_SECOND
from kurucz_a1.physics.hydrogen_lines import self_cross_section, stark_cross_section
from kurucz_a1.physics.line_opacity import HYDROGEN_EVERY, vturb_at, vturb_place
from kurucz_a1.types import Scalar

HYDROGEN_TEMPERATURE = SplineAxis(np.log(2500.0), np.log(60000.0 / 2500.0) / 15, 16, 2.0)
ELECTRONS = SplineAxis(np.log(1e6), np.log(10.0) / 2, 25, 2.0)
HYDROGEN_RANK, SELF_RANK = 36, 8
FARTHEST_ELECTRONS = 4.0  # dex
VTURBS = 7  # microturbulences at which a range of them is tabulated


class Parts(NamedTuple):
    """The arrays of a LowRank."""

    mean: Float[np.ndarray, "1 nu"]
    factors: Float[np.ndarray, "1 nu rank"]
    coefficients: Float[np.ndarray, "vturb x_node y_node 1 rank"]


def vturb_nodes(vturb: Scalar | Sequence[float] | Float[np.ndarray, "2"]) -> Float[np.ndarray, "vturb"]:
    """The microturbulences at which a table is made, in cm s-1 as given: one value, or VTURBS between two."""
    values = np.atleast_1d(np.asarray(vturb, dtype=float))
    if values.size == 1:
        return values
    low, high = vturb_place(values / KILOMETRE_PER_SECOND)
    inner = vturb_at(jnp.linspace(low, high, VTURBS)[1:-1])
    return np.concatenate([values[:1], np.asarray(inner) * KILOMETRE_PER_SECOND, values[1:]])


def hydrogen_tables(
    frequency: Float[np.ndarray, "nu"], microturbulence: Float[np.ndarray, "vturb"]
) -> tuple[Parts, Parts]:
    """LowRank arrays of hydrogen: Stark profiles, and self broadening. ``microturbulence``: cm s-1."""
    temperature, electrons = nodes(HYDROGEN_TEMPERATURE), nodes(ELECTRONS)
    nu = jnp.asarray(frequency)
    # Atmospheres have about 10^11.5 electrons per cm3 at 4500 K and 10^14.5 at 10,000 K and more, a factor of 100 more
    # or less. Farther from that, nothing is computed: the nearest density stands for others.
    usual = np.minimum(11.5 + 9 * np.log10(temperature / 4500), 14.5)
    distance = np.log10(electrons) - usual[:, None]
    plausible = np.tile(np.maximum(np.exp(-((distance / 2) ** 2)), 0.01).ravel(), len(microturbulence))
    computed = np.abs(distance) < FARTHEST_ELECTRONS
    number = np.cumsum(computed).reshape(computed.shape) - 1
    first, last = computed.argmax(1), computed.shape[1] - 1 - computed[:, ::-1].argmax(1)
    nearest = np.clip(np.arange(electrons.size), first[:, None], last[:, None])
    nearest = np.take_along_axis(number, nearest, axis=1).ravel()
    states = [jnp.asarray(each[computed]) for each in np.meshgrid(temperature, electrons, indexing="ij")]
    stark_of = jax.jit(
        lambda t, e, turbulence: jax.lax.map(
            lambda s: stark_cross_section(nu, s[0], s[1], turbulence), (t, e), batch_size=16
        )
    )
    collisions_of = jax.jit(jax.vmap(lambda t, turbulence: self_cross_section(nu, t, turbulence), (0, None)))
    stark = np.concatenate([np.asarray(stark_of(*states, value))[nearest] for value in microturbulence])
    collisions = np.concatenate(
        [np.repeat(np.asarray(collisions_of(temperature, value)), ELECTRONS.size, axis=0) for value in microturbulence]
    )
    return _hydrogen_part(stark.T, plausible, HYDROGEN_RANK), _hydrogen_part(collisions.T, plausible, SELF_RANK)


def _hydrogen_part(section: Float[np.ndarray, "nu state"], plausible: Float[np.ndarray, "state"], rank: int) -> Parts:
    values = np.log(np.maximum(section, 1e-60))
    mean, factors, functions = low_rank(values, plausible, rank)
    surface = functions.T.reshape(-1, HYDROGEN_TEMPERATURE.size, ELECTRONS.size, 1, len(functions))
    coefficients = spline_coefficients(spline_coefficients(surface, 1), 2)
    return Parts(mean[None], factors[None], coefficients)


def make_dataset(
    lines: LineList,
    frequency: Float[np.ndarray, "nu"],
    microturbulence: Scalar | Sequence[float] | Float[np.ndarray, "2"],
    report: Report = print,
) -> xr.Dataset:
    """Dataset of the table of a LineList at ``frequency`` (Hz).

    - ``microturbulence``: cm s-1; (low, high) for a table that is interpolated between them.
    - ``report``: called with a line of text for each species.

    Raises BadFile if no line in the list matters.
    """
    vturb = vturb_nodes(microturbulence)
    names, counts, metals, error = metal_table(lines, frequency, vturb, report=report)
    negligible = {name for name, _ in absorbers_of(lines)} - {name.split()[0] for name in names}
    stark, collisions = hydrogen_tables(frequency, vturb[::HYDROGEN_EVERY])
    report(f"kept {len(names)} species; error of the compression {error:.4f} dex rms, weighted by importance")
    return xr.Dataset(
        {
            "frequency": (("frequency",), frequency, {"units": "Hz"}),
            "species": (("metals_species",), np.array(names), {"long_name": "formula, ion stage (0 neutral)"}),
            "lines": (("metals_species",), np.array(counts), {"long_name": "lines of each species"}),
            **pack_metals(metals, TEMPERATURE, PRESSURE),
            **pack_hydrogen(*stark, HYDROGEN_TEMPERATURE, ELECTRONS, "hydrogen"),
            **pack_hydrogen(*collisions, HYDROGEN_TEMPERATURE, ELECTRONS, "hydrogen_self"),
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


def read_lines(paths: Sequence[str | Path], fill: Sequence[str | Path] = ()) -> LineList:
    """The lines of the files at ``paths``, and of each molecule of ``computed.COMPUTED`` if they hold none.

    Of the files at ``fill`` what they lack (``complemented``).

    Raises BadFile if a list cannot be read.
    """
    lines = complemented(read_line_lists([Path(path) for path in paths]), map(read_line_list, fill))
    return concatenate([lines, *computed_lines(set(lines.species))])


def build(
    paths: Sequence[str | Path],
    output: str | Path,
    microturbulence: Scalar | Sequence[float] = 2 * KILOMETRE_PER_SECOND,
    report: Report = print,
    fill: Sequence[str | Path] = (),
) -> xr.Dataset:
    """Make the table from the line lists at ``paths`` and write it to ``output`` (netCDF), whole or not at all.

    - ``paths``: of lists in any form that ``read_line_list`` reads; ``microturbulence``: cm s-1, or (low, high).
    - ``report``: called with a line of text for each species.
    - ``fill``: lists of which only the species that no list before holds are taken.

    Raises BadFile if a list cannot be read or no line in them matters.
    """
    lines = read_lines(paths, fill)
    words = [Path(path).name for path in paths] + (["--fill"] if fill else []) + [Path(path).name for path in fill]
    warn_of_absent(lines, "the line lists")
    dataset = make_dataset(lines, all_frequencies(), microturbulence, report).assign_attrs(
        history=f"{datetime.now(UTC):%Y-%m-%d} kurucz_a1 {kurucz_a1.__version__}, "
        "python -m kurucz_a1.lines.build_opacity_table --lines " + " ".join(words),
        line_lists=describe_lists([*paths, *fill]),
        comment="Computed by this package from the lists named; no line of them is held here. Hydrogen is from "
        "theory; where the lists have none, "
        + ", ".join(f"{each.formula} from {each.origin}" for each in COMPUTED)
        + ". Lists whose names say linemake were compiled by Placco et al. (2021, RNAAS 5, 92) from Kurucz and others, "
        "cmfgen from the atomic data of CMFGEN (Hillier 2011, Ap&SS 336, 87), lines_linked from Kurucz's gfall for "
        "Sirocco (arXiv:2410.19908).",
    )
    write_netcdf(output, dataset)
    return dataset


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", nargs="+", required=True, metavar="FILE", help="line lists (any form that is read)")
    parser.add_argument(
        "--fill", nargs="+", default=[], metavar="FILE", help="lists for species that the lists before them lack"
    )
    parser.add_argument("--output", required=True, metavar="FILE", help="netCDF file to write")
    parser.add_argument(
        "--microturbulence", type=float, nargs="+", default=[2.0], help="km/s, one value or low and high (default 2)"
    )
    options = parser.parse_args(arguments)
    if len(options.microturbulence) > 2:
        parser.error("--microturbulence takes one value, or the lowest and the highest")
    microturbulence = [value * KILOMETRE_PER_SECOND for value in options.microturbulence]
    try:
        vturb = microturbulence if len(microturbulence) == 2 else microturbulence[0]
        build(options.lines, options.output, vturb, fill=options.fill)
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
