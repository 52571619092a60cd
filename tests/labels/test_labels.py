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
from kurucz_a1.grid.labels import label_table
from kurucz_a1.inference.fit import STEPS
from kurucz_a1.inference.forward import PARAMETERS
from kurucz_a1.labels import LABELS, SUN, Labels, LabelSpace, takes_labels
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
    single = [label.name for label in LABELS if not label.element]
    assert list(parameters)[: len(single) + 1] == [*single, "abundances"]
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
        "5777 K, log g 4.44, [M/H] -0.25, [a/M] 0, vturb 2 km/s",
        "4500 K, log g 4.44, [M/H] -0.25, [a/M] 0, vturb 2 km/s",
    ]
    longer = Labels(teff=5777.0, logg=4.44, mixing_length=1.5)
    assert longer.names() == ["5777 K, log g 4.44, [M/H] 0, [a/M] 0, vturb 2 km/s, l/H 1.5"]


def test_a_box_in_the_configuration_has_every_label():
    for label in LABELS:
        if label.element:
            assert getattr(BoxSettings().abundances, label.element) == label.box
        elif label.name != "logg":
            assert BoxSettings.model_fields[label.name].default == label.box
    free = BoxSettings(feh=0.0, vturb=[1, 2])
    assert LabelSpace.from_box(free.plain()).free == ("teff", "logg", "afe", "vturb")
    with pytest.raises(BadConfig, match=r"grid\.box\.teff is 5000"):
        BoxSettings(teff=5000)


def test_a_box_of_abundances():
    box = BoxSettings(abundances={"C": [-0.3, 0.3], "He": 0.1}, mixing_length=[1, 2])
    assert box.plain()["abundances"] == {"He": 0.1, "C": [-0.3, 0.3]}
    space = LabelSpace.from_box(box.plain())
    assert space.free == ("teff", "logg", "feh", "afe", "vturb", "mixing_length", "c_m")
    assert space.fixed["he_m"] == 0.1 and space.fixed["n_m"] == 0.0
    assert space.to_box()["abundances"] == {"He": 0.1, "C": [-0.3, 0.3]}
    assert LabelSpace.from_box(space.to_box()) == space
    assert "abundances" not in LabelSpace.from_box(BoxSettings().plain()).to_box()
    assert hash(box) != hash(BoxSettings())
    for given, complaint in (
        ({"Xe": 0.1}, r"unknown key grid\.box\.abundances\.Xe; did you mean grid\.box\.abundances\.\w+\?"),
        ({"C": [0.3, -0.3]}, r"grid\.box\.abundances\.C is \[0\.3, -0\.3\]; the first number must be the smaller"),
        ({"He": 2}, r"grid\.box\.abundances\.He is 2; it must be at most 0\.7"),
        ([0.3], r"grid\.box\.abundances is \[0\.3\]; it must be a section"),
    ):
        with pytest.raises(BadConfig, match=complaint):
            BoxSettings(abundances=given)


def test_abundances_go_by_symbol():
    star = Labels(teff=5000.0, logg=2.0, c_m=-0.2, n_m=0.4)
    assert Labels.of({"teff": 5000.0, "logg": 2.0}, abundances={"C": -0.2, "N": 0.4}) == star
    assert Labels.of(star, abundances={"C": 0.0}) == replace(star, c_m=0.0)
    assert star.abundances == {"C": -0.2, "N": 0.4} and SUN.abundances == {}
    assert takes_labels(lambda labels: labels)(teff=5000.0, logg=2.0, c_m=-0.2, abundances={"N": 0.4}) == star
    with pytest.raises(TypeError, match="got c_m and its abundance by symbol too"):
        gravity(teff=5000.0, logg=2.0, c_m=-0.2, abundances={"C": -0.2})


@pytest.mark.parametrize(
    ("symbol", "complaint"),
    [
        ("c", "'c' is no element of the gas: did you mean C"),
        ("FE", "did you mean Fe"),
        ("Carbon", "no element of the gas"),
        ("H", "hydrogen makes up the rest"),
        ("Ba", r"Ba is too rare to count in the gas and follows \[M/H\]"),
    ],
)
def test_what_is_no_element_of_the_gas_is_refused_in_one_line(symbol, complaint):
    with pytest.raises(BadConfig, match=complaint) as error:
        gravity(teff=5000.0, logg=2.0, abundances={symbol: 0.1})
    assert "\n" not in str(error.value)


def test_names_tell_of_optional_labels_only_where_they_differ():
    assert repr(SUN) == "Labels(teff=5777.0, logg=4.44, feh=0.0, afe=0.0, vturb=2.0)"
    star = replace(SUN, c_m=-0.2, mixing_length=1.5)
    assert star.name == "teff=5777 logg=4.44 feh=0 afe=0 vturb=2 mixing_length=1.5 c_m=-0.2"
    assert repr(star).endswith("vturb=2.0, mixing_length=1.5, c_m=-0.2)")
    assert star.names() == ["5777 K, log g 4.44, [M/H] 0, [a/M] 0, vturb 2 km/s, l/H 1.5, [C/M] -0.2"]
    rich = replace(SUN, c_m=0.1, n_m=0.1, o_m=0.1, mg_m=0.1, fe_m=0.1)
    assert rich.names() == ["5777 K, log g 4.44, [M/H] 0, [a/M] 0, vturb 2 km/s, 5 abundances"]
    many = replace(SUN, n_m=jnp.array([0.0, 0.4]))
    assert tuple(many.told()) == ("teff", "logg", "feh", "afe", "vturb", "n_m")
    assert "n_m" in jax.eval_shape(lambda labels: {name: 0.0 for name in labels.told()}, SUN)


def test_tables_of_labels_have_no_column_of_what_no_star_has():
    table = label_table(replace(SUN, teff=jnp.array([5000.0, 6000.0]), n_m=jnp.array([0.0, 0.4])))
    assert list(table) == ["teff", "logg", "feh", "afe", "vturb", "n_m"]
    assert [Labels.of(row).n_m for row in table.to_dict("records")] == [0.0, 0.4]


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
