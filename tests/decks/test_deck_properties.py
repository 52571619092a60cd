"""What holds for every deck that can be written, on decks that hypothesis makes up."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kurucz_a1.decks import deck as plain
from kurucz_a1.decks.moog import MOST_LAYERS, format_moog
from kurucz_a1.errors import BadFile
from kurucz_a1.labels import SUN
from kurucz_a1.physics.abundances import number_fractions

# The check of annotations draws one item of a tuple at random, inside the strategy below too.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")
ARRAYS = {  # ln of the smallest and largest value
    "temperature": (6.0, 12.0),
    "gas_pressure": (-20.0, 20.0),
    "electron_density": (5.0, 45.0),
    "rosseland_opacity": (-15.0, 10.0),
}


@st.composite
def decks(draw):
    """A Deck of 10 to 130 layers with any labels that the form holds; accelerations of both signs."""
    layers = draw(st.integers(10, 130))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))  # a hundred numbers, of which none is special
    arrays = {name: np.exp(random.uniform(*ends, layers)) for name, ends in ARRAYS.items()}
    feh, afe = draw(st.floats(-4.0, 1.0)), draw(st.floats(-0.4, 0.8))
    return plain.Deck(
        title=draw(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789=.", max_size=60)).strip(),
        # nine digits must tell neighbours apart
        column_mass=np.exp(draw(st.floats(-12.0, 0.0)) + np.cumsum(random.uniform(1e-6, 0.5, layers))),
        radiative_acceleration=random.normal(size=layers) * np.exp(random.uniform(-20.0, 12.0, layers)),
        microturbulence=np.full(layers, draw(st.floats(0.0, 9.9e5))),
        convective_flux=np.exp(random.uniform(0.0, 25.0, layers)),
        convective_velocity=np.exp(random.uniform(0.0, 13.0, layers)),
        teff=draw(st.floats(2500.0, 50000.0)),
        logg=draw(st.floats(-1.0, 6.0)),
        log_fractions=np.log10(np.maximum(np.asarray(number_fractions(replace(SUN, feh=feh, afe=afe))), 1e-20)),
        surface_radiation_pressure=draw(st.floats(0.0, 1e5)),
        iterations=draw(st.integers(1, 999)),
        **arrays,
    )


def read(text, folder):
    path = folder / "deck"
    path.write_text(text)
    return plain.read_deck(path)


def assert_same(back, deck):
    """Half a unit of the last digit: of nine digits of the mass, 0.1 K, four digits of the rest."""
    np.testing.assert_allclose(back.column_mass, deck.column_mass, rtol=5.1e-9)
    np.testing.assert_allclose(back.temperature, deck.temperature, atol=0.0501)
    for name in ("gas_pressure", "electron_density", "rosseland_opacity", "radiative_acceleration", "microturbulence"):
        np.testing.assert_allclose(getattr(back, name), getattr(deck, name), rtol=5.01e-4, err_msg=name)
    assert back.teff == pytest.approx(deck.teff, abs=0.5) and back.logg == pytest.approx(deck.logg, abs=5.1e-6)


@given(decks(), st.booleans(), st.booleans())
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_and_written_again(tmp_path_factory, deck, table, separated):
    folder = tmp_path_factory.mktemp("decks")
    text = plain.format_deck(deck, table, separated)
    back = read(text, folder)
    assert_same(back, deck)
    for name in ("convective_flux", "convective_velocity"):
        np.testing.assert_allclose(getattr(back, name), getattr(deck, name), rtol=5.01e-4, err_msg=name)
    digits = 5.1e-4 if table else 5.1e-3
    np.testing.assert_allclose(back.log_number_fractions[2:], deck.log_number_fractions[2:], atol=digits)
    assert (back.title, back.iterations) == (deck.title, deck.iterations)
    # a tie of the table's third decimal may round the cards' second one otherwise, once
    text = plain.format_deck(back, table, separated)
    assert plain.format_deck(read(text, folder), table, separated) == text


@given(decks())
@settings(max_examples=50, deadline=None)
def test_the_same_for_moog(tmp_path_factory, deck):
    # Pressure and electron density of a star rise inward, as MOOG expects.
    rising = {name: np.sort(getattr(deck, name)) for name in ("gas_pressure", "electron_density")}
    deck = replace(deck, **rising)
    assume(all(values[-1] > 21.0 * values[0] for values in rising.values()))
    assume(deck.electron_density[-1] > 1.1e7 and not 0.0 < deck.microturbulence[0] < 101.0)
    if len(deck.column_mass) > MOST_LAYERS:
        with pytest.raises(ValueError, match="MOOG takes 100 layers"):
            format_moog(deck, 0.0)
        return
    folder = tmp_path_factory.mktemp("decks")
    text = format_moog(deck, 0.0)
    back = read(text, folder)
    assert_same(back, deck)
    relative = [d.log_number_fractions[1:92] - d.log_number_fractions[0] for d in (back, deck)]
    # three decimals, and nothing below -9 on the scale of hydrogen = 12
    np.testing.assert_allclose(relative[0], np.maximum(relative[1], -21.0), atol=5.1e-4)
    assert read(format_moog(back, 0.0), folder).title == back.title


@given(decks(), st.data())
@settings(max_examples=100, deadline=None)
def test_a_deck_that_lost_its_end_is_refused(tmp_path_factory, deck, data):
    text = plain.format_deck(deck)
    end = text.index("BEGIN")
    cut = data.draw(st.integers(0, end))
    with pytest.raises(BadFile) as caught:
        read(text[:cut], tmp_path_factory.mktemp("decks"))
    assert "\n" not in str(caught.value)
