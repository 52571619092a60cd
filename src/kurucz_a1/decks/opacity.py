"""The Rosseland opacity of a model whose file gives none, by this package's physics."""

import numpy as np
from jaxtyping import Float

from kurucz_a1.atmosphere.solver.matter import rosseland_with_slope
from kurucz_a1.atmosphere.solver.solve import load_opacities
from kurucz_a1.physics.abundances import eos_fractions
from kurucz_a1.settings import SolverOptions
from kurucz_a1.types import AnyArray


def rosseland_opacity(
    temperature: Float[np.ndarray, "depth"],
    gas_pressure: Float[np.ndarray, "depth"],
    fractions: Float[AnyArray, "99"],
) -> Float[np.ndarray, "depth"]:
    """cm2 g-1 from K, dyn cm-2 and N/N_total, with the lines of the embedded table at its own microturbulence."""
    tables = load_opacities(SolverOptions())
    return np.exp(np.asarray(rosseland_with_slope(temperature, gas_pressure, eos_fractions(fractions), tables)[0]))
