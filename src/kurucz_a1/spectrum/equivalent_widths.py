"""Equivalent widths of single lines, each as if it stood alone, as functions of atmosphere and line data."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.physics.constants import ANGSTROM, SPEED_OF_LIGHT
from kurucz_a1.physics.continuum import continuum_tables
from kurucz_a1.spectrum.absorbers import prepare_lines
from kurucz_a1.spectrum.synthesis import Synthesizer
from kurucz_a1.spectrum.windows import ChunkPlan
from kurucz_a1.types import AnyArray, Scalar

HALF_WIDTH = 1.5  # A: beyond it a line of 100 mA has less than 0.5 % of its width
POINTS = 151  # over both halves


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class EquivalentWidths:
    """Equivalent widths of lines in any atmospheres; made by ``prepare_equivalent_widths``.

    Call it with one Atmosphere; the arguments are those of ``spectrum.synthesize``. Works under jit, vmap and
    derivatives.
    """

    synthesizer: Synthesizer
    step: float | Float[Array, ""]  # A

    def __call__(
        self,
        atmosphere: Atmosphere,
        *,
        vmic: Scalar | Float[AnyArray, "depth"] | None = None,
        log_gf: Float[AnyArray, "line"] | None = None,
        fractions: Float[AnyArray, "99"] | None = None,
    ) -> Float[Array, "line"]:
        """Equivalent widths in the flux, mA."""
        spectrum = self.synthesizer(atmosphere, vmic=vmic, log_gf=log_gf, fractions=fractions)
        absorbed = (1.0 - spectrum.normalized).reshape(-1, POINTS)
        return 1e3 * self.step * jnp.sum(absorbed.at[:, jnp.array([0, -1])].multiply(0.5), axis=1)

    def by_log_gf(
        self,
        atmosphere: Atmosphere,
        *,
        vmic: Scalar | Float[AnyArray, "depth"] | None = None,
        log_gf: Float[AnyArray, "line"] | None = None,
        fractions: Float[AnyArray, "99"] | None = None,
    ) -> Float[Array, "line"]:
        """Derivative of each width by log gf of its own line, mA per dex."""
        ones = jnp.ones_like(self.synthesizer.data.log_gf)
        given = jnp.asarray(self.synthesizer.data.log_gf if log_gf is None else log_gf)
        # one direction for all: a width depends on its own line alone
        return jax.jvp(
            lambda values: self(atmosphere, vmic=vmic, log_gf=values, fractions=fractions), (given,), (ones,)
        )[1]


def prepare_equivalent_widths(lines: LineList) -> EquivalentWidths:
    """The EquivalentWidths of a LineList. Raises OutsideSupport for absorbers that the equation of state lacks."""
    data, absorbers = prepare_lines(lines)
    count, offset = len(lines), np.linspace(-HALF_WIDTH, HALF_WIDTH, POINTS)
    wavelength = (data.centre[:, None] + offset).ravel()
    with jax.ensure_compile_time_eval():
        # the continuum is linear within a line's window
        coarse = np.unique(np.concatenate([data.centre - HALF_WIDTH, data.centre + HALF_WIDTH]))
        tables = continuum_tables(SPEED_OF_LIGHT / (coarse * ANGSTROM))
    synthesizer = Synthesizer(
        wavelength=wavelength,
        vacuum=wavelength,
        data=data,
        chosen=np.arange(count),
        coarse=coarse,
        tables=tables,
        # a chunk a line, with that line alone
        plan=ChunkPlan(
            order=np.arange(count * POINTS).reshape(count, POINTS),
            core=np.arange(count)[:, None],
            wing=np.full((count, 1), count),
        ),
        place=np.arange(count * POINTS),
        absorbers=absorbers,
        hydrogen=(),  # a line on a wing of hydrogen is measured from the wing
    )
    return EquivalentWidths(synthesizer, offset[1] - offset[0])
