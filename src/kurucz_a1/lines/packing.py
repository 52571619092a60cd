"""Opacity tables of metals in few bytes: whole numbers that hardly change from one microturbulence to the next.

What a species matters for in a piece decides how finely its numbers there are rounded. Differences of neighbouring
numbers are small, and a file that is compressed holds small numbers in few bits.
"""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from kurucz_a1.numerics.b_splines import SplineAxis
from kurucz_a1.physics.line_opacity import NOTHING, Pieces

PIECE = 50  # frequencies
LARGEST = 32767  # of 16 bits
COEFFICIENT_STEP = 5e-4  # of functions whose mean square is 1


class Metals(NamedTuple):
    """Pieces of the species of a table, on all its frequencies, and how finely each is rounded."""

    mean: Float[np.ndarray, "vturb piece point"]
    factors: Float[np.ndarray, "vturb piece point rank"]
    step: Float[np.ndarray, "piece"]  # of ln sigma
    species: Int[np.ndarray, "piece"]
    block: Int[np.ndarray, "piece"]
    coefficients: Float[np.ndarray, "x_node y_node species rank"]


def rounded(metals: Metals) -> tuple[Int[np.ndarray, "vturb column piece point"], Float[np.ndarray, "piece"]]:
    """Whole numbers of the mean and the factors, and the scale of each piece by which they are to be multiplied."""
    columns = np.concatenate([metals.mean[:, None], np.moveaxis(metals.factors, -1, 1)], axis=1)
    scale = np.maximum(metals.step, np.abs(columns).max((0, 1, 3)) / LARGEST).astype(np.float32)
    return np.round(columns / scale[:, None]).astype(np.int16), scale


def pack_metals(metals: Metals, x: SplineAxis, y: SplineAxis) -> dict[str, Any]:
    """Variables of a netCDF file that hold the metals of a table."""
    numbers, scale = rounded(metals)
    coefficients = np.round(metals.coefficients / COEFFICIENT_STEP).astype(np.int32)
    return {
        "metals_piece_species": (("metals_piece",), metals.species.astype(np.int16)),
        "metals_piece_block": (("metals_piece",), metals.block.astype(np.int16)),
        "metals_scale": (("metals_piece",), scale),
        # along the first axis only the differences; sums of 16 bits wrap back to the number
        "metals_numbers": (("vturb", "metals_column", "metals_piece", "metals_point"), _differences(numbers)),
        "metals_coefficients": (
            ("metals_rank", "metals_species", "metals_x_node", "metals_y_node"),
            np.moveaxis(_differences(coefficients), (3, 2), (0, 1)),
        ),
        "metals_x": (("axis",), np.array(x, dtype=float)),
        "metals_y": (("axis",), np.array(y, dtype=float)),
    }


def unpack_metals(dataset: xr.Dataset, chosen: Int[np.ndarray, "nu"], x: SplineAxis, y: SplineAxis) -> Pieces:
    """The metals of a table at the frequencies ``chosen`` of those in its Dataset, in pieces of them.

    The mean is NOTHING at the frequencies at which a species has no piece in the file.
    """
    numbers = np.cumsum(dataset["metals_numbers"].values, axis=0, dtype=np.int16)
    scale = dataset["metals_scale"].values
    held = dataset["metals_numbers"].sizes["metals_point"]
    place = np.full((dataset.sizes["metals_species"], -(-dataset.sizes["frequency"] // held)), -1)
    of_species, of_block = (dataset[f"metals_piece_{name}"].values for name in ("species", "block"))
    place[of_species, of_block] = np.arange(scale.size)

    blocks = -(-chosen.size // PIECE)
    padded = np.pad(chosen, (0, blocks * PIECE - chosen.size), mode="edge")
    piece_at = place[:, padded // held].reshape(-1, blocks, PIECE)
    piece_at[:, -1, PIECE - (padded.size - chosen.size) :] = -1
    species, block = np.nonzero((piece_at >= 0).any(2))
    piece, point = piece_at[species, block], (padded % held).reshape(blocks, PIECE)[block]
    there = piece >= 0
    columns = numbers[:, :, piece, point] * np.where(there, scale[piece], np.float32(0.0))
    mean = np.where(there, columns[:, 0], np.float32(NOTHING))
    coefficients = np.cumsum(np.moveaxis(dataset["metals_coefficients"].values, (0, 1), (3, 2)), axis=0)
    return Pieces(
        mean=jnp.asarray(mean, dtype=jnp.float32),
        factors=jnp.asarray(np.moveaxis(columns[:, 1:], 1, -1), dtype=jnp.float32),
        species=jnp.asarray(species),
        block=jnp.asarray(block),
        coefficients=jnp.asarray(coefficients * COEFFICIENT_STEP, dtype=jnp.float64),
        x=x,
        y=y,
    )


def _differences(numbers: Int[np.ndarray, "first ..."]) -> Int[np.ndarray, "first ..."]:
    """The first of the numbers along the first axis, then the differences of neighbours."""
    return np.concatenate([numbers[:1], np.diff(numbers, axis=0)])
