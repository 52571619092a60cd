"""Whether a deck holds a converged model of ATLAS-12, judged by the deck alone."""

import numpy as np
from jaxtyping import Float
from scipy.integrate import cumulative_trapezoid

from kurucz_a1.decks.layers import Deck
from kurucz_a1.numerics.quadrature import integral_over_mass
from kurucz_a1.physics.constants import SPEED_OF_LIGHT, STEFAN_BOLTZMANN

# Converged models of the program: below 5e-4, as their pressures have four digits; after 3 iterations: 9e-3.
_BALANCE = 2e-3
# The program steps by 0.125 in log tau; a model's own opacity reproduces that within 0.03 dex where opacity rises
# steeply and within 0.001 elsewhere. Models of other makers interpolated to these depths: 0.05 and more.
_STEP, _STEP_TOLERANCE = 0.125, 0.04
# PRADK over the flux divided by c: the program's own models have 0.68 to 0.71, that of grey atmospheres 0.7104
# (Mihalas 1978, eq. 3-17).
_SURFACE_RANGE = (0.6, 0.8)
_PROGRAMS = ("ATLAS-12", "ATLAS9", "MOOG")


def findings(deck: Deck) -> list[str]:
    """What speaks against a Deck being a converged model of an ATLAS program, as phrases; empty if nothing does.

    Convergence of the flux is not in a deck: it takes the program's printed output (see ``atlas12.convergence``).
    A deck without log g cannot be checked for hydrostatic equilibrium, which is itself a finding.
    """
    phrases = []
    if deck.program not in _PROGRAMS:
        phrases.append(f"its title says that it was made by {deck.program}")
    if deck.logg is None:
        phrases.append("it states no log g, so that hydrostatic equilibrium cannot be checked")
    else:
        phrases += _balance(deck)
    return phrases + _steps(deck) + _surface(deck)


def hydrostatic_departure(deck: Deck) -> Float[np.ndarray, "depth"]:
    """(P + P_rad) / (g m) - 1 of a Deck with a log g at each layer; P_rad is the integral of g_rad over mass.

    By trapezoids, the rule that converged models of the program obey best: where opacity falls by decades from one
    layer to the next, splines are off by up to 0.003 in models that obey this one to 0.0006.
    """
    assert deck.logg is not None
    radiation_pressure = deck.radiative_acceleration[0] * deck.column_mass[0] + cumulative_trapezoid(
        deck.radiative_acceleration, deck.column_mass, initial=0.0
    )
    return (deck.gas_pressure + radiation_pressure) / (10.0**deck.logg * deck.column_mass) - 1.0


def _balance(deck: Deck) -> list[str]:
    departure = np.abs(hydrostatic_departure(deck))
    worst = int(np.argmax(departure))
    if departure[worst] < _BALANCE:
        return []
    return [
        f"not in hydrostatic equilibrium, or not converged: (P + P_rad)/(g m) is off by {departure[worst]:.2g} "
        f"at layer {worst + 1}, not below {_BALANCE:g}"
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
