"""Several Synthesizers as one whose arrays have a leading axis, so that one compiled program computes all of them."""

from collections.abc import Sequence
from dataclasses import replace

import jax
import numpy as np
from jaxtyping import Int, Shaped

from kurucz_a1.spectrum.absorbers import Absorbers, LineData
from kurucz_a1.spectrum.synthesis import Synthesizer
from kurucz_a1.spectrum.windows import ChunkPlan
from kurucz_a1.types import AnyArray

# of what pads the lines, which no chunk holds; else zero
_NO_LINE = {"centre": 1.0, "mass": 1.0, "log_gf": -300.0}


def stacked(synthesizers: Sequence[Synthesizer]) -> Synthesizer:
    """The Synthesizers, padded to one shape, with one more axis in front of every array.

    Map over it (``jax.lax.map``, ``jax.vmap``): what is mapped computes the wavelengths of one, and after them, where
    others have more, repeats the last. Absorbers and hydrogen lines are those of all.
    """
    absorbers = tuple(sorted({key for each in synthesizers for key in each.absorbers}))
    hydrogen = tuple(sorted({line for each in synthesizers for line in each.hydrogen}))
    points, lines, coarse = (
        max(len(getattr(each, name)) for each in synthesizers) for name in ("vacuum", "chosen", "coarse")
    )
    shapes = [[np.shape(part) for part in each.plan] for each in synthesizers]
    plan_shape = tuple(tuple(np.max(of_part, axis=0).tolist()) for of_part in zip(*shapes, strict=True))
    padded = []
    for each in synthesizers:
        plan = _plan_of_shape(each.plan, plan_shape, len(each.chosen), lines)
        place = np.unique(plan.order, return_index=True)[1]
        beyond = np.maximum(np.arange(coarse) - len(each.coarse) + 1, 0)
        padded.append(
            replace(
                each,
                wavelength=_continued(each.wavelength, points),
                vacuum=_continued(each.vacuum, points),
                data=_with_absorbers(each.data, each.absorbers, absorbers, lines),
                chosen=_continued(each.chosen, lines),
                # no wavelength lies beyond the last point, but two must not coincide
                coarse=_continued(each.coarse, coarse) + beyond,
                tables=each.tables.at_rows(np.minimum(np.arange(coarse), len(each.coarse) - 1)),
                plan=plan,
                place=_continued(place, points),
                absorbers=absorbers,
                hydrogen=hydrogen,
            )
        )
    return jax.tree.map(lambda *leaves: np.stack(leaves), *padded)


def _continued(values: Shaped[AnyArray, "_"], size: int) -> Shaped[np.ndarray, "size"]:
    """Repeat the last value; zeros where there is none."""
    values = np.asarray(values)
    return np.pad(values, (0, size - len(values)), mode="edge" if len(values) else "constant")


def _with_absorbers(data: LineData, own: Absorbers, absorbers: Absorbers, lines: int) -> LineData:
    """LineData of ``lines`` lines whose species are indices in ``absorbers``, in place of ``own``."""
    place = np.array([absorbers.index(key) for key in own], dtype=int)
    data = data._replace(species=place[np.asarray(data.species, dtype=int)])
    more = lines - len(data.centre)
    return LineData(
        **{
            name: np.pad(values, (0, more), constant_values=_NO_LINE.get(name, 0))
            for name, values in data._asdict().items()
        }
    )


def _plan_of_shape(plan: ChunkPlan, shape: tuple[tuple[int, ...], ...], own: int, lines: int) -> ChunkPlan:
    """The plan with its last chunk and the last point of each repeated; ``lines`` in place of ``own`` is no line."""

    def missing(part: Int[AnyArray, "chunk _"], to: tuple[int, ...]) -> tuple[int, int]:
        return to[0] - len(part), to[1] - part.shape[1]

    chunks, points = missing(plan.order, shape[0])
    order = np.pad(plan.order, ((0, chunks), (0, points)), mode="edge")
    core, wing = (
        np.pad(
            np.pad(np.where(part == own, lines, part), ((0, 0), (0, missing(part, to)[1])), constant_values=lines),
            ((0, chunks), (0, 0)),
            mode="edge",
        )
        for part, to in zip(plan[1:], shape[1:], strict=True)
    )
    return ChunkPlan(order, core, wing)
