"""Write the format of the models of MARCS (Gustafsson et al. 2008, A&A 486, 951), which Korg reads."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float
from scipy.integrate import cumulative_trapezoid

from kurucz_a1.decks.check import turbulent_pressure
from kurucz_a1.decks.layers import Deck
from kurucz_a1.decks.numbers import exponential, fixed, fixed_within
from kurucz_a1.decks.opacity import density_and_tau_5000
from kurucz_a1.numerics.quadrature import integral_over_mass
from kurucz_a1.physics.constants import (
    ATOMIC_MASS,
    BOLTZMANN,
    KILOMETRE_PER_SECOND,
    SOLAR_MASS_PARAMETER,
    STEFAN_BOLTZMANN,
)

_NO_MASS = "  0.0        No mass for plane-parallel models"
_NO_RADIUS = "  1.0000E+00 1 cm radius for plane-parallel models"


def format_marcs(deck: Deck, feh: float, afe: float) -> str:
    """The text of a Deck in the format of MARCS, ending in a newline; ``feh`` and ``afe`` in dex.

    This package's equation of state and continuum supply what a deck does not hold: density, mean molecular weight,
    optical depth at 5000 A (continuum alone) and geometrical depth (zero at Rosseland optical depth 1).
    Raises ValueError where a number does not fit, labels or abundances are missing, or the title would be taken for
    the line that gives the radius.
    """
    if "adius" in deck.title:
        raise ValueError(f"the title {deck.title!r} has 'adius' in it, by which Korg finds the radius of a model")
    total = deck.log_number_fractions
    if deck.teff is None or deck.logg is None or total is None:
        raise ValueError("a deck needs an effective temperature, a log g and abundances")
    density, tau_5000 = density_and_tau_5000(deck)
    log_tau_5000, log_tau = np.log10(tau_5000), deck.log_tau_rosseland
    if log_tau is None:
        log_tau = np.log10(integral_over_mass(deck.column_mass, deck.rosseland_opacity))
    depth = deck.geometrical_depth
    if depth is None:
        depth = cumulative_trapezoid(deck.column_mass / density, np.log(deck.column_mass), initial=0.0)
        depth -= np.interp(0.0, log_tau, depth)
    electron_pressure = deck.electron_density * BOLTZMANN * deck.temperature
    radiation_pressure = (deck.surface_radiation_pressure or 0.0) + integral_over_mass(
        deck.column_mass, deck.radiative_acceleration
    )
    if deck.program == "MARCS":  # counts what lies above its first layer to the surface
        radiation_pressure = radiation_pressure - deck.radiative_acceleration[0] * deck.column_mass[0]
    turbulent = np.broadcast_to(turbulent_pressure(deck), density.shape)
    molecular_weight = density * BOLTZMANN * deck.temperature / (deck.gas_pressure * ATOMIC_MASS)
    flux = STEFAN_BOLTZMANN * deck.teff**4
    # Some programs of the ATLAS9 family print the share itself.
    is_share = deck.program == "ATLAS9" and np.max(deck.convective_flux) <= 1.0
    convective_share = deck.convective_flux * (1.0 if is_share else 4.0 * np.pi / flux)
    kind, mass_line, radius_line = "p", _NO_MASS, _NO_RADIUS
    if deck.radius is not None:
        solar_masses = 10.0**deck.logg * deck.radius**2 / SOLAR_MASS_PARAMETER
        kind, mass_line = "s", f"{fixed(solar_masses, 5, 1)}        Mass [Msun]"
        radius_line = f"{exponential(deck.radius, 12, 4)} Radius [cm] at Tau(Rosseland)=1.0"
    text = [
        f"{kind}{deck.teff:.0f}_g{deck.logg:+.2f}_z{feh:+.2f}_a{afe:+.2f} {deck.title}",
        f"{fixed(deck.teff, 7, 0)}      Teff [K].         in the form of MARCS",
        f"{exponential(flux, 12, 4)} Flux [erg/cm2/s]",
        f"{exponential(10.0**deck.logg, 12, 4)} Surface gravity [cm/s2]",
        f"{fixed(deck.microturbulence[0] / KILOMETRE_PER_SECOND, 6, 2)}       Microturbulence parameter [km/s]",
        mass_line,
        f"{feh:+6.2f}{afe:+6.2f} Metallicity [Fe/H] and [alpha/Fe]",
        radius_line,
        f"{fixed(deck.mixing_length, 6, 2)} of the convection parameters: alpha, the mixing length",
        "Logarithmic chemical number abundances, H always 12.00",
        *_abundances(total),
        f"{len(density):4d} Number of depth points",
        "Model structure",
        " k lgTauR  lgTau5    Depth     T        Pe          Pg         Prad       Pturb",
    ]
    for k in range(len(density)):
        text.append(
            f"{k + 1:3d}{fixed_within(log_tau[k], 6, 2)} {fixed_within(log_tau_5000[k], 7, 4)}"
            f"{exponential(depth[k], 11, 3)} {fixed(deck.temperature[k], 7, 1)}"
            f"{exponential(electron_pressure[k], 12, 4)}"
            f"{exponential(deck.gas_pressure[k], 12, 4)}{exponential(radiation_pressure[k], 12, 4)}"
            f"{exponential(turbulent[k], 12, 4)}"
        )
    text.append(" k lgTauR    KappaRoss   Density   Mu      Vconv   Fconv/F      RHOX")
    for k in range(len(density)):
        text.append(
            f"{k + 1:3d}{fixed_within(log_tau[k], 6, 2)}{exponential(deck.rosseland_opacity[k], 12, 4)}"
            f"{exponential(density[k], 12, 4)}{fixed(molecular_weight[k], 6, 3)}"
            f"{exponential(deck.convective_velocity[k], 11, 3)}{fixed(convective_share[k], 8, 5)}"
            f"{exponential(deck.column_mass[k], 14, 6)}"
        )
    return "\n".join(text) + "\n"


def _abundances(total: Float[np.ndarray, "99"]) -> Iterator[str]:
    """log10 N/N_H + 12 of hydrogen to uranium, ten a line, -99 for absent elements."""
    values = total[:92] - total[0] + 12.0
    entries = [fixed(value if value > -5.0 else -99.0, 7, 2) for value in values]
    for k in range(0, len(entries), 10):
        yield "".join(entries[k : k + 10])
