"""Whether a deck holds a converged model of ATLAS-12, judged by the deck alone."""

import numpy as np
from jaxtyping import Float
from scipy.integrate import cumulative_trapezoid

from kurucz_a1.decks.layers import Deck
from kurucz_a1.numerics.quadrature import integral_over_mass
from kurucz_a1.physics.abundances import solar_log_fractions
from kurucz_a1.physics.constants import SPEED_OF_LIGHT, STEFAN_BOLTZMANN
from kurucz_a1.physics.equation_of_state import gas_states

# Converged models of the program: below 5e-4, as their pressures have four digits; after 3 iterations: 9e-3.
_BALANCE = 2e-3
# The program steps by 0.125 in log tau; a model's own opacity reproduces that within 0.03 dex where opacity rises
# steeply and within 0.001 elsewhere. Models of other makers interpolated to these depths: 0.05 and more.
_STEP, _STEP_TOLERANCE = 0.125, 0.04
# PRADK over the flux divided by c: the program's own models have 0.68 to 0.71, that of grey atmospheres 0.7104
# (Mihalas 1978, eq. 3-17).
_SURFACE_RANGE = (0.6, 0.8)
_ATLAS = ("ATLAS-12", "ATLAS9", "MOOG")
# Where a deck has turbulent pressure but no density, ionisation and molecules make that of programs differ.
_DENSITY = 0.1


def findings(deck: Deck) -> list[str]:
    """What speaks against a Deck being a converged model of its program, as phrases; empty if nothing does.

    Steps of optical depth and surface are those of the ATLAS programs; of models of MARCS, only hydrostatic equilibrium
    is checked. Convergence of the flux is not in a deck: it takes the program's printed output (see
    ``atlas12.convergence``). A deck whose equilibrium cannot be checked has this as a finding.
    """
    if deck.program in _ATLAS:
        return [*_equilibrium(deck), *_steps(deck), *_surface(deck)]
    if deck.program in ("MARCS", "PHOENIX"):
        return _equilibrium(deck)
    by = f"its title says that it was made by {deck.program}"
    return [by, *_equilibrium(deck), *_steps(deck), *_surface(deck)]


def _equilibrium(deck: Deck) -> list[str]:
    """Findings on hydrostatic equilibrium."""
    lacks = None
    if deck.program == "PHOENIX":
        lacks = "it states no column mass"
    elif deck.radius is not None:
        lacks = "it is spherical"
    elif deck.logg is None:
        lacks = "it states no log g"
    elif not np.all(np.isfinite(deck.radiative_acceleration)):
        lacks = "it states no radiative acceleration"
    return _balance(deck) if lacks is None else [f"{lacks}, so that hydrostatic equilibrium cannot be checked"]


def turbulent_pressure(deck: Deck) -> Float[np.ndarray, "depth"] | float:
    """Turbulent pressure of a Deck (dyn cm-2) at each layer; zero where it has none.

    Where the deck says TURBULENCE ON, it is half the density times microturbulence squared, as in ATLAS.

    Density is the deck's; where it has none, that of this package's gas (the Sun's abundances where it states none).
    """
    if deck.turbulent_pressure is not None:
        return deck.turbulent_pressure
    if deck.turbulence is None:
        return 0.0
    density = deck.density
    if density is None:
        fractions = deck.log_number_fractions
        fractions = solar_log_fractions() if fractions is None else fractions
        density = np.asarray(gas_states(deck.temperature, deck.gas_pressure, 10.0**fractions).density)
    return 0.5 * density * deck.microturbulence**2


def hydrostatic_departure(
    deck: Deck, turbulent: Float[np.ndarray, "depth"] | float = 0.0
) -> Float[np.ndarray, "depth"]:
    """(P + P_rad + P_turb) / (g m) - 1 of a Deck with a log g at each layer; P_rad is the integral of g_rad over mass.

    - ``turbulent``: P_turb, dyn cm-2.

    By trapezoids, the rule that converged models of the program obey best: where opacity falls by decades from one
    layer to the next, splines are off by up to 0.003 in models that obey this one to 0.0006.
    """
    assert deck.logg is not None
    at_first = deck.radiative_acceleration[0] * deck.column_mass[0]
    if deck.program == "MARCS":  # counts the radiation pressure at the surface to the total, as ATLAS does not
        at_first = deck.surface_radiation_pressure
    radiation_pressure = at_first + cumulative_trapezoid(deck.radiative_acceleration, deck.column_mass, initial=0.0)
    pressure = deck.gas_pressure + radiation_pressure + turbulent
    return pressure / (10.0**deck.logg * deck.column_mass) - 1.0


def _balance(deck: Deck) -> list[str]:
    turbulent = turbulent_pressure(deck)
    departure = np.abs(hydrostatic_departure(deck, turbulent))
    limit = np.full(len(departure), _BALANCE)
    if deck.turbulence is not None and deck.density is None:
        limit += _DENSITY * turbulent / deck.gas_pressure
    worst = int(np.argmax(departure / limit))
    if departure[worst] < limit[worst]:
        return []
    pressures = "P + P_rad" if np.ndim(turbulent) == 0 else "P + P_rad + P_turb"
    return [
        f"not in hydrostatic equilibrium, or not converged: ({pressures})/(g m) is off by {departure[worst]:.2g} "
        f"at layer {worst + 1}, not below {limit[worst]:.2g}"
    ]


def _steps(deck: Deck) -> list[str]:
    steps = np.diff(np.log10(integral_over_mass(deck.column_mass, deck.rosseland_opacity)))
    worst = int(np.argmax(np.abs(steps - _STEP)))
    if abs(steps[worst] - _STEP) < _STEP_TOLERANCE:
        return []
    return [
        f"opacity and column mass give steps in log tau of {steps[worst]:.3f} below layer {worst + 1}, "
        f"not the {_STEP:g} of the program"
    ]


def _surface(deck: Deck) -> list[str]:
    if deck.teff is None or deck.surface_radiation_pressure is None:
        return []
    ratio = deck.surface_radiation_pressure * SPEED_OF_LIGHT / (STEFAN_BOLTZMANN * deck.teff**4)
    if _SURFACE_RANGE[0] < ratio < _SURFACE_RANGE[1]:
        return []
    return [f"PRADK {deck.surface_radiation_pressure:g} is {ratio:.2g} times the flux over c, 0.7 in real models"]
