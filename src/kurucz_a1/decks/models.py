"""Decks of ATLAS-12 and its kin as Atmosphere, and an Atmosphere as a deck."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from kurucz_a1.atmosphere import Atmosphere
from kurucz_a1.atmosphere.fields import BY_NAME, EXTRA_NAMES, FIELD_NAMES
from kurucz_a1.decks import deck as deck_files
from kurucz_a1.decks.abundances import metallicity, single_abundances
from kurucz_a1.decks.check import findings, turbulent_pressure
from kurucz_a1.decks.layers import Deck
from kurucz_a1.errors import BadFile
from kurucz_a1.labels import LABEL_NAMES, LABELS, Labels
from kurucz_a1.labels.labels import joined
from kurucz_a1.numerics.quadrature import integral_over_mass
from kurucz_a1.physics.abundances import DEFAULT_PATTERN, number_fractions, solar_log_fractions
from kurucz_a1.physics.constants import KILOMETRE_PER_SECOND, SPEED_OF_LIGHT, STEFAN_BOLTZMANN
from kurucz_a1.types import AnyArray, Real

# Radiation pressure at the surface in units of the flux over c: the Hopf constant q(infinity) of the grey atmosphere
# (Mihalas 1978, Stellar Atmospheres, eq. 3-17). ATLAS-12's own models have 0.68 to 0.71.
_HOPF = 0.710446
_ROUNDED = 0.0051  # dex, of an optical depth with two decimals
_WHOLE = ("opacities", "iterations")
LONGEST_TITLE = 74  # characters, of an ATLAS deck


def read_deck(
    path: str | Path,
    *,
    solar_pattern: str | None = None,
    abundances: Mapping[str, Real] | None = None,
    **labels: Real,
) -> Atmosphere:
    """The one model atmosphere in the deck at ``path``.

    - ``path``: a deck of ATLAS-12 (classic or Fortran 90) or ATLAS9, its ``.mod`` form for SYNTHE, MOOG's KURUCZ and
      KURTYPE formats, a model of MARCS or an ATMOS.fits of PHOENIX, compressed or not; any number of layers.
    - ``solar_pattern``: the pattern to which feh and afe refer; by default the one that the abundances fit. Where none
      fits, feh is the offset of iron from the nearest pattern and afe that of the alpha elements from iron. Elements of
      the gas that follow neither have abundances of their own.
    - ``labels``: ``teff=``, ``logg=`` and so on (units of ``Labels``), in place of what the deck states.
    - ``abundances``: [X/M] of elements by symbol, likewise.

    The Atmosphere has shape (depth,); log_tau is log10 of the integral of the Rosseland opacity over column mass, from
    the optical depth that a model of MARCS states for its first layer. number_fractions are those of the deck, source
    is "ATLAS-12", "ATLAS9", "MOOG", "MARCS", "PHOENIX", or the maker that the title names; ``extra`` holds what else
    the deck states, as the radius of a spherical model. A quantity that the deck lacks is NaN: the radiative
    acceleration of some decks for MOOG.

    Raises BadFile, in one line with file and line number, where the file is missing, not a deck, truncated or corrupt,
    holds several models, or lacks a label; TypeError for an unknown label.

    >>> from kurucz_a1 import load_emulator, read_deck, write_deck
    >>> deck = write_deck("sun.atm", load_emulator()(teff=5777.0, logg=4.44))
    >>> float(read_deck(deck).teff)
    5777.0
    """
    given = joined("read_deck", {**labels, "abundances": abundances})
    return _to_atmosphere(path, with_gravity(deck_files.read_deck(path)), solar_pattern, given)


def read_decks(
    path: str | Path,
    *,
    solar_pattern: str | None = None,
    abundances: Mapping[str, Real] | None = None,
    **labels: Real,
) -> Iterator[Atmosphere]:
    """Yield each model of a file of several decks, in order; arguments and errors as of ``read_deck``.

    A model that cannot be read is left out, with a warning at the end (``errors.LeftOut``) that names the first.
    """
    given = joined("read_decks", {**labels, "abundances": abundances})
    for deck in deck_files.read_decks(path):
        yield _to_atmosphere(path, with_gravity(deck), solar_pattern, given)


def check_decks(path: str | Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the name of each model in the file of decks at ``path``, and what speaks against it.

    The name holds path, program, Teff and log g. The findings are phrases; there are none for a model that can pass for
    a converged one of its program by all that the deck states: hydrostatic equilibrium, steps of optical depth and
    radiation pressure at the surface (of ATLAS-12 and ATLAS9, also in MOOG's format), title. See ``decks.check``. A
    model that cannot be read has the reason as its only finding.

    Raises BadFile where the file holds no deck.

    >>> from kurucz_a1 import check_decks, load_emulator, write_deck
    >>> deck = write_deck("sun.atm", load_emulator()(teff=5777.0, logg=4.44))
    >>> list(check_decks(deck))
    [('sun.atm: hydrostatic, 5777 K, log g 4.44', ['its title says that it was made by hydrostatic'])]
    """
    for number, deck in enumerate(deck_files.read_each(path), start=1):
        if isinstance(deck, BadFile):
            yield f"{path}: model {number}", [str(deck).removeprefix(f"{path}, ").removeprefix(f"{path}: ")]
            continue
        teff = "Teff unknown" if deck.teff is None else f"{deck.teff:.0f} K"
        logg = "log g unknown" if deck.logg is None else f"log g {deck.logg:.2f}"
        yield f"{path}: {deck.program}, {teff}, {logg}", findings(deck)


