"""Abundances follow [M/H] and [alpha/M] as ATLAS-12's own models do."""

import re

import jax
import numpy as np
import pytest

from kurucz_a1.errors import BadConfig
from kurucz_a1.physics.abundances import ALPHA, ELEMENTS, PATTERNS, SYMBOLS, eos_fractions, number_fractions


def tabulated(text):
    """Number fractions of Z = 1..99 and the offsets of Z = 3..99 in a deck's ABUNDANCE TABLE."""
    table = text.split("ABUNDANCE TABLE\n")[1].split("READ DECK6")[0]
    hydrogen, helium = re.findall(r"[12]He?\s+(0\.\d{6})", table)
    metals = re.findall(r"\d+[A-Z][A-Za-z]?\s*(-\d+\.\d{3})\s*(-?\d+\.\d{3})", table)
    logarithms = np.array([float(value) + float(offset) for value, offset in metals])
    return np.concatenate([[float(hydrogen), float(helium)], 10.0**logarithms])


@pytest.mark.parametrize("label", ["m+0.00a+0.00", "m-1.87a+0.25", "m-0.56a+0.06", "m+0.29a-0.00", "m-1.60a+0.49"])
def test_reproduces_decks(reference_data, label):
    deck = next((reference_data / "atmospheres" / "atlas12_computed").glob(f"*{label}*.atm"))
    feh, afe = map(float, re.search(r"m([+-][\d.]+)a([+-][\d.]+)v", deck.name).groups())
    theirs = tabulated(deck.read_text())
    ours = np.asarray(number_fractions(feh, afe))
    # Decks hold H and He to 5 decimals and metals to 0.001 dex.
    np.testing.assert_allclose(ours[:2], theirs[:2], atol=1e-5)
    np.testing.assert_allclose(np.log10(ours[2:]), np.log10(theirs[2:]), atol=1e-3)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_fractions_sum_to_one(pattern):
    np.testing.assert_allclose(np.sum(number_fractions(0.3, 0.2, pattern)), 1.0, rtol=1e-14)
    np.testing.assert_allclose(np.sum(eos_fractions(number_fractions(-4.0, 0.8, pattern))), 1.0, rtol=1e-14)


def test_labels_move_the_right_elements():
    by_feh = jax.jacfwd(lambda feh: np.log(10) ** -1 * jax.numpy.log(number_fractions(feh, 0.1)))(-0.5)
    by_afe = jax.jacfwd(lambda afe: np.log(10) ** -1 * jax.numpy.log(number_fractions(-0.5, afe)))(0.1)
    np.testing.assert_allclose(by_feh[2:], 1.0, rtol=1e-12)
    np.testing.assert_allclose(by_afe[2:], np.isin(SYMBOLS[2:], ALPHA), atol=1e-12)
    assert by_feh[0] < 0  # hydrogen makes room for metals
    assert by_feh[1] == 0


def test_equation_of_state_holds_nearly_all_mass():
    fractions = np.asarray(number_fractions(0.0, 0.0))
    chosen = [SYMBOLS.index(symbol) for symbol in ELEMENTS]
    # The elements left out, of which fluorine is the most abundant, are rarer than 1e-7 together.
    assert 1.0 - fractions[chosen].sum() < 1e-7


def test_unknown_pattern_is_refused():
    with pytest.raises(BadConfig, match="asplund2009"):
        number_fractions(0.0, 0.0, "solar")
