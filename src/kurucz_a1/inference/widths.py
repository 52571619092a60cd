"""Equivalent widths of a star as a function of its labels, for ``fit_star`` in place of a spectrum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kurucz_a1.emulator import Emulator
from kurucz_a1.inference.forward import atmosphere_of, parameters_of
from kurucz_a1.lines.line_list import LineList
from kurucz_a1.numerics.masked import unmasked
from kurucz_a1.spectrum.equivalent_widths import EquivalentWidths, prepare_equivalent_widths
from kurucz_a1.types import AnyArray, Scalar


@dataclass(frozen=True, eq=False)
class StarWidths:
    """Equivalent widths in mA as a function of PARAMETERS; made by ``StarWidths.prepare``."""

    emulator: Emulator
    widths: EquivalentWidths

    fitted_along = 0  # parameters beside those that are named

    @classmethod
    def prepare(cls, emulator: Emulator, lines: LineList) -> "StarWidths":
        """The widths of ``lines``, each as if it stood alone."""
        return cls(emulator, prepare_equivalent_widths(lines))

    @property
    def size(self) -> int:
        """Number of lines."""
        return len(self.widths.synthesizer.chosen)

    def __call__(self, *, log_gf: Float[AnyArray, "line"] | None = None, **given: Scalar) -> Float[Array, "line"]:
        """The widths, mA.

        - ``log_gf``: replaces that of the list.
        - ``given``: any of PARAMETERS by name; those that only broaden or shift lines have no effect.

        Raises ValueError for other names.
        """
        star = parameters_of(given)
        atmosphere = atmosphere_of(self.emulator, star)
        return self.widths(atmosphere, vmic=star["vmic"], log_gf=log_gf)

    def with_jacobian(
        self, free: Sequence[str], values: Float[AnyArray, "parameter"], *, fixed: Mapping[str, Scalar]
    ) -> tuple[Float[Array, "line"], Float[Array, "line parameter"]]:
        """The widths and their derivatives by the parameters ``free`` at ``values``."""

        def twice(values: Float[Array, "parameter"]) -> tuple[Float[Array, "line"], Float[Array, "line"]]:
            widths = self(**{**fixed, **dict(zip(free, values, strict=True))})
            return widths, widths

        derivatives, widths = jax.jacfwd(twice, has_aux=True)(jnp.asarray(values))
        return widths, derivatives

    def to_continuum(
        self, model: Float[Array, "line"], target: Float[AnyArray, "line"], weight: Float[AnyArray, "line"]
    ) -> Float[Array, "line"]:
        """The widths themselves: the continuum was placed when they were measured."""
        return model

    def errors(
        self, measured: Float[np.ndarray, "line"], *, relative: float, log_gf: float, **given: Scalar
    ) -> Float[np.ndarray, "line"]:
        """Standard errors of measured widths, mA.

        - ``measured``: mA.
        - ``relative``: relative error of a measurement.
        - ``log_gf``: error of log gf, dex.
        - ``given``: parameters of the star.
        """
        star = parameters_of(given)
        atmosphere = atmosphere_of(self.emulator, star)
        by_log_gf = np.asarray(self.widths.by_log_gf(atmosphere, vmic=star["vmic"]))
        return np.hypot(relative * unmasked(measured), log_gf * by_log_gf)
