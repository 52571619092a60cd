"""The two formats of MOOG for ATLAS models (Sneden 1973, ApJ 184, 839): KURUCZ, read and written, and KURTYPE."""

import re
from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from kurucz_a1.decks.layers import Deck, DeckLines, format_layers, make_deck, maker, parse_labels, parse_layers
from kurucz_a1.decks.numbers import exponential, fixed

_NTAU = re.compile(r"\s*ntau\s*=\s*(\d+)\s*$", re.IGNORECASE)
_WHOLE_LIST = 91  # abundances, helium to uranium; a shorter list changes some of MOOG's own
MOST_LAYERS = 100
HEAVIEST = 92  # of the elements that are listed; MOOG knows 95
_AFTER_TEMPERATURE = 2  # columns of a KURTYPE layer: gas pressure, electron density
_WAVELENGTH = 5000.0  # A, of the optical depths that MOOG computes itself from a KURTYPE model


def is_moog(lines: DeckLines) -> bool:
    """Whether a file is in MOOG's KURUCZ form."""
    return lines[0].strip().upper() == "KURUCZ"


def parse_moog(lines: DeckLines) -> Deck:
    """The model in a file for MOOG: KURUCZ, labels, ntau, layers, vturb, NATOMS n [M/H], NMOL."""
    header = _NTAU.match(lines[2]) if len(lines) > 3 else None
    if not header:
        lines.fail(min(2, len(lines) - 1), "expected ntau= and the number of layers")
    teff, logg, rest = parse_labels(lines, 1)
    table, after = parse_layers(lines, 3, len(lines), int(header[1]))
    tail = [line.split() for line in lines.rest(after)]
    if not tail or [words[0].upper() for words in tail[1:] if words][:1] != ["NATOMS"]:
        lines.fail(min(after, len(lines) - 1), "expected the microturbulence, then NATOMS")
    try:
        count, metallicity = int(tail[1][1]), float(tail[1][2])
    except (IndexError, ValueError):
        lines.fail(after + 1, "expected NATOMS, a count and [M/H]")
    fractions = _parse_abundances(lines, after + 2, count) if count >= _WHOLE_LIST else None
    title = rest.strip().removeprefix("LTE").strip()
    return make_deck(
        table,
        teff=teff,
        logg=logg,
        log_fractions=fractions,
        title=title,
        program=maker(title) or "MOOG",
        stated_metallicity=metallicity,
    )


def _parse_abundances(lines: DeckLines, number: int, count: int) -> Float[np.ndarray, "99"]:
    """log10 of N/N_total from pairs of atomic number and log10 of N/N_H + 12, for all elements from helium on."""
    first = number
    words: list[str] = []
    while len(words) < 2 * count and number < len(lines):
        words += lines[number].split()
        number += 1
    try:
        values = [float(word) for word in words]
    except ValueError:
        values = []
    pairs = dict(zip(values[::2], values[1::2], strict=False))
    lightest = 2 - (pairs.get(1.0) == 12.0)
    whole = len(values) == 2 * count and set(pairs) == set(range(lightest, min(lightest + count, 100)))
    if not whole or not all(-30.0 <= value <= 13.0 for value in pairs.values()):
        lines.fail(min(first, len(lines) - 1), f"expected {count} pairs of atomic number and abundance, from helium on")
    relative = np.full(99, -20.0)
    relative[0] = 0.0
    for z, value in pairs.items():
        relative[int(z) - 1] = value - 12.0
    return relative - np.log10(np.sum(10.0**relative))


def format_moog(deck: Deck, feh: float, kurtype: bool = False) -> str:
    """The text of a Deck for MOOG, with every abundance from helium on, ending in a newline.

    - ``feh``: dex, beside the number of abundances; MOOG applies it to none, since all are listed.
    - ``kurtype``: leave out the opacities, which MOOG then computes.

    Raises ValueError where a number does not fit, labels or abundances are missing, or there are too many layers.
    """
    layers, total = len(deck.column_mass), deck.log_number_fractions
    if deck.teff is None or deck.logg is None or total is None:
        raise ValueError("a deck needs an effective temperature, a log g and abundances")
    if layers > MOST_LAYERS:
        raise ValueError(f"MOOG takes {MOST_LAYERS} layers, the model has {layers}")
    rows = format_layers(deck, _AFTER_TEMPERATURE if kurtype else None, separated=True)
    text = [
        "KURTYPE" if kurtype else "KURUCZ",
        f"TEFF {fixed(deck.teff, 7, 0)}  GRAVITY{fixed(deck.logg, 8, 5)} LTE {deck.title}",
        f"NTAU={layers:10d}",
        *([f"{_WAVELENGTH:10.1f}"] if kurtype else []),
        *rows,
        exponential(deck.microturbulence[0], 13, 3),
        f"NATOMS    {HEAVIEST - 1:5d} {fixed(feh, 7, 3)}",
        *_abundances(total),
        f"NMOL      {0:5d}",
    ]
    return "\n".join(text) + "\n"


def _abundances(logarithms: Float[np.ndarray, "99"]) -> Iterator[str]:
    """log10 N/N_H + 12 of helium and all heavier elements, six a line."""
    numbers = range(2, HEAVIEST + 1)
    entries = [f"{z:4d} {fixed(np.clip(logarithms[z - 1] - logarithms[0] + 12.0, -9.0, 99.0), 7, 3)}" for z in numbers]
    for k in range(0, len(entries), 6):
        yield "".join(entries[k : k + 6])
