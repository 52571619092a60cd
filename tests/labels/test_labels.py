"""Labels as one object, called by keyword or whole."""

import inspect
from dataclasses import replace

import jax
import jax.numpy as jnp
import pytest

from kurucz_a1.atmosphere import solve
from kurucz_a1.labels import LABEL_NAMES, LABELS, SUN, Labels, takes_labels


@takes_labels
def gravity(labels, *, factor=1.0):
    return factor * 10.0**labels.logg


def test_labels_go_by_keyword_or_whole():
    assert gravity(teff=5000.0, logg=2.0, factor=3.0) == gravity(Labels(teff=5000.0, logg=2.0), factor=3.0) == 300.0
    with pytest.raises(TypeError, match="not both: leave out logg"):
        gravity(SUN, logg=2.0)
    with pytest.raises(TypeError, match="gravity needs logg: give logg="):
        gravity(teff=5000.0)
    with pytest.raises(TypeError, match="metals"):
        gravity(teff=5000.0, logg=2.0, metals=0.1)


def test_help_names_every_label_and_its_default():
    parameters = inspect.signature(solve).parameters
    assert tuple(parameters)[: len(LABELS)] == LABEL_NAMES
    assert parameters["vturb"].default == 2.0 and parameters["teff"].default is inspect.Parameter.empty


def test_labels_are_differentiated_as_one():
    slopes = jax.grad(lambda labels: labels.teff**2 + 3.0 * labels.feh)(jax.tree.map(jnp.asarray, SUN))
    assert (slopes.teff, slopes.feh, slopes.vturb) == (2.0 * 5777.0, 3.0, 0.0)


def test_every_label_lies_where_its_entry_says():
    for label in LABELS:
        low, high = label.box if isinstance(label.box, tuple) else (label.box, label.box)
        assert label.limits[0] <= low <= high <= label.limits[1], label.name
        assert label.limits[0] <= label.sun <= label.limits[1], label.name
        assert label.difference < label.step


def test_a_star_in_words():
    assert replace(SUN, feh=-0.25).name == "teff=5777 logg=4.44 feh=-0.25 afe=0 vturb=2"