def from_deck(
    deck: Deck, *, solar_pattern: str | None = None, place: str | Path = "the deck", **labels: Real
) -> Atmosphere:
    """The Atmosphere (depth,) of a Deck; ``place``: of the deck, for messages; the others as for ``read_deck``."""
    return _to_atmosphere(place, deck, solar_pattern, labels)


def _to_atmosphere(path: str | Path, deck: Deck, solar_pattern: str | None, labels: dict[str, Real]) -> Atmosphere:
    unknown = set(labels) - set(LABEL_NAMES)
    if unknown:
        raise TypeError(f"read_deck got an unexpected label {sorted(unknown)[0]!r}")
    defaults = {label.name: label.default for label in LABELS}
    stated, solar_pattern = _labels(deck, solar_pattern)
    values: dict[str, Any] = {**defaults, **stated, **labels}
    missing = next((name for name, value in values.items() if value is None), None)
    if missing:
        raise BadFile(f"{path}: the deck does not state {missing}; give it with {missing}=")
    optical_depth = integral_over_mass(deck.column_mass, deck.rosseland_opacity)
    if deck.log_tau_rosseland is not None:
        above = 10.0 ** deck.log_tau_rosseland[0]
        # What lies above its first layer, the deck may count otherwise.
        if abs(np.log10(above / optical_depth[0])) > _ROUNDED:
            optical_depth = optical_depth - optical_depth[0] + above
    if not np.all(optical_depth > 0):
        layer = int(np.argmin(optical_depth > 0)) + 1
        raise BadFile(f"{path}: opacity and column mass jump near layer {layer}, so that it has no optical depth")
    fractions = deck.log_number_fractions
    arrays: dict[str, Any] = {name: jnp.asarray(getattr(deck, name)) for name in FIELD_NAMES}
    arrays |= {name: jnp.asarray(float(values[name])) for name in LABEL_NAMES}
    extra = {name: getattr(deck, name) for name in EXTRA_NAMES}
    return Atmosphere(
        log_tau=jnp.asarray(np.log10(optical_depth)),
        **arrays,
        number_fractions=None if fractions is None else jnp.asarray(10.0**fractions),
        extra={name: jnp.asarray(value, dtype=float) for name, value in extra.items() if value is not None},
        source=deck.program,
        solar_pattern=solar_pattern,
    )


def _labels(deck: Deck, solar_pattern: str | None) -> tuple[dict[str, float | None], str]:
    """The labels that the deck itself states, None for the others, and its solar pattern."""
    feh, afe, pattern = deck.stated_feh, deck.stated_afe, solar_pattern or DEFAULT_PATTERN
    fractions = deck.log_number_fractions
    if fractions is not None:
        found_feh, found_afe, pattern = metallicity(fractions, solar_pattern)
        feh = found_feh if feh is None or solar_pattern else feh
        afe = found_afe if afe is None or solar_pattern else afe
    labels = {
        "teff": deck.teff,
        "logg": deck.logg,
        "feh": feh,
        "afe": afe,
        "vturb": float(np.median(deck.microturbulence)) / KILOMETRE_PER_SECOND,
        "mixing_length": deck.mixing_length,
    }
    if fractions is not None and feh is not None and afe is not None:
        labels |= single_abundances(fractions, feh, afe, pattern)
    return labels, pattern


