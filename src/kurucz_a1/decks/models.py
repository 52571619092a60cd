"""Decks of ATLAS-12 and its kin as Atmosphere, and an Atmosphere as a deck."""

import jax.numpy as jnp
import numpy as np

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.fields import FIELD_NAMES
from kurucz_a1.decks import deck as _deck
from kurucz_a1.decks.abundances import metallicity
from kurucz_a1.decks.check import findings
from kurucz_a1.errors import BadFile
from kurucz_a1.numerics.quadrature import integral_over_mass
from kurucz_a1.physics.abundances import number_fractions, solar_log_fractions
from kurucz_a1.physics.constants import KILOMETRE_PER_SECOND, SPEED_OF_LIGHT, STEFAN_BOLTZMANN

# Radiation pressure at the surface in units of the flux over c: the Hopf constant q(infinity) of the grey atmosphere
# (Mihalas 1978, Stellar Atmospheres, eq. 3-17). ATLAS-12's own models have 0.68 to 0.71.
_HOPF = 0.710446
LONGEST_TITLE = 74  # characters, of an ATLAS deck


def read_deck(path, **labels):
    """The one model atmosphere in the deck at ``path``.

    Understood: decks of ATLAS-12 (classic and Fortran 90) and ATLAS9, their ``.mod`` forms for SYNTHE, and the KURUCZ
    form of MOOG; any number of layers. Labels and abundances come from the deck. Give as ``teff=``, ``logg=``,
    ``feh=``, ``afe=``, ``vturb=`` (K, dex, km/s) or ``solar_pattern=`` what it does not state or what you know better.

    Returns an Atmosphere with shape (depth,): log_tau is log10 of the integral of the Rosseland opacity over column
    mass; feh and afe are relative to the solar pattern named in ``solar_pattern``, which is the one that fits;
    number_fractions are the deck's own; source is "ATLAS-12", "ATLAS9", "MOOG", or the maker that the title names.

    Raises BadFile, in one line with file and line number, where the file is missing, not a deck, truncated or corrupt,
    holds several models, or lacks a label.
    """
    return _to_atmosphere(path, _deck.read_deck(path), labels)


def read_decks(path, **labels):
    """Yield each model of a file that holds several decks, one after another, as ``read_deck`` does for one."""
    for deck in _deck.read_decks(path):
        yield _to_atmosphere(path, deck, labels)


def check_decks(path):
    """Yield, for each model of the file of decks at ``path``, what it is called and what speaks against it.

    The first is a text, path, Teff and log g; the second a list of phrases, empty for a model that can pass for a
    converged one of ATLAS-12 (or ATLAS9, or such a one in MOOG's form) by all that the deck says: hydrostatic
    equilibrium, steps of optical depth, radiation pressure at the surface, its title. See ``decks.check``.

    Raises BadFile like ``read_decks``.
    """
    for deck in _deck.read_decks(path):
        teff = "Teff unknown" if deck.teff is None else f"{deck.teff:.0f} K"
        logg = "log g unknown" if deck.logg is None else f"log g {deck.logg:.2f}"
        yield f"{path}: {deck.program}, {teff}, {logg}", findings(deck)


def from_deck(deck, **labels):
    """The Atmosphere (depth,) of a Deck; labels as for ``read_deck``."""
    return _to_atmosphere("the deck", deck, labels)


def _to_atmosphere(path, deck, labels):
    unknown = set(labels) - {"teff", "logg", "feh", "afe", "vturb", "solar_pattern"}
    if unknown:
        raise TypeError(f"read_deck got an unexpected label {sorted(unknown)[0]!r}")
    found = {**_labels(path, deck, labels.get("solar_pattern")), **labels}
    missing = next((name for name, value in found.items() if value is None), None)
    if missing:
        raise BadFile(f"{path}: the deck does not state {missing}; give it with {missing}=")
    optical_depth = integral_over_mass(deck.column_mass, deck.rosseland_opacity)
    fractions = deck.log_number_fractions
    return Atmosphere(
        log_tau=jnp.asarray(np.log10(optical_depth)),
        **{name: jnp.asarray(getattr(deck, name)) for name in FIELD_NAMES},
        **{name: jnp.asarray(float(found[name])) for name in ("teff", "logg", "feh", "afe", "vturb")},
        number_fractions=None if fractions is None else jnp.asarray(10.0**fractions),
        source=deck.program,
        solar_pattern=found["solar_pattern"],
    )


