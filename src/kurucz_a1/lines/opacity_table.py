"""Reading and writing of the line opacity table that ships with the package, or of one made from other lists."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from kurucz_a1.errors import BadConfig, BadFile
from kurucz_a1.files import packaged
from kurucz_a1.lines.elements import constituents, is_atom
from kurucz_a1.lines.packing import unpack_metals
from kurucz_a1.lines.sampling import BANDS, COUNTS, sampling_grid
from kurucz_a1.netcdf import read_netcdf
from kurucz_a1.numerics.b_splines import SplineAxis
from kurucz_a1.physics.abundances import ELEMENTS
from kurucz_a1.physics.line_opacity import NOTHING, LineOpacityTable, LowRank
from kurucz_a1.physics.partition_functions import MOLECULES, STAGES

#: The table that comes with the package.
PACKAGED = packaged("lines/data/line_opacity.nc")
FORMAT = "kurucz-a1 line opacity table 3"


def load_opacity_table(
    path: str | Path | None = None, frequencies: int | str = 1200, leave_out: Iterable[str] = ()
) -> LineOpacityTable:
    """The LineOpacityTable on 300, 600 or 1200 frequencies chosen for model atmospheres, or on BANDS.

    - ``path``: a table made by ``build_opacity_table``; None: the one that ships with the package.
    - ``leave_out``: formulas of absorbers to omit, such as ("CO",) to compare with models made without it.

    Raises BadConfig for another number of frequencies or an absorber that the table does not hold, BadFile for a file
    that is not such a table.
    """
    if frequencies not in (*COUNTS, BANDS):
        raise BadConfig(f"frequencies is {frequencies}: choose one of {', '.join(map(str, sorted(COUNTS)))}")
    return _load(None if path is None else str(path), frequencies, tuple(leave_out))


def origin(path: str | Path | None = None) -> dict[str, str]:
    """The line lists from which the table at ``path`` (None: the embedded one) was made, and its digest.

    Raises BadFile if there is no such table.
    """
    if path is None:
        path = PACKAGED
    return {"line_lists": _open(path).attrs["line_lists"], "sha256": digest(path)}


def describe_lists(paths: Iterable[str | Path]) -> str:
    """One line that names line lists and their digests, as a table keeps it."""
    return "; ".join(f"{Path(path).name} sha256 {digest(path)}" for path in paths)


def digest(path: str | Path) -> str:
    """The SHA-256 digest of a file, hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=4)
def _load(path: str | None, which: int | str, leave_out: tuple[str, ...]) -> LineOpacityTable:
    return _read(PACKAGED if path is None else Path(path), which, leave_out)


def _open(path: str | Path) -> xr.Dataset:
    dataset = read_netcdf(path)
    if dataset.attrs.get("format") != FORMAT:
        raise BadFile(f"{path}: not a line opacity table of the form '{FORMAT}'; build it anew from its line lists")
    return dataset


def _read(path: Path, which: int | str, leave_out: tuple[str, ...]) -> LineOpacityTable:
    dataset = _open(path)
    frequency, weights = sampling_grid(which)
    held = dataset["frequency"].values
    chosen = np.minimum(np.searchsorted(held, frequency * (1 - 1e-10)), held.size - 1)
    if not np.allclose(held[chosen], frequency, rtol=1e-10):
        raise BadFile(f"{path}: made for other frequencies than this version samples; build it anew")
    absent = set(leave_out) - {str(name).split()[0] for name in dataset["species"].values}
    # what was too weak to be kept is left out already
    unknown = absent - set(dataset.attrs["negligible"].split())
    if unknown:
        raise BadConfig(f"leave_out names {', '.join(sorted(unknown))}, which the line opacity table does not hold")
    return make_table(dataset, chosen, frequency, weights, leave_out)