def with_gravity(deck: Deck) -> Deck:
    """The Deck with a log g where it states none: from hydrostatic equilibrium, P + P_turb + integral of g_rad dm = g m
    at every layer. A deck without radiative acceleration stays without."""
    if deck.logg is not None or not np.all(np.isfinite(deck.radiative_acceleration)):
        return deck
    pressure = deck.gas_pressure + turbulent_pressure(deck)
    pressure = pressure + integral_over_mass(deck.column_mass, deck.radiative_acceleration)
    return replace(deck, logg=float(np.log10(np.median(pressure / deck.column_mass))))


def to_deck(atmosphere: Atmosphere, title: str | None = None) -> Deck:
    """The Deck of one Atmosphere, as ``write_deck`` writes it; ``title``: by default the source of the atmosphere."""
    values: dict[str, Any] = {name: np.asarray(getattr(atmosphere, name), dtype=float) for name in FIELD_NAMES}
    labels = atmosphere.labels.floats()
    layers = len(values["temperature"])
    log_fractions, offsets = _abundance_table(atmosphere, labels)
    # What has a value at each layer belongs to the layers that were read.
    extra = {name: value for name, value in atmosphere.extra.items() if np.ndim(value) != 1 or not BY_NAME[name].symbol}
    extra |= {name: value for name, value in atmosphere.extra.items() if np.shape(value) == (layers,)}
    stated: dict[str, Any] = {name: _plain(name, value) for name, value in extra.items()}
    turbulence = stated.pop("microturbulence", np.array([np.nan]))
    if not np.isclose(np.median(turbulence), labels["vturb"] * KILOMETRE_PER_SECOND):  # not that of the label
        turbulence = np.full(layers, labels["vturb"] * KILOMETRE_PER_SECOND)
    return Deck(
        title=_title(atmosphere.source) if title is None else title,
        **values,
        **{
            "microturbulence": turbulence,
            "convective_flux": np.zeros(layers),
            "convective_velocity": np.zeros(layers),
            "surface_radiation_pressure": _HOPF * STEFAN_BOLTZMANN * labels["teff"] ** 4 / SPEED_OF_LIGHT,
        }
        | stated,
        teff=labels["teff"],
        logg=labels["logg"],
        mixing_length=labels["mixing_length"],
        log_fractions=log_fractions,
        log_offsets=offsets,
        program=atmosphere.source,
    )


def _plain(name: str, value: Float[AnyArray, "..."]) -> Any:
    """A quantity of ``Atmosphere.extra`` as ``Deck`` holds it."""
    if name in _WHOLE:
        return int(value) if np.ndim(value) == 0 else tuple(int(item) for item in np.asarray(value))
    array = np.asarray(value, dtype=float)
    if name == "turbulence":
        return tuple(array.tolist())
    return float(array) if array.ndim == 0 else array


def _abundance_table(
    atmosphere: Atmosphere, labels: dict[str, float]
) -> tuple[Float[np.ndarray, "99"], Float[np.ndarray, "99"]]:
    """The two columns of the ABUNDANCE TABLE: the solar pattern and the offset of each element from it."""
    fractions = atmosphere.number_fractions
    if fractions is None:
        fractions = number_fractions(Labels(**labels), atmosphere.solar_pattern)
    total = np.log10(np.maximum(np.asarray(fractions, dtype=float), 1e-30))
    pattern = solar_log_fractions(atmosphere.solar_pattern)
    # Hydrogen and helium have no offset, and one of ten decades would not fit its field.
    pattern = np.where((np.arange(99) < 2) | (np.abs(total - pattern) > 9.0), total, pattern)
    return pattern, total - pattern


def _title(source: str) -> str:
    """A title from which ``read_deck`` recovers the same source."""
    from kurucz_a1 import __version__

    if source == "ATLAS-12":
        return "ATLAS12"
    if "kurucz-a1" in source.lower():
        return source[:LONGEST_TITLE]
    signature = f" (kurucz_a1 {__version__})"
    return source[: LONGEST_TITLE - len(signature)] + signature
