"""What a form needs and a deck does not hold: opacities and density, by this package's physics."""

import jax
import numpy as np
from jaxtyping import Float

from kurucz_a1.decks.layers import Deck
from kurucz_a1.numerics.quadrature import integral_over_mass
from kurucz_a1.physics.abundances import eos_fractions
from kurucz_a1.physics.constants import ANGSTROM, SPEED_OF_LIGHT
from kurucz_a1.physics.continuum import continuum_opacity, continuum_tables
from kurucz_a1.physics.equation_of_state import gas_states
from kurucz_a1.types import AnyArray

_WAVELENGTH = 5000.0  # A


def rosseland_opacity(
    temperature: Float[np.ndarray, "depth"],
    gas_pressure: Float[np.ndarray, "depth"],
    fractions: Float[AnyArray, "99"],
    vturb: float,
) -> Float[np.ndarray, "depth"]:
    """cm2 g-1 from K, dyn cm-2, N/N_total and km/s, with the lines of the embedded table at its nearest vturb."""
    # The solver takes long to import, and few decks need it.
    from kurucz_a1.atmosphere.solver.matter import log_rosseland
    from kurucz_a1.atmosphere.solver.solve import load_opacities
    from kurucz_a1.physics.line_opacity import at_vturb
    from kurucz_a1.settings import SolverOptions

    tables = load_opacities(SolverOptions())
    lines = tables.lines
    held = float(np.clip(vturb, np.min(lines.vturb), np.max(lines.vturb)))
    tables = tables._replace(lines=at_vturb(lines, held))
    return np.exp(np.asarray(log_rosseland(temperature, gas_pressure, eos_fractions(fractions), tables)))


def density_and_tau_5000(deck: Deck) -> tuple[Float[np.ndarray, "depth"], Float[np.ndarray, "depth"]]:
    """Density (g cm-3) and optical depth in the continuum at 5000 A of a Deck, its own where it has both.

    Raises ValueError for a deck without abundances.
    """
    if deck.density is not None and deck.tau_5000 is not None:
        return deck.density, deck.tau_5000
    if deck.log_number_fractions is None:
        raise ValueError("a deck needs abundances")
    states = gas_states(deck.temperature, deck.gas_pressure, 10.0**deck.log_number_fractions)
    tables = continuum_tables(np.array([SPEED_OF_LIGHT / (_WAVELENGTH * ANGSTROM)]))
    absorption, scattering = jax.vmap(lambda state: continuum_opacity(tables, state))(states)
    opacity = np.asarray(absorption + scattering)[:, 0]
    return np.asarray(states.density), integral_over_mass(deck.column_mass, opacity)
