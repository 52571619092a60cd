"""Abundances follow [M/H] and [alpha/M] as ATLAS-12's own models do."""

import re
from dataclasses import replace

import jax
import numpy as np
import pytest

from kurucz_a1.errors import BadConfig
from kurucz_a1.grid.reference import load_atlas12_reference
from kurucz_a1.labels import LABELS, SUN
from kurucz_a1.physics.abundances import (
    ALPHA,
    ELEMENTS,
    PATTERNS,
    RAISED_BY,
    SYMBOLS,
    eos_fractions,
    number_fractions,
)


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
    ours = np.asarray(number_fractions(replace(SUN, feh=feh, afe=afe)))
    # Decks hold H and He to 5 decimals and metals to 0.001 dex.
    np.testing.assert_allclose(ours[:2], theirs[:2], atol=1e-5)
    np.testing.assert_allclose(np.log10(ours[2:]), np.log10(theirs[2:]), atol=1e-3)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_fractions_sum_to_one(pattern):
    np.testing.assert_allclose(np.sum(number_fractions(replace(SUN, feh=0.3, afe=0.2), pattern)), 1.0, rtol=1e-14)
    poor = number_fractions(replace(SUN, feh=-4.0, afe=0.8), pattern)
    np.testing.assert_allclose(np.sum(eos_fractions(poor)), 1.0, rtol=1e-14)


def test_labels_move_the_right_elements():
    star = jax.tree.map(jax.numpy.asarray, replace(SUN, feh=-0.5, afe=0.1))
    slopes = jax.jacfwd(lambda labels: jax.numpy.log10(number_fractions(labels)))(star)
    np.testing.assert_allclose(slopes.feh[2:], 1.0, rtol=1e-12)
    np.testing.assert_allclose(slopes.afe[2:], np.isin(SYMBOLS[2:], ALPHA), atol=1e-12)
    assert slopes.feh[0] < 0  # hydrogen makes room for metals
    assert slopes.feh[1] == 0
    for label in LABELS:
        raised = np.asarray(RAISED_BY.get(label.name, np.zeros(99)))
        np.testing.assert_allclose(getattr(slopes, label.name)[1:], raised[1:], atol=1e-12, err_msg=label.name)


def test_equation_of_state_holds_nearly_all_mass():
    fractions = np.asarray(number_fractions())
    chosen = [SYMBOLS.index(symbol) for symbol in ELEMENTS]
    # The elements left out, of which fluorine is the most abundant, are rarer than 1e-7 together.
    assert 1.0 - fractions[chosen].sum() < 1e-7


def test_unknown_pattern_is_refused():
    with pytest.raises(BadConfig, match="asplund2009"):
        number_fractions(SUN, "solar")


def test_alpha_elements_are_those_of_atlas12():
    """The package's own ATLAS-12 models: [alpha/M] raises what their abundance tables say, oxygen with it."""
    dataset = load_atlas12_reference()
    rich = dataset.isel(model=int(np.argmax(dataset["afe"].values)))
    labels = replace(SUN, feh=float(rich["feh"]), afe=float(rich["afe"]))
    ours, theirs = np.asarray(number_fractions(labels)), rich["number_fractions"].values
    assert labels.afe > 0.3
    # decks hold metals to 0.001 dex
    np.testing.assert_allclose(np.log10(ours[2:]), np.log10(theirs[2:]), atol=1.1e-3)
