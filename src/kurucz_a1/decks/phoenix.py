"""Structures of PHOENIX as its library distributes them (Husser et al. 2013, A&A 553, A6): ATMOS.fits."""

import io
import warnings

import numpy as np
from astropy.io import fits
from jaxtyping import Float
from scipy.integrate import cumulative_trapezoid

from kurucz_a1.content import Content
from kurucz_a1.decks.abundances import metallicity
from kurucz_a1.decks.layers import Deck
from kurucz_a1.decks.opacity import rosseland_opacity
from kurucz_a1.errors import BadFile
from kurucz_a1.physics.abundances import IS_ALPHA
from kurucz_a1.physics.constants import BOLTZMANN, KILOMETRE_PER_SECOND, SPEED_OF_LIGHT, STEFAN_BOLTZMANN

# The labels in the header, and the range of each that a star may have.
_LABELS = {
    "PHXTEFF": (500.0, 5e5),
    "PHXLOGG": (-3.0, 10.0),
    "PHXM_H": (-10.0, 3.0),
    "PHXALPHA": (-5.0, 5.0),
    "PHXXI_L": (0.0, 1000.0),
}
_COLUMNS = ("temp", "pgas", "pe", "rho")
_PATTERN = "asplund2009"  # to which PHXM_H refers
_HEADER = 28800  # bytes, ten blocks of FITS, more than the labels take
_SAME = 0.05  # dex between the labels and the table of abundances


def parse_phoenix(content: Content) -> Deck:
    """The model in an ATMOS.fits.

    The file has neither column mass nor opacity: the Rosseland opacity is this package's, at the abundances of the
    file, and column mass follows from hydrostatic equilibrium, dm = dP / (g - g_rad), with the acceleration of
    diffusing radiation, g_rad = kappa F / c, and the gravity at the surface. Radius and mixing length are kept.
    Raises BadFile for a file that lacks a label, a column or positive numbers.
    """
    if b"PHXTEFF" not in content.data[:_HEADER]:
        raise BadFile(
            f"{content.path}: a FITS file without PHXTEFF, so no ATMOS.fits of PHOENIX; expected a model deck"
        )
    try:
        with warnings.catch_warnings(), fits.open(io.BytesIO(content.data)) as units:
            warnings.simplefilter("error")  # astropy's of a file that is cut off, say, or NumPy's of absurd numbers
            header, table = units[0].header, units["ATMOSPHERE"].data
            labels = {name: float(header[name]) for name in _LABELS}
            temperature, pressure, electrons, density = (np.asarray(table[name], dtype=float) for name in _COLUMNS)
            rows = units["ABUNDANCES"].data
            abundances = {int(row["ID"]) // 100: float(row["Abundance"]) for row in rows if row["ID"] % 100 == 0}
            radius, mixing_length = float(header["PHXREFF"]), float(header.get("PHXMXLEN", 1.0))
    except Exception as error:  # astropy raises errors of many types for damaged files
        reason = " ".join(str(error).split())[:80]
        raise BadFile(f"{content.path}: not a whole ATMOS.fits of PHOENIX ({reason}); get it again") from error
    for name, (lowest, highest) in _LABELS.items():
        if not lowest <= labels[name] <= highest:
            raise BadFile(f"{content.path}: {name} is {labels[name]:g}, which is that of no star")
    columns = {"temp": temperature, "pgas": pressure, "pe": electrons, "rho": density}
    for name, values in columns.items():
        if values.ndim != 1 or len(values) < 10 or not np.all(np.isfinite(values) & (values > 0)):
            raise BadFile(f"{content.path}: column {name} must hold positive numbers of at least 10 layers")
    if not np.all(np.diff(pressure) > 0):
        raise BadFile(f"{content.path}: column pgas does not increase inward")
    fractions = _log_fractions(content, abundances, labels["PHXM_H"], labels["PHXALPHA"])
    opacity = rosseland_opacity(temperature, pressure, 10.0**fractions, labels["PHXXI_L"])
    if not np.all(np.isfinite(opacity)):
        layer = int(np.argmin(np.isfinite(opacity))) + 1
        raise BadFile(f"{content.path}: layer {layer}: no gas has this temperature and pressure")
    flux = STEFAN_BOLTZMANN * labels["PHXTEFF"] ** 4
    acceleration = np.minimum(opacity * flux / SPEED_OF_LIGHT, 0.9 * 10.0 ** labels["PHXLOGG"])
    net = 10.0 ** labels["PHXLOGG"] - acceleration
    mass = pressure[0] / net[0] + cumulative_trapezoid(1.0 / net, pressure, initial=0.0)
    return Deck(
        title=content.path.name[:74],
        column_mass=mass,
        temperature=temperature,
        gas_pressure=pressure,
        electron_density=electrons / (BOLTZMANN * temperature),
        rosseland_opacity=opacity,
        radiative_acceleration=acceleration,
        microturbulence=np.full(len(mass), labels["PHXXI_L"] * KILOMETRE_PER_SECOND),
        convective_flux=np.zeros(len(mass)),
        convective_velocity=np.zeros(len(mass)),
        density=density,
        teff=labels["PHXTEFF"],
        logg=labels["PHXLOGG"],
        log_fractions=fractions,
        stated_feh=labels["PHXM_H"],
        stated_afe=labels["PHXALPHA"],
        program="PHOENIX",
        mixing_length=mixing_length,
        radius=radius,
    )


def _log_fractions(content: Content, abundances: dict[int, float], feh: float, afe: float) -> Float[np.ndarray, "99"]:
    """log10 of N/N_total from log10 N/N_H + 12. The table may hold the star's abundances or the Sun's."""
    relative = np.full(99, -20.0)
    for z, value in abundances.items():
        if not 1 <= z <= 99 or not -99.0 <= value <= 13.0:
            raise BadFile(f"{content.path}: the table of abundances holds no element {z}, or {value}")
        relative[z - 1] = value - 12.0
    if relative[0] != 0.0 or relative[25] < -15.0:
        raise BadFile(f"{content.path}: the table of abundances lacks hydrogen at 12 or iron")
    total = relative - np.log10(np.sum(10.0**relative))
    found, _, _ = metallicity(total, _PATTERN)
    if abs(found - feh) < _SAME:
        return total
    if abs(found) < _SAME:
        relative[2:] += feh + np.where(IS_ALPHA, afe, 0.0)[2:]
        return relative - np.log10(np.sum(10.0**relative))
    raise BadFile(f"{content.path}: PHXM_H is {feh:g}, but its table of abundances has [M/H] = {found:.2f}")
