"""Labels as one object, called by keyword or whole."""

import inspect
import os
import subprocess
import sys
from dataclasses import replace
from typing import get_args

import jax
import jax.numpy as jnp
import pytest

from kurucz_a1.atmosphere import solve
from kurucz_a1.errors import BadConfig
from kurucz_a1.inference.fit import STEPS
from kurucz_a1.inference.forward import PARAMETERS
from kurucz_a1.labels import LABEL_NAMES, LABELS, SUN, Labels, LabelSpace, takes_labels
from kurucz_a1.settings import BoxSettings
from kurucz_a1.settings.inference import Parameter


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


def test_many_stars_in_words():
    """What grids do not vary by default is named only where a star has another value than the default."""
    stars = Labels(teff=jnp.array([5777.0, 4500.04]), logg=4.44, feh=-0.25)
    assert stars.names() == [
        "5777 K, log g 4.44, [M/H] -0.25, [a/M] 0",
        "4500 K, log g 4.44, [M/H] -0.25, [a/M] 0",
    ]
    assert Labels(teff=5777.0, logg=4.44, vturb=1.0).names() == ["5777 K, log g 4.44, [M/H] 0, [a/M] 0, vturb 1 km/s"]


def test_a_box_in_the_configuration_has_every_label():
    for label in LABELS:
        if label.name != "logg":
            assert BoxSettings.model_fields[label.name].default == label.box
    free = BoxSettings(feh=0.0, vturb=[1, 2])
    assert LabelSpace.from_box(free.plain()).free == ("teff", "logg", "afe", "vturb")
    with pytest.raises(BadConfig, match=r"grid\.box\.teff is 5000"):
        BoxSettings(teff=5000)


def test_parameters_of_a_spectrum_are_those_of_the_configuration():
    assert set(get_args(Parameter)) == set(PARAMETERS)
    assert set(STEPS) == set(PARAMETERS)


def test_settings_are_read_without_jax(project):
    """Every job of the workflow reads them, and importing JAX takes longer than all else."""
    code = "import kurucz_a1.settings, sys; sys.exit('jax' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(project / "src")}).returncode
        == 0
    )
