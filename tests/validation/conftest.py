"""Decks and models with known differences."""

from dataclasses import replace

import numpy as np
import pytest

from kurucz_a1.validation.decks import NamedDeck, real_decks


@pytest.fixture(scope="session")
def decks():
    """The real ATLAS-12 models of the package."""
    return real_decks()[0]


@pytest.fixture
def sun(decks):
    """The ATLAS-12 Sun with 80 layers."""
    return next(d for d in decks if float(d.model.teff) == 5777.0 and np.size(d.model.temperature) == 80)


@pytest.fixture
def perturb():
    """A function that changes the fields of a NamedDeck by factors."""

    def change(deck, **factors):
        fields = {name: factor * np.asarray(getattr(deck.model, name)) for name, factor in factors.items()}
        return NamedDeck(deck.name, replace(deck.model, **fields), deck.mixing_length, deck.packaged)

    return change
