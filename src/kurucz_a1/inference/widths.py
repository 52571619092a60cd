"""Equivalent widths of a star as a function of its labels: what ``fit_star`` takes in place of a spectrum."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from kurucz_a1.emulator import Emulator
from kurucz_a1.inference.forward import atmosphere_of, parameters_of
from kurucz_a1.spectrum.equivalent_widths import EquivalentWidths, prepare_equivalent_widths


@dataclass(frozen=True, eq=False)
class StarWidths:
    """Equivalent widths (line,) in mA as a function of PARAMETERS; made by ``StarWidths.prepare``."""

    emulator: Emulator
    widths: EquivalentWidths

    @classmethod
    def prepare(cls, emulator, lines):
        """Of an Emulator and a LineList, each of whose lines stands alone."""
        return cls(emulator, prepare_equivalent_widths(lines))

    @property
    def size(self):
        """How many lines there are."""
        return len(self.widths.synthesizer.chosen)

    def __call__(self, *, log_gf=None, **given):
        """The widths; any of PARAMETERS by name: what only broadens or shifts lines changes nothing."""
        star = parameters_of(given)
        atmosphere = atmosphere_of(self.emulator, star)
        return self.widths(atmosphere, vmic=star["vmic"], log_gf=log_gf)

    def with_jacobian(self, free, values, *, fixed):
        """The widths (line,) and their derivatives by the parameters ``free`` (line, parameter) at ``values``."""

        def both(values):
            found = self(**fixed, **dict(zip(free, values, strict=True)))
            return found, found

        derivatives, found = jax.jacfwd(both, has_aux=True)(jnp.asarray(values))
        return found, derivatives

    def errors(self, measured, *, relative, log_gf, **given):
        """Standard errors (line,) in mA of measured widths: ``relative``, and log gf wrong by ``log_gf`` dex, in a star
        of the parameters given."""
        star = parameters_of(given)
        atmosphere = atmosphere_of(self.emulator, star)
        by_log_gf = np.asarray(self.widths.by_log_gf(atmosphere, vmic=star["vmic"]))
        return np.hypot(relative * np.asarray(measured), log_gf * by_log_gf)
