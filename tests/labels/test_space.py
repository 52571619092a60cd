"""The space of labels: drawing, edges, what is fixed in it."""

import numpy as np
import pytest

from kurucz_a1.errors import OutsideSupport
from kurucz_a1.labels import SUN, Labels, LabelSpace, told


@pytest.fixture(scope="module")
def space(box):
    """The default box at one microturbulence."""
    return LabelSpace.from_box(box | {"vturb": 2.0})


@pytest.fixture(scope="module")
def turbulent(box):
    """The default box with a range of microturbulences."""
    return LabelSpace.from_box(box | {"vturb": [1.0, 3.0]})


def fixed(space):
    """What is fixed, but for optional labels at their defaults."""
    return {name: space.fixed[name] for name in told(space.fixed)}


def test_one_value_fixes_a_label(space, turbulent):
    assert space.free == ("teff", "logg", "feh", "afe") and fixed(space) == {"vturb": 2.0}
    assert turbulent.free == ("teff", "logg", "feh", "afe", "vturb") and fixed(turbulent) == {}
    assert space.complete({"teff": 5000.0, "logg": 3.0}).vturb == 2.0


def test_a_box_survives_a_file(space, turbulent):
    for each in (space, turbulent):
        assert LabelSpace.from_box(each.to_box()) == each


@pytest.mark.parametrize("draw", ["sobol", "draw"])
def test_labels_are_drawn_inside(turbulent, draw):
    labels = turbulent.sobol(200, 1) if draw == "sobol" else turbulent.draw(200, np.random.default_rng(1))
    assert turbulent.contains(labels).all() and turbulent.complaint(labels) is None
    assert np.ptp(labels.vturb) > 1.9


def test_a_free_label_leaves_the_others_where_they_were_uniformly(space, turbulent):
    """One more number a star: the first star of a seed keeps what is drawn before it."""
    few, more = (each.draw(1, np.random.default_rng(3)) for each in (space, turbulent))
    assert (few.teff, few.afe) == (more.teff, more.afe) and few.vturb != more.vturb


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        (Labels(teff=5777.0, logg=4.44, vturb=1.0), "vturb=1"),
        (Labels(teff=3800.0, logg=1.66), "teff=3800"),
        (Labels(teff=7900.0, logg=2.0), "logg=2 at teff=7900"),
    ],
)
def test_what_lies_outside_is_named(space, labels, name):
    assert not space.contains(labels)
    with pytest.raises(OutsideSupport, match=name):
        space.check(labels)
    with pytest.warns(UserWarning, match=name):
        space.check(labels, "warn")
    assert space.contains(space.nearest(labels))


def test_the_space_of_models_has_their_extremes_and_a_floor_below_all():
    generator = np.random.default_rng(0)
    teff, logg = generator.uniform(4500.0, 8000.0, 200), generator.uniform(3.0, 5.0, 200)
    vturb = np.where(np.arange(200) == 7, 1.7, 2.0)  # one odd model does not make a label of it
    space = LabelSpace.of_models(Labels(teff=teff, logg=logg, feh=np.zeros(200), afe=logg / 10.0, vturb=vturb))
    assert fixed(space) == {"feh": 0.0, "vturb": 2.0}
    assert space["teff"] == (teff.min(), teff.max())
    assert (space.logg_min(teff) <= logg + 1e-9).all() and space.logg_min(6000.0) > 2.8


def test_fixing_keeps_the_free_labels(space):
    assert space.fix(Labels(teff=5000.0, logg=4.0, vturb=0.5)) == Labels(teff=5000.0, logg=4.0, vturb=2.0)
    assert space.fix(SUN) == SUN
