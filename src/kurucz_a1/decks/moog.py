"""The two forms of a model of ATLAS that MOOG reads (Sneden 1973, ApJ 184, 839): KURUCZ and KURTYPE."""

import numpy as np

from kurucz_a1.decks.deck import format_layers
from kurucz_a1.decks.numbers import exponential, fixed

MOST_LAYERS = 100
HEAVIEST = 92  # of the elements that are listed; MOOG knows 95
_AFTER_TEMPERATURE = 2  # columns of a KURTYPE layer: gas pressure, electron density
_WAVELENGTH = 5000.0  # A, of the optical depths that MOOG computes itself from a KURTYPE model


def format_moog(deck, feh, kurtype=False):
    """The text of a Deck for MOOG, with every abundance from helium on, ending in a newline.

    feh: dex, on the line with the number of abundances; MOOG applies it to none, since all are listed. kurtype: layers
    without opacities, which MOOG then computes. Raises ValueError where a number does not fit or there are too many
    layers.
    """
    layers = len(deck.column_mass)
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
        *_abundances(deck),
        f"NMOL      {0:5d}",
    ]
    return "\n".join(text) + "\n"


def _abundances(deck):
    """log10 N/N_H + 12 of helium and all heavier elements, six a line."""
    logarithms = deck.log_number_fractions
    numbers = range(2, HEAVIEST + 1)
    entries = [f"{z:4d} {fixed(np.clip(logarithms[z - 1] - logarithms[0] + 12.0, -9.0, 99.0), 7, 3)}" for z in numbers]
    for k in range(0, len(entries), 6):
        yield "".join(entries[k : k + 6])
