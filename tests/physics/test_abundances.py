"""Abundances follow [M/H] and [alpha/M] as ATLAS-12's own models do."""

import re
from dataclasses import replace

import jax
import numpy as np
import pytest

from kurucz_a1.errors import BadConfig
from kurucz_a1.grid.reference import load_atlas12_reference
from kurucz_a1.labels import LABEL_NAMES, LABELS, SUN
from kurucz_a1.physics.abundances import (
    ALPHA,
    ELEMENTS,
    PATTERNS,
    RAISED_BY,
    SYMBOLS,
    check_hydrogen,
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


def test_an_abundance_changes_its_element_alone():
    """By number: [C/M] = 0.3 makes 10**0.3 times as much carbon, and hydrogen makes room for it."""
    before = np.asarray(number_fractions(replace(SUN, feh=-0.5, afe=0.2)))
    after = np.asarray(number_fractions(replace(SUN, feh=-0.5, afe=0.2, c_m=0.3, mg_m=-0.1)))
    changes = dict(zip(SYMBOLS, np.log10(after / before), strict=True))
    assert (changes.pop("C"), changes.pop("Mg")) == pytest.approx((0.3, -0.1), rel=1e-12)
    assert changes.pop("H") < 0.0
    np.testing.assert_allclose(list(changes.values()), 0.0, atol=1e-13)
    np.testing.assert_allclose(after.sum(), 1.0, rtol=1e-14)


def test_helium_changes_by_number_whatever_the_metallicity():
    for feh in (-2.0, 0.0, 0.4):
        plain, rich = (np.asarray(number_fractions(replace(SUN, feh=feh, he_m=he_m))) for he_m in (0.0, 0.3))
        assert rich[1] == pytest.approx(10.0**0.3 * number_fractions()[1], rel=1e-12)
        # one nucleus of helium takes the place of one of hydrogen; the metals stay
        assert rich[0] + rich[1] == pytest.approx(plain[0] + plain[1], rel=1e-12)
        np.testing.assert_allclose(rich[2:], plain[2:], rtol=1e-12)
        np.testing.assert_allclose(eos_fractions(rich).sum(), 1.0, rtol=1e-14)


def test_elements_have_the_weights_of_their_numbers():
    """Equal rises of all metals of the gas are a rise of [M/H] but for the elements outside of it."""
    metals = {name: 0.2 for name in LABEL_NAMES if name.endswith("_m") and name != "he_m"}
    together, scaled = (eos_fractions(number_fractions(replace(SUN, **each))) for each in (metals, {"feh": 0.2}))
    np.testing.assert_allclose(together, scaled, rtol=1e-6)


def test_a_star_without_hydrogen_is_refused():
    check_hydrogen(replace(SUN, feh=0.5, he_m=0.7))
    with pytest.raises(BadConfig, match="these abundances leave hydrogen a share of") as error:
        check_hydrogen(replace(SUN, feh=0.3, o_m=3.0, he_m=0.7))
    assert "\n" not in str(error.value)


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