def make_table(
    dataset: xr.Dataset,
    chosen: slice | Int[np.ndarray, "nu"],
    frequency: Float[np.ndarray, "nu"],
    weights: Float[np.ndarray, "nu"],
    leave_out: tuple[str, ...] = (),
) -> LineOpacityTable:
    """LineOpacityTable of the places ``chosen`` in a table's Dataset, with their frequency and weights in Hz.

    A species that is left out keeps its place with no cross section, so that compiled code serves both.
    """
    names = [str(name) for name in dataset["species"].values]
    vturb = np.atleast_1d(dataset.attrs["microturbulence_km_s"]).astype(float)
    several = vturb.size > 1
    places = np.arange(dataset.sizes["frequency"])[chosen]
    metals = unpack_metals(dataset, places, _axis(dataset["metals_x"].values), _axis(dataset["metals_y"].values))
    absent = np.array([name.split()[0] in leave_out for name in names])[np.asarray(metals.species)]
    if absent.any():
        metals = metals._replace(mean=jnp.where(absent[:, None], NOTHING, metals.mean))
    return LineOpacityTable(
        frequency=jnp.asarray(frequency),
        weights=jnp.asarray(weights),
        absorber=jnp.asarray([absorber_index(name) for name in names]),
        metals=metals if several else metals._replace(mean=metals.mean[0], factors=metals.factors[0]),
        hydrogen=_hydrogen(dataset, "hydrogen", places, several),
        hydrogen_self=_hydrogen(dataset, "hydrogen_self", places, several),
        vturb=jnp.asarray(vturb) if several else float(vturb[0]),
    )


def _hydrogen(dataset: xr.Dataset, part: str, chosen: Int[np.ndarray, "nu"], several: bool) -> LowRank:
    packed = dataset[f"{part}_factors"].values[:, chosen]
    scale = dataset[f"{part}_factors_scale"].values
    coefficients = dataset[f"{part}_coefficients"].values
    return LowRank(
        mean=jnp.asarray(dataset[f"{part}_mean"].values[:, chosen], dtype=jnp.float32),
        factors=jnp.asarray(packed * scale[:, None, :], dtype=jnp.float32),
        coefficients=jnp.asarray(coefficients if several else coefficients[0], dtype=jnp.float64),
        x=_axis(dataset[f"{part}_x"].values),
        y=_axis(dataset[f"{part}_y"].values),
    )


def _axis(values: Float[np.ndarray, "4"]) -> SplineAxis:
    first, step, size, beyond = map(float, values)
    return SplineAxis(first, step, int(size), beyond)


def absorber_index(name: str) -> int:
    """Place of a species such as "Fe 1" (Fe II) or "CH 0" in ``absorber_populations``. Raises BadFile if unknown."""
    formula, stage = name.split()
    if is_atom(formula) and formula in ELEMENTS:
        return STAGES * ELEMENTS.index(formula) + int(stage)
    wanted = constituents(formula)
    for index, molecule in enumerate(MOLECULES):
        if constituents(molecule) == wanted:
            return STAGES * len(ELEMENTS) + index
    raise BadFile(f"the line opacity table speaks of {name}, which the equation of state does not hold")


def pack_hydrogen(
    mean: Float[np.ndarray, "1 nu"],
    factors: Float[np.ndarray, "1 nu rank"],
    coefficients: Float[np.ndarray, "vturb x_node y_node 1 rank"],
    x: SplineAxis,
    y: SplineAxis,
    part: str,
) -> dict[str, Any]:
    """Variables of a netCDF file that hold one LowRank; factors in 16 bits with one scale per species and function."""
    scale = np.maximum(np.abs(factors).max(1) / 32767, 1e-30)
    dims = (f"{part}_species", "frequency", f"{part}_rank")
    return {
        f"{part}_mean": (dims[:2], mean.astype(np.float32)),
        f"{part}_factors": (dims, np.round(factors / scale[:, None, :]).astype(np.int16)),
        f"{part}_factors_scale": ((dims[0], dims[2]), scale),
        f"{part}_coefficients": (
            ("hydrogen_vturb", f"{part}_x_node", f"{part}_y_node", dims[0], dims[2]),
            coefficients.astype(np.float32),
        ),
        f"{part}_x": (("axis",), np.array(x, dtype=float)),
        f"{part}_y": (("axis",), np.array(y, dtype=float)),
    }