def _labels(path, deck, solar_pattern):
    """What the deck itself says about its labels."""
    if deck.log_fractions is not None:
        try:
            feh, afe, solar_pattern = metallicity(deck.log_number_fractions, solar_pattern)
        except BadFile as error:
            if deck.stated_metallicity is None:
                raise BadFile(f"{path}: {error}") from None
            feh, afe = deck.stated_metallicity, 0.0
    elif deck.stated_metallicity is not None:
        feh, afe = deck.stated_metallicity, 0.0
    else:
        feh, afe = None, None
    return {
        "teff": deck.teff,
        "logg": deck.logg if deck.logg is not None else np.log10(_gravity(deck)),
        "feh": feh,
        "afe": afe,
        "vturb": float(np.median(deck.microturbulence)) / KILOMETRE_PER_SECOND,
        "solar_pattern": solar_pattern or "asplund2009",
    }


def _gravity(deck):
    """g in cm s-2 from hydrostatic equilibrium: P + integral of g_rad dm = g m at every layer."""
    pressure = deck.gas_pressure + integral_over_mass(deck.column_mass, deck.radiative_acceleration)
    return float(np.median(pressure / deck.column_mass))


def to_deck(atmosphere, title=None):
    """The Deck of an Atmosphere (depth,), as ``write_deck`` writes it; title: without it the atmosphere's source."""
    values = {name: np.asarray(getattr(atmosphere, name), dtype=float) for name in FIELD_NAMES}
    labels = {name: float(getattr(atmosphere, name)) for name in ("teff", "logg", "feh", "afe", "vturb")}
    layers = len(values["temperature"])
    log_fractions, offsets = _abundance_table(atmosphere, labels)
    return _deck.Deck(
        title=_title(atmosphere.source) if title is None else title,
        **values,
        microturbulence=np.full(layers, labels["vturb"] * KILOMETRE_PER_SECOND),
        convective_flux=np.zeros(layers),
        convective_velocity=np.zeros(layers),
        teff=labels["teff"],
        logg=labels["logg"],
        log_fractions=log_fractions,
        log_offsets=offsets,
        surface_radiation_pressure=_HOPF * STEFAN_BOLTZMANN * labels["teff"] ** 4 / SPEED_OF_LIGHT,
    )


def _abundance_table(atmosphere, labels):
    """The two columns of the ABUNDANCE TABLE: the solar pattern and each element's offset from it."""
    fractions = atmosphere.number_fractions
    if fractions is None:
        fractions = number_fractions(labels["feh"], labels["afe"], atmosphere.solar_pattern)
    total = np.log10(np.maximum(np.asarray(fractions, dtype=float), 1e-30))
    pattern = solar_log_fractions(atmosphere.solar_pattern)
    # Hydrogen and helium have no offset, and one of ten decades would not fit its field.
    pattern = np.where((np.arange(99) < 2) | (np.abs(total - pattern) > 9.0), total, pattern)
    return pattern, total - pattern


def _title(source):
    """A title from which ``read_deck`` finds the same source again."""
    from kurucz_a1 import __version__

    if source == "ATLAS-12":
        return "ATLAS12"
    if "kurucz-a1" in source.lower():
        return source[:LONGEST_TITLE]
    signature = f" (kurucz_a1 {__version__})"
    return source[: LONGEST_TITLE - len(signature)] + signature
